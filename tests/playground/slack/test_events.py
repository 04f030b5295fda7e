from typing import Any

import pytest

from chatops.playground.slack.events import EventMaker
from chatops.playground.slack.installation import Installation
from chatops.playground.workspace.changes import WorkspaceChange
from chatops.playground.workspace.state import Workspace
from tests.playground.slack.conftest import EVENTS, said, said_by_bot

ALL = EVENTS | {
    "channel_created",
    "channel_unarchive",
    "group_archive",
    "group_rename",
    "message.mpim",
    "pin_removed",
}


@pytest.fixture
def events(workspace: Workspace) -> list[dict[str, Any]]:
    """The events of everything that happens from here on."""
    maker = EventMaker(workspace, Installation(events=ALL))
    got: list[dict[str, Any]] = []

    def hear(change: WorkspaceChange) -> None:
        got.extend(one.body for one in maker.events(change))

    workspace.changes.subscribe(hear)
    return got


def test_the_bot_hears_itself_with_its_bot_id(
    workspace: Workspace, events: list[dict[str, Any]]
) -> None:
    said_by_bot(workspace, workspace.channel_named("incidents"), text="board")
    assert events[0]["bot_id"] == workspace.bot.bot_id
    assert events[0]["user"] == workspace.bot.id
    assert events[0]["app_id"]


def test_private_channels_have_event_names_of_their_own(
    workspace: Workspace, events: list[dict[str, Any]]
) -> None:
    bot = workspace.bot.id
    secret = workspace.channel_store.create(name="secret", creator=bot, private=True)
    workspace.channel_store.rename(secret.id, "hidden", by=bot)
    workspace.channel_store.archive(secret.id, by=bot)

    kinds = [one["type"] for one in events if one["type"] != "message"]
    assert kinds == ["member_joined_channel", "group_rename", "group_archive"]
    assert events[0]["channel_type"] == "group"


def test_private_channels_without_the_bot_are_silent(
    workspace: Workspace, events: list[dict[str, Any]]
) -> None:
    sam = workspace.personas[0].id
    secret = workspace.channel_store.create(name="secret", creator=sam, private=True)
    said(workspace, secret, "sam", "psst")
    workspace.channel_store.rename(secret.id, "hidden", by=sam)
    assert events == []


def test_public_channels_are_announced_to_everybody(
    workspace: Workspace, events: list[dict[str, Any]]
) -> None:
    sam = workspace.personas[0].id
    room = workspace.channel_store.create(name="fresh", creator=sam)
    workspace.channel_store.archive(room.id, by=sam)
    workspace.channel_store.unarchive(room.id, by=sam)
    assert [one["type"] for one in events] == [
        "channel_created",
        "channel_archive",
        "channel_unarchive",
    ]
    assert events[0]["channel"]["name"] == "fresh"


@pytest.mark.parametrize(("others", "kind"), [(1, "im"), (2, "mpim")])
def test_direct_messages_say_what_they_are(
    workspace: Workspace, events: list[dict[str, Any]], others: int, kind: str
) -> None:
    people = [one.id for one in workspace.personas[:others]]
    room = workspace.channel_store.direct([workspace.bot.id, *people])
    said(workspace, room, "sam", "hi")
    assert events[0]["channel_type"] == kind


def test_marks_where_the_bot_is_not_are_silent(
    workspace: Workspace, events: list[dict[str, Any]]
) -> None:
    sam = workspace.personas[0].id
    message = said(workspace, workspace.channel_named("general"), "sam", "hi")
    workspace.message_store.react(message, "eyes", sam)
    workspace.message_store.pin(message, sam)
    workspace.message_store.delete(message)
    assert events == []


def test_taking_a_pin_away_is_an_event(workspace: Workspace, events: list[dict[str, Any]]) -> None:
    message = said_by_bot(workspace, workspace.channel_named("incidents"))
    workspace.message_store.pin(message, workspace.bot.id)
    workspace.message_store.pin(message, workspace.bot.id, pinned=False)
    assert [one["type"] for one in events[1:]] == ["pin_added", "pin_removed"]


def test_metadata_is_not_told_in_events(workspace: Workspace, events: list[dict[str, Any]]) -> None:
    metadata = {"event_type": "effect", "event_payload": {}}
    said_by_bot(workspace, workspace.channel_named("incidents"), metadata=metadata)
    assert "metadata" not in events[0]
