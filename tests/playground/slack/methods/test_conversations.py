import pytest
from slack_sdk import WebClient

from chatops.playground.slack.double import Slack
from chatops.playground.workspace.model import Channel, ChannelKind
from chatops.playground.workspace.state import Workspace
from tests.playground.slack.conftest import refused


def test_a_created_channel_has_the_bot_in_it_and_a_note_of_its_joining(
    client: WebClient, workspace: Workspace
) -> None:
    made = client.conversations_create(name="inc-1")["channel"]

    channel = workspace.channel(made["id"])
    assert channel.name == "inc-1"
    assert channel.members == (workspace.bot.id,)
    assert [one.subtype for one in workspace.messages(channel.id)] == ["channel_join"]
    assert made["is_member"] is True


def test_a_private_channel_is_hidden_from_those_outside(
    client: WebClient, workspace: Workspace
) -> None:
    made = client.conversations_create(name="inc-secret", is_private=True)["channel"]

    sam = workspace.personas[0]
    assert workspace.channel(made["id"]).kind is ChannelKind.PRIVATE
    assert made["is_private"] is True
    assert made["id"] not in {one.id for one in workspace.channels_to_join(sam.id)}


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("Inc-1", "invalid_name_specials"),
        ("inc 1", "invalid_name_specials"),
        ("inc.1", "invalid_name_specials"),
        ("inc-🔥", "invalid_name_specials"),
        ("---", "invalid_name_punctuation"),
        ("x" * 81, "invalid_name_maxlength"),
        ("incidents", "name_taken"),
    ],
)
def test_a_bad_channel_name_is_refused(client: WebClient, name: str, error: str) -> None:
    assert refused(client.conversations_create, name=name).error == error


@pytest.mark.parametrize("name", ["inc-1", "störung_7", "x" * 80])
def test_a_good_channel_name_is_taken(client: WebClient, name: str) -> None:
    assert client.conversations_create(name=name)["channel"]["name"] == name


def test_the_name_of_an_archived_channel_stays_taken(client: WebClient) -> None:
    made = client.conversations_create(name="inc-1")["channel"]
    client.conversations_archive(channel=made["id"])

    assert refused(client.conversations_create, name="inc-1").error == "name_taken"


def test_an_archived_channel_takes_nothing_until_it_is_brought_back(
    client: WebClient, incidents: Channel
) -> None:
    client.conversations_archive(channel=incidents.id)

    for call, arguments in (
        (client.chat_postMessage, {"text": "x"}),
        (client.conversations_invite, {"users": "U00000000"}),
        (client.conversations_rename, {"name": "other"}),
        (client.conversations_setTopic, {"topic": "x"}),
        (client.conversations_join, {}),
        (client.conversations_leave, {}),
    ):
        assert refused(call, channel=incidents.id, **arguments).error == "is_archived"
    assert refused(client.conversations_archive, channel=incidents.id).error == "already_archived"

    client.conversations_unarchive(channel=incidents.id)
    assert client.chat_postMessage(channel=incidents.id, text="x")["ok"]
    assert refused(client.conversations_unarchive, channel=incidents.id).error == "not_archived"


def test_general_cannot_be_archived(client: WebClient, workspace: Workspace) -> None:
    general = workspace.channel_named("general")
    assert refused(client.conversations_archive, channel=general.id).error == "cant_archive_general"


def test_renaming_keeps_the_old_name_in_mind(client: WebClient, incidents: Channel) -> None:
    renamed = client.conversations_rename(channel=incidents.id, name="outages")["channel"]

    assert renamed["name"] == "outages"
    assert renamed["previous_names"] == ["incidents"]


def test_a_topic_and_a_purpose_are_set_and_may_be_too_long(
    client: WebClient, incidents: Channel, workspace: Workspace
) -> None:
    client.conversations_setTopic(channel=incidents.id, topic="SEV1")
    client.conversations_setPurpose(channel=incidents.id, purpose="key 1")

    channel = workspace.channel(incidents.id)
    assert (channel.topic, channel.purpose) == ("SEV1", "key 1")
    info = client.conversations_info(channel=incidents.id)["channel"]
    assert (info["topic"]["value"], info["purpose"]["value"]) == ("SEV1", "key 1")
    for call, name in (
        (client.conversations_setTopic, "topic"),
        (client.conversations_setPurpose, "purpose"),
    ):
        assert refused(call, channel=incidents.id, **{name: "x" * 251}).error == "too_long"


def test_a_channel_that_the_bot_cannot_see_is_not_found(
    client: WebClient, workspace: Workspace, slack: Slack
) -> None:
    hidden = slack.users.creates_channel("sam", "secret", private=True)

    for channel in (hidden.id, "C00000000"):
        for call, arguments in (
            (client.conversations_info, {}),
            (client.conversations_history, {}),
            (client.chat_postMessage, {"text": "x"}),
            (client.conversations_join, {}),
        ):
            assert refused(call, channel=channel, **arguments).error == "channel_not_found"
    assert workspace.channel(hidden.id).members != ()


def test_the_list_shows_the_types_asked_for_page_by_page(client: WebClient) -> None:
    client.conversations_create(name="secret", is_private=True)

    public = client.conversations_list(limit=3)
    rest = client.conversations_list(limit=3, cursor=public["response_metadata"]["next_cursor"])
    private = client.conversations_list(types="private_channel")

    names = [one["name"] for one in [*public["channels"], *rest["channels"]]]
    assert sorted(names) == ["dev-alerts", "general", "incidents", "status-updates"]
    assert rest["response_metadata"]["next_cursor"] == ""
    assert [one["name"] for one in private["channels"]] == ["secret"]
    assert refused(client.conversations_list, cursor="nonsense").error == "invalid_cursor"
    assert refused(client.conversations_list, limit=5000).error == "invalid_limit"


def test_users_conversations_lists_those_of_the_bot(client: WebClient) -> None:
    mine = client.users_conversations()["channels"]
    assert [one["name"] for one in mine] == ["incidents", "status-updates"]


def test_a_channel_has_one_canvas(client: WebClient, incidents: Channel, slack: Slack) -> None:
    content = {"type": "markdown", "markdown": "# Post-mortem"}

    canvas = client.conversations_canvases_create(
        channel_id=incidents.id, document_content=content
    )["canvas_id"]

    file = slack.workspace.files.find(canvas)
    assert file is not None
    assert file.content == b"# Post-mortem"
    again = refused(
        client.conversations_canvases_create, channel_id=incidents.id, document_content=content
    )
    assert again.error == "channel_canvas_already_exists"
