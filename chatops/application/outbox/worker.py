"""Does claimed effects, and stores what became of each: done, not done, or in doubt."""

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Condition

from chatops.application.outbox.failure_notices import is_worth_telling, tell_trouble
from chatops.application.outbox.handlers import EffectHandlers
from chatops.application.outbox.record_results import EffectOutcome, record
from chatops.application.ports.chat import (
    AppLockedOut,
    ChatBusy,
    ChatError,
    ChatRefused,
    ChatUnreachable,
)
from chatops.application.ports.external import ExternalBusy, ExternalError, ExternalRefused
from chatops.application.ports.storage import UnitOfWork
from chatops.application.session import Sessions
from chatops.clock import Clock
from chatops.domain.messages.effects import Effect, EffectState, OpenChannel, SyncTask, backoff

_log = logging.getLogger(__name__)

#: A claim that is not completed by then is taken over by another worker.
LEASE = timedelta(seconds=90)
#: The longest wait for a chat that is down or locks the app out: asking it costs little.
_PROBE = timedelta(seconds=30)
#: Unexpected failures of one effect after which it is given up.
MOST_CRASHES = 8
#: So many doubtful ends of one effect, and it is given up if others were done only just now.
_MOST_DOUBTS, _JUST_NOW = 10, timedelta(minutes=5)
#: Troubles after which it is known that it was not done.
_KNOWN = (ChatBusy, ChatUnreachable, ChatRefused, ExternalBusy, ExternalRefused)

Observer = Callable[[Effect, str], None]


class OutboxWorker:
    """Claims effects, does them and completes them; may be shared between threads."""

    def __init__(
        self,
        sessions: Sessions,
        acts: EffectHandlers,
        clock: Clock,
        *,
        observe: Observer | None = None,
    ) -> None:
        self._sessions = sessions
        self._acts = acts
        self._clock = clock
        self._observe = observe or (lambda _effect, _outcome: None)
        self._lock = Condition()
        #: What our threads are at or about to begin, as it was claimed last.
        self._in_hand: dict[int, Effect] = {}
        #: What was tried while the storage could not take down what became of it.
        self._incomplete: dict[int, Effect] = {}
        self._crashes: Counter[int] = Counter()
        self._doubts: Counter[int] = Counter()
        self._last_done: datetime | None = None

    def claim(self, limit: int) -> Sequence[Effect]:
        """Take the next effects that may be done now."""
        now = self._clock.now()
        with self._lock:
            incomplete = tuple(self._incomplete.values())
        with self._sessions.storage.writing() as work:
            for effect in incomplete:
                self._put_back_incomplete(work, effect, now)
            claimed = work.outbox.claim(now, lease=LEASE, limit=limit)
        with self._lock:
            for effect in incomplete:
                self._incomplete.pop(effect.id)
            # A clock that was moved ends leases; what is in hand is only held for longer then.
            new = tuple(effect for effect in claimed if effect.id not in self._in_hand)
            self._in_hand |= {effect.id: effect for effect in claimed}
        return new

    def hold_on(self) -> None:
        """Renew the leases of what our threads are still at: a deploy may take longer than one."""
        now = self._clock.now()
        with self._lock:
            mine = tuple(self._in_hand.values())
        for effect in mine:
            if effect.lease_until is not None and effect.lease_until - now < LEASE / 2:
                held = replace(effect, lease_until=now + LEASE)
                with self._sessions.storage.writing() as work:
                    kept = self._complete(work, held)
                with self._lock:
                    if kept and effect.id in self._in_hand:
                        self._in_hand[effect.id] = held

    def next_due(self) -> datetime | None:
        with self._sessions.storage.reading() as work:
            return work.outbox.next_due()

    def handle(self, effect: Effect) -> None:
        """Do one claimed effect and store what became of it.

        Raises whatever the storage raises that cannot take it down; ``claim`` makes up for it.
        """
        with self._lock:
            self._in_hand[effect.id] = effect
        try:
            self._do(effect)
        except Exception:
            with self._lock:
                self._incomplete[effect.id] = self._in_hand[effect.id]
            raise
        finally:
            with self._lock:
                self._in_hand.pop(effect.id)
                self._lock.notify_all()

    def wait_until_idle(self, timeout: float) -> bool:
        """Wait until no thread is at anything; whether it came to that in ``timeout`` seconds."""
        with self._lock:
            return self._lock.wait_for(lambda: not self._in_hand, timeout)

    def drain(self) -> int:
        """Do everything that may be done now, one after another; returns how many."""
        done = 0
        while claimed := self.claim(limit=1):
            for effect in claimed:
                self.handle(effect)
                done += 1
        return done

    def _do(self, effect: Effect) -> None:
        try:
            outcome = self._acts.do(effect, self._clock)
            self._complete_done(effect, outcome)
        except (ChatError, ExternalError) as trouble:
            self._complete_refused(effect, trouble)
        except Exception:  # noqa: BLE001 - one bad effect must not stop the others
            self._complete_crashed(effect)

    def _complete_done(self, effect: Effect, outcome: EffectOutcome) -> None:
        now = self._clock.now()
        with self._sessions.writing() as work:
            if self._complete(work, effect.done(outcome.result)):
                record(self._sessions, work, effect, outcome, now)
        self._crashes.pop(effect.id, None)
        self._doubts.pop(effect.id, None)
        self._last_done = now
        self._observe(effect, "done")

    def _complete_refused(self, effect: Effect, trouble: ChatError | ExternalError) -> None:
        now = self._clock.now()
        lively = self._last_done is not None and now - self._last_done <= _JUST_NOW
        if not isinstance(trouble, _KNOWN):
            self._doubts[effect.id] += 1
        given_up = lively and self._doubts[effect.id] >= _MOST_DOUBTS
        changed = _after(effect, trouble, now, given_up=given_up)
        outcome = type(trouble).__name__
        _log.warning(
            "It was not done as asked",
            extra={"action": "effect", "key": effect.key, "outcome": outcome, "why": str(trouble)},
        )
        self._storage(changed, busy=isinstance(trouble, ChatBusy))
        self._observe(effect, outcome)

    def _complete_crashed(self, effect: Effect) -> None:
        reference = hashlib.sha256(effect.key.encode()).hexdigest()[:6].upper()
        _log.exception(
            "An effect failed unexpectedly",
            extra={"action": "effect", "key": effect.key, "reference": reference},
        )
        self._crashes[effect.id] += 1
        error = f"something unexpected (reference {reference})"
        at = self._clock.now() + backoff(effect.attempts)
        if self._crashes[effect.id] < MOST_CRASHES:
            self._storage(effect.again(at=at, error=error, doubtful=True))
        else:
            self._storage(effect.failed(error))
        self._observe(effect, "crash")

    def _storage(self, changed: Effect, *, busy: bool = False) -> None:
        """Complete what was not done, and tell of it; to complete it matters more."""
        if is_worth_telling(changed, busy=busy):
            try:
                self._store_and_tell(changed)
            except Exception:  # noqa: BLE001 - a text that fails must not keep a lane waiting
                _log.exception(
                    "A trouble could not be told", extra={"action": "tell", "key": changed.key}
                )
            else:
                return
        with self._sessions.writing() as work:
            self._complete(work, changed)

    def _store_and_tell(self, changed: Effect) -> None:
        with self._sessions.writing() as work:
            if self._complete(work, changed) and changed.incident is not None:
                incident = work.incidents.get(changed.incident)
                now = self._clock.now()
                tell_trouble(self._sessions.within(work, incident, actor=None, now=now), changed)

    def _complete(self, work: UnitOfWork, changed: Effect) -> bool:
        """Store an outcome; false if it is completed already, or another worker has it now."""
        with self._lock:
            newest = self._in_hand.get(changed.id, changed)
        current = work.outbox.get(changed.id)
        if current is None or current.state is not EffectState.RUNNING:
            return False
        return work.outbox.complete(replace(changed, attempts=newest.attempts))

    def _put_back_incomplete(self, work: UnitOfWork, effect: Effect, now: datetime) -> None:
        why = "the storage was away when it was done"
        at = now + backoff(effect.attempts)
        self._complete(work, effect.again(at=at, error=why, doubtful=True))


def _after(
    effect: Effect, trouble: ChatError | ExternalError, now: datetime, *, given_up: bool
) -> Effect:
    """The effect as the trouble leaves it; known not done unless nobody can know.

    ``given_up`` says that nobody could know too often, while the chat did other things.
    """
    wait, why, doubtful = backoff(effect.attempts), str(trouble), effect.doubtful
    opens = isinstance(effect.act, OpenChannel)
    match trouble:
        case ChatBusy():
            # Nothing was asked of the chat this time: an older doubt stays one.
            wait = trouble.retry_after
        case ExternalBusy():
            wait = trouble.retry_after or min(wait, _PROBE)
        case ChatUnreachable() | AppLockedOut():
            wait = min(wait, _PROBE)
        case ChatRefused() if opens:
            # All else of the incident waits for its channel: this is never given up.
            pass
        case ChatRefused():
            return effect.failed(why)
        case ExternalRefused() if isinstance(effect.act, SyncTask):
            # Known not done: a person mends it, and has it tried again.
            return effect.failed(why.rstrip("."))
        case _ if given_up and not opens:
            return replace(effect.failed(why), doubtful=True)
        case _:
            doubtful = True
    return effect.again(at=now + wait, error=why, doubtful=doubtful)
