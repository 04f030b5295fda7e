"""What we were told by Slack a short while ago, so that we need not ask again."""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

from chatops.clock import Clock

K = TypeVar("K")
V = TypeVar("V")


class TtlCache(Generic[K, V]):
    """Keeps each value for ``keep``, and at most ``most`` of them; safe between threads."""

    def __init__(self, clock: Clock, *, keep: timedelta, most: int = 1000) -> None:
        self._clock = clock
        self._keep = keep
        self._most = most
        self._lock = Lock()
        self._values: OrderedDict[K, tuple[datetime, V]] = OrderedDict()

    def get(self, key: K) -> V | None:
        with self._lock:
            at, value = self._values.get(key, (None, None))
        if at is None or self._clock.now() - at >= self._keep:
            return None
        return value

    def put(self, key: K, value: V) -> V:
        with self._lock:
            self._values[key] = (self._clock.now(), value)
            self._values.move_to_end(key)
            if len(self._values) > self._most:
                self._values.popitem(last=False)
        return value
