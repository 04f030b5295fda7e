"""The gate lets through what is broken now, and shows the rest another way."""

import pytest

from chatops.domain.playbook.hotfix import Gate, GateQuestion, Needs, Path

TREE = (
    GateQuestion(key="broken", ask="Broken now?", yes="core", no="normal"),
    GateQuestion(key="core", ask="Core features unusable?", yes="hotfix", no="data"),
    GateQuestion(key="data", ask="Data being lost?", yes="hotfix", no="expedited"),
)


@pytest.mark.parametrize(
    ("answers", "path"),
    [
        ({"broken": False}, Path.NORMAL),
        ({"broken": True, "core": True}, Path.HOTFIX),
        ({"broken": True, "core": False, "data": True}, Path.HOTFIX),
        ({"broken": True, "core": False, "data": False}, Path.EXPEDITED),
        ({"broken": True, "core": False}, None),
        ({}, None),
    ],
)
def test_answers_lead_down_the_tree(answers: dict[str, bool], path: Path | None) -> None:
    assert Gate(questions=TREE).path(answers) is path


def test_questions_that_lead_in_a_circle_lead_nowhere() -> None:
    circle = (GateQuestion(key="again", ask="Again?", yes="again", no="normal"),)

    assert Gate(questions=circle).path({"again": True}) is None


def test_a_gate_without_questions_is_open() -> None:
    assert Gate().path({}) is Path.HOTFIX


@pytest.mark.parametrize(
    ("needs", "ticked", "holds"),
    [
        (Needs.ALL, {0, 1}, True),
        (Needs.ALL, {0}, False),
        (Needs.ALL, set(), False),
        (Needs.ANY, {1}, True),
        (Needs.ANY, set(), False),
    ],
)
def test_all_or_any_of_the_criteria_must_hold(needs: Needs, ticked: set[int], holds: bool) -> None:
    gate = Gate(needs=needs, criteria=("Broken", "Users affected"))

    assert gate.holds(frozenset(ticked)) is holds


def test_a_gate_without_criteria_asks_for_none() -> None:
    assert Gate().holds(frozenset())


@pytest.mark.parametrize(
    ("reason", "warned"),
    [
        ("Would be great to have this today", True),
        ("would be GREAT, really, to have", True),
        ("It would be great if we, after all these long months, had it to have", False),
        ("Checkout answers 500", False),
        ("", False),
    ],
)
def test_a_reason_that_speaks_against_a_hotfix_is_noticed(reason: str, warned: bool) -> None:
    gate = Gate(red_flags=("Would be great to have...",))

    assert bool(gate.warns(reason)) is warned
