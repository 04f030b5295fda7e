"""The port to the timetable, which knows when a cron expression comes due."""

from datetime import datetime
from typing import Protocol

from chatops.domain.analytics.digests import Occasion


class Timetable(Protocol):
    """Reads five-field cron expressions, with weekdays by name, in a time zone."""

    def newest(self, cron: str, zone: str, now: datetime) -> Occasion | None:
        """The newest moment that is not after ``now``; none if there has been none for years."""
        ...
