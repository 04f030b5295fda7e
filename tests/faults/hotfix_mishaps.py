"""Faults drawn by lot for a hotfix: of storage and Slack, of remotes and commands."""

from collections import Counter
from collections.abc import Callable, Mapping
from random import Random

from chatops.adapters.git.errors import GitFailed, GitTimedOut
from tests.faults.crossings import Point
from tests.faults.mishaps import Killed, Mishaps

#: What of git speaks with the remote; all else only reads and writes the bot's own mirror.
_REMOTE = frozenset({"git push", "git fetch", "git ls-remote"})


def _dies(_what: str) -> None:
    raise Killed


def _is_unreachable(what: str) -> None:
    words = "ssh: Could not resolve host: git.example"
    raise GitFailed(what.removeprefix("git "), 128, words)


def _hangs_up(what: str) -> None:
    words = "fatal: the remote end hung up unexpectedly"
    raise GitFailed(what.removeprefix("git "), 128, words)


def _never_ends(what: str) -> None:
    raise GitTimedOut(what.removeprefix("git "), 120)


Fault = Callable[[str], None]
_OF_REMOTES: Mapping[Point, tuple[Fault, ...]] = {
    Point.LEAVES: (_dies, _is_unreachable, _hangs_up),
    Point.ACCEPTED: (_dies, _hangs_up, _never_ends),
}


class HotfixMishaps(Mishaps):
    """Lets faults happen as ``seed`` will have it; rarely beside the remote, often at it."""

    def __init__(self, *, seed: int, share: float, at_remotes: float) -> None:
        super().__init__(seed=seed, share=share)
        self._more_lots = Random(-1 - seed)  # noqa: S311 - the same lots for the same seed
        self._at_remotes = at_remotes
        self.of_git: Counter[str] = Counter()

    def cross(self, point: Point, what: str) -> None:
        if what in _REMOTE:
            self._draw(point, what, _OF_REMOTES[point], self._at_remotes)
        elif what == "command":
            self._draw(point, what, (_dies,), self._at_remotes)
        elif not what.startswith("git "):
            super().cross(point, what)

    def _draw(self, point: Point, what: str, faults: tuple[Fault, ...], share: float) -> None:
        if self.slack is not None and self._more_lots.random() < share:
            fault = self._more_lots.choice(faults)
            self.of_git[f"{point} {what} {fault.__name__}"] += 1
            fault(what)
