"""The second loop: does what the outbox asks for, lane by lane, and never twice."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Event, Thread

from chatops.application.outbox.worker import OutboxWorker
from chatops.clock import Clock
from chatops.domain.messages.effects import Effect

_log = logging.getLogger(__name__)

#: How often the outbox is looked through although nobody called.
SWEEP = timedelta(seconds=5)
#: Seconds from one look to the next at least, and between two at a storage that is away.
_BREATH, _PATIENCE = 0.05, 1.0


class OutboxDispatcher:
    """Runs a worker in threads: lanes in parallel, woken by ``wake`` and by a sweep.

    ``interrupt`` ends what would keep a thread busy for long.
    """

    def __init__(
        self,
        worker: OutboxWorker,
        clock: Clock,
        *,
        interrupt: Callable[[], None] = lambda: None,
        threads: int = 8,
        sweep: timedelta = SWEEP,
    ) -> None:
        self._worker = worker
        self._interrupt = interrupt
        self._clock = clock
        self._threads = threads
        self._sweep = sweep.total_seconds()
        self._called = Event()
        self._stopping = Event()
        self._thread: Thread | None = None
        self._in_order = True

    def wake(self) -> None:
        """Look through the outbox now; safe from any thread."""
        self._called.set()

    @property
    def alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        self._thread = Thread(target=self._run, name="effects")
        self._thread.start()

    def stop(self) -> None:
        """Finish what is under way and end; what waits stays in the outbox.

        What would take long is interrupted: it is found out about at the next start.
        """
        self._stopping.set()
        self._called.set()
        self._interrupt()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        with ThreadPoolExecutor(self._threads, thread_name_prefix="effect") as pool:
            busy: set[Future[None]] = set()
            while not self._stopping.is_set():
                self._called.clear()
                busy = {future for future in busy if not future.done()}
                pause = self._look(pool, busy)
                if pause:
                    self._called.wait(pause)

    def _look(self, pool: ThreadPoolExecutor, busy: set[Future[None]]) -> float:
        """Start what free threads can take; returns how many seconds to wait for a call.

        A storage that is away is logged when it goes and when it is back, and asked again.
        """
        free = self._threads - len(busy)
        try:
            self._worker.hold_on()
            if not free:
                return self._sweep
            claimed = self._worker.claim(limit=free)
            pause = 0.0 if claimed else self._pause()
        except Exception:  # noqa: BLE001 - the loop outlives what goes wrong in a round
            self._is_out_of_order()
            return _PATIENCE
        self._is_in_order()
        for effect in claimed:
            future = pool.submit(self._handle, effect)
            busy.add(future)
            future.add_done_callback(lambda _future: self.wake())
        return pause

    def _handle(self, effect: Effect) -> None:
        """The last net: what could not be completed is found out about by the next claim."""
        try:
            self._worker.handle(effect)
        except Exception:  # noqa: BLE001 - the loop outlives what goes wrong in a round
            _log.exception(
                "An effect could not be completed", extra={"action": "complete", "key": effect.key}
            )

    def _pause(self) -> float:
        """Seconds until the next look: when something falls due, at most a sweep away."""
        due = self._worker.next_due()
        if due is None:
            return self._sweep
        ahead = (due - self._clock.now()).total_seconds()
        return min(max(ahead, _BREATH), self._sweep)

    def _is_out_of_order(self) -> None:
        if self._in_order:
            _log.exception("The outbox cannot be read", extra={"action": "claim"})
        self._in_order = False

    def _is_in_order(self) -> None:
        if not self._in_order:
            _log.warning("The outbox can be read again", extra={"action": "claim"})
        self._in_order = True
