"""The first loop: keeps every promise whose moment has come."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from chatops.domain.effects import Reword
from chatops.domain.posts import Ask, Button, Post, Tone
from chatops.domain.promise_rules import overdue_rungs, remade
from chatops.domain.promise_steps import (
    Escalate,
    Hold,
    Nudge,
    PageAudience,
    Step,
    TellOverdue,
    decide,
)
from chatops.domain.promises import Promise, PromiseKind
from chatops.domain.timeline import EntryKind
from chatops.usecases.audiences import Audiences, NotAskedYet
from chatops.usecases.hotfix.reminding import overdue_key, remind, tell_hotfix_overdue
from chatops.usecases.notify import acknowledge_button, page
from chatops.usecases.permission import Directory
from chatops.usecases.store import Work
from chatops.usecases.turn import Turn
from chatops.usecases.turns import Turns
from chatops.usecases.update import nudge_key, tell_stakeholders, update_button

_log = logging.getLogger(__name__)

#: How long a promise that could not be handled is left alone.
_PAUSE = timedelta(minutes=1)
#: Due promises, and with them incidents, that are handled in one transaction.
_TOGETHER = 25


class KeepPromises:
    """Handles due promises, incident by incident.

    Several incidents share a transaction, for a commit takes longer than what it commits. Where
    one of them fails, each gets a transaction of its own, so that it stops nobody but itself.
    """

    def __init__(
        self,
        turns: Turns,
        directory: Directory,
        *,
        observe: Callable[[Promise, datetime], None] = lambda _promise, _now: None,
    ) -> None:
        self._turns = turns
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
        try:
            with self._turns.writing() as work:
                claimed = work.promises.claim(now, limit=most)
                incidents = dict.fromkeys(promise.incident for promise in claimed)
                handled = [self._handle(work, each, now, audiences) for each in incidents]
        except NotAskedYet as missing:
            audiences.ask(missing.audience)
            return self._handle_some(now, audiences, most=most)
        except Exception:  # noqa: BLE001 - one by one, what is wrong comes out with whose it is
            return sum(1 for _ in range(most) if self._handle_next(now, audiences))
        for promises in handled:
            self._observe_all(promises, now)
        return len(incidents)

    def _handle_next(self, now: datetime, audiences: Audiences) -> bool:
        """Handle all that is due of the incident with the oldest due promise; false if none is.

        Where that fails, the oldest one alone; where that fails, it is set aside.
        """
        claimed: Promise | None = None
        handled: Sequence[Promise] = ()
        try:
            with self._turns.writing() as work:
                for claimed in work.promises.claim(now, limit=1):
                    handled = self._handle(work, claimed.incident, now, audiences)
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
            with self._turns.writing() as work:
                handled = self._handle(work, claimed.incident, now, audiences, only=claimed.key)
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
        with self._turns.writing() as work:
            work.incidents.get(claimed.incident)
            promise = work.promises.get(claimed.incident, claimed.key)
            if promise is not None and _is_due(promise, now):
                work.promises.put(replace(promise, wake_at=now + _PAUSE))

    def _handle(
        self,
        work: Work,
        incident_id: int,
        now: datetime,
        audiences: Audiences,
        *,
        only: str | None = None,
    ) -> Sequence[Promise]:
        incident = work.incidents.get(incident_id)
        turn = self._turns.within(work, incident, actor=None, now=now)
        due = [
            promise
            for promise in turn.promises().values()
            if _is_due(promise, now) and only in {None, promise.key}
        ]
        steps = [step for promise in due for step in _decide(turn, promise)]
        escalations = [step for step in steps if isinstance(step, Escalate)]
        for step in steps:
            if not isinstance(step, Escalate):
                _take(turn, step, audiences)
        if escalations:
            _escalate(turn, escalations, audiences)
        turn.finish(was=incident)
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


def _decide(turn: Turn, promise: Promise) -> Iterator[Step]:
    verdict = decide(promise, turn.incident, turn.severity, turn.now)
    turn.promise(verdict.promise)
    if verdict.step is not None:
        yield verdict.step


def _take(
    turn: Turn, step: Nudge | Hold | PageAudience | TellOverdue, audiences: Audiences
) -> None:
    match step:
        case Nudge():
            nudge(turn, step.promise)
        case Hold():
            hold(turn, step)
        case PageAudience():
            users = audiences.people(step.audience)
            page(turn, users, why=f"nobody has taken {turn.incident.reference} up")
        case TellOverdue():
            tell_overdue(turn, step.promise, audiences)
        case _ as never:
            assert_never(never)


def _escalate(turn: Turn, steps: Sequence[Escalate], audiences: Audiences) -> None:
    """Climb every rung that is due, and say so in one message."""
    rungs = [step.rung for step in steps]
    names = dict.fromkeys(name for rung in rungs for name in rung.tell)
    users = audiences.meant(turn.incident, tuple(names))
    why = " ".join(dict.fromkeys(rung.why for rung in rungs))
    key = "escalated:" + ",".join(f"{step.promise.key}:{step.promise.round}" for step in steps)
    spoken = ", ".join(names).replace("_", " ")
    kept_in = turn.incident.private and not users
    turn.note(
        EntryKind.ESCALATED,
        f"Not escalated to {spoken}: it is private" if kept_in else f"Escalated to {spoken}",
        reason=why,
    )
    turn.invite(*users)
    buttons = (acknowledge_button(turn),) if turn.incident.acknowledged_at is None else ()
    post = turn.post("escalated", users=users, names=tuple(names), why=why, buttons=buttons)
    turn.tell_room(key, post)
    for user in users:
        direct = turn.post("escalation_direct", why=why, buttons=buttons)
        turn.tell_person(key, user, direct)


def _snooze_button(turn: Turn, promise: Promise) -> Button:
    about = f"{turn.incident.id}:{promise.key}"
    return Button(ask=Ask.SNOOZE, label="Snooze…", about=about)


def nudge(turn: Turn, promise: Promise) -> None:
    """Remind whoever owes it in the channel, with the button that settles it."""
    if promise.kind is not PromiseKind.STATUS_UPDATE:
        remind(turn, promise)
        return
    buttons = (update_button(turn), _snooze_button(turn, promise))
    post = turn.post("nudge", promise=promise, buttons=buttons)
    turn.tell_room(nudge_key(promise), post)


def hold(turn: Turn, step: Hold) -> None:
    """Keep the word given: say what is known, promise the next time, tell the commander."""
    before = turn.incident
    turn.incident = replace(before, next_update_at=step.next_at, holdings=before.holdings + 1)
    last_at = before.last_update.at if before.last_update is not None else None
    key = f"{step.promise.key}:{step.promise.round}"
    public = turn.post("holding", last_at=last_at, late_by=step.late_by)
    tell_stakeholders(turn, f"held_public:{key}", public)
    said = turn.plain("holding", last_at=last_at, late_by=step.late_by)
    turn.note(EntryKind.HOLDING, said.partition("\n")[0])
    held = turn.post("held", late_by=step.late_by, buttons=(update_button(turn),))
    _say_or_reword(turn, step.promise, f"held:{key}", held)
    known = turn.promises()
    for promise in overdue_rungs(turn.incident, turn.severity, step.promise, turn.now):
        old = known.get(promise.key)
        if old is None or not old.open:
            turn.promise(remade(old, promise, turn.now))


def _say_or_reword(turn: Turn, promise: Promise, key: str, post: Post) -> None:
    """Turn this round's reminder into what became of it, or say it if there was none."""
    if promise.nudged:
        said = f"{turn.incident.id}:{nudge_key(promise)}"
        turn.do(key, turn.room.lane, Reword(said=said, post=post))
    else:
        turn.tell_room(key, post)


def tell_overdue(turn: Turn, promise: Promise, audiences: Audiences) -> None:
    """Say that a deadline has passed, who owes it, and what settles it. Raises NotAskedYet."""
    match promise.kind:
        case PromiseKind.STEP | PromiseKind.BACKPORT:
            tell_hotfix_overdue(turn, promise, audiences)
            return
        case PromiseKind.BUSINESS_UPDATE:
            post = turn.post("business_due", promise=promise, buttons=(update_button(turn),))
        case PromiseKind.RESPONSE:
            about = str(turn.incident.id)
            again = Button(ask=Ask.PAGE, label="Page somebody else", about=about, tone=Tone.WANTED)
            post = turn.post("no_answer", promise=promise, buttons=(again,))
        case _:
            post = turn.post("overdue", promise=promise, buttons=(update_button(turn),))
    turn.tell_room(overdue_key(promise), post)
