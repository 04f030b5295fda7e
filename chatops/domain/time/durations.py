"""Durations as people say them, “1 h 30 min”, and deadlines as a playbook words them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from chatops.domain.errors import UserError
from chatops.domain.strict import STRICT

_UNITS = {
    "s": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_SPELLINGS = {
    "sec": "s", "secs": "s", "second": "s", "seconds": "s",
    "m": "min", "mins": "min", "minute": "min", "minutes": "min",
    "hr": "h", "hrs": "h", "hour": "h", "hours": "h",
    "d": "day", "days": "day",
    "w": "week", "weeks": "week",
}  # fmt: skip
_PART = re.compile(r"(\d{1,6})\s*([a-z]+)(?:\s+|,\s*|$|(?=\d))", re.IGNORECASE | re.ASCII)
_LONGEST = timedelta(days=3660)


class UnknownDuration(UserError):
    """A text that was to be a duration is none."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text[:40]}” is not a duration. Write a number and its unit,"
            " such as 15 min, 1 h 30 min or 2 days."
        )


def parse(text: str) -> timedelta:
    """Read a duration.

    >>> parse("1 h 30 min")
    datetime.timedelta(seconds=5400)
    >>> parse("2 days") == parse("48h")
    True

    Raises:
        UnknownDuration: the text is not one, or names a unit twice or more than ten years.
    """
    total, position, seen = timedelta(), 0, set[str]()
    trimmed = text.strip()
    for part in _PART.finditer(trimmed):
        spelling = part[2].lower()
        unit = _SPELLINGS.get(spelling, spelling)
        if part.start() != position or unit not in _UNITS or unit in seen:
            raise UnknownDuration(text)
        seen.add(unit)
        total += int(part[1]) * _UNITS[unit]
        position = part.end()
        if total > _LONGEST:
            raise UnknownDuration(text)
    if not seen or position != len(trimmed):
        raise UnknownDuration(text)
    return total


def spoken(duration: timedelta) -> str:
    """Say a duration in its two largest units, rounded down; what is below nought is nought.

    >>> spoken(timedelta(hours=1, minutes=23, seconds=40))
    '1 h 23 min'
    >>> spoken(timedelta(days=2)), spoken(timedelta(seconds=40))
    ('2 days', '40 s')
    """
    seconds = max(0, int(duration.total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        parts = [f"{days} day{'s' if days > 1 else ''}", f"{hours} h" if hours else ""]
    elif hours:
        parts = [f"{hours} h", f"{minutes} min" if minutes else ""]
    elif minutes:
        parts = [f"{minutes} min"]
    else:
        parts = [f"{seconds} s"]
    return " ".join(part for part in parts if part)


def counted(number: int, noun: str) -> str:
    """How many of something.

    >>> counted(1, "commit"), counted(2, "commit"), counted(0, "file")
    ('1 commit', '2 commits', '0 files')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


_MIDNIGHT_COMES = time(23, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """``within`` so long, the ``same_day`` or the ``next_day``: one of them."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    within: timedelta | None = None
    same_day: bool = False
    next_day: bool = False

    @property
    def label(self) -> str:
        """How people say it.

        >>> Deadline(same_day=True).label, Deadline(within=timedelta(hours=48)).label
        ('the same day', 'within 2 days')
        >>> Deadline(within=timedelta()).label
        'at once'
        """
        if self.within is None:
            next_day = "the next day" if self.next_day else "in time"
            return "the same day" if self.same_day else next_day
        return f"within {spoken(self.within)}" if self.within else "at once"

    def by(self, start: datetime, *, zone: str, day_ends: time) -> datetime | None:
        """The moment it falls on, counted from ``start``.

        The same day ends with the working day; for what starts after that, at midnight. The next
        day ends with its working day. Days are those of ``zone``, whatever its clocks are set to.

        >>> from datetime import UTC
        >>> friday = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        >>> due = Deadline(same_day=True).by(friday, zone="Europe/Berlin", day_ends=time(18))
        >>> due.isoformat() if due else ""
        '2026-11-20T17:00:00+00:00'
        """
        if self.within is not None:
            return start + self.within
        if not (self.same_day or self.next_day):
            return None
        local = start.astimezone(ZoneInfo(zone))
        if self.next_day:
            local, end = local + timedelta(days=1), day_ends
        else:
            end = day_ends if local.time() < day_ends else _MIDNIGHT_COMES
        return local.replace(
            hour=end.hour, minute=end.minute, second=0, microsecond=0, fold=0
        ).astimezone(start.tzinfo)
