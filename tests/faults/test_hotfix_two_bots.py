"""Two bots at one hotfix at the same time, and one that takes over from a dead one: all is once."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from chatops.bootstrap import Bot
from tests.faults.crew import fast_engine
from tests.faults.hotfix_crew import HotfixCrew, crew_with_a_shop
from tests.faults.hotfix_ending import hotfix_ending, hotfix_wrongs
from tests.faults.hotfix_story import Turn, tell_all, turns
from tests.faults.hotfix_strikes import survives
from tests.faults.hotfix_victim import Order

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

#: Whoever gives up waiting for the other fails, rather than wait for ever.
_PATIENCE = 120.0


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


@pytest.fixture
def crew(postgres_url: str, tmp_path: Path) -> Iterator[HotfixCrew]:
    with crew_with_a_shop(fast_engine(postgres_url), tmp_path / "shop", "priority") as crew:
        yield crew


@pytest.fixture
def whole(engine: Any, tmp_path: Path) -> dict[str, Any]:
    """How it ends with one bot."""
    with crew_with_a_shop(engine, tmp_path / "other shop", "priority") as crew:
        tell_all(crew)
        return hotfix_ending(crew)


def test_two_bots_that_are_asked_the_same_do_each_step_once(
    whole: dict[str, Any], crew: HotfixCrew, threads: ThreadPoolExecutor, postgres_url: str
) -> None:
    other = replace(crew, engine=fast_engine(postgres_url))
    bots = [(crew, crew.replica()), (other, other.replica(mirrors="more mirrors"))]
    for turn in turns(crew, bots[0][1]):
        ready = Barrier(2, timeout=_PATIENCE)
        halves = [threads.submit(_take, each, bot, turn, ready) for each, bot in bots]
        for half in halves:
            half.result()
    other.engine.dispose()
    now = hotfix_ending(crew)
    assert hotfix_wrongs(crew) == []
    assert now | {"timeline": sorted(now["timeline"])} == whole | {
        "timeline": sorted(whole["timeline"])
    }


def _take(crew: HotfixCrew, bot: Bot, turn: Turn, ready: Barrier) -> None:
    """Take what the other one takes as well, and do what is to be done."""
    try:
        first = ready.wait() == 0
        if first or turn.name != "push":
            turn.tell(bot)
        ready.wait()
        crew.work_beside(bot)
        ready.wait()
    except BaseException:
        ready.abort()
        raise


@pytest.mark.skipif(sys.platform != "linux", reason="grandchildren are waited for as Linux can")
@pytest.mark.long
def test_a_bot_takes_over_from_one_that_was_killed(tmp_path: Path, postgres_url: str) -> None:
    """It has to wait for leases, and looks at what others do meanwhile."""
    order = Order(
        plot="priority",
        folder=str(tmp_path),
        database=postgres_url,
        moments=("taken",),
        only=("bump", "deploy", "backport"),
    )
    assert survives(order) >= 8
