"""Faults of every kind in the life of a hotfix, drawn by lot: nothing is lost, nothing doubled."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from chatops.adapters.storage.errors import StorageUnavailable
from chatops.application.ports.chat import ChatError
from chatops.bootstrap import Bot
from tests.faults.crew import fast_engine, put_database
from tests.faults.hotfix_crew import HotfixCrew, crew_with_a_shop
from tests.faults.hotfix_ending import hotfix_ending, hotfix_wrongs
from tests.faults.hotfix_mishaps import HotfixMishaps
from tests.faults.hotfix_story import BREATH, Turn, next_turn, tell_all
from tests.faults.mishaps import Killed

pytestmark = pytest.mark.faults

STORIES = [
    pytest.param(("priority", 1), marks=pytest.mark.long),
    pytest.param(("priority pick", 3), marks=pytest.mark.long),
    pytest.param(("versioned revert", 5), marks=pytest.mark.long),
    ("preview", 6),
]
#: So often a call of Slack or a commit is struck, and a call of a remote or a command.
SHARE, AT_REMOTES = 0.07, 0.12
AT_LEAST, AT_LEAST_OF_GIT = 40, 5
_COMMANDS = ("staging", "production")


@pytest.fixture(scope="module")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Callable[[str], dict[str, Any]]:
    """How a plot ends if nothing goes wrong."""

    @cache
    def told(plot: str) -> dict[str, Any]:
        folder = tmp_path_factory.mktemp("undisturbed")
        file = folder / "chatops.db"
        put_database(sqlite_template, file)
        with crew_with_a_shop(fast_engine(f"sqlite:///{file}"), folder / "shop", plot) as crew:
            tell_all(crew)
            assert hotfix_wrongs(crew) == []
            return hotfix_ending(crew)

    return told


@pytest.fixture(params=STORIES, ids=lambda story: f"{story[0]}-{story[1]}")
def story(request: pytest.FixtureRequest) -> tuple[str, HotfixMishaps]:
    plot, seed = request.param
    return plot, HotfixMishaps(seed=seed, share=SHARE, at_remotes=AT_REMOTES)


@pytest.fixture
def crew(engine: Engine, tmp_path: Path, story: tuple[str, HotfixMishaps]) -> Iterator[HotfixCrew]:
    plot, mishaps = story
    with crew_with_a_shop(engine, tmp_path / "shop", plot, mishaps.cross) as crew:
        mishaps.slack = crew.slack
        yield crew


@pytest.mark.usefixtures("logged_errors")
def test_whatever_goes_wrong_the_hotfix_is_made_once(
    crew: HotfixCrew,
    story: tuple[str, HotfixMishaps],
    undisturbed: Callable[[str], dict[str, Any]],
) -> None:
    plot, mishaps = story
    _tell(crew)
    mishaps.slack = None
    now, whole = hotfix_ending(crew), undisturbed(plot)
    assert hotfix_wrongs(crew) == []
    assert now["branches"] == whole["branches"]
    assert now["pushes"] == whole["pushes"]
    assert [now[where] for where in _COMMANDS] == [whole[where] for where in _COMMANDS]
    if any(":failed:" in message for message in now["messages"]):
        assert _untroubled(now) == _untroubled(whole)
    else:
        assert _unordered(now) == _unordered(whole)
    assert mishaps.happened.total() >= AT_LEAST, mishaps.happened
    assert mishaps.of_git.total() >= AT_LEAST_OF_GIT, mishaps.of_git


def _untroubled(ending: dict[str, Any]) -> list[str]:
    """The turns of the story that say the same, whether somebody had to be asked in between."""
    told = ("started", "approved:", "proven:", "brought:", "over")
    return [one for one in ending["messages"] if any(f":{each}" in one for each in told)]


def _unordered(ending: dict[str, Any]) -> dict[str, Any]:
    """What people ask late is noted for when they asked: so the order of notes may differ."""
    return ending | {"timeline": sorted(ending["timeline"])}


def _tell(crew: HotfixCrew) -> None:
    """Tell the story by as many bots as it takes."""
    waiting: list[Turn] = []
    while _is_killed(crew, waiting):
        """The bot is started again."""


def _is_killed(crew: HotfixCrew, waiting: list[Turn]) -> bool:
    """Whether a bot does not live to see the story's end."""
    try:
        with crew.bot() as bot:
            while _gets_on(crew, bot, waiting):
                """The same bot goes on, though a call failed or the storage did."""
    except (Killed, StorageUnavailable):
        return True
    return False


def _gets_on(crew: HotfixCrew, bot: Bot, waiting: list[Turn]) -> bool:
    """Whether anything is left to do, after a turn was taken, or tried in vain."""
    try:
        if not waiting:
            turn = next_turn(crew, bot)
            if turn is None:
                return False
            waiting.append(turn)
        waiting[0].tell(bot)
        crew.work_off(bot)
        waiting.pop()
    except (StorageUnavailable, ChatError):
        # Whoever asked is told to ask again a little later.
        crew.clock.advance(BREATH)
    return True
