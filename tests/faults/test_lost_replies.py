"""Calls that Slack accepts and does not answer, puts off or fails at: done once all the same."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine

from chatops.playground.slack.call_log import Call
from chatops.playground.slack.double import Slack, SlackServer
from tests.faults.crew import Crew, crew_without_wires, ignore, new_slack
from tests.faults.crossings import Point
from tests.faults.ending import ending, wrongs
from tests.faults.lines import wired
from tests.faults.mishaps import SPARED, hang_up
from tests.faults.story import Scene, tell, tell_all

pytestmark = pytest.mark.faults

STEPS = ("declare", "update", "resolve")
#: Everything that these steps call, besides who is in a group, which is asked beforehand.
METHODS = (
    "chat.postMessage",
    "chat.update",
    "conversations.create",
    "conversations.invite",
    "conversations.open",
    "conversations.setTopic",
    "pins.add",
    "response_url",
    "users.conversations",
    "users.info",
)
WAIT = 40


class FirstReplies:
    """Loses the reply to each call of some methods that is made for the first time."""

    def __init__(self, *methods: str) -> None:
        self._methods = methods
        self.slack: Slack | None = None
        self.lost: set[str] = set()

    def cross(self, point: Point, what: str) -> None:
        if point is not Point.ACCEPTED or what == SPARED or self.slack is None:
            return
        if self._methods and what not in self._methods:
            return
        call = json.dumps([what, self.slack.call_log.calls()[-1].arguments], sort_keys=True)
        if call not in self.lost:
            self.lost.add(call)
            hang_up(self.slack, what)


@pytest.fixture
def first_replies(request: pytest.FixtureRequest) -> FirstReplies:
    return FirstReplies(*request.param)


@pytest.fixture
def losing(engine: Engine, first_replies: FirstReplies) -> Iterator[Crew]:
    with crew_without_wires(engine, first_replies.cross) as crew:
        first_replies.slack = crew.slack
        yield crew


Undisturbed = Callable[..., dict[str, Any]]


def test_the_methods_are_those_that_are_called(crew: Crew) -> None:
    tell_all(crew, *STEPS)
    called = {call.method for call in crew.slack.call_log.calls()}
    assert called == {*METHODS, SPARED}


@pytest.mark.parametrize(
    "first_replies", [(method,) for method in METHODS] + [()], indirect=True, ids=str
)
def test_the_reply_to_every_first_attempt_is_lost(
    losing: Crew, first_replies: FirstReplies, undisturbed: Undisturbed
) -> None:
    tell_all(losing, *STEPS)
    assert first_replies.lost
    assert wrongs(losing.slack, losing.engine) == []
    assert ending(losing.slack, losing.engine) == undisturbed(*STEPS)


@pytest.mark.parametrize("method", METHODS)
def test_a_method_fails_a_few_times(crew: Crew, undisturbed: Undisturbed, method: str) -> None:
    crew.slack.faults.fail(method, "internal_error", status=500, times=3)
    crew.slack.faults.fail(method, "service_unavailable", status=503, times=2)
    tell_all(crew, *STEPS)
    assert wrongs(crew.slack, crew.engine) == []
    assert ending(crew.slack, crew.engine) == undisturbed(*STEPS)


@pytest.mark.parametrize("method", sorted({*METHODS} - {"response_url"}))
def test_a_limit_is_waited_out(crew: Crew, undisturbed: Undisturbed, method: str) -> None:
    crew.slack.faults.rate_limit(method, times=3, retry_after=WAIT)
    tell_all(crew, *STEPS)
    assert ending(crew.slack, crew.engine) == undisturbed(*STEPS)
    calls = crew.slack.call_log.calls(method)
    refused = [call for call in calls if call.status == 429]
    assert len(refused) == 3
    for no in refused:
        over = no.at + timedelta(seconds=WAIT)
        early = [call for call in calls if call.began > no.began and call.at < over]
        assert _place(no) not in map(_place, early)


def test_a_slack_that_takes_no_connections_at_first(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(urllib.request, "_opener", wired(ignore))
    crew = Crew(slack=new_slack(), engine=engine)
    with SlackServer(crew.slack) as server:
        port = urlsplit(server.url).port
    assert port
    with crew.bot() as bot:
        tell(Scene(crew=crew, bot=bot), "declare")
        crew.try_for(bot, minutes=10)
        assert not crew.slack.call_log.calls()
        with SlackServer(crew.slack, port=port):
            back = crew.clock.now()
            crew.work_off(bot)
    assert wrongs(crew.slack, crew.engine) == []
    assert crew.clock.now() - back < timedelta(minutes=1)


def test_limits_are_kept_before_they_are_hit(crew: Crew, undisturbed: Undisturbed) -> None:
    crew.slack.faults.honest_limits()
    tell_all(crew)
    assert ending(crew.slack, crew.engine) == undisturbed()
    assert {call.status for call in crew.slack.call_log.calls()} == {200}


def _place(call: Call) -> object:
    """Messages are limited by channel, everything else by method."""
    return call.arguments["channel"] if call.method == "chat.postMessage" else None
