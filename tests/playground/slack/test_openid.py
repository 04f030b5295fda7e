"""Signing in with the double: a code once and for ten minutes, for the app that asked for it."""

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from chatops.clock import MovableClock
from chatops.playground.slack.double import Slack
from chatops.playground.workspace.state import Workspace

BACK = "https://bot.example.com/sign-in/callback"


@pytest.fixture
def query(slack: Slack) -> dict[str, str]:
    slack.sends_back_to(BACK)
    return {
        "client_id": slack.installation.client_id,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "openid",
        "state": "s1",
        "nonce": "n1",
    }


def agreed(slack: Slack, workspace: Workspace, query: dict[str, str]) -> dict[str, str]:
    """Sam agrees; what goes back with them."""
    sam = workspace.people_store.handled("sam")
    assert sam is not None
    answer = httpx.get(f"{slack.address}/openid/connect/allow", params={**query, "user": sam.id})
    assert answer.status_code == 302
    back = urlsplit(answer.headers["location"])
    assert answer.headers["location"].startswith(BACK)
    return {name: values[0] for name, values in parse_qs(back.query).items()}


def exchanged(slack: Slack, code: str, **changes: Any) -> dict[str, Any]:
    client = WebClient(base_url=f"{slack.address}/api/", retry_handlers=[])
    given: dict[str, Any] = {
        "client_id": slack.installation.client_id,
        "client_secret": slack.installation.client_secret,
        "redirect_uri": BACK,
        "grant_type": "authorization_code",
    }
    answer = client.openid_connect_token(code=code, **(given | changes))
    assert isinstance(answer.data, dict)
    return answer.data


def refused(slack: Slack, code: str, **changes: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        exchanged(slack, code, **changes)
    return str(caught.value.response["error"])


def test_a_code_buys_tokens_that_say_who_it_is(
    slack: Slack, workspace: Workspace, query: dict[str, str]
) -> None:
    back = agreed(slack, workspace, query)
    assert back["state"] == "s1"
    bought = exchanged(slack, back["code"])
    body = bought["id_token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    client = WebClient(base_url=f"{slack.address}/api/", retry_handlers=[])
    info = client.openid_connect_userInfo(token=bought["access_token"])
    sam = workspace.people_store.handled("sam")
    assert sam is not None
    assert claims["nonce"] == "n1"
    assert claims["aud"] == slack.installation.client_id
    assert claims["sub"] == info["sub"] == sam.id
    assert info["https://slack.com/team_id"] == workspace.team.id


def test_a_code_works_once(slack: Slack, workspace: Workspace, query: dict[str, str]) -> None:
    code = agreed(slack, workspace, query)["code"]
    exchanged(slack, code)
    assert refused(slack, code) == "code_already_used"


def test_a_code_dies_after_ten_minutes(
    slack: Slack, workspace: Workspace, query: dict[str, str], clock: MovableClock
) -> None:
    code = agreed(slack, workspace, query)["code"]
    clock.advance(timedelta(minutes=10, seconds=1))
    assert refused(slack, code) == "invalid_code"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_secret": "guessed"}, "bad_client_secret"),
        ({"client_id": "1.1"}, "invalid_client_id"),
        ({"redirect_uri": "https://elsewhere.example"}, "bad_redirect_uri"),
        ({"grant_type": "password"}, "invalid_grant_type"),
    ],
)
def test_a_code_is_good_for_the_app_that_asked(
    slack: Slack,
    workspace: Workspace,
    query: dict[str, str],
    changes: dict[str, str],
    error: str,
) -> None:
    code = agreed(slack, workspace, query)["code"]
    assert refused(slack, code, **changes) == error


def test_who_it_is_takes_an_access_token(slack: Slack) -> None:
    client = WebClient(base_url=f"{slack.address}/api/", retry_handlers=[])
    with pytest.raises(SlackApiError) as caught:
        client.openid_connect_userInfo(token=slack.installation.bot_token)
    assert caught.value.response["error"] == "invalid_auth"


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/"},
        {"client_id": "1.1"},
        {"response_type": "token"},
        {"scope": "profile"},
    ],
)
def test_nobody_is_sent_where_the_app_did_not_say(
    slack: Slack, query: dict[str, str], changes: dict[str, str]
) -> None:
    for path in ("authorize", "allow"):
        answer = httpx.get(f"{slack.address}/openid/connect/{path}", params={**query, **changes})
        assert answer.status_code == 400
        assert "Slack cannot sign you in" in answer.text
