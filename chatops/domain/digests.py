"""When a digest is sent: for each of its moments once, and a late one only while it is worth it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: No digest is sent later than this, however rarely it comes.
LATEST = timedelta(days=3)
#: A digest that leaves this much later than planned says that it is late.
NOTICED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """The newest moment of a digest that has come, and the one after it."""

    at: datetime
    following: datetime

    def worth_sending(self, now: datetime) -> bool:
        """Whether it has come, and is younger than half the time to the next one."""
        age = now - self.at
        return timedelta() <= age < min((self.following - self.at) / 2, LATEST)
