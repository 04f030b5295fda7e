"""Everything that is to be said to one person at one moment, in one message."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chatops.domain.incident.model import Incident
from chatops.domain.messages.effects import Effect, Place, PlaceKind, Say
from chatops.domain.messages.posts import Ask, Button, Post
from chatops.domain.promises.model import Promise
from chatops.usecases.afterwards.buttons import moving, settling, settling_of, waiving
from chatops.usecases.places import room_of
from chatops.usecases.store import Work
from chatops.usecases.turns import Turns
from chatops.usecases.wording import compose

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
        self._things: dict[Place, list[Thing]] = {}

    @property
    def people(self) -> frozenset[str]:
        """To whom there is something to say."""
        return frozenset(each.id for each in self._things if each.kind is PlaceKind.PERSON)

    def to_person(self, user: str, thing: Thing) -> None:
        self._add(Place(kind=PlaceKind.PERSON, id=user), thing)

    def to_room(self, thing: Thing) -> None:
        """For what nobody in particular owes."""
        self._add(room_of(thing.incident), thing)

    def send(self, work: Work, turns: Turns, now: datetime) -> None:
        """Have each said once."""
        for place, things in self._things.items():
            ordered = sorted(things, key=lambda each: (each.promise.due_at, each.mark))
            first = ordered[0].incident
            effect = Effect(
                key=f"{first.id}:reminders:{_digest(ordered)}:{place.id}",
                lane=place.lane,
                act=Say(to=place, post=_post(work, turns, ordered, now)),
                made_at=now,
                not_before=now,
                incident=first.id,
            )
            work.outbox.add(effect)

    def _add(self, place: Place, thing: Thing) -> None:
        self._things.setdefault(place, []).append(thing)


def _digest(things: Iterable[Thing]) -> str:
    return hashlib.sha256(",".join(each.mark for each in things).encode()).hexdigest()[:24]


def _post(work: Work, turns: Turns, things: Sequence[Thing], now: datetime) -> Post:
    """In the words of their incident's playbook, or of the one in force if they are of several."""
    incidents = {each.incident.id: each.incident for each in things}
    if len(incidents) == 1:
        [incident] = incidents.values()
        snapshot = work.snapshots.get(incident.playbook)
    else:
        snapshot = turns.playbooks.current()
    buttons, more = _buttons(things)
    return compose(
        turns.playbooks,
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
    everything = Button(ask=Ask.DUE, label="Show all that is due", about="")
    return (*one_each[:_SETTLING], everything), ()
