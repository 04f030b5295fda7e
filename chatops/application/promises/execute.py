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


def take_steps(session: IncidentSession, due: Sequence[Promise], round_: Round) -> None:
    """Decide about every promise that is due, and do what that asks for. Raises NotAskedYet."""
    steps = [step for promise in due for step in _decide(session, promise)]
    escalations = [step for step in steps if isinstance(step, Escalate)]
    for step in steps:
        if not isinstance(step, Escalate):
            _take(session, step, round_)
    if escalations and session.incident.drill:
        would_escalate(session, [step.rung for step in escalations])
    elif escalations:
        _escalate(session, escalations, round_.audiences)


def _decide(session: IncidentSession, promise: Promise) -> Iterator[DueAction]:
    verdict = decide(
        promise,
        session.incident,
        session.severity,
        session.now,
        manners=ReminderPolicy.of(session.playbook),
        heard_at=heard_at(session) if promise.kind is PromiseKind.STALE else None,
    )
    session.promise(verdict.promise)
    if verdict.step is not None:
        yield verdict.step


def _take(
    session: IncidentSession,
    step: RemindOwner | PostAutomaticUpdate | PageAudience | TellOverdue | ArchiveIncident,
    round_: Round,
) -> None:
    match step:
        case RemindOwner():
            _nudge(session, step.promise, round_.letters)
        case PostAutomaticUpdate():
            _hold(session, step)
        case PageAudience():
            users = round_.audiences.people(step.audience)
            page(session, users, why=f"nobody has taken {session.incident.reference} up")
        case TellOverdue():
            _tell_overdue(session, step.promise, round_.audiences, round_.letters)
        case ArchiveIncident():
            put_away(session, step.promise)
        case _ as never:
            assert_never(never)


def _escalate(session: IncidentSession, steps: Sequence[Escalate], audiences: Audiences) -> None:
    """Climb every rung that is due, and say so in one message."""
    rungs = [step.rung for step in steps]
    names = dict.fromkeys(name for rung in rungs for name in rung.tell)
    users = audiences.meant(session.incident, tuple(names))
    why = " ".join(dict.fromkeys(rung.why for rung in rungs))
    key = "escalated:" + ",".join(f"{step.promise.key}:{step.promise.round}" for step in steps)
    spoken = ", ".join(names).replace("_", " ")
    kept_in = session.incident.private and not users
    session.note(
        EntryKind.ESCALATED,
        f"Not escalated to {spoken}: it is private" if kept_in else f"Escalated to {spoken}",
        reason=why,
    )
    session.invite(*users)
    buttons = (acknowledge_button(session),) if session.incident.acknowledged_at is None else ()
    post = session.post("escalated", users=users, names=tuple(names), why=why, buttons=buttons)
    session.tell_room(key, post)
    for user in users:
        direct = session.post("escalation_direct", why=why, buttons=buttons)
        session.tell_person(key, user, direct)


def _snooze_button(session: IncidentSession, promise: Promise) -> Button:
    about = f"{session.incident.id}:{promise.key}"
    return Button(ask=ActionId.SNOOZE, label="Snooze…", about=about)


def _nudge(session: IncidentSession, promise: Promise, letters: Letters) -> None:
    """Remind whoever owes it, with the button that settles it."""
    match promise.kind:
        case PromiseKind.STATUS_UPDATE:
            buttons = (update_button(session), _snooze_button(session, promise))
            post = session.post("nudge", promise=promise, buttons=buttons)
            session.tell_room(nudge_key(promise), post)
        case PromiseKind.STEP | PromiseKind.BACKPORT:
            remind(session, promise, letters)
        case PromiseKind.ARCHIVE:
            announce_archiving(session, promise)
        case _:
            remind_owner(session, promise, letters)


def _hold(session: IncidentSession, step: PostAutomaticUpdate) -> None:
    """Keep the word given: say what is known, promise the next time, tell the commander."""
    before = session.incident
    session.incident = replace(before, next_update_at=step.next_at, holdings=before.holdings + 1)
    last_at = before.last_update.at if before.last_update is not None else None
    key = f"{step.promise.key}:{step.promise.round}"
    public = session.post("holding", last_at=last_at, late_by=step.late_by)
    tell_stakeholders(session, f"held_public:{key}", public)
    said = session.plain("holding", last_at=last_at, late_by=step.late_by)
    session.note(EntryKind.HOLDING, said.partition("\n")[0])
    held = session.post("held", late_by=step.late_by, buttons=(update_button(session),))
    _say_or_reword(session, step.promise, f"held:{key}", held)
    known = session.promises()
    for promise in overdue_rungs(session.incident, session.severity, step.promise, session.now):
        old = known.get(promise.key)
        if old is None or not old.open:
            session.promise(remade(old, promise, session.now))


def _say_or_reword(session: IncidentSession, promise: Promise, key: str, post: Post) -> None:
    """Turn this round's reminder into what became of it, or say it if there was none."""
    if promise.nudged:
        said = f"{session.incident.id}:{nudge_key(promise)}"
        session.do(key, session.room.lane, EditMessage(said=said, post=post))
    else:
        session.tell_room(key, post)


def _tell_overdue(
    session: IncidentSession, promise: Promise, audiences: Audiences, letters: Letters
) -> None:
    """Say that a deadline has passed, who owes it, and what settles it. Raises NotAskedYet."""
    match promise.kind:
        case PromiseKind.STEP | PromiseKind.BACKPORT | PromiseKind.ROLLBACK:
            tell_hotfix_overdue(session, promise, audiences, letters)
        case kind if kind in IN_THE_ROOM:
            ask_in_room(session, promise, audiences, letters)
        case PromiseKind.WATCH:
            tell_overdue_later(session, promise, audiences, letters)
            if promise.told == 1:
                go_on_watching(session, promise)
        case kind if kind in LATER:
            tell_overdue_later(session, promise, audiences, letters)
        case _:
            session.tell_room(overdue_key(promise), _overdue_post(session, promise))


def _overdue_post(session: IncidentSession, promise: Promise) -> Post:
    match promise.kind:
        case PromiseKind.BUSINESS_UPDATE:
            return session.post("business_due", promise=promise, buttons=(update_button(session),))
        case PromiseKind.RESPONSE:
            about = str(session.incident.id)
            again = Button(
                ask=ActionId.PAGE, label="Page somebody else", about=about, tone=ButtonStyle.WANTED
            )
            return session.post("no_answer", promise=promise, buttons=(again,))
        case _:
            return session.post("overdue", promise=promise, buttons=(update_button(session),))
