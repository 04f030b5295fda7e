"""Understands the times that people type, everywhere by one grammar.

A time is a clock (``15:30``, ``3:30 pm``, ``3pm``, ``13:50:20``) with or without a zone
(``13:50Z``, ``13:50 CET``, ``13:50 Europe/Berlin``, ``13:50+01:00``) and a day (``tomorrow
10:00``, ``2026-03-05 10:00``, ``monday 9:00``), or a duration (``1 day``, ``2 h 30 min``, ``in 20
min``, ``20 min ago``). A clock without a zone is one of the zone in which the person works.

What cannot be read for certain is asked back, and never guessed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import NoReturn
from zoneinfo import ZoneInfo

from chatops.domain.errors import UserError
from chatops.domain.time import durations, zones

_DAY = timedelta(days=1)
#: Nothing is snoozed or announced for later than this.
SOON = timedelta(days=14)
#: Nothing is planned for later than this.
PLANNED = timedelta(days=366)
_LONGEST_DURATION = 6

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FULL_DAY = (
    r"today|tomorrow|yesterday|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|\d{4}-\d\d-\d\d"
)
#: A weekday in short is also a word where a sentence may follow.
_SHORT_DAY = r"mon|tues?|wed|thu(?:rs?)?|fri|sat|sun"
_SHORT_NAME = r"Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun"
_FLAGS = re.IGNORECASE | re.ASCII

_LEAD_IN = re.compile(r"(?:at|on|by|until|till|for|in)\s+(?=\S)", _FLAGS)
_DAY_FIRST = re.compile(
    rf"(?P<day>{_FULL_DAY}|{_SHORT_DAY})(?![\w'\u2019/.-]*\w|-)(?:\s*,)?(?:\s+at(?=\s+\d))?\s*"
    rf"|(?P<date>\d{{4}}-\d\d-\d\d)T(?=\d)",
    _FLAGS,
)
_DAY_AFTER = re.compile(
    rf"(?:\s*,)?\s+(?:on\s+)?(?P<day>{_FULL_DAY}|(?-i:{_SHORT_NAME}))(?![\w'\u2019/-])", _FLAGS
)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:(?P<mark>[:.])(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?|\s*(?P<half_alone>[ap])\.?m\b\.?)",
    _FLAGS,
)
_AGO = re.compile(r"\s+ago\b", _FLAGS)
#: Where a time may end, and what then stands between it and a text.
_END = re.compile(r"\s*$|\s+-(?=\s)\s*|\s*[,;:.\u2013\u2014]?(?=\s)\s*|\s*[,;:.!?]+$")
#: What begins like a time, and must be one.
_LIKE_A_CLOCK = re.compile(r"\d{1,2}:\d|\d{1,2}\s*[ap]\.?m\b|\d{1,2}h\d\d(?!\d)", _FLAGS)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
_DATE = (
    r"(?:\d{1,2}([/.-])\d{1,2}\1\d{4}|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}/\d{1,2}/\d\d)(?![\w.])"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\.?\s+{_MONTH}|{_MONTH}\.?\s+\d{{1,2}}\b"
)
_LIKE_A_DATE = re.compile(
    rf"{_DATE}|(?:last|next|this)\s+[a-z]+\s+(?:at\s+)?\d{{1,2}}[:.]\d\d", _FLAGS
)
_LIKE_A_DURATION = re.compile(
    r"(?:in\s+|for\s+)?\d+(?:[.,]\d+)?\s*(?:h|hours?|hrs?|m|min(?:ute)?s?|d|days?|w|weeks?|months?"
    r"|years?)\b",
    _FLAGS,
)
_LIKE_A_LIMIT = re.compile(r"(?:until|till)\s+\d|next\s+[a-z]+day\b", _FLAGS)
#: A clock in brackets or after a word that blurs it, and a time ago without a number.
_LIKE_A_GUESS = re.compile(
    r"(?:about|around|approx\w*\.?|circa|ca\.|roughly|[~@(\[<])\s*\d{1,2}:\d\d"
    r"|(?:an?|half\s+an?|one|two|three|(?:a\s+)?few)\s+[a-z]+\s+ago\b",
    _FLAGS,
)
_BARE_NUMBER = re.compile(r"(?:\d{1,2}|\d{4})[.!?]?$", _FLAGS)
#: Words after a clock that may move it by half a day, or to a day that we cannot read.
_PART_OF_DAY = re.compile(
    r"\s+(?:in\s+the\s+|this\s+)?(?:morning|afternoon|evening|tonight|at\s+night|o'?clock|p)\b",
    _FLAGS,
)
_OTHER_DAY = re.compile(
    rf",?\s+(?:on\s+)?(?:the\s+)?(?:{_DATE}|(?:last|next)\s+(?:night|week|[a-z]+day)\b)", _FLAGS
)
#: What may stand before a time in the past, where a text follows.
_PAST_LEAD_INS = frozenset({"", "at", "on"})
_LAST_HOUR = 12


class Direction(StrEnum):
    """Whether a time must lie ahead or back; of a clock alone the next or the last is meant."""

    AHEAD = "ahead"
    BACK = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedTime:
    """A moment in UTC, and what was understood, as it can be typed again."""

    at: datetime
    understood: str


class InvalidTime(UserError):
    """A time that cannot be read for certain, or does not fit; ``instead`` are some that do."""

    def __init__(
        self,
        typed: str,
        problem: str = "is no time I know",
        instead: Sequence[str] = ("15:30", "20 min", "tomorrow 10:00"),
    ) -> None:
        *others, last = (f"`{each}`" for each in instead)
        examples = f"{', '.join(others)} or {last}" if others else last
        super().__init__(f"“{typed[:40]}” {problem}. Write it as {examples}.")


def passed(at: datetime | None) -> InvalidTime:
    """The error about a moment that was asked for and lies in the past."""
    return InvalidTime(f"{at:%H:%M} UTC" if at else "", "lies in the past")


def read_day(text: str, *, now: datetime, zone: str) -> date:
    """The day that a text means; of a weekday the last one, today included.

    >>> monday = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    >>> read_day("yesterday", now=monday, zone="UTC").isoformat()
    '2026-03-01'

    Raises:
        InvalidTime
    """
    found, typed = _DAY_FIRST.match(text.strip()), text.strip()
    instead = ("2026-03-05", "yesterday", "monday")
    if found is None or found.end() != len(typed) or not found["day"]:
        raise InvalidTime(typed, "is no day I know", instead)
    meaning = _Meaning(typed=typed, now=now, zone=zone, direction=Direction.BACK)
    try:
        return next(meaning.days(found["day"], ZoneInfo(zone)))
    except (OverflowError, ValueError) as error:
        raise InvalidTime(typed, "is no day I know", instead) from error


_EXAMPLES = {
    Direction.AHEAD: ("15:30", "20 min", "tomorrow 10:00"),
    Direction.BACK: ("14:30", "20 min ago", "yesterday 13:50"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expression:
    """A time as it stands in a text, from ``start`` to ``end``."""

    start: int
    end: int
    span: timedelta | None = None
    ago: bool = False
    day: str = ""
    clock: time | None = None
    zone: tzinfo | None = None
    #: Written with a dot and nothing beside it, it may be any number.
    ambiguous: bool = False


def read_time(
    text: str,
    *,
    now: datetime,
    zone: str,
    direction: Direction,
    usual: time | None = None,
    farthest: timedelta = SOON,
) -> TypedTime:
    """The moment that a text means; a day alone means the ``usual`` time of it, if there is one.

    ``zone`` is where the person works. ``farthest`` is how far ahead it may lie.

    >>> monday = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    >>> read_time("3:30 pm", now=monday, zone="Europe/London", direction=Direction.AHEAD).understood
    '15:30 Europe/London'
    >>> read_time("13:50 CET", now=monday, zone="UTC", direction=Direction.BACK).at.isoformat()
    '2026-03-02T12:50:00+00:00'

    Raises:
        InvalidTime
    """
    typed = " ".join(text.split())
    found = _read(typed)
    if found is None or typed[found.end :].strip(" ,;:.!?"):
        raise InvalidTime(typed, instead=_EXAMPLES[direction])
    meaning = _Meaning(typed=typed, now=now, zone=zone, direction=direction)
    try:
        at, where = meaning.of(found, usual)
        at = at.astimezone(UTC)
        if direction is Direction.AHEAD and at - now > farthest:
            meaning.refuse("is too far ahead")
        return TypedTime(at=at, understood=_spoken(at, where, now))
    except (OverflowError, ValueError) as error:
        raise InvalidTime(typed, instead=_EXAMPLES[direction]) from error


def take_time(text: str, *, direction: Direction, day_alone: bool = False) -> tuple[str, str]:
    """The longest beginning of a text that is a time, and what follows; ``day_alone`` is one too.

    >>> take_time("for 1 h 30 min waiting for the vendor", direction=Direction.AHEAD)
    ('1 h 30 min', 'waiting for the vendor')
    >>> take_time("13:50 CET: rolled back", direction=Direction.BACK)
    ('13:50 CET', 'rolled back')
    >>> take_time("3 people are asleep", direction=Direction.AHEAD)
    ('', '3 people are asleep')

    Raises:
        InvalidTime: it begins like a time, and is none for certain.
    """
    found = _read(text)
    if found is None:
        if _must_be_time(text, direction):
            raise InvalidTime(text, instead=_EXAMPLES[direction])
        return "", text
    taken, rest = text[found.start : found.end], text[found.end :]
    rest = _END.sub("", rest, count=1) if _END.match(rest) else rest
    if found.ambiguous and rest:
        clock = f"{found.clock:%H:%M}"
        raise InvalidTime(taken, "may be a number or a time", (clock, f"at {clock}"))
    if rest and direction is Direction.BACK and not _is_past(text, found):
        return "", text
    if _fits(found, direction, day_alone=day_alone):
        return taken, rest.strip()
    raise InvalidTime(taken, _misfit(found), _EXAMPLES[direction])


def _fits(found: _Expression, direction: Direction, *, day_alone: bool) -> bool:
    if found.span is not None:
        return found.ago is (direction is Direction.BACK)
    return found.clock is not None or day_alone


def _is_past(text: str, found: _Expression) -> bool:
    """Whether it is a time in the past, rather than the beginning of a sentence."""
    lead = text[: found.start].strip().casefold()
    return lead in _PAST_LEAD_INS and _fits(found, Direction.BACK, day_alone=False)


def _misfit(found: _Expression) -> str:
    if found.span is None:
        return "says no time of day"
    return "lies in the past" if found.ago else "lies ahead"


def _must_be_time(text: str, direction: Direction) -> bool:
    """Whether it cannot be the beginning of a text that says something else."""
    patterns = [_LIKE_A_CLOCK, _LIKE_A_DATE, _LIKE_A_GUESS, _BARE_NUMBER]
    if direction is Direction.AHEAD:
        patterns += [_LIKE_A_DURATION, _LIKE_A_LIMIT]
    words = _LEAD_IN.sub("", text, count=1)
    return any(each.match(text) or each.match(words) for each in patterns)


def _read(text: str) -> _Expression | None:
    """The time that a text begins with; none if it begins with something else.

    Raises:
        InvalidTime: with something that may mean several times.
    """
    lead = _LEAD_IN.match(text)
    start = lead.end() if lead else 0
    found = _duration(text, start) or _moment(text, start)
    return replace(found, ambiguous=found.ambiguous and not lead) if found else None


def _duration(text: str, start: int) -> _Expression | None:
    ends = [start + word.end() for word in re.finditer(r"\S+", text[start:])]
    for last in reversed(ends[:_LONGEST_DURATION]):
        said = text[start:last].rstrip(",;:.")
        try:
            span = durations.parse(said)
        except durations.UnknownDuration:
            continue
        end = start + len(said)
        ago = _AGO.match(text, end)
        return _Expression(start=start, end=ago.end() if ago else end, span=span, ago=bool(ago))
    return None


def _moment(text: str, start: int) -> _Expression | None:
    first = _DAY_FIRST.match(text, start)
    day = (first["day"] or first["date"]) if first else ""
    found = _clock(text, first.end() if first else start)
    if found is None:
        if first and first["day"] and not _LIKE_A_CLOCK.match(text, first.end()):
            return _Expression(start=start, end=first.end("day"), day=day)
        return None
    clock, end, plain = found
    if clock.hour <= _LAST_HOUR and _PART_OF_DAY.match(text, end):
        raise InvalidTime(text, "says no certain hour", (_clocked(clock), f"{clock:%I:%M} pm"))
    if _OTHER_DAY.match(text, end):
        raise InvalidTime(text, "says no certain day", (f"2026-03-05 {_clocked(clock)}",))
    after = None if day else _DAY_AFTER.match(text, end)
    zone, end = _zone(text, clock, after.end() if after else end)
    if not (day or after) and zone is not None:
        after = _DAY_AFTER.match(text, end)
        end = after.end() if after else end
    if not _END.match(text, end):
        return None
    return _Expression(
        start=start,
        end=end,
        day=after["day"] if after else day,
        clock=clock,
        zone=zone,
        ambiguous=plain and not (day or after or zone),
    )


def _clock(text: str, start: int) -> tuple[time, int, bool] | None:
    """A time of day, where it ends, and whether it may be a plain number as well."""
    found = _CLOCK.match(text, start)
    if found is None:
        return None
    half = (found["half"] or found["half_alone"] or "").casefold()
    hour, minute, second = (int(found[each] or 0) for each in ("hour", "minute", "second"))
    if half:
        hour = _in_24_hours(hour, afternoon=half == "p")
    dotted = found["mark"] == "."
    try:
        return time(hour, minute, second), found.end(), dotted and not half
    except ValueError as error:
        if dotted and not half:
            return None
        raise InvalidTime(found[0], "is no time of day", ("15:30", "3:30 pm")) from error


def _in_24_hours(hour: int, *, afternoon: bool) -> int:
    """An hour of a clock of twelve; one that it does not have is none of the other clock either."""
    if not 1 <= hour <= _LAST_HOUR:
        return 24
    return hour % _LAST_HOUR + (_LAST_HOUR if afternoon else 0)


def _zone(text: str, clock: time, start: int) -> tuple[tzinfo | None, int]:
    try:
        return zones.take_zone(text, start)
    except zones.UncertainZone as error:
        instead = [f"{_clocked(clock)} {each}" for each in error.zones]
        raise InvalidTime(text, "names no certain time zone", instead) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Meaning:
    """What an expression means to somebody, somewhere, now."""

    typed: str
    now: datetime
    zone: str
    direction: Direction

    def refuse(self, problem: str, instead: Sequence[str] = ()) -> NoReturn:
        raise InvalidTime(self.typed, problem, instead or _EXAMPLES[self.direction])

    def of(self, found: _Expression, usual: time | None) -> tuple[datetime, tzinfo]:
        """The moment, and the zone in which it was typed."""
        own = ZoneInfo(self.zone)
        if found.span is not None:
            return self._after(found, found.span), own
        clock = found.clock or usual
        if clock is None:
            self.refuse("says no time of day", [f"{found.day} 10:00"])
        zone = found.zone or own
        meant = (_moments(day, clock, zone) for day in self.days(found.day, zone))
        both = next((each for each in meant if any(map(self._lies_right, each))), None)
        if both is None:
            self.refuse("lies in the past" if self._ahead else "lies ahead")
        return self._one(both), zone

    def _after(self, found: _Expression, span: timedelta) -> datetime:
        if not span or not _fits(found, self.direction, day_alone=False):
            self.refuse(_misfit(found) if span else "is no time to come")
        return self.now - span if found.ago else self.now + span

    def _lies_right(self, at: datetime) -> bool:
        return at > self.now if self.direction is Direction.AHEAD else at <= self.now

    def _one(self, both: tuple[datetime, ...]) -> datetime:
        """The only moment; clocks that are put forward or back leave two to choose from."""
        if len(both) > 1:
            instead = [f"{each:%Y-%m-%d %H:%M} UTC" for each in both]
            self.refuse("falls into the hour when clocks change", instead)
        return both[0]

    def days(self, day: str, zone: tzinfo) -> Iterator[date]:
        """The days that may be meant, the likeliest first."""
        today, step = self.now.astimezone(zone).date(), 1 if self._ahead else -1
        word = day.casefold()
        if not word:
            yield from (today, today + step * _DAY)
        elif word[:3] in _WEEKDAYS:
            away = (_WEEKDAYS.index(word[:3]) - today.weekday()) * step % 7
            yield from (today + step * (away + more) * _DAY for more in (0, 7))
        elif word in _SAID:
            self._must_be_same_day(today, word, zone)
            yield today + _SAID[word] * _DAY
        else:
            yield date.fromisoformat(day)

    @property
    def _ahead(self) -> bool:
        return self.direction is Direction.AHEAD

    def _must_be_same_day(self, there: date, word: str, zone: tzinfo) -> None:
        """Refuse “tomorrow” of a zone where it is not the same day now as here."""
        here = self.now.astimezone(ZoneInfo(self.zone)).date()
        if here != there:
            days = [each + _SAID[word] * _DAY for each in sorted({here, there})]
            instead = [f"{each} 10:00 {zones.label(zone) or 'UTC'}" for each in days]
            self.refuse(f"may be one of two days: “{word}” is another one there", instead)


_SAID = {"today": 0, "tomorrow": 1, "yesterday": -1}


def _moments(day: date, clock: time, zone: tzinfo) -> tuple[datetime, ...]:
    """The moments in UTC when clocks show that: one, or two around a change of them."""
    wall = datetime.combine(day, clock, zone)
    return tuple(sorted({wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}))


def _spoken(at: datetime, zone: tzinfo, now: datetime) -> str:
    """A moment as it can be typed again, to the second."""
    local = at.astimezone(zone)
    name = zones.label(zone)
    if not name or len(_moments(local.date(), local.time(), zone)) > 1:
        zone, local, name = UTC, at, "UTC"
    day = "" if local.date() == now.astimezone(zone).date() else f"{local.date()} "
    return f"{day}{_clocked(local.time())} {name}"


def _clocked(clock: time) -> str:
    return f"{clock:%H:%M:%S}" if clock.second else f"{clock:%H:%M}"
