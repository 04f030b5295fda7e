from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient, WebhookResponse

from chatops.clock import MovableClock
from chatops.playground.slack.double import Slack
from chatops.playground.workspace.model import Channel
from chatops.playground.workspace.state import Workspace
from tests.playground.slack.conftest import plain

BUTTON = [
    {
        "type": "actions",
        "elements": [{"type": "button", "text": plain("Go"), "action_id": "go"}],
    }
]


@pytest.fixture
def urls(app: App) -> list[str]:
    """The response URLs that the bot got."""
    got: list[str] = []

    def listen(ack: Ack, body: dict[str, Any]) -> None:
        got.append(body["response_url"])
        ack()

    app.command("/incident")(listen)
    app.action("go")(listen)
    return got


def send(url: str, **body: Any) -> WebhookResponse:
    return WebhookClient(url, retry_handlers=[]).send_dict(body)


def test_five_answers_are_taken_and_no_more(
    slack: Slack, urls: list[str], workspace: Workspace, incidents: Channel
) -> None:
    slack.users.types("sam", "#incidents", "/incident")

    answers = [send(urls[0], text=str(number)) for number in range(6)]

    assert [one.status_code for one in answers] == [200] * 5 + [404]
    assert answers[0].body == "ok"
    assert "used_url" in answers[5].body
    sam = workspace.personas[0]
    seen = [one.text for one in workspace.messages(incidents.id, viewer=sam.id)]
    assert seen[-5:] == ["0", "1", "2", "3", "4"]
    assert workspace.messages(incidents.id)[-1].subtype == "channel_join"


def test_a_response_url_dies_after_half_an_hour(
    slack: Slack, urls: list[str], clock: MovableClock
) -> None:
    slack.users.types("sam", "#incidents", "/incident")
    clock.advance(timedelta(minutes=30))
    assert send(urls[0], text="in time").status_code == 200
    clock.advance(timedelta(seconds=1))
    late = send(urls[0], text="late")
    assert late.status_code == 404
    assert "expired_url" in late.body


def test_an_answer_may_be_for_everybody_and_then_be_replaced(
    slack: Slack, urls: list[str], workspace: Workspace, incidents: Channel
) -> None:
    slack.users.types("sam", "#incidents", "/incident")

    send(urls[0], text="working", response_type="in_channel")
    send(urls[0], text="done", replace_original=True)

    said = [one.text for one in workspace.messages(incidents.id) if one.subtype is None]
    assert said == ["done"]


@pytest.mark.parametrize("ephemeral", [False, True])
def test_the_clicked_message_is_replaced_and_deleted(
    slack: Slack,
    urls: list[str],
    client: WebClient,
    workspace: Workspace,
    incidents: Channel,
    ephemeral: bool,
) -> None:
    sam = workspace.personas[0]
    body = {"channel": incidents.id, "text": "press", "blocks": BUTTON}
    if ephemeral:
        ts = client.api_call("chat.postEphemeral", json=body | {"user": sam.id})["message_ts"]
    else:
        ts = client.api_call("chat.postMessage", json=body)["ts"]
    slack.users.clicks("sam", "#incidents", ts, "go")

    send(urls[0], text="pressed", replace_original=True)
    shown = workspace.message(incidents.id, ts, viewer=sam.id)
    assert shown is not None
    assert (shown.text, shown.blocks) == ("pressed", ())

    send(urls[0], delete_original=True)
    assert workspace.message(incidents.id, ts, viewer=sam.id) is None


def test_a_new_answer_to_a_click_is_for_the_clicker_alone(
    slack: Slack, urls: list[str], client: WebClient, workspace: Workspace, incidents: Channel
) -> None:
    ts = client.chat_postMessage(channel=incidents.id, text="press", blocks=BUTTON)["ts"]
    slack.users.clicks("priya", "#incidents", ts, "go")

    send(urls[0], text="noted", replace_original=False)

    sam, priya, _ = workspace.personas
    assert workspace.messages(incidents.id, viewer=priya.id)[-1].text == "noted"
    assert workspace.messages(incidents.id, viewer=sam.id)[-1].text == "press"


def test_a_bad_answer_is_refused(slack: Slack, urls: list[str]) -> None:
    slack.users.types("sam", "#incidents", "/incident")
    empty = send(urls[0], text="")
    bad = send(urls[0], text="x", blocks=[{"type": "section"}])
    unknown = send(f"{slack.address}/commands/T0/1/abc", text="x")
    assert (empty.status_code, bad.status_code, unknown.status_code) == (400, 400, 404)
    assert "no_text" in empty.body
    assert "invalid_blocks" in bad.body


def test_response_urls_have_their_share_of_trouble(
    slack: Slack, urls: list[str], workspace: Workspace, incidents: Channel
) -> None:
    slack.users.types("sam", "#incidents", "/incident")
    slack.faults.fail("response_url", "fatal_error", status=500)
    assert send(urls[0], text="lost").status_code == 500
    slack.faults.go_down()
    assert send(urls[0], text="lost").status_code == 503
    slack.faults.come_back()
    assert send(urls[0], text="arrived").status_code == 200
    sam = workspace.personas[0]
    seen = [one.text for one in workspace.messages(incidents.id, viewer=sam.id)]
    assert seen[-1] == "arrived"
    assert "lost" not in seen
