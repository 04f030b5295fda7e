from datetime import timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

from chatops.clock import MovableClock
from chatops.playground.slack.double import Slack
from chatops.playground.workspace.model import Person
from chatops.playground.workspace.state import Workspace
from tests.playground.slack.conftest import plain, refused, text_modal


@pytest.fixture
def sam(workspace: Workspace) -> Person:
    return workspace.personas[0]


@pytest.fixture
def trigger(slack: Slack, sam: Person) -> str:
    return slack.trigger_ids.new_trigger(sam.id)


def test_a_trigger_opens_a_modal_for_whoever_pulled_it(
    client: WebClient, workspace: Workspace, sam: Person, trigger: str
) -> None:
    view = client.views_open(trigger_id=trigger, view=text_modal())["view"]

    modal = workspace.modal(sam.id)
    assert modal is not None
    assert (modal.id, modal.title, modal.callback_id) == (view["id"], "Declare", "declare")
    assert view["root_view_id"] == view["id"]
    assert view["state"] == {"values": {}}
    assert workspace.modal(workspace.personas[1].id) is None


def test_a_trigger_works_once(client: WebClient, trigger: str) -> None:
    client.views_open(trigger_id=trigger, view=text_modal())
    answer = refused(client.views_open, trigger_id=trigger, view=text_modal())
    assert answer.error == "exchanged_trigger_id"


def test_a_trigger_dies_after_three_seconds(
    client: WebClient, clock: MovableClock, trigger: str
) -> None:
    clock.advance(timedelta(seconds=3, microseconds=1))
    answer = refused(client.views_open, trigger_id=trigger, view=text_modal())
    assert answer.error == "expired_trigger_id"


def test_a_made_up_trigger_is_invalid(client: WebClient) -> None:
    answer = refused(client.views_open, trigger_id="1.2.abc", view=text_modal())
    assert answer.error == "invalid_trigger_id"


def test_a_refused_view_does_not_use_the_trigger_up(client: WebClient, trigger: str) -> None:
    long = text_modal(title=plain("x" * 25))

    answer = refused(client.views_open, trigger_id=trigger, view=long)

    assert answer.error == "invalid_arguments"
    assert answer.data["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    assert client.views_open(trigger_id=trigger, view=text_modal())["ok"]


def test_a_view_of_more_than_250_kb_is_too_large(client: WebClient, trigger: str) -> None:
    section = {"type": "section", "text": plain("x" * 3000)}
    large = text_modal(blocks=[section] * 90)
    assert refused(client.views_open, trigger_id=trigger, view=large).error == "view_too_large"


def test_three_modals_lie_on_each_other_and_no_more(
    client: WebClient, workspace: Workspace, slack: Slack, sam: Person, trigger: str
) -> None:
    root = client.views_open(trigger_id=trigger, view=text_modal())["view"]
    views = [root]
    for _ in range(2):
        pull = slack.trigger_ids.new_trigger(sam.id)
        views.append(client.views_push(trigger_id=pull, view=text_modal())["view"])

    assert [one.id for one in workspace.modals(sam.id)] == [one["id"] for one in views]
    assert views[2]["previous_view_id"] == views[1]["id"]
    assert views[2]["root_view_id"] == root["id"]
    pull = slack.trigger_ids.new_trigger(sam.id)
    assert refused(client.views_push, trigger_id=pull, view=text_modal()).error == (
        "push_limit_reached"
    )


def test_nothing_is_pushed_onto_nothing(client: WebClient, trigger: str) -> None:
    assert refused(client.views_push, trigger_id=trigger, view=text_modal()).error == "not_found"


def test_an_update_keeps_what_was_entered_and_checks_the_hash(
    client: WebClient, workspace: Workspace, slack: Slack, sam: Person, trigger: str
) -> None:
    view = client.views_open(trigger_id=trigger, view=text_modal())["view"]
    slack.users.fills("sam", {"title": "checkout"})

    changed = client.views_update(
        view_id=view["id"], hash=view["hash"], view=text_modal(title=plain("Other"))
    )["view"]

    assert changed["id"] == view["id"]
    assert changed["hash"] != view["hash"]
    assert changed["state"]["values"]["title"]["title"]["value"] == "checkout"
    modal = workspace.modal(sam.id)
    assert modal is not None
    assert modal.title == "Other"
    stale = refused(client.views_update, view_id=view["id"], hash=view["hash"], view=text_modal())
    assert stale.error == "hash_conflict"


def test_a_view_that_is_gone_is_not_found(client: WebClient, slack: Slack, trigger: str) -> None:
    view = client.views_open(trigger_id=trigger, view=text_modal())["view"]
    slack.users.closes("sam")
    assert refused(client.views_update, view_id=view["id"], view=text_modal()).error == "not_found"


def test_an_external_id_finds_one_view(
    client: WebClient, workspace: Workspace, slack: Slack, trigger: str
) -> None:
    named = text_modal(external_id="declare-1")
    client.views_open(trigger_id=trigger, view=named)

    assert client.views_update(external_id="declare-1", view=named)["ok"]
    pull = slack.trigger_ids.new_trigger(workspace.personas[1].id)
    answer = refused(client.views_open, trigger_id=pull, view=named)
    assert answer.error == "duplicate_external_id"


def home(**changes: Any) -> dict[str, Any]:
    return {"type": "home", "blocks": [{"type": "section", "text": plain("Mine")}]} | changes


def test_home_is_published_and_redrawn(
    client: WebClient, workspace: Workspace, sam: Person
) -> None:
    first = client.views_publish(user_id=sam.id, view=home())["view"]
    second = client.views_publish(user_id=sam.id, hash=first["hash"], view=home(blocks=[]))["view"]

    assert first["id"] == second["id"]
    shown = workspace.home(sam.id)
    assert shown is not None
    assert shown.blocks == ()
    for arguments, error in (
        ({"user_id": sam.id, "hash": first["hash"], "view": home()}, "hash_conflict"),
        ({"user_id": "U00000000", "view": home()}, "user_not_found"),
        ({"user_id": sam.id, "view": text_modal()}, "invalid_arguments"),
        ({"user_id": sam.id, "view": home(title=plain("x"))}, "invalid_arguments"),
    ):
        assert refused(client.views_publish, **arguments).error == error


def test_home_is_not_opened_as_a_modal(client: WebClient, trigger: str) -> None:
    answer = refused(client.views_open, trigger_id=trigger, view=home())
    assert answer.error == "invalid_arguments"
