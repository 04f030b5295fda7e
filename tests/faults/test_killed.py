"""A bot that is killed at any point leaves nothing lost, doubled or out of order."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tests.faults.story import STEPS
from tests.faults.victim import Order

pytestmark = pytest.mark.faults

_ROOT = Path(__file__).parents[2]
#: Of the later steps, and of a declaration on PostgreSQL, only every so many points are tried.
_STRIDE, _POSTGRES_STRIDE = 11, 7
#: Into so many parts the points of a declaration are dealt; one is tried at each change.
_PARTS = 9
#: The later steps that are tried at each change; the others are left to the long run.
_TRIED = {"acknowledge", "remind"}


class Victims:
    """The program whose bots are killed."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._folder = folder

    def take(self, step: str, database: str, *, strike: int = 0) -> dict[str, Any]:
        """Have a step taken, with a kill on the way, and hear how it ended."""
        assert self._process.stdin
        assert self._process.stdout
        order = Order(step=step, strike=strike, database=database, folder=str(self._folder))
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()
        heard: dict[str, Any] = json.loads(self._process.stdout.readline())
        return heard


@pytest.fixture(scope="module")
def victims(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victims]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.victim"],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Victims(process, tmp_path_factory.mktemp("victims"))
        assert process.stdin
        process.stdin.close()


def survives(victims: Victims, step: str, database: str, strikes: slice) -> None:
    """Kill a bot at some of the points that a step crosses, and see that another one finishes."""
    whole = victims.take(step, database)
    assert whole["wrongs"] == []
    points = list(enumerate(whole["crossings"], start=1))
    for strike, point in points[strikes]:
        ended = victims.take(step, database, strike=strike)
        assert ended["killed"], point
        assert ended["wrongs"] == [], point
        assert ended["ending"] == whole["ending"], point


@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.long) for part in range(1, _PARTS))]
)
def test_killed_at_any_point_of_a_declaration(
    victims: Victims, sqlite_template: Path, part: int
) -> None:
    survives(victims, "declare", str(sqlite_template), slice(part, None, _PARTS))


@pytest.mark.parametrize(
    "step",
    [
        step if step in _TRIED else pytest.param(step, marks=pytest.mark.long)
        for step in STEPS
        if step != "declare"
    ],
)
def test_killed_on_the_way_through_a_later_step(
    victims: Victims, sqlite_template: Path, step: str
) -> None:
    first = sorted(STEPS).index(step) % _STRIDE
    survives(victims, step, str(sqlite_template), slice(first, None, _STRIDE))


@pytest.mark.long
@pytest.mark.postgres
def test_killed_on_the_way_through_a_declaration_on_postgres(
    victims: Victims, postgres_url: str
) -> None:
    survives(victims, "declare", postgres_url, slice(0, None, _POSTGRES_STRIDE))
