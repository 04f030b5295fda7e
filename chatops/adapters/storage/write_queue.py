"""Lets writers through one at a time, in the order in which they came.

SQLite itself gives the right to write to whoever happens to ask while it is free: somebody who
writes without a pause, as the loops do after a long night, would keep people out for seconds.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class WaitedTooLong(Exception):
    """It took too long until it was one's turn."""


class WriteQueue:
    """One at a time, first come, first served; may be used from any thread."""

    def __init__(self) -> None:
        self._own = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()

    @contextmanager
    def passed(self, patience: float) -> Iterator[None]:
        """Wait for one's turn, so many seconds at most.

        Raises:
            WaitedTooLong
        """
        self._enter(patience)
        try:
            yield
        finally:
            self._leave()

    def _enter(self, patience: float) -> None:
        with self._own:
            if not self._taken:
                self._taken = True
                return
            called = Lock()
            called.acquire()
            self._waiting.append(called)
        if called.acquire(timeout=patience):
            return
        with self._own:
            # Whoever is no longer waiting was called at the last moment.
            if called in self._waiting:
                self._waiting.remove(called)
                raise WaitedTooLong

    def _leave(self) -> None:
        """Hand over to whoever has waited longest: nobody slips in between."""
        with self._own:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
