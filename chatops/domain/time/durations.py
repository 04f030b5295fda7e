"""Durations as people say them: “15 min”, “1 h 30 min”, “2 days”."""

import re
from datetime import timedelta

from chatops.domain.errors import UserError

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
