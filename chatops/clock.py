"""The one place that reads the time; everything else is told it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Protocol


class Clock(Protocol):
    """Says what time it is, as an aware UTC moment."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the one place


class MovableClock:
    """A clock that people may push forward: the playground's and the tests'.

    It runs along with ``base`` and stands ``offset`` ahead of it. With a base that stands still
    it is a clock for tests: time passes only when somebody advances it.
    """

    def __init__(self, base: Clock) -> None:
        self._base = base
        self._offset = timedelta()
        self._lock = Lock()
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> datetime:
        return self._base.now() + self._offset

    def advance(self, by: timedelta) -> datetime:
        """Move forward by a positive ``by``, tell the listeners, and return the new time."""
        if by <= timedelta():
            message = "a clock only moves forward"
            raise ValueError(message)
        with self._lock:
            self._offset += by
        for listener in tuple(self._listeners):
            listener()
        return self.now()

    def on_advance(self, listener: Callable[[], None]) -> None:
        """Have ``listener`` called after each advance."""
        self._listeners.append(listener)


class FrozenClock:
    """A base clock that stands still at one moment."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at
