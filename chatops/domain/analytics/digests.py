"""When a digest is sent: for each of its moments once, and a late one only while it is worth it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from chatops.domain.analytics.metrics import IncidentRecord, Kept
from chatops.domain.errors import UserError

#: No digest is sent later than this, however rarely it comes.
LATEST = timedelta(days=3)
#: A digest that leaves this much later than planned says that it is late.
NOTICED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """The newest moment of a digest that has come, and the one after it."""

    at: datetime
    following: datetime

    def worth_sending(self, now: datetime) -> bool:
        """Whether it has come, and is younger than half the time to the next one."""
        age = now - self.at
        return timedelta() <= age < min((self.following - self.at) / 2, LATEST)


class Owned(Protocol):
    """A line of what is owed."""

    @property
    def owner(self) -> str | None: ...


_Line = TypeVar("_Line", bound=Owned)
#: How many lines a pile shows.
_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Pile:
    """What one person owes, or (none) nobody in particular; ``more`` is left out."""

    owner: str | None
    lines: tuple[object, ...]
    more: int = 0


def piled(lines: Iterable[_Line]) -> tuple[Pile, ...]:
    """The lines by whose they are, in the order in which their owners first come."""
    owned: dict[str | None, list[_Line]] = {}
    for line in lines:
        owned.setdefault(line.owner, []).append(line)
    return tuple(
        Pile(owner=owner, lines=tuple(theirs[:_SHOWN]), more=max(0, len(theirs) - _SHOWN))
        for owner, theirs in owned.items()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestStory:
    """What happened, as stakeholders read it; ``learned`` says that its review is written."""

    title: str
    reference: str
    began_at: datetime
    lasted: timedelta | None
    learned: bool = False


def promises_of(cases: Sequence[IncidentRecord]) -> Kept:
    """How the promises of all of them ended."""
    return sum((kept for case in cases for kept in case.promises.values()), Kept())


def unknown_digest(asked: str, known: Sequence[str]) -> UserError:
    """The playbook has no digest of that name."""
    named = f"Pick one of {', '.join(known)}." if known else "The playbook has none."
    return UserError(f"There is no digest “{asked[:40]}”. {named}")
