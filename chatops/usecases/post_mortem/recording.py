"""Puts together what is on record, and draws up the text of the post-mortem from it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from chatops.domain.postmortem.facts import Asked, Called, Record, facts_of, questions_of
from chatops.domain.postmortem.model import PostMortem
from chatops.usecases.hotfix.naming import Names
from chatops.usecases.turn import Request, Turn
from chatops.usecases.turns import Turns

#: In the text a question that nobody answered begins with it.
MARK = "❓"


def held(turn: Turn) -> PostMortem:
    """The post-mortem as it is stored, or the draft that it begins as."""
    found = turn.work.post_mortems.get(turn.incident.id)
    return found or PostMortem(
        incident=turn.incident.id, made_at=turn.now, owner=turn.incident.leader
    )


def record_of(turn: Turn) -> Record:
    """Everything that is on record about an incident."""
    incident = turn.incident.id
    return Record(
        incident=turn.incident,
        playbook=turn.playbook,
        entries=turn.work.timeline.of(incident),
        hotfixes=turn.work.hotfixes.of(incident),
        tasks=turn.work.tasks.of(incident),
        promises=tuple(turn.promises().values()),
        post_mortem=held(turn),
    )


def text_of(turn: Turn, called: Called) -> str:
    """The whole in Markdown: as somebody edited it, else drawn up from the record."""
    record = record_of(turn)
    if record.post_mortem is not None and record.post_mortem.body:
        return record.post_mortem.body
    return turn.markdown("post_mortem", **facts_of(record, called, turn.now))


def left_open(record: Record) -> tuple[Asked, ...]:
    """The questions that nobody answered; in an edited text, those that stand in it."""
    questions = questions_of(record)
    body = record.post_mortem.body if record.post_mortem else ""
    if body:
        return tuple(each for each in questions if stands_open(body, each))
    return tuple(each for each in questions if not each.answer)


def stands_open(body: str, asked: Asked) -> bool:
    """Whether an edited text still asks a question."""
    return any(asked.ask in line for line in body.splitlines() if MARK in line)


def revision_of(record: Record) -> int:
    """A number that tells what people wrote from anything else that they might have written.

    Where the post-mortem was taken to, or when its review is, makes no other text of it.
    """
    stored = record.post_mortem
    words = [stored.body, dict(sorted(stored.answers.items()))] if stored else []
    return crc32(json.dumps([*words, record.incident.root_cause]).encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The text, and the revision that it shows."""

    text: str
    version: int


class Drawer:
    """Draws the text up with people's names; no transaction is open while the chat is asked."""

    def __init__(self, turns: Turns, names: Names) -> None:
        self._turns = turns
        self._names = names

    def drawn(self, request: Request) -> Drawn:
        """Raises UnknownIncident."""
        with self._turns.looking(request) as turn:
            users = sorted(record_of(turn).users)
        called = self.called(users)
        with self._turns.looking(request) as turn:
            return Drawn(text=text_of(turn, called), version=revision_of(record_of(turn)))

    def called(self, users: Sequence[str]) -> Called:
        """What people are called, by id; where nobody says, the id stands for the name."""
        return {user: person.name for user, person in self._names.of(users).items()}
