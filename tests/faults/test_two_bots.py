"""Two bots on one database share the work: nothing twice, nothing out of order."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest

from chatops.bootstrap import Bot
from tests.faults.crew import Crew, bot_in, crew_without_wires, fast_engine
from tests.faults.ending import ending, wrongs
from tests.faults.story import STEPS, Scene, response_url, tell
from tests.machine import PATIENCE

pytestmark = [pytest.mark.faults, pytest.mark.postgres]

#: Incidents that live through the story at the same time.
NUMBERS = range(1, 5)


@pytest.fixture
def crews(
    undisturbed: Callable[..., dict[str, Any]], postgres_url: str
) -> Iterator[tuple[Crew, Crew]]:
    """One workspace, and two ways into one database."""
    undisturbed(incidents=len(NUMBERS))
    with crew_without_wires(fast_engine(postgres_url)) as crew:
        other = replace(crew, engine=fast_engine(postgres_url))
        yield crew, other
        other.engine.dispose()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


def test_whatever_both_are_asked_is_done_once(
    crews: tuple[Crew, Crew],
    threads: ThreadPoolExecutor,
    undisturbed: Callable[..., dict[str, Any]],
) -> None:
    bots = [(crew, bot_in(crew.slack, crew.engine)) for crew in crews]
    url = f"{crews[0].slack.address}{response_url(crews[0].slack)}"
    for number in NUMBERS:
        crew, bot = bots[number % 2]
        tell(Scene(crew=crew, bot=bot, number=number, answer_url=url), "declare")
    for step in STEPS:
        ready = Barrier(2)
        halves = [threads.submit(_tell_and_work, crew, bot, step, ready) for crew, bot in bots]
        for half in halves:
            half.result()
    slack, engine = crews[0].slack, crews[0].engine
    assert wrongs(slack, engine) == []
    assert ending(slack, engine) == undisturbed(incidents=len(NUMBERS))


def _tell_and_work(crew: Crew, bot: Bot, step: str, ready: Barrier) -> None:
    """Take every delivery that the other one takes as well, and do what is to be done."""
    ready.wait(PATIENCE)
    for number in NUMBERS:
        tell(Scene(crew=crew, bot=bot, number=number), step)
    crew.work_off(bot)
    ready.wait(PATIENCE)
