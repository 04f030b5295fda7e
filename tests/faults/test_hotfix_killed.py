"""A bot that is killed at any point of a hotfix: the next one finishes it, or asks."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tests.faults.hotfix_victim import Order

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="grandchildren are waited for as Linux can"),
]

_ROOT = Path(__file__).parents[2]
_COMMANDS = {"stage": "staging", "deploy": "production"}
#: The turns in which something is pushed or run.
_WEIGHTY = ("branch", "stage", "merge", "tag", "deploy", "backport", "clean_up")
_UNKNOWN = "it was interrupted while it ran, and whether it went through is not known"


def told(order: Order) -> Iterator[dict[str, Any]]:
    """What each strike of an order came to."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.hotfix_victim", json.dumps(asdict(order))],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        yield from map(json.loads, process.stdout)
    assert process.returncode == 0


def survives(order: Order) -> int:
    """See that everything ends as if nobody had been killed; says how many were."""
    whole: dict[str, Any] = {}
    killed = 0
    for ended in told(order):
        if ended["turn"] == "over":
            assert killed
            return killed
        if not ended["point"]:
            whole = ended
            assert whole["wrongs"] == [], whole["turn"]
            continue
        point = f"{ended['turn']}: {ended['point']}"
        assert ended["killed"], point
        assert ended["wrongs"] == [], point
        if not _asks(ended, whole):
            assert ended["ending"] == whole["ending"], point
        killed += 1
    message = "the story broke off"
    raise AssertionError(message)


def _asks(ended: dict[str, Any], whole: dict[str, Any]) -> bool:
    """Whether nobody can know how a command ended: then it is asked about, and never repeated."""
    turn, now = ended["turn"], ended["ending"]
    if turn not in _COMMANDS or now == whole["ending"]:
        return False
    assert f"{turn} failed 1 [] {_UNKNOWN}" in now["hotfix"]
    assert len([one for one in now["messages"] if f":failed:{turn}:1 " in one]) == 1
    assert len([one for one in now["timeline"] if _UNKNOWN in one]) == 1
    where = _COMMANDS[turn]
    assert now[where] in ([], whole["ending"][where])
    others = {"branches", "pushes", *_COMMANDS.values()} - {where}
    assert {one: now[one] for one in others} == {one: whole["ending"][one] for one in others}
    return True


@pytest.mark.parametrize(
    ("plot", "strikes", "least"),
    [
        ("priority", {"stride": 151, "moments": ("early", "late")}, 36),
        ("versioned", {"stride": 151, "moments": ("taken",), "only": _WEIGHTY}, 20),
        ("preview", {"stride": 151, "moments": ("refused",), "only": _WEIGHTY}, 12),
    ],
    ids=["priority", "versioned", "preview"],
)
def test_killed_on_the_way_through_a_playbook(
    tmp_path: Path, sqlite_template: Path, plot: str, strikes: dict[str, Any], least: int
) -> None:
    order = Order(plot=plot, folder=str(tmp_path), database=str(sqlite_template), **strikes)
    assert survives(order) >= least


@pytest.mark.parametrize("plot", ["priority pick", "versioned revert"])
def test_killed_while_the_bot_makes_the_fix(
    tmp_path: Path, sqlite_template: Path, plot: str
) -> None:
    order = Order(
        plot=plot, folder=str(tmp_path), database=str(sqlite_template), stride=41, only=("fix",)
    )
    assert survives(order) >= 8


def test_whoever_was_killed_at_what_cannot_be_taken_back_the_hotfix_comes_to_its_end(
    tmp_path: Path, sqlite_template: Path
) -> None:
    order = Order(
        plot="increment",
        folder=str(tmp_path),
        database=str(sqlite_template),
        moments=("taken",),
        only=("merge", "stage", "deploy"),
        to_the_end=True,
    )
    *ended, over = told(order)
    struck = [one for one in ended if one["point"]]
    whole = over["ending"]
    assert len(struck) == 3 + 2 + 2
    for one in struck:
        point = f"{one['turn']}: {one['point']}"
        assert one["killed"], point
        assert one["wrongs"] == [], point
        for what in ("branches", "pushes", "staging", "production"):
            assert one["ending"][what] == whole[what], point
        asked = [line for line in one["ending"]["timeline"] if _UNKNOWN in line]
        assert len(asked) == (one["turn"] in _COMMANDS), point
