"""Writers come one at a time and in the order in which they came, however busy one of them is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest

from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.errors import StorageBusy
from chatops.adapters.storage.store import SqlStorage
from chatops.adapters.storage.write_queue import WaitedTooLong, WriteQueue
from tests.storage.samples import NOW
from tests.storage.threads import at_once

#: Seconds after which a wait has failed.
PATIENCE = 30


class Mishap(Exception):
    """Something went wrong behind the turnstile."""


@pytest.fixture
def turnstile() -> WriteQueue:
    return WriteQueue()


def test_whoever_came_first_goes_first(turnstile: WriteQueue) -> None:
    gone: list[int] = []

    def go(number: int) -> None:
        with turnstile.passed(PATIENCE):
            gone.append(number)

    with ThreadPoolExecutor(5) as pool, turnstile.passed(PATIENCE):
        for number in range(5):
            pool.submit(go, number)
            until(waiting(turnstile, number + 1))
        assert gone == []
    assert gone == [0, 1, 2, 3, 4]


def test_only_one_is_behind_it(turnstile: WriteQueue) -> None:
    behind = Lock()

    def go() -> None:
        for _ in range(50):
            with turnstile.passed(PATIENCE):
                assert behind.acquire(blocking=False)
                behind.release()

    at_once([go] * 8)
    with turnstile.passed(0):
        pass


def test_whoever_returns_at_once_lets_those_who_wait_go_before(turnstile: WriteQueue) -> None:
    waited = Event()

    def go() -> None:
        with turnstile.passed(PATIENCE):
            waited.set()

    with ThreadPoolExecutor(1) as pool:
        with turnstile.passed(PATIENCE):
            pool.submit(go)
            until(waiting(turnstile, 1))
        with turnstile.passed(PATIENCE):
            assert waited.is_set()


def test_an_error_behind_it_holds_up_nobody(turnstile: WriteQueue) -> None:
    with pytest.raises(Mishap), turnstile.passed(PATIENCE):
        raise Mishap
    with turnstile.passed(0):
        pass


def test_whoever_loses_patience_is_not_waited_for(turnstile: WriteQueue) -> None:
    with turnstile.passed(PATIENCE):
        with pytest.raises(WaitedTooLong), turnstile.passed(0.01):
            pass
        assert not turnstile._waiting
    with turnstile.passed(0):
        pass


def test_a_store_in_which_others_write_for_too_long_says_that_it_is_busy(
    sqlite_url: str,
) -> None:
    engine = open_engine(sqlite_url)
    store = SqlStorage(engine, patience=0.01)
    busy = pytest.raises(StorageBusy, match="others are writing")
    with store.writing(), busy, store.writing():
        pass
    with store.writing() as work:
        assert work.deliveries.is_first("afterwards", NOW)
    engine.dispose()


def test_who_writes_without_a_pause_keeps_nobody_out(sqlite_store: SqlStorage) -> None:
    others_wrote = Event()

    def write_without_a_pause() -> int:
        for number in range(10_000):
            with sqlite_store.writing() as work:
                work.deliveries.is_first(f"mine {number}", NOW)
            if others_wrote.is_set():
                return number
        return 10_000

    def write_now_and_then() -> int:
        for number in range(20):
            with sqlite_store.writing() as work:
                work.deliveries.is_first(f"theirs {number}", NOW)
        others_wrote.set()
        return 0

    written, _ = at_once([write_without_a_pause, write_now_and_then])
    assert written < 10_000


def waiting(turnstile: WriteQueue, number: int) -> Callable[[], bool]:
    return lambda: len(turnstile._waiting) == number


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, or fail."""
    pause = Event()
    for _ in range(PATIENCE * 1000):
        if holds():
            return
        pause.wait(0.001)
    pytest.fail("it never comes to that")
