"""Slack's rate limits, kept before they are hit: token buckets by method and by channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from chatops.adapters.slack.api.scopes import METHODS, SlackMethod

_MINUTE = timedelta(minutes=1)

#: So many idle buckets may lie around before they are cleared away.
_IDLE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many at once, and from then on one each ``interval``."""

    burst: int
    interval: timedelta

    @property
    def depth(self) -> timedelta:
        """How far ahead of time a bucket may be drawn."""
        return self.interval * (self.burst - 1)


#: One message a second in a channel, with short bursts.
PER_CHANNEL = Rate(burst=3, interval=timedelta(seconds=1))


def tier(a_minute: int) -> Rate:
    """The rate that never makes more than ``a_minute`` calls in any minute.

    >>> tier(50)
    Rate(burst=20, interval=datetime.timedelta(seconds=2))
    """
    burst = max(1, a_minute * 2 // 5)
    return Rate(burst=burst, interval=_MINUTE / max(1, a_minute - burst))


class Limits:
    """All buckets; safe to share between threads.

    A bucket is one moment: when it will be full again. A full one is not kept at all.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._full_at: dict[str, datetime] = {}

    def reserve(self, method: SlackMethod, channel: str, now: datetime) -> timedelta:
        """Take a place for one call; if there is none, take nothing and say how long to wait."""
        rates = _rates(method, channel)
        with self._lock:
            wait = max(self._full(key, now) - rate.depth - now for key, rate in rates.items())
            if wait > timedelta():
                return wait
            for key, rate in rates.items():
                self._put(key, self._full(key, now) + rate.interval, now)
        return timedelta()

    def shut(
        self, method: SlackMethod, channel: str, now: datetime, retry_after: timedelta
    ) -> None:
        """Believe Slack: no such call until ``retry_after`` has passed, then one by one."""
        with self._lock:
            for key, rate in _rates(method, channel).items():
                until = now + retry_after + rate.depth
                self._put(key, max(self._full(key, now), until), now)

    def _full(self, key: str, now: datetime) -> datetime:
        return max(self._full_at.get(key, now), now)

    def _put(self, key: str, full_at: datetime, now: datetime) -> None:
        if len(self._full_at) >= _IDLE:
            self._full_at = {name: at for name, at in self._full_at.items() if at > now}
        self._full_at[key] = full_at


def _rates(method: SlackMethod, channel: str) -> Mapping[str, Rate]:
    a_minute = METHODS[method].a_minute
    if a_minute is None:
        return {f"{method}:{channel}": PER_CHANNEL}
    return {method: tier(a_minute)}
