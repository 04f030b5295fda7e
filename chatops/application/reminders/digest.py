"""Everything that is to be said to one person at one moment, in one message."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chatops.application.authorization import Audiences
from chatops.application.ports.storage import UnitOfWork
from chatops.application.rendering import compose
from chatops.application.session import IncidentSession, Sessions, room_of
from chatops.domain.hotfix.deadlines import subject_of
from chatops.domain.incident.model import COMMANDER, Incident
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import (
    ArchiveChannel,
    Destination,
    DestinationKind,
    Effect,
    PostMessage,
)
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.promises.model import Promise, PromiseKind
from chatops.domain.promises.reminder_policy import OWNER, ReminderPolicy

_LABEL = 75


#: What settles each kind that one press, or one form about the whole incident, settles.
_PLAIN: Mapping[PromiseKind, tuple[ActionId, str]] = {
    PromiseKind.POST_MORTEM: (ActionId.POST_MORTEM, "Write the post-mortem"),
    PromiseKind.ROOT_CAUSE: (ActionId.POST_MORTEM, "Write the root cause"),
    PromiseKind.REVIEW: (ActionId.REVIEW, "The review…"),
    PromiseKind.CLOSE: (ActionId.CLOSE, "Close it…"),
}


def settling(promise: Promise) -> tuple[Button, ...]:
    """What settles a promise, the wanted one first; nothing for what the bot does itself."""
    if promise.kind in _PLAIN:
        return (_button(promise, *_PLAIN[promise.kind]),)
    match promise.kind:
        case PromiseKind.ACTION:
            return (_button(promise, ActionId.TASK_DONE, "Done", promise.detail),)
        case PromiseKind.BACKPORT:
            return (_button(promise, ActionId.BACKPORT, "Backport now", promise.detail),)
        case PromiseKind.REPORTER:
            return (_button(promise, ActionId.GONE, "It is gone", promise.key), _not_gone(promise))
        case PromiseKind.WATCH:
            return (_button(promise, ActionId.QUIET, "All quiet", promise.key), _wrong(promise))
        case _:
            return ()


def _not_gone(promise: Promise) -> Button:
    about = f"{promise.incident}:{promise.key}"
    return Button(ask=ActionId.NOT_GONE, label="It is not gone…", about=about)


def _wrong(promise: Promise) -> Button:
    number, _ = subject_of(promise)
    about = f"{promise.incident}:{number}"
    return Button(
        ask=ActionId.ROLLBACK, label="Something is wrong…", about=about, tone=ButtonStyle.DANGER
    )


def moving(promise: Promise) -> tuple[Button, ...]:
    """What moves it to somebody else, or to later; a review is moved by its own form."""
    about = f"{promise.incident}:{promise.key}"
    hand_over = Button(ask=ActionId.HAND_OVER, label="Hand over…", about=about)
    if promise.kind is PromiseKind.REVIEW:
        return (hand_over,)
    return (hand_over, Button(ask=ActionId.SNOOZE, label="Snooze…", about=about))


def waiving(promise: Promise) -> Button:
    about = f"{promise.incident}:{promise.key}"
    if promise.kind is PromiseKind.BACKPORT:
        about = f"{promise.incident}:{promise.detail}"
        return Button(ask=ActionId.WAIVE_BACKPORT, label="Waive…", about=about)
    return Button(ask=ActionId.WAIVE, label="Waive…", about=about)


def settling_of(promise: Promise, reference: str) -> tuple[Button, ...]:
    """The one that settles it, named so that it can stand beside those of others."""
    label = f"{promise.title[: _LABEL - len(reference) - 3]} · {reference}"
    return tuple(
        Button(ask=each.ask, label=label, about=each.about, tone=ButtonStyle.PLAIN)
        for each in settling(promise)[:1]
    )


def _button(promise: Promise, ask: ActionId, label: str, detail: str = "") -> Button:
    about = f"{promise.incident}:{detail}" if detail else str(promise.incident)
    return Button(ask=ask, label=label, about=about, tone=ButtonStyle.WANTED)


#: So many things are told in one message; the rest is counted.
_MOST = 10
#: So many buttons that each settle another thing.
_SETTLING = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One thing that somebody is reminded of.

    ``story`` says why it matters where the playbook does. ``to_owner`` tells those who owe it
    from those who are asked to see to it.
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


class Letters:
    """Messages that are being written, one for each person or room."""

    def __init__(self) -> None:
        self._things: dict[Destination, list[Thing]] = {}

    @property
    def people(self) -> frozenset[str]:
        """To whom there is something to say."""
        return frozenset(each.id for each in self._things if each.kind is DestinationKind.PERSON)

    def to_person(self, user: str, thing: Thing) -> None:
        self._add(Destination(kind=DestinationKind.PERSON, id=user), thing)

    def to_room(self, thing: Thing) -> None:
        """For what nobody in particular owes."""
        self._add(room_of(thing.incident), thing)

    def send(self, work: UnitOfWork, sessions: Sessions, now: datetime) -> None:
        """Have each said once."""
        for place, things in self._things.items():
            ordered = sorted(things, key=lambda each: (each.promise.due_at, each.mark))
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

    def _add(self, place: Destination, thing: Thing) -> None:
        self._things.setdefault(place, []).append(thing)


def _digest(things: Iterable[Thing]) -> str:
    return hashlib.sha256(",".join(each.mark for each in things).encode()).hexdigest()[:24]


def _post(work: UnitOfWork, sessions: Sessions, things: Sequence[Thing], now: datetime) -> Post:
    """In the words of their incident's playbook, or of the one in force if they are of several."""
    incidents = {each.incident.id: each.incident for each in things}
    if len(incidents) == 1:
        [incident] = incidents.values()
        snapshot = work.snapshots.get(incident.playbook)
    else:
        snapshot = sessions.playbooks.current()
    buttons, more = _buttons(things)
    return compose(
        sessions.playbooks,
        snapshot,
        "reminders",
        {"now": now, "things": tuple(things[:_MOST]), "left_out": max(0, len(things) - _MOST)},
        buttons=buttons,
        more=more,
    )


def _buttons(things: Sequence[Thing]) -> tuple[tuple[Button, ...], tuple[Button, ...]]:
    if len(things) == 1:
        [thing] = things
        return (*settling(thing.promise), *moving(thing.promise)), (waiving(thing.promise),)
    one_each = [
        button
        for each in things[:_MOST]
        for button in settling_of(each.promise, each.incident.reference)
    ]
    everything = Button(ask=ActionId.DUE, label="Show all that is due", about="")
    return (*one_each[:_SETTLING], everything), ()


#: What is asked in the incident's channel, for it is the incident that needs somebody.
IN_THE_ROOM = frozenset({PromiseKind.UNLED, PromiseKind.STALE, PromiseKind.HAND_OVER})


def remind_owner(
    session: IncidentSession, promise: Promise, letters: Letters, *, story: str = ""
) -> None:
    """Remind whoever owes it, before it is due."""
    thing = Thing(incident=session.incident, promise=promise, overdue=False, story=story)
    _to_owner(session, letters, thing)


def tell_overdue_later(
    session: IncidentSession, promise: Promise, audiences: Audiences, letters: Letters
) -> None:
    """Say that it is overdue to whoever owes it, and to one more each time. Raises NotAskedYet."""
    tell_ladder(session, promise, _others(session, promise, audiences), letters)


def tell_ladder(
    session: IncidentSession,
    promise: Promise,
    others: Sequence[str],
    letters: Letters,
    *,
    story: str = "",
) -> None:
    """Say that it is overdue to whoever owes it, and to these."""
    thing = Thing(incident=session.incident, promise=promise, overdue=True, story=story)
    _to_owner(session, letters, thing)
    for user in others:
        if user != promise.owner:
            letters.to_person(user, replace(thing, to_owner=False))


def _to_owner(session: IncidentSession, letters: Letters, thing: Thing) -> None:
    """Tell whoever owes it; else the channel, or whoever led where that is archived."""
    owner = thing.promise.owner
    if owner is not None and thing.incident.visible_to(owner):
        letters.to_person(owner, thing)
    elif session.is_put_away:
        letters.to_person(thing.incident.leader, replace(thing, to_owner=False))
    else:
        letters.to_room(thing)


def _others(session: IncidentSession, promise: Promise, audiences: Audiences) -> tuple[str, ...]:
    """Who hears of it besides its owner by now."""
    names = tuple(name for name in _manners(session).told(promise) if name != OWNER)
    leader = (session.incident.leader,) if COMMANDER in names else ()
    beyond = tuple(name for name in names if name != COMMANDER)
    others = dict.fromkeys((*leader, *audiences.meant(session.incident, beyond)))
    if names and promise.told <= len(_manners(session).reminders.ladder):
        _note_escalation(session, promise, names)
    return tuple(user for user in others if user != promise.owner)


def _note_escalation(session: IncidentSession, promise: Promise, names: Sequence[str]) -> None:
    spoken = ", ".join(names).replace("_", " ")
    session.note(EntryKind.ESCALATED, f"Escalated to {spoken}", reason=f"Overdue: {promise.name}")


def ask_in_room(
    session: IncidentSession, promise: Promise, audiences: Audiences, letters: Letters
) -> None:
    """Ask in the channel who leads, who takes over, or whether it still goes on.

    Raises:
        NotAskedYet
    """
    about, kind = str(session.incident.id), promise.kind
    users: tuple[str, ...] = ()
    if promise.told > 1 and kind is not PromiseKind.HAND_OVER and not session.incident.drill:
        users = audiences.meant(session.incident, _beyond(session))
    role = session.playbook.role(promise.detail) if kind is PromiseKind.HAND_OVER else None
    buttons = {
        PromiseKind.UNLED: (
            Button(
                ask=ActionId.TAKE_ROLE,
                label="Take incident commander",
                about=f"{about}:{COMMANDER}",
                tone=ButtonStyle.WANTED,
            ),
        ),
        PromiseKind.STALE: (
            Button(
                ask=ActionId.STILL_ON_IT, label="Still on it", about=about, tone=ButtonStyle.WANTED
            ),
            Button(ask=ActionId.RESOLVE, label="Resolve", about=about),
        ),
        PromiseKind.HAND_OVER: (
            Button(ask=ActionId.ROLE, label="Hand over…", about=about, tone=ButtonStyle.WANTED),
        ),
    }[kind]
    key = f"overdue:{promise.key}:{promise.round}:{promise.told}"
    post = session.post(f"{kind}_due", promise=promise, role=role, users=users, buttons=buttons)
    session.invite(*users)
    session.tell_room(key, post)
    thing = Thing(incident=session.incident, promise=promise, overdue=True, to_owner=False)
    for user in users:
        letters.to_person(user, thing)


def _beyond(session: IncidentSession) -> tuple[str, ...]:
    """Whom the ladder names besides those who are in the incident."""
    ladder = _manners(session).reminders.ladder
    return tuple(name for name in ladder if name not in {OWNER, COMMANDER})


def announce_archiving(session: IncidentSession, promise: Promise) -> None:
    """Tell the channel a day before it goes into the archive."""
    about = f"{session.incident.id}:{promise.key}"
    stay = Button(ask=ActionId.KEEP_CHANNEL, label="Keep the channel", about=about)
    post = session.post("archive_soon", promise=promise, buttons=(stay,))
    session.tell_room(f"nudge:{promise.key}:{promise.round}", post)


def put_away(session: IncidentSession, promise: Promise) -> None:
    act = ArchiveChannel(incident=session.incident.id)
    session.do(f"archive:{promise.round}", session.room.lane, act)


def _manners(session: IncidentSession) -> ReminderPolicy:
    return ReminderPolicy.of(session.playbook)
