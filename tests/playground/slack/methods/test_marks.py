import pytest
from slack_sdk import WebClient

from chatops.playground.workspace.model import Channel, Message
from chatops.playground.workspace.state import Workspace
from tests.playground.slack.conftest import refused, said, said_by_bot


@pytest.fixture
def message(workspace: Workspace, incidents: Channel) -> Message:
    return said(workspace, incidents, "sam", "checkout is down")


def test_a_reaction_comes_and_goes(
    client: WebClient, workspace: Workspace, message: Message
) -> None:
    place = {"channel": message.channel, "timestamp": message.ts}

    client.reactions_add(name="eyes", **place)

    shown = client.reactions_get(channel=message.channel, timestamp=message.ts)
    eyes = {"name": "eyes", "users": [workspace.bot.id], "count": 1}
    assert shown["message"]["reactions"] == [eyes]
    assert refused(client.reactions_add, name="eyes", **place).error == "already_reacted"
    client.reactions_remove(name="eyes", **place)
    assert refused(client.reactions_remove, name="eyes", **place).error == "no_reaction"
    kept = workspace.message(message.channel, message.ts)
    assert kept is not None
    assert kept.reactions == ()


def test_a_reaction_needs_a_name_and_a_message(client: WebClient, message: Message) -> None:
    channel = message.channel
    for name, ts, error in (
        (":eyes:", message.ts, "invalid_name"),
        ("eyes", "1.000000", "message_not_found"),
        ("eyes", "yesterday", "bad_timestamp"),
    ):
        answer = refused(client.reactions_add, channel=channel, name=name, timestamp=ts)
        assert answer.error == error


def test_a_message_takes_only_so_many_reactions(client: WebClient, message: Message) -> None:
    place = {"channel": message.channel, "timestamp": message.ts}
    for number in range(23):
        client.reactions_add(name=f"emoji{number}", **place)
    assert refused(client.reactions_add, name="one_more", **place).error == "too_many_reactions"


def test_a_pin_comes_and_goes(client: WebClient, message: Message) -> None:
    place = {"channel": message.channel, "timestamp": message.ts}

    client.pins_add(**place)

    items = client.pins_list(channel=message.channel)["items"]
    assert [one["message"]["ts"] for one in items] == [message.ts]
    assert refused(client.pins_add, **place).error == "already_pinned"
    client.pins_remove(**place)
    assert refused(client.pins_remove, **place).error == "no_pin"
    assert client.pins_list(channel=message.channel)["items"] == []


def test_only_a_member_pins_and_only_so_much(
    client: WebClient, workspace: Workspace, incidents: Channel
) -> None:
    general = workspace.channel_named("general")
    outside = workspace.messages(general.id)[-1]
    answer = refused(client.pins_add, channel=general.id, timestamp=outside.ts)
    assert answer.error == "not_in_channel"
    for _ in range(100):
        workspace.message_store.pin(said_by_bot(workspace, incidents), workspace.bot.id)
    full = refused(
        client.pins_add,
        channel=incidents.id,
        timestamp=said_by_bot(workspace, incidents).ts,
    )
    assert full.error == "too_many_pins"


def test_a_bookmark_is_a_link(client: WebClient, incidents: Channel) -> None:
    channel = incidents.id

    client.bookmarks_add(
        channel_id=channel, title="Runbook", type="link", link="https://runbook.example.com"
    )

    marks = client.bookmarks_list(channel_id=channel)["bookmarks"]
    assert [(one["title"], one["link"]) for one in marks] == [
        ("Runbook", "https://runbook.example.com")
    ]
    bad = refused(
        client.bookmarks_add, channel_id=channel, title="x", type="link", link="javascript:1"
    )
    assert bad.error == "invalid_link"
