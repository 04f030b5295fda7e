"""Signing in with Slack: who is let in, and every way in which somebody is not."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit

import httpx
import pytest

from chatops.playground.slack.double import Slack
from chatops.playground.workspace.model import Person
from tests.acceptance.stage import Stage
from tests.web.pages.reader import ROOT, Reader, words_of


def somebody(stage: Stage, **facts: Any) -> Person:
    """A newcomer in the workspace."""
    roster = stage.slack.workspace.people_store
    person = roster.add(handle="newcomer", real_name="Nia Comer")
    changed = replace(person, **facts)
    roster.replace(changed)
    return changed


def changed(address: str, **query: str) -> str:
    """The address with other values in its query; an empty one is left out."""
    parts = urlsplit(address)
    values = {name: each[0] for name, each in parse_qs(parts.query).items()} | query
    kept = {name: value for name, value in values.items() if value}
    return urlunsplit(parts._replace(query=urlencode(kept)))


def refusal(answer: httpx.Response, status: int = 403) -> str:
    assert answer.status_code == status, answer.text
    assert "no-store" in answer.headers["cache-control"]
    return words_of(answer)


def test_who_signs_in_comes_to_where_they_wanted_to_go(stranger: Reader) -> None:
    asked = stranger.opens("/due?from=mail")
    assert asked.status_code == 303
    assert asked.headers["location"] == f"{ROOT}/sign-in?to=%2Fdue%3Ffrom%3Dmail"
    arrived = stranger.comes_back("priya", to="/due?from=mail")
    assert arrived.headers["location"] == f"{ROOT}/due?from=mail"
    assert "Priya Nair" in stranger.reads("/due")


def test_nobody_is_led_to_another_site(stranger: Reader) -> None:
    evil = ("https://evil.example/", "//evil.example", "/\\evil.example")
    for to in (*evil, "due", "/\r\nX: y", "/" * 999):
        arrived = stranger.comes_back("sam", to=to)
        assert arrived.headers["location"] == f"{ROOT}/incidents", to


def test_slack_is_asked_only_who_it_is(stranger: Reader) -> None:
    asked = parse_qs(urlsplit(stranger.goes_to_slack()).query)
    assert asked["scope"] == ["openid"]
    assert asked["response_type"] == ["code"]
    assert len(asked["state"][0]) >= 32
    assert len(asked["nonce"][0]) >= 32


def test_the_cookie_is_for_http_alone_and_for_no_other_site(stranger: Reader) -> None:
    answer = stranger.comes_back("sam")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age=43200" in cookie


def test_each_signing_in_makes_the_cookie_and_its_token_anew(stranger: Reader) -> None:
    stranger.signs_in("sam")
    first = _session(stranger.cookie)
    stranger.signs_in("sam")
    second = _session(stranger.cookie)
    assert first["user"] == second["user"]
    assert first["token"] != second["token"]
    assert "tabs" not in second


def _session(cookie: str) -> Mapping[str, Any]:
    data = json.loads(base64.b64decode(cookie.partition(".")[0]))
    assert isinstance(data, dict)
    return data


def test_a_forged_cookie_opens_nothing(reader: Reader) -> None:
    body, _, rest = reader.cookie.partition(".")
    session = {**_session(reader.cookie), "user": "U0SOMEBODY"}
    forged = base64.b64encode(json.dumps(session).encode()).decode()
    assert forged != body
    reader.client.cookies.clear()
    reader.client.cookies.set("chatops", f"{forged}.{rest}")
    assert reader.opens("/incidents").status_code == 303


def test_after_twelve_hours_one_signs_in_again(stage: Stage, reader: Reader) -> None:
    stage.clock.advance(timedelta(hours=11, minutes=59))
    assert reader.opens("/incidents").status_code == 200
    stage.clock.advance(timedelta(minutes=2))
    assert reader.opens("/incidents").status_code == 303


def test_a_signing_in_that_did_not_begin_in_this_browser_ends_at_the_door(
    stage: Stage, stranger: Reader
) -> None:
    with Reader(stage) as other:
        back = other.agrees(other.goes_to_slack(), "sam")
    assert "did not begin in this browser" in refusal(stranger.client.get(back))
    assert stranger.opens("/incidents").status_code == 303


@pytest.mark.parametrize("state", ["", "guessed"])
def test_a_wrong_state_ends_at_the_door(stranger: Reader, state: str) -> None:
    back = stranger.agrees(stranger.goes_to_slack(), "sam")
    refusal(stranger.client.get(changed(back, state=state)))


def test_the_way_back_works_once(stranger: Reader) -> None:
    back = stranger.agrees(stranger.goes_to_slack(), "sam")
    assert stranger.client.get(back).status_code == 303
    refusal(stranger.client.get(back))


def test_who_takes_more_than_ten_minutes_starts_again(stage: Stage, stranger: Reader) -> None:
    address = stranger.goes_to_slack()
    stage.clock.advance(timedelta(minutes=11))
    refusal(stranger.client.get(stranger.agrees(address, "sam")))


def test_several_tabs_can_sign_in_at_once(stranger: Reader) -> None:
    first = stranger.goes_to_slack("/due")
    stranger.goes_to_slack("/incidents")
    answer = stranger.client.get(stranger.agrees(first, "sam"))
    assert answer.headers["location"] == f"{ROOT}/due"


@pytest.mark.parametrize("code", ["made-up", ""])
def test_a_code_that_slack_did_not_give_opens_nothing(stranger: Reader, code: str) -> None:
    back = stranger.agrees(stranger.goes_to_slack(), "sam")
    refusal(stranger.client.get(changed(back, code=code)))


def test_a_code_for_another_signing_in_opens_nothing(stage: Stage, stranger: Reader) -> None:
    """The nonce tells: somebody else's code cannot be slipped into this browser."""
    with Reader(stage) as other:
        stolen = other.agrees(other.goes_to_slack(), "priya")
    code = parse_qs(urlsplit(stolen).query)["code"][0]
    back = stranger.agrees(stranger.goes_to_slack(), "sam")
    refusal(stranger.client.get(changed(back, code=code)))


def test_who_declines_at_slack_is_told_what_was_asked(stranger: Reader) -> None:
    back = stranger.agrees(stranger.goes_to_slack(), "sam")
    declined = changed(back, code="", error="access_denied")
    assert "That is all the pages ask for" in refusal(stranger.client.get(declined))


@pytest.mark.parametrize("facts", [{"is_guest": True}, {"deleted": True}, {"bot_id": "B0"}])
def test_guests_bots_and_those_who_left_are_not_let_in(
    stage: Stage, stranger: Reader, facts: Mapping[str, Any]
) -> None:
    somebody(stage, **facts)
    assert "for members" in refusal(stranger.comes_back("newcomer"))
    assert stranger.opens("/incidents").status_code == 303


def test_who_leaves_while_signed_in_is_out_within_minutes(stage: Stage, stranger: Reader) -> None:
    person = somebody(stage)
    stranger.signs_in("newcomer")
    stage.slack.workspace.people_store.replace(replace(person, deleted=True))
    stage.clock.advance(timedelta(minutes=11))
    assert "for members" in refusal(stranger.opens("/incidents"))
    assert stranger.opens("/incidents").status_code == 303


def test_another_workspaces_people_are_not_let_in(stage: Stage, stranger: Reader) -> None:
    stage.actor("sam").types("/incident declare P0 checkout is down")
    slack: Slack = stage.slack
    slack.trigger_ids.grants.team_id = "T0ELSEWHERE"
    slack.workspace.team = replace(slack.workspace.team, id="T0ELSEWHERE")
    assert "another Slack workspace" in refusal(stranger.comes_back("sam"))


def test_while_slack_is_down_nobody_signs_in_and_who_is_in_stays(
    stage: Stage, stranger: Reader, reader: Reader
) -> None:
    back = stranger.agrees(stranger.goes_to_slack(), "sam")
    stage.slack.faults.go_down()
    stage.clock.advance(timedelta(minutes=5))
    assert "Slack does not answer" in refusal(stranger.client.get(back), 503)
    stage.clock.advance(timedelta(hours=1))
    assert "Incidents" in reader.reads("/incidents")


def test_signing_out_takes_a_form_of_our_own(reader: Reader) -> None:
    assert reader.signs_out(token="").status_code == 403
    assert reader.signs_out(token="guessed").status_code == 403
    assert reader.opens("/incidents").status_code == 200
    assert reader.signs_out().headers["location"] == f"{ROOT}/status"
    assert reader.opens("/incidents").status_code == 303
    assert reader.client.get(f"{ROOT}/sign-out").status_code == 405


def test_programs_that_are_not_signed_in_get_an_answer_that_they_understand(
    stranger: Reader,
) -> None:
    answer = stranger.opens("/incidents/INC-2026-001.json")
    assert answer.status_code == 401
    assert answer.json() == {"error": "Sign in first"}


def test_the_double_sends_nobody_to_where_the_app_is_not(stranger: Reader) -> None:
    address = stranger.goes_to_slack()
    for wrong in (
        {"redirect_uri": "https://evil.example/"},
        {"client_id": "1.1"},
        {"response_type": "token"},
        {"scope": "profile"},
    ):
        assert stranger.client.get(changed(address, **wrong)).status_code == 400


def test_slacks_page_shows_whom_one_can_be_and_a_way_back(stranger: Reader) -> None:
    page = stranger.client.get(stranger.goes_to_slack())
    assert "Priya Nair" in page.text
    assert "Slackbot" not in page.text
    assert quote("error=access_denied", safe="=") in page.text
