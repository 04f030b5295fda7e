import pytest
from slack_sdk import WebClient

from chatops.playground.slack.double import Slack
from chatops.playground.workspace.model import Channel
from chatops.playground.workspace.state import Workspace
from tests.playground.slack.conftest import plain, refused, said, said_by_bot

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*now*"}}


def test_a_posted_message_stands_in_the_channel_with_its_metadata(
    client: WebClient, workspace: Workspace, incidents: Channel
) -> None:
    metadata = {"event_type": "effect", "event_payload": {"key": "7"}}

    posted = client.chat_postMessage(
        channel=incidents.id, text="hello", blocks=[SECTION], metadata=metadata
    )

    message = workspace.message(incidents.id, posted["ts"])
    assert message is not None
    assert message.text == "hello"
    assert message.author == workspace.bot.id
    assert message.metadata == metadata
    assert message.blocks[0]["text"] == {"type": "mrkdwn", "text": "*now*", "verbatim": False}
    assert message.blocks[0]["block_id"]
    history = client.conversations_history(channel=incidents.id, include_all_metadata=True)
    assert history["messages"][0]["metadata"] == metadata
    bare = client.conversations_history(channel=incidents.id)["messages"][0]
    assert "metadata" not in bare


def test_a_form_is_taken_like_json(client: WebClient, incidents: Channel) -> None:
    blocks = '[{"type": "divider"}]'
    posted = client.api_call(
        "chat.postMessage", params={"channel": incidents.id, "text": "x", "blocks": blocks}
    )
    assert posted["message"]["blocks"][0]["type"] == "divider"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "   "}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
        ({"text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
        ({"text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
        ({"text": "x", "attachments": "no JSON"}, "invalid_arguments"),
        ({"text": "x", "channel": "#nowhere"}, "channel_not_found"),
    ],
)
def test_a_message_is_refused(
    client: WebClient, incidents: Channel, arguments: dict[str, object], error: str
) -> None:
    call = {"channel": incidents.id} | arguments
    assert refused(lambda: client.api_call("chat.postMessage", json=call)).error == error


def test_the_bot_posts_only_where_it_is(client: WebClient, workspace: Workspace) -> None:
    general = workspace.channel_named("general")
    answer = refused(client.chat_postMessage, channel=general.id, text="x")
    assert answer.error == "not_in_channel"


def test_a_person_and_a_name_do_as_channels(client: WebClient, workspace: Workspace) -> None:
    sam = workspace.personas[0]

    direct = client.chat_postMessage(channel=sam.id, text="psst")["channel"]
    named = client.chat_postMessage(channel="#incidents", text="x")["channel"]

    assert workspace.channel(direct).members == tuple(sorted((sam.id, workspace.bot.id)))
    assert workspace.channel(named).name == "incidents"


def test_bad_blocks_are_refused_with_the_place_of_each_complaint(
    client: WebClient, incidents: Channel
) -> None:
    button = {"type": "button", "text": plain("x" * 76), "action_id": "go"}

    answer = refused(
        client.chat_postMessage,
        channel=incidents.id,
        text="x",
        blocks=[SECTION, {"type": "actions", "elements": [button]}],
    )

    assert answer.error == "invalid_blocks"
    complaint = "must be less than 76 characters [json-pointer:/blocks/1/elements/0/text/text]"
    assert answer.data["errors"] == [complaint]
    assert answer.data["response_metadata"]["messages"] == [f"[ERROR] {complaint}"]


def test_blocks_in_attachments_are_checked_too(client: WebClient, incidents: Channel) -> None:
    answer = refused(
        client.chat_postMessage,
        channel=incidents.id,
        text="x",
        attachments=[{"color": "#f00", "blocks": [{"type": "section"}]}],
    )
    assert "/attachments/0/blocks/0" in answer.data["errors"][0]


def test_a_workspace_may_refuse_newer_blocks(
    client: WebClient, incidents: Channel, slack: Slack
) -> None:
    blocks = [{"type": "markdown", "text": "# Hello"}]
    assert client.chat_postMessage(channel=incidents.id, text="x", blocks=blocks)["ok"]

    slack.faults.refuse_newer_blocks()

    answer = refused(client.chat_postMessage, channel=incidents.id, text="x", blocks=blocks)
    assert answer.error == "invalid_blocks"
    assert answer.data["errors"] == ["unsupported type: markdown [json-pointer:/blocks/0/type]"]


def test_a_reply_stands_in_the_thread_and_is_counted_at_the_parent(
    client: WebClient, workspace: Workspace, incidents: Channel
) -> None:
    parent = client.chat_postMessage(channel=incidents.id, text="board")["ts"]

    reply = client.chat_postMessage(channel=incidents.id, text="detail", thread_ts=parent)["ts"]
    client.chat_postMessage(
        channel=incidents.id, text="news", thread_ts=reply, reply_broadcast=True
    )

    assert [one.text for one in workspace.thread(incidents.id, parent)] == [
        "board",
        "detail",
        "news",
    ]
    assert [one.text for one in workspace.messages(incidents.id)][-2:] == ["board", "news"]
    shown = workspace.message(incidents.id, parent)
    assert shown is not None
    assert (shown.reply_count, shown.reply_users) == (2, (workspace.bot.id,))


def test_a_note_of_slacks_own_cannot_be_replied_to(
    client: WebClient, workspace: Workspace, incidents: Channel
) -> None:
    note = workspace.messages(incidents.id)[0]
    answer = refused(client.chat_postMessage, channel=incidents.id, text="x", thread_ts=note.ts)
    assert answer.error == "cannot_reply_to_message"


def test_an_edit_replaces_everything_but_metadata_that_is_not_named(
    client: WebClient, workspace: Workspace, incidents: Channel
) -> None:
    metadata = {"event_type": "effect", "event_payload": {}}
    ts = said_by_bot(workspace, incidents, blocks=(SECTION,), metadata=metadata).ts

    client.chat_update(channel=incidents.id, ts=ts, text="changed")

    changed = workspace.message(incidents.id, ts)
    assert changed is not None
    assert (changed.text, changed.blocks, changed.metadata) == ("changed", (), metadata)
    assert changed.edited is not None
    client.chat_update(channel=incidents.id, ts=ts, text="changed", metadata={})
    changed = workspace.message(incidents.id, ts)
    assert changed is not None
    assert changed.metadata is None


def test_an_edit_is_refused(client: WebClient, workspace: Workspace, incidents: Channel) -> None:
    own = said_by_bot(workspace, incidents)
    foreign = said(workspace, incidents, "sam", "hi")

    def why(ts: str, text: str = "x") -> str:
        call = {"channel": incidents.id, "ts": ts, "text": text}
        return refused(client.api_call, api_method="chat.update", json=call).error

    assert why("1.000000") == "message_not_found"
    assert why(foreign.ts) == "cant_update_message"
    assert why(own.ts, "x" * 4001) == "msg_too_long"
    assert why(own.ts, " ") == "no_text"
    workspace.channel_store.archive(incidents.id, by=workspace.bot.id)
    assert why(own.ts) == "is_inactive"


def test_own_messages_are_deleted_and_a_thread_keeps_a_tombstone(
    client: WebClient, workspace: Workspace, incidents: Channel
) -> None:
    parent, single = said_by_bot(workspace, incidents), said_by_bot(workspace, incidents)
    client.chat_postMessage(channel=incidents.id, text="reply", thread_ts=parent.ts)
    foreign = said(workspace, incidents, "sam", "hi")

    client.chat_delete(channel=incidents.id, ts=single.ts)
    client.chat_delete(channel=incidents.id, ts=parent.ts)

    assert workspace.message(incidents.id, single.ts) is None
    left = workspace.message(incidents.id, parent.ts)
    assert left is not None
    assert left.subtype == "tombstone"
    for ts, error in ((foreign.ts, "cant_delete_message"), (single.ts, "message_not_found")):
        assert refused(client.chat_delete, channel=incidents.id, ts=ts).error == error


def test_an_ephemeral_message_is_for_one_pair_of_eyes(
    client: WebClient, workspace: Workspace, incidents: Channel
) -> None:
    sam, priya, ines = workspace.personas

    ts = client.chat_postEphemeral(channel=incidents.id, user=sam.id, text="for you")["message_ts"]

    assert workspace.messages(incidents.id, viewer=sam.id)[-1].text == "for you"
    assert workspace.messages(incidents.id, viewer=priya.id)[-1].text != "for you"
    assert refused(client.chat_update, channel=incidents.id, ts=ts, text="x").error == (
        "message_not_found"
    )
    for user, error in ((ines.id, "user_not_in_channel"), ("U00000000", "user_not_found")):
        call = client.chat_postEphemeral
        assert refused(call, channel=incidents.id, user=user, text="x").error == error


def test_a_permalink_names_the_message_and_its_thread(
    client: WebClient, workspace: Workspace, incidents: Channel, slack: Slack
) -> None:
    parent = said_by_bot(workspace, incidents).ts
    reply = client.chat_postMessage(channel=incidents.id, text="x", thread_ts=parent)["ts"]

    plain_link = client.chat_getPermalink(channel=incidents.id, message_ts=parent)["permalink"]
    thread_link = client.chat_getPermalink(channel=incidents.id, message_ts=reply)["permalink"]

    digits = parent.replace(".", "")
    assert plain_link == f"{slack.address}/archives/{incidents.id}/p{digits}"
    assert thread_link.endswith(f"?thread_ts={parent}&cid={incidents.id}")
    answer = refused(client.chat_getPermalink, channel=incidents.id, message_ts="1.000000")
    assert answer.error == "message_not_found"


def test_a_link_is_unfurled(client: WebClient, workspace: Workspace, incidents: Channel) -> None:
    message = said(workspace, incidents, "sam", "<https://status.example.com/1>")
    unfurls = {"https://status.example.com/1": {"text": "SEV1"}}

    client.chat_unfurl(channel=incidents.id, ts=message.ts, unfurls=unfurls)

    shown = workspace.message(incidents.id, message.ts)
    assert shown is not None
    assert shown.attachments[0]["text"] == "SEV1"
    for ts, given, error in (
        ("1.000000", unfurls, "cannot_find_message"),
        (message.ts, {}, "invalid_unfurls_format"),
    ):
        answer = refused(client.chat_unfurl, channel=incidents.id, ts=ts, unfurls=given)
        assert answer.error == error
