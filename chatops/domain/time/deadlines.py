"""Deadlines as a playbook words them: so long after a step, the same day, or the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from chatops.domain.strict import STRICT
from chatops.domain.time import durations

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
        return f"within {durations.spoken(self.within)}" if self.within else "at once"

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
