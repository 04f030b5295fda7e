"""Understands the times that people type: a duration from now, or a time of day."""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chatops.domain.errors import BadMoment, UserError
from chatops.domain.time.durations import UnknownDuration, parse

_TIME_OF_DAY = re.compile(
    r"(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d)(?P<utc>\s*utc)?", re.IGNORECASE
)
#: Nothing is promised for later than this.
_FARTHEST = timedelta(days=14)


def moment(text: str, *, now: datetime, zone: str) -> datetime:
    """The moment meant by ``15 min``, ``1 h``, ``15:30`` (in ``zone``, today or tomorrow).

    Raises:
        BadMoment: not understood, not in the future, or more than 14 days away.
    """
    asked = text.strip()
    found = _TIME_OF_DAY.fullmatch(asked)
    if found:
        local = now.astimezone(ZoneInfo("UTC" if found["utc"] else zone))
        at = local.replace(
            hour=int(found["hour"]), minute=int(found["minute"]), second=0, microsecond=0
        )
        return (at if at > local else at + timedelta(days=1)).astimezone(now.tzinfo)
    try:
        span = parse(asked)
    except UnknownDuration as error:
        raise BadMoment(asked) from error
    if not timedelta() < span <= _FARTHEST:
        raise BadMoment(asked)
    return now + span


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WHEN = re.compile(
    r"(?:(?P<word>today|tomorrow|yesterday|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)"
    r"|(?P<date>\d{4}-\d{2}-\d{2}))?"
    r"(?:(?:^|[\sT]\s*)(?:at\s+)?(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d))?"
    r"(?P<utc>\s*utc)?",
    re.IGNORECASE,
)


class NoSuchTime(UserError):
    """What was typed is no day and time."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            f"“{typed[:40]}” is no time I know. Write it as 14:30, tomorrow 10:00, Thu 14:30 or"
            " 2026-03-05 10:00."
        )


def coming(text: str, *, now: datetime, zone: str, usual: time) -> datetime:
    """The next moment that is meant; a day alone means the ``usual`` time of it.

    >>> from datetime import UTC
    >>> monday = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    >>> coming("Thu 14:30", now=monday, zone="UTC", usual=time(10)).isoformat()
    '2026-03-05T14:30:00+00:00'
    >>> coming("tomorrow", now=monday, zone="UTC", usual=time(10)).isoformat()
    '2026-03-03T10:00:00+00:00'

    Raises:
        NoSuchTime
    """
    day, at, local = _read(text, now, zone)
    found = datetime.combine(day or local.date(), at or usual, local.tzinfo)
    if found <= local and day is None:
        found += timedelta(days=1)
    elif found <= local and _is_weekday(text):
        found += timedelta(days=7)
    return found.astimezone(now.tzinfo)


def gone(text: str, *, now: datetime, zone: str) -> datetime:
    """The last moment that is meant; it needs a time of day.

    >>> from datetime import UTC
    >>> monday = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    >>> gone("14:30", now=monday, zone="UTC").isoformat()
    '2026-03-01T14:30:00+00:00'
    >>> gone("Sun 23:10", now=monday, zone="UTC").isoformat()
    '2026-03-01T23:10:00+00:00'

    Raises:
        NoSuchTime
    """
    day, at, local = _read(text, now, zone)
    if at is None:
        raise NoSuchTime(text)
    found = datetime.combine(day or local.date(), at, local.tzinfo)
    if found > local and day is None:
        found -= timedelta(days=1)
    elif found > local and _is_weekday(text):
        found -= timedelta(days=7)
    if found > local:
        raise NoSuchTime(text)
    return found.astimezone(now.tzinfo)


def _read(text: str, now: datetime, zone: str) -> tuple[date | None, time | None, datetime]:
    typed = text.strip()
    found = _WHEN.fullmatch(typed)
    if not typed or found is None:
        raise NoSuchTime(text)
    local = now.astimezone(ZoneInfo("UTC" if found["utc"] else zone))
    at = time(int(found["hour"]), int(found["minute"])) if found["hour"] else None
    try:
        day = date.fromisoformat(found["date"]) if found["date"] else _named(found["word"], local)
    except ValueError as error:
        raise NoSuchTime(text) from error
    if day is None and at is None:
        raise NoSuchTime(text)
    return day, at, local


def _named(word: str | None, local: datetime) -> date | None:
    """The day that a word means; a weekday's is the next one, today included."""
    match (word or "").casefold():
        case "":
            return None
        case "today":
            return local.date()
        case "tomorrow":
            return local.date() + timedelta(days=1)
        case "yesterday":
            return local.date() - timedelta(days=1)
        case weekday:
            ahead = (_DAYS.index(weekday[:3]) - local.weekday()) % 7
            return local.date() + timedelta(days=ahead)


def _is_weekday(text: str) -> bool:
    return text.strip().casefold()[:3] in _DAYS
