"""Who visits the pages: the port to signing in, and how a visitor may be refused."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """Whom Slack vouches for, and in which workspace."""

    user: str
    team: str


class NotVouchedFor(Exception):  # noqa: N818 - people read its text
    """Slack does not vouch for whoever came back; ``str()`` says why, for the log."""


class Doorkeeper(Protocol):
    """Lets people in who can show that they are in the workspace."""

    def address(self, *, state: str, nonce: str) -> str:
        """Where a browser goes to sign in; it comes back with ``state`` and a code."""
        ...

    def identify(self, code: str, *, nonce: str) -> Identified:
        """Find out who came back with a code.

        Raises:
            NotVouchedFor: the code is worn out, or what stands behind it is not meant for us.
            ChatTrouble
        """
        ...
