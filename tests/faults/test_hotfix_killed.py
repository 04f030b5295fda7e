"""A bot that is killed at any point of a hotfix: the next one finishes it, or asks."""

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults.hotfix_strikes import COMMANDS, UNKNOWN, survives, told
from tests.faults.hotfix_victim import Order

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(sys.platform != "linux", reason="grandchildren are waited for as Linux can"),
]

#: The turns in which something is pushed or run.
_WEIGHTY = ("branch", "bump", "stage", "merge", "tag", "deploy", "backport", "clean_up")


@pytest.mark.parametrize(
    ("plot", "strikes", "least"),
    [
        pytest.param(
            "priority",
            {"stride": 97, "moments": ("early", "late"), "only": _WEIGHTY},
            34,
            marks=pytest.mark.long,
            id="priority",
        ),
        pytest.param(
            "versioned",
            {"moments": ("taken",), "only": _WEIGHTY},
            18,
            marks=pytest.mark.long,
            id="versioned",
        ),
        pytest.param(
            "preview",
            {"stride": 41, "moments": ("refused",), "only": ("start", "approve", "merge")},
            6,
            id="preview",
        ),
    ],
)
def test_killed_on_the_way_through_a_playbook(
    tmp_path: Path, sqlite_template: Path, plot: str, strikes: dict[str, Any], least: int
) -> None:
    order = Order(plot=plot, folder=str(tmp_path), database=str(sqlite_template), **strikes)
    assert survives(order) >= least


@pytest.mark.parametrize("plot", ["priority pick", "versioned revert"])
@pytest.mark.long
def test_killed_while_the_bot_makes_the_fix(
    tmp_path: Path, sqlite_template: Path, plot: str
) -> None:
    order = Order(
        plot=plot, folder=str(tmp_path), database=str(sqlite_template), stride=41, only=("fix",)
    )
    assert survives(order) >= 8


@pytest.mark.long
def test_killed_on_the_way_back(tmp_path: Path, sqlite_template: Path) -> None:
    order = Order(
        plot="priority back",
        folder=str(tmp_path),
        database=str(sqlite_template),
        only=("rollback",),
        to_the_end=True,
    )
    *ended, over = told(order)
    struck = [one for one in ended if one["point"]]
    whole = over["ending"]
    assert len(struck) == 2 + 4 + 2
    for one in struck:
        point = f"{one['turn']}: {one['point']}"
        assert one["killed"], point
        assert one["wrongs"] == [], point
        for what in ("branches", "production"):
            assert one["ending"][what] == whole[what], point


@pytest.mark.long
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
        asked = [line for line in one["ending"]["timeline"] if UNKNOWN in line]
        assert len(asked) == (one["turn"] in COMMANDS), point
