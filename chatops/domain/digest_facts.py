"""What a digest tells: piles of what is owed, and the stories of what happened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from chatops.domain.figures import Case, Kept


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
class Story:
    """What happened, as stakeholders read it; ``learned`` says that its review is written."""

    title: str
    reference: str
    began_at: datetime
    lasted: timedelta | None
    learned: bool = False


def promises_of(cases: Sequence[Case]) -> Kept:
    """How the promises of all of them ended."""
    return sum((kept for case in cases for kept in case.promises.values()), Kept())
