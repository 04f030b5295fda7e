"""When a team is at work, exact to the second wherever clocks are put forward or back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from chatops.domain.strict import STRICT

_DAY = timedelta(days=1)
#: No zone is farther from UTC, and no working day longer.
_AROUND = 2
#: A week, and a day at each end for zones.
_FARTHEST = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHours:
    """When a team is at work, in the playbook's zone; ``days`` counts Monday as 0."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    start: time = time(9)
    end: time = time(18)
    days: tuple[int, ...] = (0, 1, 2, 3, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTime:
    """The working days of a zone; each goes from its first moment to its last one, both included.

    A day that begins at an hour which the clocks skip begins when they have skipped it; one that
    begins or ends at an hour which comes twice begins the first time and ends the second. Hours
    that end before they begin end on the next day.
    """

    zone: str
    hours: WorkingHours

    def is_working(self, at: datetime) -> bool:
        """Say whether the team is at work.

        >>> from datetime import UTC
        >>> office = WorkingTime(zone="Europe/Berlin", hours=WorkingHours())
        >>> office.is_working(datetime(2026, 3, 2, 17, 0, tzinfo=UTC))
        True
        >>> office.is_working(datetime(2026, 3, 2, 17, 1, tzinfo=UTC))
        False
        """
        return any(
            opens <= at <= closes
            for day in self._days(at, -_AROUND, 1)
            for opens, closes in [self._span(day)]
        )

    def next_working(self, at: datetime) -> datetime:
        """The first moment from ``at`` on when the team is at work; ``at`` if it never is."""
        if self.is_working(at):
            return at
        opening = (self._span(day)[0] for day in self._days(at, -1, _FARTHEST))
        return min((each for each in opening if each >= at), default=at).astimezone(at.tzinfo)

    def last_working(self, at: datetime) -> datetime:
        """The last moment up to ``at`` when the team was at work; ``at`` if it never was."""
        if self.is_working(at):
            return at
        closing = (self._span(day)[1] for day in self._days(at, -_FARTHEST, 1))
        return max((each for each in closing if each <= at), default=at).astimezone(at.tzinfo)

    def at(self, day: date, clock: time) -> datetime:
        """The moment when the clocks of a day first show a time, or first show a later one."""
        return self._moment(day, clock, last=False)

    def day_of(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.zone)).date()

    def _days(self, at: datetime, first: int, last: int) -> list[date]:
        """The working days around a moment."""
        today = self.day_of(at)
        days = (today + n * _DAY for n in range(first, last + 1))
        return [day for day in days if day.weekday() in self.hours.days]

    def _span(self, day: date) -> tuple[datetime, datetime]:
        over_night = self.hours.end <= self.hours.start
        return (
            self._moment(day, self.hours.start, last=False),
            self._moment(day + _DAY if over_night else day, self.hours.end, last=True),
        )

    def _moment(self, day: date, clock: time, *, last: bool) -> datetime:
        zone = ZoneInfo(self.zone)
        wall = datetime.combine(day, clock)
        early, late = sorted(
            wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)
        )
        if early.astimezone(zone).replace(tzinfo=None) < wall:
            return _jump(zone, early, late)
        return late if last else early


def _jump(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first moment between two at which the clocks of a zone have been put forward."""
    offset = before.astimezone(zone).utcoffset()
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)
