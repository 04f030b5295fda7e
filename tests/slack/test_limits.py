from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.adapters.slack.api.scopes import METHODS, SlackMethod
from chatops.adapters.slack.api.web_api import Limits

NOON = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
GO = timedelta()
POST = SlackMethod.CHAT_POST_MESSAGE
TIERED = sorted(method for method, terms in METHODS.items() if terms.a_minute is not None)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def test_three_messages_go_at_once_and_the_fourth_waits_a_second() -> None:
    limits = Limits()
    waits = [limits.reserve(POST, "C1", NOON) for _ in range(4)]
    assert waits == [GO, GO, GO, seconds(1)]


def test_a_refused_reservation_takes_nothing() -> None:
    limits = Limits()
    for _ in range(9):
        limits.reserve(POST, "C1", NOON)
    assert limits.reserve(POST, "C1", NOON + seconds(1)) == GO


def test_channels_do_not_wait_for_each_other() -> None:
    limits = Limits()
    for _ in range(3):
        limits.reserve(POST, "C1", NOON)
    assert limits.reserve(POST, "C2", NOON) == GO


def test_methods_do_not_wait_for_each_other() -> None:
    limits = Limits()
    while limits.reserve(SlackMethod.CONVERSATIONS_CREATE, "", NOON) == GO:
        pass
    assert limits.reserve(SlackMethod.CONVERSATIONS_INVITE, "C1", NOON) == GO


def test_edits_are_counted_over_all_channels() -> None:
    limits = Limits()
    waits = [limits.reserve(SlackMethod.CHAT_UPDATE, f"C{number}", NOON) for number in range(21)]
    assert waits == [GO] * 20 + [seconds(2)]


def test_what_slack_shut_stays_shut_until_its_time_has_passed() -> None:
    limits = Limits()
    limits.shut(POST, "C1", NOON, seconds(30))
    assert limits.reserve(POST, "C1", NOON) == seconds(30)
    assert limits.reserve(POST, "C1", NOON + seconds(29)) == seconds(1)
    assert limits.reserve(POST, "C1", NOON + seconds(30)) == GO
    assert limits.reserve(POST, "C1", NOON + seconds(30)) == seconds(1)


def test_a_shorter_shutting_does_not_open_what_is_shut_for_longer() -> None:
    limits = Limits()
    limits.shut(SlackMethod.PINS_ADD, "C1", NOON, seconds(60))
    limits.shut(SlackMethod.PINS_ADD, "C1", NOON, seconds(1))
    assert limits.reserve(SlackMethod.PINS_ADD, "C2", NOON) == seconds(60)


def test_shutting_one_channel_leaves_the_others_open() -> None:
    limits = Limits()
    limits.shut(POST, "C1", NOON, seconds(60))
    assert limits.reserve(POST, "C2", NOON) == GO


def test_channels_that_fell_silent_are_forgotten() -> None:
    limits = Limits()
    for number in range(5000):
        limits.reserve(POST, f"C{number}", NOON + seconds(number))
    assert len(limits._full_at) <= 1001


def test_many_threads_get_no_more_places_than_there_are() -> None:
    limits = Limits()
    with ThreadPoolExecutor(20) as pool:
        waits = list(pool.map(lambda _: limits.reserve(POST, "C1", NOON), range(200)))
    assert waits.count(GO) == 3


@given(
    method=st.sampled_from(TIERED),
    gaps=st.lists(st.floats(min_value=0, max_value=20), max_size=150),
)
def test_no_minute_ever_has_more_calls_than_its_tier_allows(
    method: SlackMethod, gaps: list[float]
) -> None:
    allowed = METHODS[method].a_minute
    assert allowed is not None
    limits, now, went = Limits(), NOON, list[datetime]()
    for gap in gaps:
        now += seconds(gap)
        while limits.reserve(method, "", now) == GO:
            went.append(now)
    for start in went:
        assert sum(start <= at < start + seconds(60) for at in went) <= allowed


@given(gaps=st.lists(st.floats(min_value=0, max_value=5), max_size=60))
def test_a_channel_never_gets_more_than_a_message_a_second_beyond_its_burst(
    gaps: list[float],
) -> None:
    limits, now, went = Limits(), NOON, list[datetime]()
    for gap in gaps:
        now += seconds(gap)
        if limits.reserve(POST, "C1", now) == GO:
            went.append(now)
    for index, start in enumerate(went):
        for count, end in enumerate(went[index:], start=1):
            assert count <= 3 + (end - start).total_seconds() + 1e-6


@given(
    method=st.sampled_from(sorted(SlackMethod)),
    calls=st.integers(min_value=0, max_value=150),
    retry=st.none() | st.integers(min_value=1, max_value=3600),
)
def test_the_wait_that_is_named_is_exactly_long_enough(
    method: SlackMethod, calls: int, retry: int | None
) -> None:
    limits = Limits()
    for _ in range(calls):
        limits.reserve(method, "C1", NOON)
    if retry is not None:
        limits.shut(method, "C1", NOON, seconds(retry))
    wait = limits.reserve(method, "C1", NOON)
    if wait > GO:
        assert limits.reserve(method, "C1", NOON + wait - timedelta(microseconds=1)) > GO
        assert limits.reserve(method, "C1", NOON + wait) == GO


@pytest.mark.parametrize("method", sorted(SlackMethod))
def test_every_method_has_terms(method: SlackMethod) -> None:
    assert METHODS[method].a_minute is None or METHODS[method].a_minute in {1, 20, 50, 100}
