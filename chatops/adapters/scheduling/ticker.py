"""Wakes what must look at the time: promises, people who have left, and the housekeeping."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from chatops.clock import Clock, SystemClock

_log = logging.getLogger(__name__)

_PROMISES, _AROUND = "promises", "around"
EVERY = timedelta(seconds=1)
#: How long somebody who has left may go unnoticed.
_AROUND_EVERY = timedelta(minutes=2)


#: Threads that the scheduler may have in one job; all but one of them leave at once.
_AT_ONCE = 10


class Ticker:
    """Calls ``keep_promises`` each second, never twice at once, and ``clean_up`` each night.

    In between ``look_around`` is called every few minutes; both are called at once when it starts.
    The scheduler only says when to look; what is due stands in the database. ``clock`` is the
    bot's, which may run ahead of the machine's.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        keep_promises: Callable[[datetime], Any],
        look_around: Callable[[datetime], Any],
        clean_up: Callable[[datetime], Any],
    ) -> None:
        self._clock = clock
        self._machine = SystemClock()
        self._keep_promises = keep_promises
        self._look_around = look_around
        self._clean_up = clean_up
        self.last_look: datetime | None = None
        self._woken = [_PROMISES, _AROUND]
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._scheduler.add_listener(self._failed, EVENT_JOB_ERROR)
        # One look at a time is our own matter: the scheduler would warn of each one it leaves out.
        self._looking, self._searching = Lock(), Lock()
        self._scheduler.add_job(
            self._look,
            IntervalTrigger(seconds=int(EVERY.total_seconds())),
            id=_PROMISES,
            next_run_time=self._machine.now(),
            max_instances=_AT_ONCE,
            coalesce=True,
            misfire_grace_time=None,
        )
        self._scheduler.add_job(
            self._search,
            IntervalTrigger(seconds=int(_AROUND_EVERY.total_seconds())),
            id=_AROUND,
            next_run_time=self._machine.now(),
            max_instances=_AT_ONCE,
            coalesce=True,
            misfire_grace_time=None,
        )
        self._scheduler.add_job(
            self._tidy, CronTrigger(hour=3), id="tidy", coalesce=True, misfire_grace_time=None
        )

    def also(self, name: str, act: Callable[[datetime], Any], *, every: timedelta) -> None:
        """Call ``act`` at once and then so often, too; never twice at a time."""
        busy = Lock()

        def called() -> None:
            with _alone(busy) as free:
                if free:
                    act(self._clock.now())

        self._scheduler.add_job(
            called,
            IntervalTrigger(seconds=int(every.total_seconds())),
            id=name,
            next_run_time=self._machine.now(),
            max_instances=_AT_ONCE,
            coalesce=True,
            misfire_grace_time=None,
        )
        self._woken.append(name)

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        """Let a look that is under way finish, then end."""
        self._scheduler.shutdown(wait=True)

    @property
    def alive(self) -> bool:
        return bool(self._scheduler.running)

    def wake(self) -> None:
        """Look now; for a clock that has been moved."""
        if self._scheduler.running:
            for job in self._woken:
                self._scheduler.modify_job(job, next_run_time=self._machine.now())

    def _look(self) -> None:
        with _alone(self._looking) as free:
            if free:
                self._keep_promises(self._clock.now())
                self.last_look = self._clock.now()

    def _search(self) -> None:
        with _alone(self._searching) as free:
            if free:
                self._look_around(self._clock.now())

    def _tidy(self) -> None:
        self._clean_up(self._clock.now())

    def _failed(self, event: JobExecutionEvent) -> None:
        _log.error(
            "A scheduled look failed",
            extra={"action": "tick", "job": event.job_id},
            exc_info=event.exception,
        )


@contextmanager
def _alone(busy: Lock) -> Iterator[bool]:
    """Say whether nobody else is at it, and keep others away meanwhile."""
    free = busy.acquire(blocking=False)
    try:
        yield free
    finally:
        if free:
            busy.release()
