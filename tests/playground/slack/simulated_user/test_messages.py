from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from chatops.playground.slack.double import Slack
from chatops.playground.slack.simulated_user.outcome import (
    ArchivedError,
    NobodyError,
    NotAMemberError,
    NotOneselfError,
    NotVisibleError,
)
from chatops.playground.workspace.model import Channel
from chatops.playground.workspace.state import SLACKBOT, Workspace
from tests.playground.slack.conftest import said, said_by_bot, text_modal


@pytest.fixture
def commands(app: App) -> list[dict[str, Any]]:
    """The commands that the bot got; it answers none of them with words."""
    got: list[dict[str, Any]] = []

    def listen(ack: Ack, command: dict[str, Any]) -> None:
        got.append(command)
        ack()

    app.command("/incident")(listen)
    app.command("/raw")(listen)
    return got


@pytest.fixture
def events(app: App) -> list[dict[str, Any]]:
    """The events that the bot got."""
    got: list[dict[str, Any]] = []

    def listen(event: dict[str, Any]) -> None:
        got.append(event)

    for name in (
        "message",
        "app_mention",
        "link_shared",
        "reaction_added",
        "reaction_removed",
        "pin_added",
    ):
        app.event(name)(listen)
    return got


def test_a_command_reaches_the_bot_signed_and_complete(
    slack: Slack, commands: list[dict[str, Any]], workspace: Workspace, incidents: Channel
) -> None:
    sam = workspace.personas[0]

    outcome = slack.users.types("sam", "#incidents", "/incident checkout is down")

    assert outcome.ok
    assert outcome.status == 200
    command = commands[0]
    assert command["command"] == "/incident"
    assert command["text"] == "checkout is down"
    assert (command["user_id"], command["channel_id"]) == (sam.id, incidents.id)
    assert command["trigger_id"]
    assert command["response_url"].startswith(f"{slack.address}/commands/")


def test_names_and_markup_in_a_command_are_escaped(
    slack: Slack, commands: list[dict[str, Any]], workspace: Workspace, incidents: Channel
) -> None:
    priya = workspace.personas[1]
    oncall = workspace.groups[0]

    slack.users.types("sam", "#incidents", "/incident role @priya #incidents @oncall <!channel> &")
    slack.users.types("sam", "#incidents", "/raw @priya <b>")

    assert commands[0]["text"] == (
        f"role <@{priya.id}|priya> <#{incidents.id}|incidents> "
        f"<!subteam^{oncall.id}|@oncall> &lt;!channel&gt; &amp;"
    )
    assert commands[1]["text"] == "@priya <b>"


def test_a_command_opens_a_modal_with_its_trigger(
    slack: Slack, app: App, client: WebClient, workspace: Workspace
) -> None:
    @app.command("/incident")
    def declare(ack: Ack, command: dict[str, Any]) -> None:
        ack()
        client.views_open(trigger_id=command["trigger_id"], view=text_modal())

    slack.users.types("sam", "#incidents", "/incident")

    modal = workspace.modal(workspace.personas[0].id)
    assert modal is not None
    assert modal.title == "Declare"
    assert modal.opened_in == workspace.channel_named("incidents").id


@pytest.mark.parametrize("answer", ["plain words", {"text": "plain words"}])
def test_the_answer_to_a_command_is_shown_to_the_person_alone(
    slack: Slack, app: App, workspace: Workspace, incidents: Channel, answer: Any
) -> None:
    app.command("/incident")(lambda ack: ack(answer))

    slack.users.types("sam", "#incidents", "/incident help")

    sam, priya, _ = workspace.personas
    assert workspace.messages(incidents.id, viewer=sam.id)[-1].text == "plain words"
    assert workspace.messages(incidents.id, viewer=priya.id)[-1].subtype == "channel_join"


def test_an_answer_may_be_for_everybody(
    slack: Slack, app: App, workspace: Workspace, incidents: Channel
) -> None:
    app.command("/incident")(lambda ack: ack(text="all", response_type="in_channel"))
    slack.users.types("sam", "#incidents", "/incident list")
    assert workspace.messages(incidents.id)[-1].text == "all"


def test_a_bot_that_takes_longer_than_slack_waits_fails_the_command(
    slack: Slack, workspace: Workspace, incidents: Channel
) -> None:
    slack.bot_is_at("http://127.0.0.1:9/slack/events")

    outcome = slack.users.types("sam", "#incidents", "/incident x")

    assert outcome.problem == "dispatch_failed"
    whisper = workspace.messages(incidents.id, viewer=workspace.personas[0].id)[-1]
    assert whisper.author == SLACKBOT
    assert whisper.text == '/incident failed with the error "dispatch_failed"'


def test_commands_that_slack_does_not_take_never_reach_the_bot(
    slack: Slack, commands: list[dict[str, Any]], workspace: Workspace, incidents: Channel
) -> None:
    parent = said(workspace, incidents, "sam", "hi")

    unknown = slack.users.types("sam", "#incidents", "/shout hi")
    threaded = slack.users.types("sam", "#incidents", "/incident x", thread_ts=parent.ts)

    assert unknown.problem == "invalid_command"
    assert threaded.problem == "not_supported_in_threads"
    assert commands == []


def test_a_typed_message_is_an_event(
    slack: Slack, events: list[dict[str, Any]], workspace: Workspace, incidents: Channel
) -> None:
    outcome = slack.users.types("sam", "#incidents", "1 < 2, see https://example.com/a?b&c @priya")

    priya = workspace.personas[1]
    text = f"1 &lt; 2, see <https://example.com/a?b&amp;c> <@{priya.id}>"
    assert outcome.ok
    assert workspace.messages(incidents.id)[-1].text == text
    assert events[0]["type"] == "message"
    assert (events[0]["text"], events[0]["channel_type"]) == (text, "channel")
    assert events[0]["ts"] == outcome.ts


def test_a_mention_and_a_link_are_events_of_their_own(
    slack: Slack, events: list[dict[str, Any]]
) -> None:
    slack.users.types("sam", "#incidents", "@chatops https://status.example.com/1")
    assert [one["type"] for one in events] == ["message", "app_mention", "link_shared"]
    assert events[2]["links"] == [
        {"url": "https://status.example.com/1", "domain": "status.example.com"}
    ]


def test_what_is_said_where_the_bot_is_not_stays_there(
    slack: Slack, events: list[dict[str, Any]]
) -> None:
    slack.users.types("sam", "#general", "lunch?")
    assert events == []


def test_edits_and_deletions_are_events(
    slack: Slack, events: list[dict[str, Any]], workspace: Workspace, incidents: Channel
) -> None:
    message = said(workspace, incidents, "sam", "helo")
    slack.dispatcher.wait_until_idle()
    events.clear()

    slack.users.edits("sam", "#incidents", message.ts, "hello")
    slack.users.deletes("sam", "#incidents", message.ts)

    changed, deleted = events
    assert changed["subtype"] == "message_changed"
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("hello", "helo")
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", message.ts)
    assert workspace.message(incidents.id, message.ts) is None


def test_a_reaction_is_an_event_and_given_once(
    slack: Slack, events: list[dict[str, Any]], workspace: Workspace, incidents: Channel
) -> None:
    message = said_by_bot(workspace, incidents)
    slack.dispatcher.wait_until_idle()
    events.clear()

    for _ in range(2):
        slack.users.reacts("sam", "#incidents", message.ts, "pushpin")
    for _ in range(2):
        slack.users.unreacts("sam", "#incidents", message.ts, "pushpin")
    slack.users.pins("sam", "#incidents", message.ts)

    kinds = [one["type"] for one in events]
    assert kinds == ["reaction_added", "reaction_removed", "pin_added"]
    added = events[0]
    assert (added["reaction"], added["item_user"]) == ("pushpin", workspace.bot.id)
    assert added["item"] == {"type": "message", "channel": incidents.id, "ts": message.ts}


def test_an_ephemeral_message_is_dismissed(
    slack: Slack, client: WebClient, workspace: Workspace, incidents: Channel
) -> None:
    sam = workspace.personas[0]
    ts = client.chat_postEphemeral(channel=incidents.id, user=sam.id, text="x")["message_ts"]
    slack.users.dismisses("sam", "#incidents", ts)
    assert workspace.message(incidents.id, ts, viewer=sam.id) is None


def test_what_slacks_client_does_not_allow_is_an_error(
    slack: Slack, workspace: Workspace, incidents: Channel
) -> None:
    foreign = said(workspace, incidents, "priya", "mine")
    users = slack.users

    with pytest.raises(NobodyError):
        users.types("nobody", "#incidents", "x")
    with pytest.raises(NotAMemberError):
        users.types("ines", "#incidents", "x")
    with pytest.raises(NotOneselfError):
        users.edits("sam", "#incidents", foreign.ts, "x")
    with pytest.raises(NotVisibleError):
        users.reacts("sam", "#incidents", "1.000000", "eyes")
    users.archives_channel("sam", "#incidents")
    with pytest.raises(ArchivedError):
        users.types("sam", "#incidents", "x")
