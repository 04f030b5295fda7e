from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from chatops.playground.slack.double import Slack
from chatops.playground.slack.simulated_user.outcome import (
    NoElementError,
    NoModalError,
    NoShortcutError,
    NotOfferedError,
    NotVisibleError,
)
from chatops.playground.workspace.model import Channel
from chatops.playground.workspace.state import Workspace
from tests.playground.slack.conftest import plain, said, text_modal

OPTIONS = [{"text": plain("Critical"), "value": "P0"}, {"text": plain("Minor"), "value": "P2"}]
BLOCKS: list[dict[str, Any]] = [
    {
        "type": "actions",
        "block_id": "board",
        "elements": [
            {"type": "button", "text": plain("Join"), "action_id": "join", "value": "7"},
            {"type": "overflow", "action_id": "more", "options": OPTIONS},
            {"type": "static_select", "action_id": "severity", "options": OPTIONS},
            {"type": "datepicker", "action_id": "day", "initial_date": "2026-11-20"},
            {"type": "users_select", "action_id": "lead"},
            {"type": "external_select", "action_id": "service"},
        ],
    }
]


@pytest.fixture
def payloads(app: App) -> list[dict[str, Any]]:
    """The payloads that the bot got."""
    got: list[dict[str, Any]] = []

    def listen(ack: Ack, body: dict[str, Any]) -> None:
        got.append(body)
        ack()

    for name in ("join", "more", "severity", "day", "lead", "service"):
        app.action(name)(listen)
    app.shortcut("declare")(listen)
    app.shortcut("from_message")(listen)
    return got


@pytest.fixture
def board(client: WebClient, incidents: Channel) -> str:
    ts: str = client.chat_postMessage(channel=incidents.id, text="board", blocks=BLOCKS)["ts"]
    return ts


def test_a_button_brings_the_message_and_a_response_url(
    slack: Slack, payloads: list[dict[str, Any]], workspace: Workspace, board: str
) -> None:
    outcome = slack.users.clicks("sam", "#incidents", board, "join")

    assert outcome.ok
    payload = payloads[0]
    action = payload["actions"][0]
    assert (action["action_id"], action["block_id"], action["value"]) == ("join", "board", "7")
    assert action["type"] == "button"
    assert payload["user"]["id"] == workspace.personas[0].id
    assert payload["message"]["ts"] == board
    assert payload["container"]["message_ts"] == board
    assert payload["container"]["is_ephemeral"] is False
    assert payload["response_url"].startswith(f"{slack.address}/actions/")
    assert payload["trigger_id"]
    assert set(payload["state"]["values"]["board"]) == {"severity", "day", "lead", "service"}


def test_a_button_on_an_ephemeral_message_brings_no_message(
    slack: Slack,
    payloads: list[dict[str, Any]],
    client: WebClient,
    workspace: Workspace,
    incidents: Channel,
) -> None:
    sam = workspace.personas[0]
    ts = client.chat_postEphemeral(channel=incidents.id, user=sam.id, text="x", blocks=BLOCKS)[
        "message_ts"
    ]

    slack.users.clicks("sam", "#incidents", ts, "join")

    assert "message" not in payloads[0]
    assert payloads[0]["container"]["is_ephemeral"] is True
    with pytest.raises(NotVisibleError):
        slack.users.clicks("priya", "#incidents", ts, "join")


@pytest.mark.parametrize(
    ("action_id", "value", "key", "chosen"),
    [
        (
            "more",
            "P2",
            "selected_option",
            {"text": plain("Minor") | {"emoji": True}, "value": "P2"},
        ),
        (
            "severity",
            "Critical",
            "selected_option",
            {"text": plain("Critical") | {"emoji": True}, "value": "P0"},
        ),
        ("day", "2026-11-21", "selected_date", "2026-11-21"),
    ],
)
def test_a_choice_comes_in_the_shape_of_its_element(
    slack: Slack,
    payloads: list[dict[str, Any]],
    board: str,
    action_id: str,
    value: str,
    key: str,
    chosen: object,
) -> None:
    slack.users.clicks("sam", "#incidents", board, action_id, value)
    assert payloads[0]["actions"][0][key] == chosen


def test_people_can_be_chosen_by_handle(
    slack: Slack, payloads: list[dict[str, Any]], workspace: Workspace, board: str
) -> None:
    slack.users.clicks("sam", "#incidents", board, "lead", "@priya")
    priya = workspace.personas[1].id
    assert payloads[0]["actions"][0]["selected_user"] == priya
    assert payloads[0]["state"]["values"]["board"]["lead"]["selected_user"] == priya


def test_an_external_select_asks_the_bot_for_its_options(
    slack: Slack, app: App, payloads: list[dict[str, Any]], board: str
) -> None:
    asked: list[str] = []

    @app.options("service")
    def offer(ack: Ack, body: dict[str, Any]) -> None:
        asked.append(body["value"])
        ack(options=[{"text": plain("Checkout"), "value": "checkout"}])

    offered = slack.users.suggests("sam", "service", "che", channel="#incidents", ts=board)
    slack.users.clicks("sam", "#incidents", board, "service", "checkout")

    assert [one["value"] for one in offered.options] == ["checkout"]
    assert asked[0] == "che"
    assert payloads[0]["actions"][0]["selected_option"]["value"] == "checkout"


def test_what_is_not_there_cannot_be_clicked(slack: Slack, board: str) -> None:
    users = slack.users
    with pytest.raises(NoElementError, match="join"):
        users.clicks("sam", "#incidents", board, "leave")
    with pytest.raises(NotOfferedError, match="P0"):
        users.clicks("sam", "#incidents", board, "more", "P9")
    with pytest.raises(NoModalError):
        users.clicks_in_view("sam", "join")
    with pytest.raises(NoShortcutError):
        users.shortcut("sam", "unknown")


def test_a_click_in_a_modal_brings_the_view_with_all_that_was_entered(
    slack: Slack, payloads: list[dict[str, Any]], client: WebClient, workspace: Workspace
) -> None:
    modal = text_modal()
    modal["blocks"] = modal["blocks"] + BLOCKS
    sam = workspace.personas[0]
    client.views_open(trigger_id=slack.trigger_ids.new_trigger(sam.id), view=modal)

    slack.users.clicks_in_view("sam", "severity", "P0", values={"title": "checkout"})
    slack.users.clicks_in_view("sam", "join")

    for payload in payloads:
        values = payload["view"]["state"]["values"]
        assert values["title"]["title"]["value"] == "checkout"
        assert values["board"]["severity"]["selected_option"]["value"] == "P0"
        assert payload["container"]["type"] == "view"
        assert "response_url" not in payload
        assert "channel" not in payload


def test_a_click_in_home_brings_the_home_view(
    slack: Slack, payloads: list[dict[str, Any]], client: WebClient, workspace: Workspace
) -> None:
    sam = workspace.personas[0]
    client.views_publish(user_id=sam.id, view={"type": "home", "blocks": BLOCKS})

    slack.users.clicks_in_view("sam", "join", home=True)

    assert payloads[0]["view"]["type"] == "home"


def test_shortcuts_bring_their_callback(
    slack: Slack, payloads: list[dict[str, Any]], workspace: Workspace, incidents: Channel
) -> None:
    message = said(workspace, incidents, "ines", "customers cannot pay")

    slack.users.shortcut("sam", "declare")
    slack.users.shortcut("sam", "from_message", channel="#incidents", ts=message.ts)

    first, second = payloads
    assert (first["type"], first["callback_id"]) == ("shortcut", "declare")
    assert "channel" not in first
    assert (second["type"], second["callback_id"]) == ("message_action", "from_message")
    assert second["message"]["text"] == "customers cannot pay"
    assert second["response_url"]


def test_a_bot_that_does_not_answer_is_told_to_the_person(slack: Slack, board: str) -> None:
    slack.bot_is_at("http://127.0.0.1:9/")
    outcome = slack.users.clicks("sam", "#incidents", board, "join")
    assert outcome.problem == "dispatch_failed"


NEWER: list[dict[str, Any]] = [
    {
        "type": "card",
        "block_id": "card",
        "title": plain("Board"),
        "actions": [{"type": "button", "text": plain("Join"), "action_id": "join"}],
    },
    {
        "type": "container",
        "title": plain("More"),
        "child_blocks": [
            {
                "type": "section",
                "block_id": "inner",
                "text": plain("x"),
                "accessory": {"type": "button", "text": plain("More"), "action_id": "more"},
            }
        ],
    },
    {
        "type": "context_actions",
        "block_id": "feedback",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "severity",
                "positive_button": {"text": plain("Good"), "value": "up"},
                "negative_button": {"text": plain("Bad"), "value": "down"},
            }
        ],
    },
]


def test_elements_of_newer_blocks_and_of_attachments_can_be_clicked(
    slack: Slack, payloads: list[dict[str, Any]], client: WebClient, incidents: Channel
) -> None:
    lead = {"type": "actions", "elements": [{"type": "users_select", "action_id": "lead"}]}
    ts = client.chat_postMessage(
        channel=incidents.id, text="x", blocks=NEWER, attachments=[{"blocks": [lead]}]
    )["ts"]

    slack.users.clicks("sam", "#incidents", ts, "join")
    slack.users.clicks("sam", "#incidents", ts, "more")
    slack.users.clicks("sam", "#incidents", ts, "severity", "down")
    slack.users.clicks("sam", "#incidents", ts, "lead", "priya")

    actions = [one["actions"][0] for one in payloads]
    assert [one["block_id"] for one in actions[:3]] == ["card", "inner", "feedback"]
    assert actions[2]["value"] == "down"
    assert actions[3]["type"] == "users_select"
    with pytest.raises(NotOfferedError):
        slack.users.clicks("sam", "#incidents", ts, "severity", "sideways")


def test_a_click_in_a_thread_names_the_thread(
    slack: Slack, payloads: list[dict[str, Any]], client: WebClient, board: str, incidents: Channel
) -> None:
    reply = client.chat_postMessage(channel=incidents.id, text="x", blocks=BLOCKS, thread_ts=board)[
        "ts"
    ]
    slack.users.clicks("sam", "#incidents", reply, "join")
    assert payloads[0]["container"]["thread_ts"] == board


def test_a_select_in_a_modal_asks_the_bot_for_its_options(
    slack: Slack, app: App, client: WebClient, workspace: Workspace
) -> None:
    asked: list[dict[str, Any]] = []

    @app.options("service")
    def offer(ack: Ack, body: dict[str, Any]) -> None:
        asked.append(body)
        group = {"label": plain("All"), "options": [{"text": plain("Checkout"), "value": "c"}]}
        ack(option_groups=[group])

    sam = workspace.personas[0]
    modal = text_modal(blocks=BLOCKS)
    client.views_open(trigger_id=slack.trigger_ids.new_trigger(sam.id), view=modal)

    offered = slack.users.suggests("sam", "service", "ch")

    assert [one["value"] for one in offered.options] == ["c"]
    assert asked[0]["container"]["type"] == "view"
    assert asked[0]["view"]["callback_id"] == "declare"
