from datetime import timedelta
from http.client import RemoteDisconnected
from threading import Barrier, Thread
from urllib.error import URLError

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import ConnectionErrorRetryHandler
from slack_sdk.http_retry.builtin_interval_calculators import (
    FixedValueRetryIntervalCalculator,
)

from chatops.clock import MovableClock
from chatops.playground.slack.call_log import most_at_once, one_after_another
from chatops.playground.slack.double import Slack
from chatops.playground.slack.faults import ANY, Outage
from chatops.playground.workspace.model import Channel
from chatops.playground.workspace.state import Workspace
from tests.machine import PATIENCE
from tests.playground.slack.conftest import INSTALLATION, refused


def texts(workspace: Workspace, channel: Channel) -> list[str]:
    return [one.text for one in workspace.messages(channel.id) if one.subtype is None]


def test_the_next_calls_fail_without_effect(
    slack: Slack, client: WebClient, workspace: Workspace, incidents: Channel
) -> None:
    slack.faults.fail("chat.postMessage", "fatal_error", times=2)

    for _ in range(2):
        answer = refused(client.chat_postMessage, channel=incidents.id, text="lost")
        assert answer.error == "fatal_error"
    client.chat_postMessage(channel=incidents.id, text="arrived")

    assert texts(workspace, incidents) == ["arrived"]
    outcomes = [one.outcome for one in slack.call_log.calls("chat.postMessage")]
    assert outcomes == ["fatal_error", "fatal_error", "ok"]


def test_a_call_fails_with_a_status(slack: Slack, client: WebClient) -> None:
    slack.faults.fail("auth.test", status=500)
    with pytest.raises(SlackApiError) as caught:
        client.auth_test()
    assert caught.value.response.status_code == 500


@pytest.mark.usefixtures("logged_errors")
def test_a_dropped_reply_has_taken_effect(
    slack: Slack, client: WebClient, workspace: Workspace, incidents: Channel
) -> None:
    slack.faults.drop_reply("chat.postMessage")

    with pytest.raises(RemoteDisconnected):
        client.chat_postMessage(channel=incidents.id, text="unsure")

    assert texts(workspace, incidents) == ["unsure"]
    call = slack.call_log.calls("chat.postMessage")[0]
    assert (call.outcome, call.reply_dropped) == ("ok", True)
    assert client.auth_test()["ok"]


@pytest.mark.usefixtures("logged_errors")
def test_the_default_retry_of_the_sdk_doubles_a_message_whose_reply_was_dropped(
    slack: Slack, workspace: Workspace, incidents: Channel
) -> None:
    client = WebClient(
        token=INSTALLATION.bot_token,
        base_url=f"{slack.address}/api/",
        retry_handlers=[
            ConnectionErrorRetryHandler(interval_calculator=FixedValueRetryIntervalCalculator(0))
        ],
    )
    slack.faults.drop_reply("chat.postMessage")

    client.chat_postMessage(channel=incidents.id, text="twice")

    assert texts(workspace, incidents) == ["twice", "twice"]


def test_a_rate_limit_says_when_to_come_back(slack: Slack, client: WebClient) -> None:
    slack.faults.rate_limit("auth.test", times=1, retry_after=30)

    with pytest.raises(SlackApiError) as caught:
        client.auth_test()

    response = caught.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    assert response.headers["retry-after"] == "30"
    assert client.auth_test()["ok"]


def test_a_rate_limit_stays_until_it_is_switched_off(slack: Slack, client: WebClient) -> None:
    slack.faults.rate_limit(times=None)
    assert slack.faults.is_rate_limiting
    for _ in range(3):
        assert refused(client.auth_test).error == "ratelimited"

    slack.faults.stop_rate_limit()

    assert client.auth_test()["ok"]
    assert not slack.faults.is_rate_limiting


@pytest.mark.usefixtures("logged_errors")
def test_slack_is_unavailable_or_out_of_reach_until_it_comes_back(
    slack: Slack, client: WebClient, workspace: Workspace, incidents: Channel
) -> None:
    slack.faults.go_down()
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=incidents.id, text="x")
    assert caught.value.response.status_code == 503

    slack.faults.go_down(Outage.UNREACHABLE)
    with pytest.raises((RemoteDisconnected, URLError, ConnectionResetError)):
        client.chat_postMessage(channel=incidents.id, text="x")

    slack.faults.come_back()
    client.chat_postMessage(channel=incidents.id, text="back")
    assert texts(workspace, incidents) == ["back"]


def test_honest_limits_allow_a_burst_and_then_one_message_a_second_in_each_channel(
    slack: Slack, client: WebClient, clock: MovableClock, workspace: Workspace, incidents: Channel
) -> None:
    slack.faults.honest_limits()
    other = workspace.channel_named("status-updates")

    for _ in range(4):
        client.chat_postMessage(channel=incidents.id, text="x")
    assert refused(client.chat_postMessage, channel=incidents.id, text="x").error == "ratelimited"
    assert client.chat_postMessage(channel=other.id, text="x")["ok"]

    clock.advance(timedelta(seconds=1))
    assert client.chat_postMessage(channel=incidents.id, text="x")["ok"]
    assert refused(client.chat_postMessage, channel=incidents.id, text="x").error == "ratelimited"


def test_honest_limits_keep_the_tier_of_a_method(
    slack: Slack, client: WebClient, clock: MovableClock
) -> None:
    slack.faults.honest_limits()
    for number in range(20):
        client.conversations_create(name=f"inc-{number}")
        clock.advance(timedelta(seconds=1))

    with pytest.raises(SlackApiError) as caught:
        client.conversations_create(name="inc-20")
    assert caught.value.response.headers["retry-after"] == "40"

    clock.advance(timedelta(seconds=40))
    assert client.conversations_create(name="inc-20")["ok"]


def test_a_scope_that_was_taken_away_is_missed_until_it_is_given_back(
    slack: Slack, client: WebClient
) -> None:
    slack.faults.take_away("users:read")
    answer = refused(client.users_list)
    assert (answer.error, answer.data["needed"]) == ("missing_scope", "users:read")

    slack.faults.take_away()

    assert client.users_list()["ok"]


def test_slow_calls_run_side_by_side_and_the_journal_shows_it(
    slack: Slack, client: WebClient
) -> None:
    slack.faults.slow(0.05)
    barrier = Barrier(3)

    def call() -> None:
        barrier.wait(PATIENCE)
        client.auth_test()

    threads = [Thread(target=call) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    calls = slack.call_log.calls("auth.test")
    assert most_at_once(calls) == 3
    assert one_after_another(calls) == 1


def test_calls_one_after_another_are_counted(slack: Slack, client: WebClient) -> None:
    for _ in range(3):
        client.auth_test()
    calls = slack.call_log.calls()
    assert one_after_another(calls) == 3
    assert most_at_once(calls) == 1


def test_everything_can_be_switched_off_and_forgotten(slack: Slack, client: WebClient) -> None:
    slack.faults.fail(ANY, times=5)
    assert refused(client.auth_test).error == "internal_error"

    slack.faults.clear()
    slack.call_log.clear()

    client.auth_test()
    assert [one.outcome for one in slack.call_log.calls()] == ["ok"]
