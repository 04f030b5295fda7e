"""What a forge tells us of by itself, so that we need not wait until we look."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HappeningKind(StrEnum):
    """What sort of thing happened."""

    PUSH = "push"
    PULL_REQUEST = "pull_request"
    REVIEW = "review"
    CHECKS = "checks"
    DEPLOYMENT = "deployment"
    RUN = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What a forge says happened: a reason to look, never what is believed.

    ``repository`` is its ``owner/name`` there, ``urls`` are the addresses that it is cloned from.
    ``branch`` and ``sha`` are empty where it is about none, or about a fork's; ``number`` is that
    of the pull request. ``delivery`` names this very message.
    """

    repository: str
    urls: tuple[str, ...]
    branch: str
    sha: str
    kind: HappeningKind
    number: int | None
    delivery: str


#: Takes what happened; notes its ``delivery`` in the transaction that acts on it (``take_once``)
#: and raises Repeated where it is noted already.
Heard = Callable[[Happening, datetime], None]
