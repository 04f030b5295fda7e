"""About a thousand faults of every kind, drawn by lot: nothing lost, doubled or out of order."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from chatops.adapters.storage.errors import StorageUnavailable
from tests.faults.crew import Crew, crew_without_wires
from tests.faults.ending import ending, wrongs
from tests.faults.mishaps import Killed, Mishaps
from tests.faults.story import PROMISES, STEPS, Scene, response_url, tell

pytestmark = pytest.mark.faults

#: Six stories, each struck some hundred and fifty times.
SEEDS = (0, 1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 6)))
SHARE = 0.12
AT_LEAST = 120


@pytest.fixture(params=SEEDS)
def mishaps(request: pytest.FixtureRequest) -> Mishaps:
    return Mishaps(seed=request.param, share=SHARE)


@pytest.fixture
def crew(engine: Engine, mishaps: Mishaps) -> Iterator[Crew]:
    with crew_without_wires(engine, mishaps.cross) as crew:
        mishaps.slack = crew.slack
        yield crew


@pytest.mark.usefixtures("logged_errors")
def test_whatever_goes_wrong_the_story_ends_as_if_nothing_had(
    crew: Crew, mishaps: Mishaps, undisturbed: Callable[..., dict[str, Any]]
) -> None:
    url = crew.slack.address + response_url(crew.slack)
    for step in STEPS:
        while not _is_told(crew, mishaps, step, url):
            """The bot is started again."""
    assert wrongs(crew.slack, crew.engine) == []
    assert ending(crew.slack, crew.engine) == undisturbed()
    assert mishaps.happened.total() >= AT_LEAST, mishaps.happened


def _is_told(crew: Crew, mishaps: Mishaps, step: str, url: str) -> bool:
    """Whether one bot lives through a step and everything that follows from it."""
    try:
        with crew.bot() as bot:
            scene = Scene(crew=crew, bot=bot, answer_url=url)
            while not _gets_through(scene, mishaps, step):
                """The storage failed; the same bot goes on."""
    except (Killed, StorageUnavailable):
        return False
    return True


def _gets_through(scene: Scene, mishaps: Mishaps, step: str) -> bool:
    try:
        mishaps.storage_is_well = step in PROMISES
        tell(scene, step)
        mishaps.storage_is_well = False
        scene.crew.work_off(scene.bot)
    except StorageUnavailable:
        return False
    return True
