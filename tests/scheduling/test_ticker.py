"""The ticker, which looks by the bot's clock."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from queue import Queue
from threading import Event

import pytest

from chatops.adapters.scheduling.ticker import Ticker
from chatops.clock import FrozenClock, MovableClock, SystemClock
from tests.machine import PATIENCE

START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
CLOCK = MovableClock(FrozenClock(START))


@pytest.fixture
def looks() -> Queue[tuple[str, datetime]]:
    return Queue()


@pytest.fixture
def ticker(looks: Queue[tuple[str, datetime]]) -> Iterator[Ticker]:
    ticker = Ticker(
        CLOCK,
        keep_promises=lambda now: looks.put(("promises", now)),
        look_around=lambda now: looks.put(("vacancies", now)),
        clean_up=lambda now: looks.put(("tidy", now)),
    )
    ticker.start()
    yield ticker
    ticker.stop()


def test_a_clock_that_was_moved_is_looked_at_at_once(
    ticker: Ticker, looks: Queue[tuple[str, datetime]]
) -> None:
    now = CLOCK.advance(timedelta(minutes=15))
    ticker.wake()

    seen: dict[str, datetime] = {}
    while seen != {"promises": now, "vacancies": now}:
        seen |= [looks.get(timeout=PATIENCE)]
    assert ticker.alive


def test_one_that_has_not_begun_is_not_woken() -> None:
    looks: list[datetime] = []
    ticker = Ticker(
        CLOCK, keep_promises=looks.append, look_around=looks.append, clean_up=looks.append
    )
    ticker.wake()
    assert not looks
    assert not ticker.alive


def test_a_look_that_takes_long_is_not_joined_by_another_nor_complained_of(
    caplog: pytest.LogCaptureFixture,
) -> None:
    under_way, may_end, looks = Event(), Event(), []

    def keep_promises(now: datetime) -> None:
        looks.append(now)
        under_way.set()
        may_end.wait(PATIENCE)

    ticker = Ticker(
        SystemClock(),
        keep_promises=keep_promises,
        look_around=lambda _now: None,
        clean_up=lambda _now: None,
    )
    ticker.start()
    ticker.wake()
    assert under_way.wait(PATIENCE)
    for _ in range(3):
        ticker.wake()
    while_busy = len(looks)
    may_end.set()
    ticker.stop()

    assert while_busy == 1
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_what_else_is_looked_at_is_called_at_once_and_again_when_the_clock_was_moved(
    ticker: Ticker, looks: Queue[tuple[str, datetime]]
) -> None:
    ticker.also("copy", lambda now: looks.put(("copy", now)), every=timedelta(hours=1))
    _wait_for(looks, "copy", CLOCK.now())
    now = CLOCK.advance(timedelta(minutes=15))
    ticker.wake()
    _wait_for(looks, "copy", now)


def _wait_for(looks: Queue[tuple[str, datetime]], name: str, moment: datetime) -> None:
    while looks.get(timeout=PATIENCE) != (name, moment):
        pass
