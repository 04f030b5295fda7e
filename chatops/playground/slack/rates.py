"""Slack's own rate limits, enforced by the workspace's clock when honesty is wanted."""

from collections import defaultdict, deque
from datetime import datetime, timedelta
from math import ceil
from threading import Lock

from chatops.clock import Clock
from chatops.playground.slack.errors import RateLimited

_MINUTE = timedelta(minutes=1)
#: One message a second in each channel; so many may come at once.
POSTING_BURST = 4


class Rates:
    """Counts calls and refuses those that come too fast."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._calls: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self._posts: dict[str, tuple[float, datetime]] = {}

    def check(self, method: str, a_minute: int) -> None:
        """Count a call of a method that may be called so many times ``a_minute``."""
        with self._lock:
            now, calls = self._clock.now(), self._calls[method]
            while calls and now - calls[0] >= _MINUTE:
                calls.popleft()
            if len(calls) >= a_minute:
                raise RateLimited(_seconds(calls[0] + _MINUTE - now))
            calls.append(now)

    def check_post(self, channel: str) -> None:
        """Count a message to a channel."""
        with self._lock:
            now = self._clock.now()
            left, since = self._posts.get(channel, (float(POSTING_BURST), now))
            left = min(float(POSTING_BURST), left + (now - since).total_seconds())
            if left < 1:
                self._posts[channel] = (left, now)
                raise RateLimited(1)
            self._posts[channel] = (left - 1, now)


def _seconds(wait: timedelta) -> int:
    return max(1, ceil(wait.total_seconds()))
