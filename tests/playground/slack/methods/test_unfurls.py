"""The double is as strict about Work Objects as Slack is, and as quiet."""

from typing import Any

import pytest
from slack_sdk import WebClient

from chatops.playground.slack.blocks.surfaces import (
    complaints_about_details,
    complaints_about_entities,
)
from chatops.playground.workspace.model import Channel, Message
from chatops.playground.workspace.state import Workspace
from tests.playground.slack.conftest import refused

LINK = "https://status.example.com/1"


def entity(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "entity_type": "slack#/entities/incident",
        "url": LINK,
        "app_unfurl_url": LINK,
        "external_ref": {"id": "INC-1", "type": "incident"},
        "entity_payload": {
            "attributes": {"title": {"text": "checkout is down"}, "display_id": "INC-1"},
            "fields": {
                "status": {"value": "Investigating", "tag_color": "red"},
                "assigned_to": {"type": "slack#/types/user", "user": {"user_id": "U07KMEGKLQB"}},
                "date_created": {"value": 1_772_460_000},
            },
            "custom_fields": [
                {"key": "next", "label": "Next", "type": "slack#/types/timestamp", "value": 1}
            ],
            "display_order": ["status", "next"],
            "actions": {"primary_actions": [{"text": "Show", "action_id": "status"}]},
        },
    }
    return made | changes


def payload(**changes: Any) -> dict[str, Any]:
    return entity(entity_payload=entity()["entity_payload"] | changes)


@pytest.fixture
def message(workspace: Workspace, incidents: Channel) -> Message:
    sam = workspace.people_store.handled("sam")
    assert sam is not None
    return workspace.message_store.post(
        Message(channel=incidents.id, ts="", author=sam.id, text=f"<{LINK}>")
    )


def test_a_right_entity_is_taken() -> None:
    assert complaints_about_entities({"entities": [entity()]}) == []
    posted = entity()
    del posted["app_unfurl_url"]
    assert complaints_about_details(posted) == []


BUTTON = {"text": "Show", "action_id": "status"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (entity(entity_type="incident"), "must be one of: slack#/entities/incident"),
        (entity(external_ref={}), "missing required field: id"),
        (payload(attributes={}), "missing required field: title"),
        (payload(fields={"severity": {"value": "P0"}}), "invalid additional property: severity"),
        (payload(fields={"status": {"value": "x", "tag_color": "pink"}}), "must be one of: red"),
        (payload(fields={"date_created": {"value": "today"}}), "must be a number"),
        (payload(display_order=["severity"]), "no field is called severity"),
        (payload(actions={"primary_actions": [BUTTON] * 3}), "no more than 2 items"),
        ({**entity(), "app_unfurl_url": ""}, "must be more than 0 characters"),
    ],
)
def test_what_slack_would_drop_is_told_with_its_place(wrong: dict[str, Any], words: str) -> None:
    [complaint] = [
        each for each in complaints_about_entities({"entities": [wrong]}) if words in each
    ]
    assert "json-pointer:/metadata/entities/0" in complaint


def test_a_wrong_entity_is_dropped_with_a_warning_and_without_an_error(
    client: WebClient, workspace: Workspace, message: Message
) -> None:
    answer = client.chat_unfurl(
        channel=message.channel, ts=message.ts, metadata={"entities": [payload(attributes={})]}
    )
    assert answer["ok"]
    assert answer["warning"] == "invalid_metadata_format"
    shown = workspace.message(message.channel, message.ts)
    assert shown is not None
    assert shown.attachments == ()


def test_a_second_card_for_a_link_takes_the_place_of_the_first(
    client: WebClient, workspace: Workspace, message: Message
) -> None:
    by_id: dict[str, Any] = {
        "unfurl_id": f"{message.channel}.{message.ts}",
        "source": "conversations_history",
    }
    client.chat_unfurl(**by_id, metadata={"entities": [entity()]})
    client.chat_unfurl(**by_id, unfurls={LINK: {"text": "in words"}})
    shown = workspace.message(message.channel, message.ts)
    assert shown is not None
    assert [one.get("text") for one in shown.attachments] == ["in words"]


def test_a_link_that_is_not_in_the_message_is_refused(client: WebClient, message: Message) -> None:
    answer = refused(
        client.chat_unfurl,
        channel=message.channel,
        ts=message.ts,
        unfurls={"https://status.example.com/2": {"text": "x"}},
    )
    assert answer.error == "cannot_unfurl_url"


def test_a_side_pane_needs_a_trigger_that_works(client: WebClient) -> None:
    answer = refused(client.entity_presentDetails, trigger_id="1.2.3", metadata=entity())
    assert answer.error == "invalid_trigger_id"
