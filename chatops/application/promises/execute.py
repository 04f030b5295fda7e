"""Carries out what was decided about a promise: says it, gives word, pages, escalates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from chatops.application.authorization import Audiences
from chatops.application.hotfix.deadlines import (
    go_on_watching,
    overdue_key,
    remind,
    tell_hotfix_overdue,
)
from chatops.application.incidents.paging import acknowledge_button, page, would_escalate
from chatops.application.incidents.update import nudge_key, tell_stakeholders, update_button
from chatops.application.ports.storage import UnitOfWork
from chatops.application.reminders.after_resolution import heard_at
from chatops.application.reminders.digest import (
    IN_THE_ROOM,
    Letters,
    announce_archiving,
    ask_in_room,
    put_away,
    remind_owner,
    tell_overdue_later,
)
from chatops.application.session import IncidentSession
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import EditMessage
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.promises.decide import (
    ArchiveIncident,
    DueAction,
    Escalate,
    PageAudience,
    PostAutomaticUpdate,
    RemindOwner,
    TellOverdue,
    decide,
)
from chatops.domain.promises.model import LATER, Promise, PromiseKind, overdue_rungs, remade
from chatops.domain.promises.reminder_policy import ReminderPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One transaction: who is asked of the chat beforehand, and what is to be said to whom."""

    work: UnitOfWork
    now: datetime
    audiences: Audiences
    letters: Letters = field(default_factory=Letters)
    #: The incidents that were taken in hand, until all is well with the last of them.
    begun: list[int] = field(default_factory=list)


def take_steps(turn: IncidentSession, due: Sequence[Promise], round_: Round) -> None:
    """Decide about every promise that is due, and do what that asks for. Raises NotAskedYet."""
    steps = [step for promise in due for step in _decide(turn, promise)]
    escalations = [step for step in steps if isinstance(step, Escalate)]
    for step in steps:
        if not isinstance(step, Escalate):
            _take(turn, step, round_)
    if escalations and turn.incident.drill:
        would_escalate(turn, [step.rung for step in escalations])
    elif escalations:
        _escalate(turn, escalations, round_.audiences)


def _decide(turn: IncidentSession, promise: Promise) -> Iterator[DueAction]:
    verdict = decide(
        promise,
        turn.incident,
        turn.severity,
        turn.now,
        manners=ReminderPolicy.of(turn.playbook),
        heard_at=heard_at(turn) if promise.kind is PromiseKind.STALE else None,
    )
    turn.promise(verdict.promise)
    if verdict.step is not None:
        yield verdict.step


def _take(
    turn: IncidentSession,
    step: RemindOwner | PostAutomaticUpdate | PageAudience | TellOverdue | ArchiveIncident,
    round_: Round,
) -> None:
    match step:
        case RemindOwner():
            _nudge(turn, step.promise, round_.letters)
        case PostAutomaticUpdate():
            _hold(turn, step)
        case PageAudience():
            users = round_.audiences.people(step.audience)
            page(turn, users, why=f"nobody has taken {turn.incident.reference} up")
        case TellOverdue():
            _tell_overdue(turn, step.promise, round_.audiences, round_.letters)
        case ArchiveIncident():
            put_away(turn, step.promise)
        case _ as never:
            assert_never(never)


def _escalate(turn: IncidentSession, steps: Sequence[Escalate], audiences: Audiences) -> None:
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


def _snooze_button(turn: IncidentSession, promise: Promise) -> Button:
    about = f"{turn.incident.id}:{promise.key}"
    return Button(ask=ActionId.SNOOZE, label="Snooze…", about=about)


def _nudge(turn: IncidentSession, promise: Promise, letters: Letters) -> None:
    """Remind whoever owes it, with the button that settles it."""
    match promise.kind:
        case PromiseKind.STATUS_UPDATE:
            buttons = (update_button(turn), _snooze_button(turn, promise))
            post = turn.post("nudge", promise=promise, buttons=buttons)
            turn.tell_room(nudge_key(promise), post)
        case PromiseKind.STEP | PromiseKind.BACKPORT:
            remind(turn, promise, letters)
        case PromiseKind.ARCHIVE:
            announce_archiving(turn, promise)
        case _:
            remind_owner(turn, promise, letters)


def _hold(turn: IncidentSession, step: PostAutomaticUpdate) -> None:
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


def _say_or_reword(turn: IncidentSession, promise: Promise, key: str, post: Post) -> None:
    """Turn this round's reminder into what became of it, or say it if there was none."""
    if promise.nudged:
        said = f"{turn.incident.id}:{nudge_key(promise)}"
        turn.do(key, turn.room.lane, EditMessage(said=said, post=post))
    else:
        turn.tell_room(key, post)


def _tell_overdue(
    turn: IncidentSession, promise: Promise, audiences: Audiences, letters: Letters
) -> None:
    """Say that a deadline has passed, who owes it, and what settles it. Raises NotAskedYet."""
    match promise.kind:
        case PromiseKind.STEP | PromiseKind.BACKPORT | PromiseKind.ROLLBACK:
            tell_hotfix_overdue(turn, promise, audiences, letters)
        case kind if kind in IN_THE_ROOM:
            ask_in_room(turn, promise, audiences, letters)
        case PromiseKind.WATCH:
            tell_overdue_later(turn, promise, audiences, letters)
            if promise.told == 1:
                go_on_watching(turn, promise)
        case kind if kind in LATER:
            tell_overdue_later(turn, promise, audiences, letters)
        case _:
            turn.tell_room(overdue_key(promise), _overdue_post(turn, promise))


def _overdue_post(turn: IncidentSession, promise: Promise) -> Post:
    match promise.kind:
        case PromiseKind.BUSINESS_UPDATE:
            return turn.post("business_due", promise=promise, buttons=(update_button(turn),))
        case PromiseKind.RESPONSE:
            about = str(turn.incident.id)
            again = Button(
                ask=ActionId.PAGE, label="Page somebody else", about=about, tone=ButtonStyle.WANTED
            )
            return turn.post("no_answer", promise=promise, buttons=(again,))
        case _:
            return turn.post("overdue", promise=promise, buttons=(update_button(turn),))
