"""What a story has come to, in the workspace and in the database, without ids and moments."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from chatops.adapters.storage.store import SqlStorage
from chatops.adapters.storage.tables import EffectRow, SentRow
from chatops.domain.incident.model import Incident
from chatops.domain.incident.timeline import first_broken
from chatops.domain.messages.effects import EffectState
from chatops.playground.slack.double import Slack
from chatops.playground.workspace.model import Channel, Message
from chatops.playground.workspace.state import Workspace

#: Slack's own ids of blocks.
_BLOCK_ID = re.compile(r"'block_id': '[^']*'")
#: Said of troubles that a run without faults does not have.
_TROUBLE = ":trouble:"


def ending(slack: Slack, engine: Engine) -> dict[str, Any]:
    """Everything that must be the same whatever went wrong on the way."""
    return {**_seen(slack.workspace), **_stored(SqlStorage(engine), slack.workspace, engine)}


def wrongs(slack: Slack, engine: Engine) -> list[str]:
    """What is lost, doubled or out of order, if anything."""
    return [
        *_doubled(slack.workspace),
        *_unsent(slack.workspace, engine),
        *_out_of_order(slack.workspace, engine),
        *_broken_chains(SqlStorage(engine), engine),
    ]


def key_of(message: Message) -> str:
    payload = (message.metadata or {}).get("event_payload", {})
    return f"{payload.get('key', '')}"


def keyed(workspace: Workspace) -> Iterator[tuple[Channel, Message]]:
    """Every message that carries a key of ours, in the order in which they were said."""
    for channel in workspace.channels:
        for message in workspace.message_store.everything(channel.id):
            if key_of(message):
                yield channel, message


def _seen(workspace: Workspace) -> dict[str, Any]:
    names = names_in(workspace)
    return {
        "channels": {
            names[channel.id]: {
                "members": sorted(names[user] for user in channel.members),
                "topic": plain(channel.topic, names),
                "archived": channel.is_archived,
                "pinned": [key_of(one) for one in workspace.pinned(channel.id)],
            }
            for channel in workspace.channels
            if not channel.is_direct
        },
        "messages": {
            key_of(message): {
                "channel": names[channel.id],
                "thread": thread_of(workspace, message),
                "shows": plain(f"{message.text}\n{message.blocks}", names),
            }
            for channel, message in keyed(workspace)
            if _TROUBLE not in key_of(message)
        },
    }


def thread_of(workspace: Workspace, message: Message) -> str:
    parent = workspace.message(message.channel, message.thread_ts or "")
    return key_of(parent) if parent is not None and message.is_reply else ""


def _stored(storage: SqlStorage, workspace: Workspace, engine: Engine) -> dict[str, Any]:
    names = names_in(workspace)
    with Session(engine) as session:
        effects = session.scalars(select(EffectRow).order_by(col(EffectRow.key))).all()
        incidents = sorted({row.incident for row in effects if row.incident is not None})
        states = {row.key: f"{row.state}" for row in effects if _TROUBLE not in row.key}
    with storage.reading() as work:
        return {
            "effects": states,
            "incidents": [plain(_facts(work.incidents.get(one)), names) for one in incidents],
            "promises": [
                f"{one.key} {one.state} {one.round} {one.due_at} {one.wake_at} {one.told}"
                for incident in incidents
                for one in sorted(work.promises.of(incident), key=lambda one: one.key)
            ],
            "timeline": [
                plain(f"{one.incident} {one.kind} {one.actor} {one.text} {one.reason}", names)
                for incident in incidents
                for one in work.timeline.of(incident)
            ],
        }


def _facts(incident: Incident) -> str:
    return f"{asdict(incident) | {'members': sorted(incident.members)}}"


def _doubled(workspace: Workspace) -> Iterator[str]:
    counts = Counter(key_of(message) for _, message in keyed(workspace))
    for key, count in counts.items():
        if count > 1:
            yield f"{key} was said {count} times"
    for person in workspace.people:
        whispers = [
            one
            for channel in workspace.channels
            for one in workspace.messages(channel.id, person.id)
            if one.ephemeral_for
        ]
        if len(whispers) > 1:
            yield f"@{person.handle} was answered {len(whispers)} times"


def _unsent(workspace: Workspace, engine: Engine) -> Iterator[str]:
    """What is not done, and what we believe to stand where it does not."""
    with Session(engine) as session:
        for row in session.scalars(select(EffectRow).order_by(col(EffectRow.id))):
            if row.state != EffectState.DONE:
                yield f"{row.key} is {row.state}: {row.error}"
        for sent in session.scalars(select(SentRow)):
            message = workspace.message(sent.channel, sent.ts)
            if message is None or key_of(message) != sent.key:
                yield f"{sent.key} does not stand where we believe"


def _out_of_order(workspace: Workspace, engine: Engine) -> Iterator[str]:
    """Messages of one lane that were not said in the order in which they were asked for."""
    said = {key_of(message): message.ts for _, message in keyed(workspace)}
    newest: dict[str, str] = {}
    with Session(engine) as session:
        for row in session.scalars(select(EffectRow).order_by(col(EffectRow.id))):
            ts = said.get(row.key)
            if ts is None:
                continue
            if ts < newest.get(row.lane, ""):
                yield f"{row.key} came too early in {row.lane}"
            newest[row.lane] = ts


def _broken_chains(storage: SqlStorage, engine: Engine) -> Iterator[str]:
    with Session(engine) as session:
        rows = session.scalars(select(EffectRow))
        incidents = {row.incident for row in rows if row.incident is not None}
    for incident in incidents:
        with storage.reading() as work:
            broken = first_broken(work.timeline.of(incident))
        if broken is not None:
            yield f"the chain of {incident} breaks at {broken.text}"


def names_in(workspace: Workspace) -> Mapping[str, str]:
    people = {person.id: f"@{person.handle}" for person in workspace.people}
    rooms = {
        channel.id: "+".join(sorted(people[user] for user in channel.members))
        if channel.is_direct
        else f"#{channel.name}"
        for channel in workspace.channels
    }
    return {**people, **rooms}


def plain(text: str, names: Mapping[str, str]) -> str:
    """The text with names for ids, and without moments that depend on when it was posted."""
    for one, name in names.items():
        text = text.replace(one, name)
    return _BLOCK_ID.sub("", text)
