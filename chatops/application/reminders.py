"""Everything that is to be said to one person at one moment, in one message."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chatops.application.authorization import Audiences
from chatops.application.ports.storage import UnitOfWork
from chatops.application.rendering import compose
from chatops.application.session import IncidentSession, Sessions, room_of
from chatops.domain.incident.model import COMMANDER, Incident
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import Destination, DestinationKind, Effect, PostMessage
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.promises.model import Promise
from chatops.domain.promises.reminder_policy import OWNER, ReminderPolicy

_LABEL = 75


def follow_up_buttons(promise: Promise) -> tuple[Button, ...]:
    """What keeps a follow-up, the wanted one first; the rest is kept where the incident is."""
    return promise.buttons if promise.spec.follow_up else ()


def move_buttons(promise: Promise) -> tuple[Button, ...]:
    """What gives it to somebody else, or moves it to later."""
    about = f"{promise.incident}:{promise.key}"
    reassign = Button(ask=ActionId("hand_over"), label="Hand over…", about=about)
    if not promise.spec.snooze:
        return (reassign,)
    return (reassign, Button(ask=ActionId("snooze"), label="Snooze…", about=about))


def waive_button(promise: Promise) -> Button:
    return promise.button(promise.spec.waive)


def _named_button(promise: Promise, reference: str) -> tuple[Button, ...]:
    """The one that keeps it, named so that it can stand beside those of others."""
    label = f"{promise.title[: _LABEL - len(reference) - 3]} · {reference}"
    return tuple(
        Button(ask=each.ask, label=label, about=each.about, tone=ButtonStyle.PLAIN)
        for each in follow_up_buttons(promise)[:1]
    )


#: So many reminders are in one message; the rest is counted.
_MOST = 10
#: So many buttons that each keep another promise.
_MOST_BUTTONS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One promise that somebody is reminded of.

    ``story`` says why it matters where the playbook does. ``to_owner`` tells its owner from those
    who are asked to see to it.
    """

    incident: Incident
    promise: Promise
    overdue: bool
    to_owner: bool = True
    story: str = ""

    @property
    def mark(self) -> str:
        """What makes this reminder one of its own: the promise, its round, how often told."""
        said = self.promise.told if self.overdue else "nudge"
        return f"{self.incident.id}:{self.promise.key}:{self.promise.round}:{said}"


class ReminderDigest:
    """Messages that are being written, one for each person or room.

    ``audiences`` tell who else hears of it.
    """

    def __init__(self, audiences: Audiences) -> None:
        self.audiences = audiences
        self._reminders: dict[Destination, list[Reminder]] = {}

    @property
    def people(self) -> frozenset[str]:
        """To whom there is something to say."""
        return frozenset(each.id for each in self._reminders if each.kind is DestinationKind.PERSON)

    def to_person(self, user: str, reminder: Reminder) -> None:
        self._add(Destination(kind=DestinationKind.PERSON, id=user), reminder)

    def to_room(self, reminder: Reminder) -> None:
        """For what has no owner."""
        self._add(room_of(reminder.incident), reminder)

    def send(self, work: UnitOfWork, sessions: Sessions, now: datetime) -> None:
        """Have each said once."""
        for place, reminders in self._reminders.items():
            ordered = sorted(reminders, key=lambda each: (each.promise.due_at, each.mark))
            first = ordered[0].incident
            effect = Effect(
                key=f"{first.id}:reminders:{_digest(ordered)}:{place.id}",
                lane=place.lane,
                act=PostMessage(to=place, post=_post(work, sessions, ordered, now)),
                made_at=now,
                not_before=now,
                incident=first.id,
            )
            work.outbox.add(effect)

    def _add(self, place: Destination, reminder: Reminder) -> None:
        self._reminders.setdefault(place, []).append(reminder)


def _digest(reminders: Iterable[Reminder]) -> str:
    return hashlib.sha256(",".join(each.mark for each in reminders).encode()).hexdigest()[:24]


def _post(
    work: UnitOfWork, sessions: Sessions, reminders: Sequence[Reminder], now: datetime
) -> Post:
    """In the words of their incident's playbook, or of the one in force if they are of several."""
    incidents = {each.incident.id: each.incident for each in reminders}
    if len(incidents) == 1:
        [incident] = incidents.values()
        snapshot = work.snapshots.get(incident.playbook)
    else:
        snapshot = sessions.playbooks.current()
    buttons, more = _buttons(reminders)
    left_out = max(0, len(reminders) - _MOST)
    return compose(
        sessions.playbooks,
        snapshot,
        "reminders",
        {"now": now, "things": tuple(reminders[:_MOST]), "left_out": left_out},
        buttons=buttons,
        more=more,
    )


def _buttons(reminders: Sequence[Reminder]) -> tuple[tuple[Button, ...], tuple[Button, ...]]:
    if len(reminders) == 1:
        promise = reminders[0].promise
        return (*follow_up_buttons(promise), *move_buttons(promise)), (waive_button(promise),)
    one_each = [
        button
        for each in reminders[:_MOST]
        for button in _named_button(each.promise, each.incident.reference)
    ]
    everything = Button(ask=ActionId("due"), label="Show all that is due", about="")
    return (*one_each[:_MOST_BUTTONS], everything), ()


def remind_owner(
    session: IncidentSession, promise: Promise, digest: ReminderDigest, *, story: str = ""
) -> None:
    """Remind its owner, before it is due."""
    reminder = Reminder(incident=session.incident, promise=promise, overdue=False, story=story)
    _to_owner(session, digest, reminder)


def tell_owner_overdue(session: IncidentSession, promise: Promise, digest: ReminderDigest) -> None:
    """Say that it is overdue to its owner, and to one more each time. Raises NotAskedYet."""
    tell_overdue_to(session, promise, _others(session, promise, digest.audiences), digest)


def tell_overdue_to(
    session: IncidentSession,
    promise: Promise,
    others: Sequence[str],
    digest: ReminderDigest,
    *,
    story: str = "",
) -> None:
    """Say that it is overdue to its owner, and to these."""
    reminder = Reminder(incident=session.incident, promise=promise, overdue=True, story=story)
    _to_owner(session, digest, reminder)
    for user in others:
        if user != promise.owner:
            digest.to_person(user, replace(reminder, to_owner=False))


def _to_owner(session: IncidentSession, digest: ReminderDigest, reminder: Reminder) -> None:
    """Tell its owner; else the channel, or whoever was commander where that is archived."""
    owner = reminder.promise.owner
    if owner is not None and reminder.incident.visible_to(owner):
        digest.to_person(owner, reminder)
    elif session.is_put_away:
        digest.to_person(reminder.incident.leader, replace(reminder, to_owner=False))
    else:
        digest.to_room(reminder)


def _others(session: IncidentSession, promise: Promise, audiences: Audiences) -> tuple[str, ...]:
    """Who hears of it besides its owner by now."""
    policy = ReminderPolicy.of(session.playbook)
    names = tuple(name for name in policy.heard_by(promise.told) if name != OWNER)
    leader = (session.incident.leader,) if COMMANDER in names else ()
    beyond = tuple(name for name in names if name != COMMANDER)
    others = dict.fromkeys((*leader, *audiences.meant(session.incident, beyond)))
    if names and promise.told <= len(policy.reminders.ladder):
        _note_escalation(session, promise, names)
    return tuple(user for user in others if user != promise.owner)


def _note_escalation(session: IncidentSession, promise: Promise, names: Sequence[str]) -> None:
    spoken = ", ".join(names).replace("_", " ")
    session.note(EntryKind.ESCALATED, f"Escalated to {spoken}", reason=f"Overdue: {promise.name}")
