import pytest
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from chatops.playground.workspace.model import Channel, Message
from chatops.playground.workspace.state import Workspace
from tests.playground.slack.conftest import refused, said_by_bot


@pytest.fixture
def posts(workspace: Workspace, incidents: Channel) -> list[Message]:
    return [said_by_bot(workspace, incidents, text=str(number)) for number in range(5)]


def texts(answer: SlackResponse) -> list[str]:
    return [one["text"] for one in answer["messages"]]


def test_history_is_read_backwards_page_by_page(
    client: WebClient, incidents: Channel, posts: list[Message]
) -> None:
    first = client.conversations_history(channel=incidents.id, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = client.conversations_history(channel=incidents.id, limit=2, cursor=cursor)

    assert texts(first) == ["4", "3"]
    assert first["has_more"] is True
    assert texts(second) == ["2", "1"]
    assert len(posts) == 5


def test_history_is_cut_by_time(
    client: WebClient, incidents: Channel, posts: list[Message]
) -> None:
    channel, oldest, latest = incidents.id, posts[1].ts, posts[3].ts

    between = client.conversations_history(channel=channel, oldest=oldest, latest=latest)
    with_ends = client.conversations_history(
        channel=channel, oldest=oldest, latest=latest, inclusive=True
    )

    assert texts(between) == ["2"]
    assert texts(with_ends) == ["3", "2", "1"]


def test_a_thread_is_read_forwards_with_its_parent(
    client: WebClient, incidents: Channel, posts: list[Message]
) -> None:
    for text in ("a", "b"):
        client.chat_postMessage(channel=incidents.id, text=text, thread_ts=posts[0].ts)

    replies = client.conversations_replies(channel=incidents.id, ts=posts[0].ts)

    assert texts(replies) == ["0", "a", "b"]
    assert replies["messages"][0]["reply_count"] == 2
    assert texts(client.conversations_history(channel=incidents.id, limit=1)) == ["4"]


def test_reading_is_refused(client: WebClient, workspace: Workspace, incidents: Channel) -> None:
    general = workspace.channel_named("general")
    history, replies = client.conversations_history, client.conversations_replies

    assert refused(history, channel=general.id).error == "not_in_channel"
    assert refused(history, channel=incidents.id, oldest="then").error == "invalid_ts_oldest"
    assert refused(history, channel=incidents.id, latest="then").error == "invalid_ts_latest"
    assert refused(replies, channel=incidents.id, ts="1.000000").error == "thread_not_found"


def test_ephemeral_messages_cannot_be_read_back(
    client: WebClient, workspace: Workspace, incidents: Channel
) -> None:
    sam = workspace.personas[0]
    client.chat_postEphemeral(channel=incidents.id, user=sam.id, text="whisper")
    assert "whisper" not in texts(client.conversations_history(channel=incidents.id))
