from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_sdk import WebClient

from chatops.playground.slack.double import Slack
from chatops.playground.slack.simulated_user.outcome import (
    NoElementError,
    NoModalError,
    NoSubmitError,
)
from chatops.playground.workspace.model import Person
from chatops.playground.workspace.state import Workspace
from tests.playground.slack.conftest import plain, text_modal

OPTIONS = [{"text": plain("Critical"), "value": "P0"}, {"text": plain("Minor"), "value": "P2"}]


@pytest.fixture
def sam(workspace: Workspace) -> Person:
    return workspace.personas[0]


@pytest.fixture
def submitted(app: App) -> list[dict[str, Any]]:
    """The payloads of submissions and closings; the bot answers with nothing."""
    got: list[dict[str, Any]] = []

    def listen(ack: Ack, body: dict[str, Any]) -> None:
        got.append(body)
        ack()

    app.view("declare")(listen)
    app.view_closed("declare")(listen)
    return got


def shows(slack: Slack, client: WebClient, sam: Person, view: dict[str, Any]) -> str:
    trigger = slack.trigger_ids.new_trigger(sam.id, slack.workspace.channel_named("incidents").id)
    view_id: str = client.views_open(trigger_id=trigger, view=view)["view"]["id"]
    return view_id


def modal_with(element: dict[str, Any], **changes: Any) -> dict[str, Any]:
    entry = {
        "type": "input",
        "block_id": "b",
        "label": plain("Label"),
        "element": {"action_id": "a"} | element,
    }
    return text_modal(blocks=[entry | changes])


def test_a_submission_brings_the_values_and_closes_the_modal(
    slack: Slack,
    client: WebClient,
    submitted: list[dict[str, Any]],
    workspace: Workspace,
    sam: Person,
) -> None:
    view_id = shows(slack, client, sam, text_modal(private_metadata="{}"))

    outcome = slack.users.submits("sam", {"title": "checkout is down"})

    assert outcome.ok
    payload = submitted[0]
    assert payload["type"] == "view_submission"
    view = payload["view"]
    assert view["id"] == view_id
    assert view["state"]["values"] == {
        "title": {"title": {"type": "plain_text_input", "value": "checkout is down"}}
    }
    assert (view["callback_id"], view["private_metadata"]) == ("declare", "{}")
    assert view["hash"]
    assert view["root_view_id"] == view_id
    assert payload["response_urls"] == []
    assert payload["is_enterprise_install"] is False
    assert workspace.modal(sam.id) is None


PICKED = [{"text": plain("Minor") | {"emoji": True}, "value": "P2"}]
RICH = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "why"}]}],
}
WORDED = {"options": OPTIONS}


@pytest.mark.parametrize(
    ("element", "typed", "key", "value"),
    [
        ({"type": "plain_text_input", "multiline": True}, "a\nb", "value", "a\nb"),
        ({"type": "email_text_input"}, "a@example.com", "value", "a@example.com"),
        ({"type": "url_text_input"}, "https://example.com", "value", "https://example.com"),
        ({"type": "number_input", "is_decimal_allowed": False}, 15, "value", "15"),
        ({"type": "number_input", "is_decimal_allowed": True}, "1.5", "value", "1.5"),
        ({"type": "static_select", **WORDED}, "P2", "selected_option", PICKED[0]),
        ({"type": "radio_buttons", **WORDED}, "Minor", "selected_option", PICKED[0]),
        ({"type": "multi_static_select", **WORDED}, ["P2"], "selected_options", PICKED),
        ({"type": "checkboxes", **WORDED}, "P2", "selected_options", PICKED),
        ({"type": "datepicker"}, date(2026, 11, 21), "selected_date", "2026-11-21"),
        ({"type": "timepicker"}, time(15, 30), "selected_time", "15:30"),
        (
            {"type": "datetimepicker"},
            datetime(2026, 11, 20, 15, tzinfo=UTC),
            "selected_date_time",
            1795186800,
        ),
        ({"type": "rich_text_input"}, "why", "rich_text_value", RICH),
    ],
    ids=lambda value: value.get("type") if isinstance(value, dict) else None,
)
def test_each_input_is_submitted_in_its_own_shape(
    slack: Slack,
    client: WebClient,
    submitted: list[dict[str, Any]],
    sam: Person,
    element: dict[str, Any],
    typed: object,
    key: str,
    value: object,
) -> None:
    shows(slack, client, sam, modal_with(element))

    assert slack.users.submits("sam", {"a": typed}).ok

    state = submitted[0]["view"]["state"]["values"]["b"]["a"]
    assert state == {"type": element["type"], key: value}


@pytest.mark.parametrize(
    ("kind", "key", "several"),
    [
        ("users_select", "selected_user", False),
        ("multi_users_select", "selected_users", True),
        ("channels_select", "selected_channel", False),
        ("multi_channels_select", "selected_channels", True),
        ("conversations_select", "selected_conversation", False),
        ("multi_conversations_select", "selected_conversations", True),
    ],
)
def test_people_and_channels_are_picked_by_name(
    slack: Slack,
    client: WebClient,
    submitted: list[dict[str, Any]],
    workspace: Workspace,
    sam: Person,
    kind: str,
    key: str,
    several: bool,
) -> None:
    shows(slack, client, sam, modal_with({"type": kind}))

    typed, expected = "@priya", workspace.personas[1].id
    if "users" not in kind:
        typed, expected = "#incidents", workspace.channel_named("incidents").id
    slack.users.submits("sam", {("b", "a"): [typed] if several else typed})

    state = submitted[0]["view"]["state"]["values"]["b"]["a"]
    assert state[key] == ([expected] if several else expected)


@pytest.mark.parametrize("kind", ["external_select", "multi_external_select"])
def test_an_external_select_is_filled_with_what_the_bot_offers(
    slack: Slack,
    app: App,
    client: WebClient,
    submitted: list[dict[str, Any]],
    sam: Person,
    kind: str,
) -> None:
    @app.options("a")
    def offer(ack: Ack, body: dict[str, Any]) -> None:
        ack(options=[{"text": plain(body["value"].title()), "value": body["value"]}])

    shows(slack, client, sam, modal_with({"type": kind}))

    slack.users.submits("sam", {"a": "checkout"})

    state = submitted[0]["view"]["state"]["values"]["b"]["a"]
    picked = state.get("selected_option") or state["selected_options"][0]
    assert picked == {"text": plain("Checkout"), "value": "checkout"}


def test_untouched_inputs_keep_their_initial_values_and_optional_ones_are_empty(
    slack: Slack, client: WebClient, submitted: list[dict[str, Any]], sam: Person
) -> None:
    def entry(block_id: str, element: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "input",
            "block_id": block_id,
            "optional": True,
            "label": plain("x"),
            "element": {"action_id": "a"} | element,
        }

    shows(
        slack,
        client,
        sam,
        text_modal(
            blocks=[
                entry("text", {"type": "plain_text_input", "initial_value": "given"}),
                entry("empty", {"type": "plain_text_input"}),
                entry("pick", {"type": "static_select", "options": OPTIONS}),
                entry("many", {"type": "checkboxes", "options": OPTIONS}),
                entry("day", {"type": "datepicker", "initial_date": "2026-11-20"}),
                entry(
                    "here",
                    {"type": "conversations_select", "default_to_current_conversation": True},
                ),
            ]
        ),
    )

    slack.users.submits("sam")

    values = submitted[0]["view"]["state"]["values"]
    assert values["text"]["a"]["value"] == "given"
    assert values["empty"]["a"]["value"] is None
    assert values["pick"]["a"]["selected_option"] is None
    assert values["many"]["a"]["selected_options"] == []
    assert values["day"]["a"]["selected_date"] == "2026-11-20"
    incidents = slack.workspace.channel_named("incidents").id
    assert values["here"]["a"]["selected_conversation"] == incidents


@pytest.mark.parametrize(
    ("element", "typed"),
    [
        ({"type": "plain_text_input"}, None),
        ({"type": "plain_text_input", "min_length": 3}, "ab"),
        ({"type": "plain_text_input", "max_length": 3}, "abcd"),
        ({"type": "plain_text_input"}, "x" * 3001),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5"),
        ({"type": "number_input", "is_decimal_allowed": False}, "many"),
        ({"type": "number_input", "is_decimal_allowed": True, "min_value": "2"}, "1"),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "2"}, "3"),
        ({"type": "email_text_input"}, "somebody"),
        ({"type": "url_text_input"}, "example"),
        ({"type": "datepicker"}, "20.11.2026"),
        ({"type": "static_select", "options": OPTIONS}, None),
        (
            {"type": "multi_static_select", "options": OPTIONS, "max_selected_items": 1},
            ["P0", "P2"],
        ),
    ],
)
def test_slacks_client_submits_nothing_unfit(
    slack: Slack,
    client: WebClient,
    submitted: list[dict[str, Any]],
    workspace: Workspace,
    sam: Person,
    element: dict[str, Any],
    typed: object,
) -> None:
    shows(slack, client, sam, modal_with(element))

    outcome = slack.users.submits("sam", {"a": typed})

    assert set(outcome.errors) == {"b"}
    assert not outcome.ok
    assert submitted == []
    assert workspace.modal(sam.id) is not None


def answering(app: App, **answer: Any) -> None:
    app.view("declare")(lambda ack: ack(**answer))


def test_the_bot_may_put_errors_at_fields(
    slack: Slack, app: App, client: WebClient, workspace: Workspace, sam: Person
) -> None:
    answering(app, response_action="errors", errors={"title": "Say what is broken."})
    shows(slack, client, sam, text_modal())

    outcome = slack.users.submits("sam", {"title": "?"})

    assert outcome.errors == {"title": "Say what is broken."}
    modal = workspace.modal(sam.id)
    assert modal is not None
    assert modal.values["title"]["title"]["value"] == "?"


def test_the_bot_may_update_push_or_clear(
    slack: Slack, app: App, client: WebClient, workspace: Workspace, sam: Person
) -> None:
    shows(slack, client, sam, text_modal())
    answering(app, response_action="update", view=text_modal(title=plain("Two"), callback_id="2"))
    app.view("2")(lambda ack: ack(response_action="push", view=text_modal(callback_id="3")))
    app.view("3")(lambda ack: ack(response_action="clear"))

    slack.users.submits("sam", {"title": "x"})
    assert [one.title for one in workspace.modals(sam.id)] == ["Two"]
    slack.users.submits("sam")
    assert [one.callback_id for one in workspace.modals(sam.id)] == ["2", "3"]
    slack.users.submits("sam", {"title": "x"})
    assert workspace.modals(sam.id) == ()


def test_an_empty_answer_shows_the_view_below(
    slack: Slack,
    client: WebClient,
    submitted: list[dict[str, Any]],
    workspace: Workspace,
    sam: Person,
) -> None:
    below = shows(slack, client, sam, text_modal())
    client.views_push(trigger_id=slack.trigger_ids.new_trigger(sam.id), view=text_modal())

    slack.users.submits("sam", {"title": "x"})

    assert [one.id for one in workspace.modals(sam.id)] == [below]
    assert submitted[0]["view"]["previous_view_id"] == below


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "update", "view": text_modal(title=plain("x" * 25))},
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "explode"},
    ],
)
def test_an_answer_that_makes_no_sense_leaves_the_modal_with_trouble(
    slack: Slack,
    app: App,
    client: WebClient,
    workspace: Workspace,
    sam: Person,
    answer: dict[str, Any],
) -> None:
    app.view("declare")(lambda ack: ack(answer))
    shows(slack, client, sam, text_modal())

    outcome = slack.users.submits("sam", {"title": "x"})

    assert outcome.problem == "invalid_response"
    assert workspace.modal(sam.id) is not None


def test_a_fourth_view_is_not_pushed(
    slack: Slack, app: App, client: WebClient, workspace: Workspace, sam: Person
) -> None:
    answering(app, response_action="push", view=text_modal())
    shows(slack, client, sam, text_modal())
    outcomes = [slack.users.submits("sam", {"title": "x"}) for _ in range(3)]
    assert [one.problem for one in outcomes] == [None, None, "invalid_response"]
    assert len(workspace.modals(sam.id)) == 3


def test_closing_is_told_when_the_view_asks_for_it(
    slack: Slack,
    client: WebClient,
    submitted: list[dict[str, Any]],
    workspace: Workspace,
    sam: Person,
) -> None:
    shows(slack, client, sam, text_modal())
    slack.users.closes("sam")
    assert submitted == []

    shows(slack, client, sam, text_modal(notify_on_close=True))
    client.views_push(
        trigger_id=slack.trigger_ids.new_trigger(sam.id), view=text_modal(notify_on_close=True)
    )
    slack.users.closes("sam")
    assert len(workspace.modals(sam.id)) == 1
    slack.users.closes("sam", everything=True)

    assert [(one["type"], one["is_cleared"]) for one in submitted] == [
        ("view_closed", False),
        ("view_closed", True),
    ]
    assert workspace.modal(sam.id) is None


def test_a_selected_channel_brings_a_response_url(
    slack: Slack,
    client: WebClient,
    submitted: list[dict[str, Any]],
    workspace: Workspace,
    sam: Person,
) -> None:
    element = {"type": "channels_select", "response_url_enabled": True}
    shows(slack, client, sam, modal_with(element))

    slack.users.submits("sam", {"a": "#incidents"})

    url = submitted[0]["response_urls"][0]
    assert url["channel_id"] == workspace.channel_named("incidents").id
    assert (url["block_id"], url["action_id"]) == ("b", "a")


def test_only_what_is_there_is_filled_in_and_submitted(
    slack: Slack, client: WebClient, sam: Person
) -> None:
    with pytest.raises(NoModalError):
        slack.users.submits("sam")
    shows(slack, client, sam, text_modal())
    with pytest.raises(NoElementError, match="tilte"):
        slack.users.submits("sam", {"tilte": "typo"})
    shows(slack, client, sam, {"type": "modal", "title": plain("Wait"), "blocks": []})
    with pytest.raises(NoSubmitError):
        slack.users.submits("sam")


def test_a_bot_out_of_reach_leaves_the_modal_open(
    slack: Slack, client: WebClient, workspace: Workspace, sam: Person
) -> None:
    shows(slack, client, sam, text_modal())
    slack.bot_is_at("http://127.0.0.1:9/")
    assert slack.users.submits("sam", {"title": "x"}).problem == "dispatch_failed"
    assert workspace.modal(sam.id) is not None
