"""The stretches of time that numbers are asked about, and how people name them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from chatops.domain.errors import UserError
from chatops.domain.time.parse import InvalidTime, read_day

_DAYS = re.compile(r"(?:last\s+)?(?P<days>[1-9]\d{0,3})\s*d(?:ays?)?", re.IGNORECASE)
_MONTH = re.compile(r"(?P<year>20\d\d)-(?P<month>0[1-9]|1[0-2])")
_YEAR = re.compile(r"20\d\d")
_SPAN = re.compile(r"(?P<first>\S+?)\s*(?:\.\.|\bto\b)\s*(?P<last>\S+)")
_FROM = re.compile(r"^(?:from|in|for|since)\s+")
#: A day after these is the first of several, up to now.
_SINCE = re.compile(r"^(?:from|since)\s+")
_DEFAULT = 90
_SPOKEN = {"this month": 0, "month": 0, "last month": -1}
_SPOKEN_YEARS = {"this year": 0, "year": 0, "last year": -1}


class Grouping(StrEnum):
    """What numbers are told apart by."""

    MONTH = "month"
    SEVERITY = "severity"
    SERVICE = "service"
    PLAYBOOK = "playbook"


_GROUPINGS = {
    **{each.value: each for each in Grouping},
    **{f"{each}s": each for each in Grouping},
    "severities": Grouping.SEVERITY,
}


class UnknownPeriod(UserError):
    """What was typed names no stretch of time."""

    def __init__(self, asked: str) -> None:
        super().__init__(
            f"I do not know the period “{asked[:40]}”. Write `this month`, `2026-03`,"
            " `last 90 days`, `2026` or `2026-01-10..2026-02-09`, and `by severity`,"
            " `by service`, `by month` or `by playbook` after it."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From ``begins`` until just before ``ends``; ``typed`` asks for it again."""

    name: str
    typed: str
    begins: datetime
    ends: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.begins <= moment < self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsQuery:
    """Which numbers somebody wants: of a period, against the one before, in groups."""

    period: Period
    before: Period
    grouping: Grouping

    def asked(self, grouping: Grouping | None = None, period: Period | None = None) -> str:
        """What to type for the same of another period or in other groups."""
        return f"{(period or self.period).typed} by {grouping or self.grouping}"


def question(text: str, *, now: datetime, zone: str) -> StatisticsQuery:
    """Understand a period and, after “by”, a grouping; the last 90 days by month without any.

    >>> asked = question("2026-03 by service", now=datetime(2026, 11, 21, tzinfo=UTC), zone="UTC")
    >>> asked.period.name, asked.before.name, asked.grouping.value
    ('March 2026', 'February 2026', 'service')

    Raises:
        UnknownPeriod
    """
    said, by, group = f" {' '.join(text.casefold().split())}".rpartition(" by ")
    said, group = (said, group) if by else (group, Grouping.MONTH)
    grouping = _GROUPINGS.get(group)
    if grouping is None:
        raise UnknownPeriod(text)
    period, before = _periods(said.strip(), now, ZoneInfo(zone))
    return StatisticsQuery(period=period, before=before, grouping=grouping)


def month_of(moment: datetime, zone: str) -> str:
    """The month that a moment falls in, as it is sorted.

    >>> month_of(datetime(2026, 2, 28, 23, 30, tzinfo=UTC), "Europe/Berlin")
    '2026-03'
    """
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m}"


def _periods(said: str, now: datetime, zone: ZoneInfo) -> tuple[Period, Period]:
    """The period that is meant, and the one before it."""
    is_open, said = bool(_SINCE.match(said)), _FROM.sub("", said)
    today = now.astimezone(zone).date()
    if not said or _DAYS.fullmatch(said):
        found = _DAYS.fullmatch(said)
        return _days(int(found["days"]) if found else _DEFAULT, now)
    if said in _SPOKEN:
        return _months(_moved(today.replace(day=1), _SPOKEN[said]), now, zone)
    if found := _MONTH.fullmatch(said):
        return _months(date(int(found["year"]), int(found["month"]), 1), now, zone)
    if said in _SPOKEN_YEARS or _YEAR.fullmatch(said):
        year = today.year + _SPOKEN_YEARS[said] if said in _SPOKEN_YEARS else int(said)
        return _years(year, now, zone)
    found = _SPAN.fullmatch(said)
    first, last = (found["first"], found["last"]) if found else (said, "today" if is_open else said)
    try:
        one, other = (read_day(each, now=now, zone=zone.key) for each in (first, last))
    except InvalidTime as error:
        raise UnknownPeriod(said) from error
    return _span(said, one, other, zone)


def _days(days: int, now: datetime) -> tuple[Period, Period]:
    named = f"{days} days" if days > 1 else "day"
    # What is declared this very moment belongs to it.
    ends, long = now + timedelta(microseconds=1), timedelta(days=days)
    period = Period(
        name=f"the last {named}", typed=f"last {days} days", begins=ends - long, ends=ends
    )
    before = Period(
        name=f"the {named} before",
        typed=f"{_day(ends - 2 * long)}..{_day(ends - long - timedelta(days=1))}",
        begins=ends - 2 * long,
        ends=ends - long,
    )
    return period, before


def _months(first: date, now: datetime, zone: ZoneInfo) -> tuple[Period, Period]:
    return _calendar(
        (_moved(first, -1), first, _moved(first, 1)), ("%B %Y", "%Y-%m"), now=now, zone=zone
    )


def _years(year: int, now: datetime, zone: ZoneInfo) -> tuple[Period, Period]:
    bounds = (date(year - 1, 1, 1), date(year, 1, 1), date(year + 1, 1, 1))
    return _calendar(bounds, ("%Y", "%Y"), now=now, zone=zone)


def _calendar(
    bounds: tuple[date, date, date], forms: tuple[str, str], *, now: datetime, zone: ZoneInfo
) -> tuple[Period, Period]:
    """A month or a year; one that still runs is held against as much of the one before."""
    earlier, first, _ = bounds
    start, begins, ends = (_midnight(each, zone) for each in bounds)
    name, typed = forms
    period = Period(name=f"{first:{name}}", typed=f"{first:{typed}}", begins=begins, ends=ends)
    runs = begins <= now < ends
    until = min(start + (now - begins), begins) if runs else begins
    called = f"the same days of {earlier:{name}}" if runs else f"{earlier:{name}}"
    before = Period(name=called, typed=f"{earlier:{typed}}", begins=start, ends=until)
    return period, before


def _span(said: str, one: date, other: date, zone: ZoneInfo) -> tuple[Period, Period]:
    if other < one:
        raise UnknownPeriod(said)
    days = other - one + timedelta(days=1)
    try:
        bounds = (one - days, one, other + timedelta(days=1))
        start, begins, ends = (_midnight(each, zone) for each in bounds)
    except (OverflowError, ValueError) as error:
        raise UnknownPeriod(said) from error
    named = f"{one.day} {one:%B %Y}" + (f" to {other.day} {other:%B %Y}" if other > one else "")
    period = Period(name=named, typed=f"{one}..{other}", begins=begins, ends=ends)
    before = Period(
        name=f"the {days.days} days before" if other > one else "the day before",
        typed=f"{one - days}..{one - timedelta(days=1)}",
        begins=start,
        ends=begins,
    )
    return period, before


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _moved(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
