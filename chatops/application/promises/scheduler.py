"""The first loop: keeps every promise whose moment has come."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chatops.application.authorization import Audiences, NotAskedYet, PeopleDirectory
from chatops.application.drills.play import play
from chatops.application.ports.storage import UnitOfWork
from chatops.application.promises.execute import handle_due
from chatops.application.reminders import ReminderDigest
from chatops.application.session import Sessions
from chatops.domain.promises.model import Promise

_log = logging.getLogger(__name__)

#: How long a promise that could not be handled is left alone.
_PAUSE = timedelta(minutes=1)
#: Due promises, and with them incidents, that are handled in one transaction,
_TOGETHER = 25
#: and so many more where somebody is to be reminded, so that each hears of everything at once.
_FOLDED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One transaction, and what is to be said to whom when it ends."""

    work: UnitOfWork
    now: datetime
    digest: ReminderDigest
    #: The incidents that were begun, until all is well with the last of them.
    begun: list[int] = field(default_factory=list)


class KeepPromises:
    """Handles due promises, incident by incident.

    Several incidents share a transaction, for a commit takes longer than what it commits. One
    that fails gets a transaction of its own, so that it stops nobody but itself.
    """

    def __init__(
        self,
        sessions: Sessions,
        directory: PeopleDirectory,
        *,
        observe: Callable[[Promise, datetime], None] = lambda _promise, _now: None,
    ) -> None:
        self._sessions = sessions
        self._directory = directory
        self._observe = observe

    def __call__(self, now: datetime, *, most: int = 1000) -> int:
        """Handle what is due, at most ``most`` incidents; returns how many were handled."""
        audiences = Audiences(self._directory)
        handled = 0
        while handled < most:
            done = self._handle_some(now, audiences, most=min(_TOGETHER, most - handled))
            handled += done
            if not done:
                break
        return handled

    def _handle_some(self, now: datetime, audiences: Audiences, *, most: int) -> int:
        """Handle all that is due of the incidents with the oldest due promises; says how many."""
        begun: list[int] = []
        try:
            with self._sessions.writing() as work:
                batch = Batch(work=work, now=now, digest=ReminderDigest(audiences), begun=begun)
                handled = self._handle_these(batch, work.promises.claim(now, limit=most))
                self._fold(batch, handled)
        except NotAskedYet as missing:
            audiences.ask(missing.audience)
            return self._handle_some(now, audiences, most=most)
        except Exception:  # noqa: BLE001 - alone, what is wrong comes out with whose it is
            if begun:
                self._handle_one(begun[-1], now, audiences)
                return 1
            return sum(1 for _ in range(most) if self._handle_next(now, audiences))
        for promises in handled:
            self._observe_all(promises, now)
        return len(handled)

    def _handle_these(self, batch: Batch, claimed: Sequence[Promise]) -> list[Sequence[Promise]]:
        incidents = dict.fromkeys(promise.incident for promise in claimed)
        return [self._handle(batch, each) for each in incidents]

    def _fold(self, batch: Batch, handled: list[Sequence[Promise]]) -> None:
        """Let everybody who is reminded of something hear of all that is due now, at once."""
        spoken_to: frozenset[str] = frozenset()
        if batch.digest.people:
            promises = batch.work.promises
            handled += self._handle_these(batch, promises.claim(batch.now, limit=_FOLDED))
        while new := batch.digest.people - spoken_to:
            spoken_to |= new
            due = batch.work.promises.due_of(new, batch.now)
            handled += self._handle_these(batch, due)
        batch.begun.clear()
        batch.digest.send(batch.work, self._sessions, batch.now)

    def _handle_one(self, incident: int, now: datetime, audiences: Audiences) -> None:
        """Handle all that is due of one incident; where that fails, each promise alone."""
        due: Sequence[Promise] = ()
        handled: Sequence[Promise] = ()
        try:
            with self._sessions.writing() as work:
                work.incidents.get(incident)
                due = [each for each in work.promises.of(incident) if _is_due(each, now)]
                batch = Batch(work=work, now=now, digest=ReminderDigest(audiences))
                handled = self._handle(batch, incident)
                batch.digest.send(work, self._sessions, now)
        except NotAskedYet as missing:
            audiences.ask(missing.audience)
            self._handle_one(incident, now, audiences)
        except Exception:
            if not due:
                raise
            self._log_failure(due[0])
            for promise in due:
                self._handle_alone(promise, now, audiences)
        else:
            self._observe_all(handled, now)

    def _handle_next(self, now: datetime, audiences: Audiences) -> bool:
        """Handle all that is due of the incident with the oldest due promise; false if none is.

        Where that fails, the oldest one alone; where that fails, it is set aside.
        """
        claimed: Promise | None = None
        handled: Sequence[Promise] = ()
        try:
            with self._sessions.writing() as work:
                batch = Batch(work=work, now=now, digest=ReminderDigest(audiences))
                for claimed in work.promises.claim(now, limit=1):
                    handled = self._handle(batch, claimed.incident)
                batch.digest.send(work, self._sessions, now)
        except NotAskedYet as missing:
            audiences.ask(missing.audience)
            return self._handle_next(now, audiences)
        except Exception:
            if claimed is None:
                raise
            self._log_failure(claimed)
            self._handle_alone(claimed, now, audiences)
        else:
            self._observe_all(handled, now)
        return claimed is not None

    def _handle_alone(self, claimed: Promise, now: datetime, audiences: Audiences) -> None:
        try:
            with self._sessions.writing() as work:
                batch = Batch(work=work, now=now, digest=ReminderDigest(audiences))
                handled = self._handle(batch, claimed.incident, only=claimed.key)
                batch.digest.send(work, self._sessions, now)
        except NotAskedYet as missing:
            audiences.ask(missing.audience)
            self._handle_alone(claimed, now, audiences)
        except Exception:  # noqa: BLE001 - the loop outlives what goes wrong with one promise
            self._log_failure(claimed)
            self._set_aside(claimed, now)
        else:
            self._observe_all(handled, now)

    def _set_aside(self, claimed: Promise, now: datetime) -> None:
        """Keep one bad promise from stopping all the others; it is tried again."""
        with self._sessions.writing() as work:
            work.incidents.get(claimed.incident)
            promise = work.promises.get(claimed.incident, claimed.key)
            if promise is not None and _is_due(promise, now):
                work.promises.put(replace(promise, wake_at=now + _PAUSE))

    def _handle(
        self, batch: Batch, incident_id: int, *, only: str | None = None
    ) -> Sequence[Promise]:
        batch.begun.append(incident_id)
        incident = batch.work.incidents.get(incident_id)
        session = self._sessions.within(batch.work, incident, actor=None, now=batch.now)
        due = [
            promise
            for promise in session.promises().values()
            if _is_due(promise, batch.now) and only in {None, promise.key}
        ]
        handle_due(session, play(session, due) if incident.drill else due, batch.digest)
        session.finish(was=incident)
        return due

    def _observe_all(self, handled: Sequence[Promise], now: datetime) -> None:
        for promise in handled:
            self._observe(promise, now)

    def _log_failure(self, promise: Promise) -> None:
        _log.exception(
            "A promise could not be handled",
            extra={"action": "promise", "incident": promise.incident, "promise": promise.key},
        )


def _is_due(promise: Promise, now: datetime) -> bool:
    return promise.open and promise.wake_at is not None and promise.wake_at <= now
