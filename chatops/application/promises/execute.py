"""Carries out what was decided about a promise: reminds, tells, posts updates, pages, escalates."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import assert_never

from chatops.application.authorization import Audiences
from chatops.application.hotfix.deadlines import (
    begin_next_window,
    overdue_key,
    remind_of_backport,
    remind_of_step,
    tell_backport_overdue,
    tell_rollback_overdue,
    tell_step_overdue,
)
from chatops.application.incidents.paging import acknowledge_button, page, would_escalate
from chatops.application.incidents.update import reminder_key, tell_stakeholders, update_button
from chatops.application.reminders import (
    Reminder,
    ReminderDigest,
    remind_owner,
    tell_owner_overdue,
)
from chatops.application.session import IncidentSession
from chatops.domain.incident.model import COMMANDER
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import ArchiveChannel, EditMessage
from chatops.domain.messages.posts import ActionId, Button, Post
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
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise, remade
from chatops.domain.promises.reminder_policy import OWNER, ReminderPolicy
from chatops.domain.promises.spec import InItsOwnWay, Rule, ToChannel, ToNobody, ToOwner
from chatops.domain.promises.while_running import overdue_escalations

#: What the bot writes down because nobody does anything.
_SILENCE = frozenset({EntryKind.AUTOMATIC_UPDATE, EntryKind.ESCALATED, EntryKind.TROUBLE})
#: A day of automatic updates, at the fastest cadence there is.
_MOST_ENTRIES = 300


def handle_due(session: IncidentSession, due: Sequence[Promise], digest: ReminderDigest) -> None:
    """Decide about every promise that is due, and do what that asks for. Raises NotAskedYet."""
    actions = [action for promise in due for action in _decide(session, promise)]
    escalations = [action for action in actions if isinstance(action, Escalate)]
    for action in actions:
        if not isinstance(action, Escalate):
            _carry_out(session, action, digest)
    if escalations and session.incident.drill:
        would_escalate(session, [each.step for each in escalations])
    elif escalations:
        _escalate(session, escalations, digest.audiences)


def _decide(session: IncidentSession, promise: Promise) -> Iterator[DueAction]:
    asks_activity = promise.spec.rule is Rule.EXPECT_ACTIVITY
    decision = decide(
        promise,
        session.incident,
        session.severity,
        session.now,
        policy=ReminderPolicy.of(session.playbook),
        active_at=_active_at(session) if asks_activity else None,
    )
    session.promise(decision.promise)
    if decision.action is not None:
        yield decision.action


def _active_at(session: IncidentSession) -> datetime:
    """When somebody last wrote something down."""
    entries = session.work.timeline.of(session.incident.id, limit=_MOST_ENTRIES)
    written = (each.written_at for each in entries if each.kind not in _SILENCE)
    return max(written, default=session.incident.declared_at)


def _carry_out(
    session: IncidentSession,
    action: RemindOwner | PostAutomaticUpdate | PageAudience | TellOverdue | ArchiveIncident,
    digest: ReminderDigest,
) -> None:
    match action:
        case RemindOwner():
            _remind(session, action.promise, digest)
        case PostAutomaticUpdate():
            _post_automatic_update(session, action)
        case PageAudience():
            users = digest.audiences.people(action.audience)
            page(session, users, why=f"nobody has taken {session.incident.reference} up")
        case TellOverdue():
            _tell_overdue(session, action.promise, digest)
        case ArchiveIncident():
            payload = ArchiveChannel(incident=session.incident.id)
            session.do(f"archive:{action.promise.round}", session.room.lane, payload)
        case _ as never:
            assert_never(never)


def _escalate(session: IncidentSession, due: Sequence[Escalate], audiences: Audiences) -> None:
    """Take every step of the escalation policy that is due, and say so in one message."""
    steps = [each.step for each in due]
    names = dict.fromkeys(name for step in steps for name in step.tell)
    users = audiences.meant(session.incident, tuple(names))
    why = " ".join(dict.fromkeys(step.why for step in steps))
    key = "escalated:" + ",".join(f"{each.promise.key}:{each.promise.round}" for each in due)
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


def _post_automatic_update(session: IncidentSession, due: PostAutomaticUpdate) -> None:
    """Say what is known, promise the next update, tell the commander."""
    before = session.incident
    session.incident = replace(before, next_update_at=due.next_at, holdings=before.holdings + 1)
    last_at = before.last_update.at if before.last_update is not None else None
    key = f"{due.promise.key}:{due.promise.round}"
    public = session.post("holding", last_at=last_at, late_by=due.late_by)
    tell_stakeholders(session, f"held_public:{key}", public)
    said = session.plain("holding", last_at=last_at, late_by=due.late_by)
    session.note(EntryKind.AUTOMATIC_UPDATE, said.partition("\n")[0])
    post = session.post("held", late_by=due.late_by, buttons=(update_button(session),))
    _edit_reminder(session, due.promise, f"held:{key}", post)
    known = session.promises()
    for promise in overdue_escalations(
        session.incident, session.severity, due.promise, session.now
    ):
        old = known.get(promise.key)
        if old is None or not old.open:
            session.promise(remade(old, promise, session.now))


def _edit_reminder(session: IncidentSession, promise: Promise, key: str, post: Post) -> None:
    """Turn this round's reminder into what became of it, or say it if there was none."""
    if promise.nudged:
        said = f"{session.incident.id}:{reminder_key(promise)}"
        session.do(key, session.room.lane, EditMessage(said=said, post=post))
    else:
        session.tell_room(key, post)


def _remind(session: IncidentSession, promise: Promise, digest: ReminderDigest) -> None:
    """Remind its owner, with the button that keeps it."""
    match promise.spec.told:
        case InItsOwnWay():
            OWN_WAYS[promise.kind].remind(session, promise, digest)
        case ToChannel() | ToOwner() | ToNobody():
            remind_owner(session, promise, digest)


def _tell_overdue(session: IncidentSession, promise: Promise, digest: ReminderDigest) -> None:
    """Say that a deadline has passed, who owns it, and what keeps it. Raises NotAskedYet."""
    match promise.spec.told:
        case InItsOwnWay():
            OWN_WAYS[promise.kind].tell_overdue(session, promise, digest)
        case ToChannel() as told:
            _tell_channel(session, promise, told, digest)
        case ToOwner():
            tell_owner_overdue(session, promise, digest)
        case ToNobody():
            pass


def _tell_channel(
    session: IncidentSession, promise: Promise, told: ToChannel, digest: ReminderDigest
) -> None:
    """Raises NotAskedYet."""
    users: tuple[str, ...] = ()
    if told.widens and promise.told > 1 and not session.incident.drill:
        users = digest.audiences.meant(session.incident, _beyond(session))
    role = session.playbook.role(promise.detail)
    buttons = tuple(promise.button(each) for each in told.buttons)
    post = session.post(told.text, promise=promise, role=role, users=users, buttons=buttons)
    session.invite(*users)
    session.tell_room(overdue_key(promise), post)
    for user in users:
        reminder = Reminder(
            incident=session.incident, promise=promise, overdue=True, to_owner=False
        )
        digest.to_person(user, reminder)


def _beyond(session: IncidentSession) -> tuple[str, ...]:
    """Whom the ladder names besides those who are in the incident."""
    ladder = ReminderPolicy.of(session.playbook).reminders.ladder
    return tuple(name for name in ladder if name not in {OWNER, COMMANDER})


def _remind_of_update(session: IncidentSession, promise: Promise, _digest: ReminderDigest) -> None:
    about = f"{session.incident.id}:{promise.key}"
    snooze = Button(ask=ActionId("snooze"), label="Snooze…", about=about)
    post = session.post("nudge", promise=promise, buttons=(update_button(session), snooze))
    session.tell_room(reminder_key(promise), post)


def _tell_window_over(session: IncidentSession, promise: Promise, digest: ReminderDigest) -> None:
    tell_owner_overdue(session, promise, digest)
    if promise.told == 1:
        begin_next_window(session, promise)


def _announce_archiving(
    session: IncidentSession, promise: Promise, _digest: ReminderDigest
) -> None:
    """Tell the channel a day before it is archived."""
    about = f"{session.incident.id}:{promise.key}"
    stay = Button(ask=ActionId("fulfil"), label="Keep the channel", about=about)
    post = session.post("archive_soon", promise=promise, buttons=(stay,))
    session.tell_room(reminder_key(promise), post)


def _never(_session: IncidentSession, _promise: Promise, _digest: ReminderDigest) -> None:
    """The bot has done it by then."""


Tells = Callable[[IncidentSession, Promise, ReminderDigest], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWay:
    """How people are reminded of a kind before it is due, and told that it is overdue."""

    remind: Tells
    tell_overdue: Tells


#: Every kind that is told ``InItsOwnWay``.
OWN_WAYS: Mapping[PromiseKind, OwnWay] = MappingProxyType(
    {
        PromiseKind.STATUS_UPDATE: OwnWay(remind=_remind_of_update, tell_overdue=_never),
        PromiseKind.STEP: OwnWay(remind=remind_of_step, tell_overdue=tell_step_overdue),
        PromiseKind.ROLLBACK: OwnWay(remind=remind_owner, tell_overdue=tell_rollback_overdue),
        PromiseKind.BACKPORT: OwnWay(remind=remind_of_backport, tell_overdue=tell_backport_overdue),
        PromiseKind.WATCH: OwnWay(remind=remind_owner, tell_overdue=_tell_window_over),
        PromiseKind.ARCHIVE: OwnWay(remind=_announce_archiving, tell_overdue=_never),
    }
)
