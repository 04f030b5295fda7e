"""Reads cron expressions as clocks on the wall do: each time of day once, whatever the season.

A time that the spring leaves out comes at once when the clock has been put forward; one that
the autumn has twice comes the first time.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger

from chatops.domain.analytics.digests import Occasion

#: How far back the newest moment is looked for; the rarest comes on a 29 February.
_FIRST_LOOK, _LONGEST_LOOK = timedelta(hours=2), timedelta(days=366 * 9)
#: Clocks are never put forward or back by more.
_SHIFT = timedelta(hours=3)


class CronTimetable:
    """The port Timetable over APScheduler's cron trigger; keeps what it found until it is over."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Occasion] = {}

    def newest(self, cron: str, zone: str, now: datetime) -> Occasion | None:
        known = self._found.get((cron, zone))
        if known is not None and known.at <= now < known.following:
            return known
        found = _newest(_trigger(cron), ZoneInfo(zone), now)
        if found is not None:
            self._found[cron, zone] = found
        return found


@lru_cache(maxsize=100)
def _trigger(cron: str) -> CronTrigger:
    """The expression over a clock that nobody ever changes."""
    return CronTrigger.from_crontab(cron, timezone=UTC)


def _newest(trigger: CronTrigger, zone: ZoneInfo, now: datetime) -> Occasion | None:
    look = _FIRST_LOOK
    while look <= _LONGEST_LOOK:
        before, after = _around(trigger, zone, now, look)
        if before is not None and after is not None:
            return Occasion(at=before, following=after)
        look *= 8
    return None


def _around(
    trigger: CronTrigger, zone: ZoneInfo, now: datetime, look: timedelta
) -> tuple[datetime | None, datetime | None]:
    """The last moment that is not after ``now``, and the first one after it."""
    before: datetime | None = None
    after: datetime | None = None
    wall = now.astimezone(zone).replace(tzinfo=UTC)
    for shown in _walls(trigger, wall - look):
        moment = shown.replace(tzinfo=zone).astimezone(UTC)
        if moment <= now:
            before = moment if before is None else max(before, moment)
        else:
            after = moment if after is None else min(after, moment)
            if shown > wall + _SHIFT:
                break
    return before, after


def _walls(trigger: CronTrigger, since: datetime) -> Iterator[datetime]:
    """What the clock on the wall shows at each moment."""
    last: datetime | None = None
    while (fire := trigger.get_next_fire_time(last, since)) is not None:
        yield fire
        last, since = fire, fire + timedelta(seconds=1)
