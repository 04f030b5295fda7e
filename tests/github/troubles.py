"""What can go wrong between the bot and GitHub, ordered for the next request that fits."""

from collections.abc import Mapping
from datetime import timedelta

from tests.github.records import Refusal
from tests.github.server import Fault


class Troubles:
    """Orders trouble: an empty method is any write, a path is the end of one."""

    faults: list[Fault]

    def lose_next_reply(self, method: str = "", path: str = "") -> None:
        """The next write, or a request like this, is done, and nobody is told."""
        self.faults.append(Fault(method, path, acts=True))

    def lose_next_request(self, method: str = "", path: str = "") -> None:
        """The next write, or a request like this, ends in a dropped connection, undone."""
        self.faults.append(Fault(method, path))

    def hang_next_request(self, method: str = "GET", path: str = "") -> None:
        self.faults.append(Fault(method, path, hangs=True))

    def answer_next(
        self,
        status: int,
        message: str = "",
        *,
        method: str = "GET",
        path: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """The next request like this is answered so, and not done."""
        refusal = Refusal(status, message, headers=headers)
        self.faults.append(Fault(method, path, answer=refusal))

    def babble_next(self, raw: bytes, *, method: str = "GET", path: str = "") -> None:
        """The next request like this is answered by somebody else's page."""
        self.faults.append(Fault(method, path, raw=raw))

    def limit_writes(self, wait: timedelta) -> None:
        """The next write meets the secondary limit."""
        words = (
            "You have exceeded a secondary rate limit. Please wait a few minutes before you try "
            "again."
        )
        headers = {"Retry-After": f"{wait.total_seconds():.0f}"}
        self.faults.append(Fault(answer=Refusal(403, words, headers=headers)))
