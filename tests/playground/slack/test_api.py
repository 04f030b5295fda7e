import json

import httpx
import pytest
from slack_sdk import WebClient

from chatops.clock import MovableClock
from chatops.playground.slack.double import Slack, SlackServer
from chatops.playground.slack.installation import Installation
from chatops.playground.slack.methods.table import METHODS
from chatops.playground.workspace.seed import seeded
from tests.playground.slack.conftest import INSTALLATION, client_of, refused


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ("", "not_authed"),
        ("xoxb-somebody-else", "invalid_auth"),
        (INSTALLATION.app_token, "not_allowed_token_type"),
    ],
)
def test_a_wrong_token_is_refused(slack: Slack, token: str, error: str) -> None:
    assert refused(client_of(slack, token).auth_test).error == error


def test_a_token_may_stand_in_the_form(slack: Slack) -> None:
    with httpx.Client() as browser:
        answer = browser.post(
            f"{slack.address}/api/auth.test", data={"token": INSTALLATION.bot_token}
        )
    assert answer.json()["ok"] is True
    assert slack.call_log.calls("auth.test")[0].arguments == {}


def test_an_unknown_method_is_named(client: WebClient) -> None:
    answer = refused(client.api_call, api_method="chat.shout")
    assert answer.data == {"ok": False, "error": "unknown_method", "req_method": "chat.shout"}


def test_a_missing_scope_is_named_with_those_there_are(clock: MovableClock) -> None:
    slack = Slack(seeded(clock), Installation(scopes=frozenset({"users:read", "chat:write"})))
    with SlackServer(slack):
        client = client_of(slack)
        by_table = refused(client.pins_list, channel="C00000000")
        by_channel = refused(client.conversations_create, name="x", is_private=True)
        answer = client.auth_test()

    assert by_table.data == {
        "ok": False,
        "error": "missing_scope",
        "needed": "pins:read",
        "provided": "chat:write,users:read",
    }
    assert by_channel.data["needed"] == "groups:write"
    assert answer.headers["x-oauth-scopes"] == "chat:write,users:read"


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"'])
def test_a_body_that_is_no_json_object_is_refused(slack: Slack, body: bytes) -> None:
    with httpx.Client() as browser:
        answer = browser.post(
            f"{slack.address}/api/api.test",
            content=body,
            headers={"Content-Type": "application/json"},
        )
    assert answer.json() == {"ok": False, "error": "invalid_json"}


def test_arguments_of_the_wrong_kind_are_refused(client: WebClient) -> None:
    missing = refused(client.api_call, api_method="users.info", json={"user": None})
    wrong = refused(client.api_call, api_method="users.info", json={"user": ["U1"]})
    assert missing.data["response_metadata"]["messages"] == ["[ERROR] missing required field: user"]
    assert wrong.error == "invalid_arguments"


def test_every_method_answers_a_call_without_arguments_with_ok_or_an_error_name(
    slack: Slack,
) -> None:
    for name, method in METHODS.items():
        token = {"app": INSTALLATION.app_token}.get(method.token, INSTALLATION.bot_token)
        body = slack.api.answer(name, {}, token).body
        assert not isinstance(body, str), name
        assert body["ok"] is True or body["error"], name
        json.dumps(body)


def test_the_socket_address_is_for_the_app_token_alone(slack: Slack, client: WebClient) -> None:
    answer = client.apps_connections_open(app_token=INSTALLATION.app_token)
    assert answer["url"].startswith(slack.address.replace("http", "ws"))
    wrong = refused(client.apps_connections_open, app_token=INSTALLATION.bot_token)
    assert wrong.error == "not_allowed_token_type"
