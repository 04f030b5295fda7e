"""Reminds whoever owes something, and those who are asked to see to it when it stays overdue."""

from collections.abc import Sequence
from dataclasses import replace

from chatops.domain.incident.model import COMMANDER
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import ArchiveChannel
from chatops.domain.messages.posts import Ask, Button, Tone
from chatops.domain.promises.model import Promise, PromiseKind
from chatops.domain.promises.reminder_policy import OWNER, Manners
from chatops.usecases.afterwards.letters import Letters, Thing
from chatops.usecases.audiences import Audiences
from chatops.usecases.turn import Turn

#: What is asked in the incident's channel, for it is the incident that needs somebody.
IN_THE_ROOM = frozenset({PromiseKind.UNLED, PromiseKind.STALE, PromiseKind.HAND_OVER})


def remind_owner(turn: Turn, promise: Promise, letters: Letters, *, story: str = "") -> None:
    """Remind whoever owes it, before it is due."""
    thing = Thing(incident=turn.incident, promise=promise, overdue=False, story=story)
    _to_owner(turn, letters, thing)


def tell_overdue_later(
    turn: Turn, promise: Promise, audiences: Audiences, letters: Letters
) -> None:
    """Say that it is overdue to whoever owes it, and to one more each time. Raises NotAskedYet."""
    tell_ladder(turn, promise, _others(turn, promise, audiences), letters)


def tell_ladder(
    turn: Turn, promise: Promise, others: Sequence[str], letters: Letters, *, story: str = ""
) -> None:
    """Say that it is overdue to whoever owes it, and to these."""
    thing = Thing(incident=turn.incident, promise=promise, overdue=True, story=story)
    _to_owner(turn, letters, thing)
    for user in others:
        if user != promise.owner:
            letters.to_person(user, replace(thing, to_owner=False))


def _to_owner(turn: Turn, letters: Letters, thing: Thing) -> None:
    """Tell whoever owes it; else the channel, or whoever led where that is archived."""
    owner = thing.promise.owner
    if owner is not None and thing.incident.visible_to(owner):
        letters.to_person(owner, thing)
    elif turn.is_put_away:
        letters.to_person(thing.incident.leader, replace(thing, to_owner=False))
    else:
        letters.to_room(thing)


def _others(turn: Turn, promise: Promise, audiences: Audiences) -> tuple[str, ...]:
    """Who hears of it besides its owner by now."""
    names = tuple(name for name in _manners(turn).told(promise) if name != OWNER)
    leader = (turn.incident.leader,) if COMMANDER in names else ()
    beyond = tuple(name for name in names if name != COMMANDER)
    others = dict.fromkeys((*leader, *audiences.meant(turn.incident, beyond)))
    if names and promise.told <= len(_manners(turn).reminders.ladder):
        _note_escalation(turn, promise, names)
    return tuple(user for user in others if user != promise.owner)


def _note_escalation(turn: Turn, promise: Promise, names: Sequence[str]) -> None:
    spoken = ", ".join(names).replace("_", " ")
    turn.note(EntryKind.ESCALATED, f"Escalated to {spoken}", reason=f"Overdue: {promise.name}")


def ask_in_room(turn: Turn, promise: Promise, audiences: Audiences, letters: Letters) -> None:
    """Ask in the channel who leads, who takes over, or whether it still goes on.

    Raises:
        NotAskedYet
    """
    about, kind = str(turn.incident.id), promise.kind
    users: tuple[str, ...] = ()
    if promise.told > 1 and kind is not PromiseKind.HAND_OVER and not turn.incident.drill:
        users = audiences.meant(turn.incident, _beyond(turn))
    role = turn.playbook.role(promise.detail) if kind is PromiseKind.HAND_OVER else None
    buttons = {
        PromiseKind.UNLED: (
            Button(
                ask=Ask.TAKE_ROLE,
                label="Take incident commander",
                about=f"{about}:{COMMANDER}",
                tone=Tone.WANTED,
            ),
        ),
        PromiseKind.STALE: (
            Button(ask=Ask.STILL_ON_IT, label="Still on it", about=about, tone=Tone.WANTED),
            Button(ask=Ask.RESOLVE, label="Resolve", about=about),
        ),
        PromiseKind.HAND_OVER: (
            Button(ask=Ask.ROLE, label="Hand over…", about=about, tone=Tone.WANTED),
        ),
    }[kind]
    key = f"overdue:{promise.key}:{promise.round}:{promise.told}"
    post = turn.post(f"{kind}_due", promise=promise, role=role, users=users, buttons=buttons)
    turn.invite(*users)
    turn.tell_room(key, post)
    thing = Thing(incident=turn.incident, promise=promise, overdue=True, to_owner=False)
    for user in users:
        letters.to_person(user, thing)


def _beyond(turn: Turn) -> tuple[str, ...]:
    """Whom the ladder names besides those who are in the incident."""
    ladder = _manners(turn).reminders.ladder
    return tuple(name for name in ladder if name not in {OWNER, COMMANDER})


def announce_archiving(turn: Turn, promise: Promise) -> None:
    """Tell the channel a day before it goes into the archive."""
    about = f"{turn.incident.id}:{promise.key}"
    stay = Button(ask=Ask.KEEP_CHANNEL, label="Keep the channel", about=about)
    post = turn.post("archive_soon", promise=promise, buttons=(stay,))
    turn.tell_room(f"nudge:{promise.key}:{promise.round}", post)


def put_away(turn: Turn, promise: Promise) -> None:
    act = ArchiveChannel(incident=turn.incident.id)
    turn.do(f"archive:{promise.round}", turn.room.lane, act)


def _manners(turn: Turn) -> Manners:
    return Manners.of(turn.playbook)
