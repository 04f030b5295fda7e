from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chatops.clock import MovableClock
from chatops.playground.serving import ThreadedServer
from chatops.playground.slack.double import Slack


class Bot:
    """Answers with the statuses it is given, then with 200, and keeps what it got."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}
        self.got: list[tuple[str, str, str]] = []

    async def answer(self, http: Request) -> Response:
        event_id = (await http.json())["event_id"]
        number = http.headers.get("x-slack-retry-num", "")
        reason = http.headers.get("x-slack-retry-reason", "")
        self.got.append((event_id, number, reason))
        status = self.statuses.pop(0) if self.statuses else 200
        return Response(status_code=status, headers=self.headers)

    @property
    def retries(self) -> list[tuple[str, str]]:
        return [(number, reason) for _, number, reason in self.got]


@pytest.fixture
def bot(slack: Slack, clock: MovableClock) -> Iterator[Bot]:
    bot = Bot()
    clock.on_advance(slack.dispatcher.wake)
    with ThreadedServer() as server:
        server.start(Starlette(routes=[Route("/", bot.answer, methods=["POST"])]))
        slack.bot_is_at(f"{server.url}/")
        yield bot


def test_an_event_that_was_not_taken_comes_again_at_once_after_one_and_after_five_minutes(
    slack: Slack, bot: Bot, clock: MovableClock
) -> None:
    bot.statuses = [500, 500, 500, 500]

    slack.users.types("sam", "#incidents", "hello")
    assert slack.dispatcher.wait_until_idle()
    assert bot.retries == [("", ""), ("1", "http_error")]

    clock.advance(timedelta(minutes=1))
    assert slack.dispatcher.wait_until_idle()
    assert bot.retries[2:] == [("2", "http_error")]

    clock.advance(timedelta(minutes=5))
    assert slack.dispatcher.wait_until_idle()
    assert bot.retries[3:] == [("3", "http_error")]

    clock.advance(timedelta(hours=1))
    assert slack.dispatcher.wait_until_idle()
    assert len(bot.got) == 4
    assert len({event_id for event_id, _, _ in bot.got}) == 1


def test_an_event_that_was_taken_at_last_comes_no_more(
    slack: Slack, bot: Bot, clock: MovableClock
) -> None:
    bot.statuses = [503]
    slack.users.types("sam", "#incidents", "hello")
    clock.advance(timedelta(hours=1))
    assert slack.dispatcher.wait_until_idle()
    assert len(bot.got) == 2


def test_waiting_retries_can_be_brought_forward(slack: Slack, bot: Bot) -> None:
    bot.statuses = [500, 500]
    slack.users.types("sam", "#incidents", "hello")
    slack.dispatcher.wait_until_idle()

    assert slack.dispatcher.redeliver() == 1
    assert slack.dispatcher.redeliver() == 0

    assert bot.retries[-1] == ("2", "http_error")


def test_a_bot_may_ask_not_to_be_tried_again(slack: Slack, bot: Bot) -> None:
    bot.statuses = [500]
    bot.headers = {"X-Slack-No-Retry": "1"}
    slack.users.types("sam", "#incidents", "hello")
    slack.dispatcher.wait_until_idle()
    assert len(bot.got) == 1


def test_a_bot_that_is_away_gets_the_event_when_it_is_back(slack: Slack, bot: Bot) -> None:
    url = slack.delivery.bot_url
    assert url is not None
    slack.bot_is_at("http://127.0.0.1:9/")

    outcome = slack.users.types("sam", "#incidents", "hello")
    slack.dispatcher.wait_until_idle()
    slack.bot_is_at(url)
    slack.dispatcher.redeliver()

    assert [one.outcome for one in outcome.deliveries] == ["unreachable"]
    assert outcome.problem is None
    assert bot.retries == [("2", "connection_failed")]


def test_events_come_in_the_order_in_which_things_happened(slack: Slack, bot: Bot) -> None:
    for number in range(10):
        slack.users.types("sam", "#incidents", str(number))
    texts = [one.payload["event"]["text"] for one in slack.call_log.deliveries("message")]
    assert texts == [str(number) for number in range(10)]
    assert len(bot.got) == 10


def test_only_events_in_the_subscription_are_delivered(slack: Slack, bot: Bot) -> None:
    outcome = slack.users.joins("ines", "#general")
    made = slack.users.creates_channel("sam", "fresh")
    assert outcome.deliveries == ()
    assert bot.got == []
    assert made.name == "fresh"


def test_a_delivery_can_be_repeated(slack: Slack, bot: Bot) -> None:
    slack.users.types("sam", "#incidents", "hello")
    first = slack.call_log.deliveries("event")[0]

    slack.delivery.redeliver(first)

    assert bot.got[0][0] == bot.got[1][0]
    assert bot.retries == [("", ""), ("1", "http_timeout")]
