"""A rollback that the version before left in the middle of a phase is read as steps."""

from typing import Any

import pytest

from chatops.adapters.storage.types import with_rollback_steps
from chatops.domain.hotfix.model import StepState
from chatops.domain.playbook.pipeline import RollbackStep

DONE, PENDING = StepState.DONE, StepState.PENDING
RUNNING, WAITING, FAILED = StepState.RUNNING, StepState.WAITING, StepState.FAILED
BY_GIT = (RollbackStep.REVERT, RollbackStep.TAG)
AFTER_GIT = (RollbackStep.DEPLOY, RollbackStep.CHECK, RollbackStep.VERIFY)


def read(phase: str, trouble: str = "") -> dict[str, Any]:
    back = {"way": "revert", "phase": phase, "round": 3, "trouble": trouble, "sha": "4f2c9e1"}
    read = with_rollback_steps({"id": 1, "rollback": back})["rollback"]
    assert isinstance(read, dict)
    return read


@pytest.mark.parametrize(
    ("phase", "kinds", "states"),
    [
        ("revert:1", (*BY_GIT, *AFTER_GIT), (RUNNING, PENDING, PENDING, PENDING, PENDING)),
        ("tag", (*BY_GIT, *AFTER_GIT), (DONE, RUNNING, PENDING, PENDING, PENDING)),
        ("deploy", AFTER_GIT, (RUNNING, PENDING, PENDING)),
        ("by_hand", AFTER_GIT, (DONE, WAITING, PENDING)),
        ("deployed", AFTER_GIT, (DONE, RUNNING, PENDING)),
        ("verify", AFTER_GIT, (DONE, DONE, RUNNING)),
        ("", AFTER_GIT, (DONE, DONE, DONE)),
    ],
)
def test_a_phase_is_the_step_whose_turn_it_is(
    phase: str, kinds: tuple[RollbackStep, ...], states: tuple[StepState, ...]
) -> None:
    steps = read(phase)["steps"]
    assert tuple(step["kind"] for step in steps) == kinds
    assert tuple(step["state"] for step in steps) == states
    assert {step["round"] for step in steps} == {3}


def test_what_stopped_it_is_the_trouble_of_its_step_and_all_else_stays() -> None:
    back = read("revert:1", trouble="it conflicts")
    assert (back["steps"][0]["state"], back["steps"][0]["trouble"]) == (FAILED, "it conflicts")
    assert (back["reverted"], back["sha"]) == (1, "4f2c9e1")
    assert not {"phase", "round", "trouble"} & back.keys()


def test_a_document_of_this_version_is_left_alone() -> None:
    hotfixes: tuple[dict[str, Any], ...] = (
        {"id": 1, "rollback": None},
        {"id": 1},
        {"rollback": {"steps": []}},
    )
    for hotfix in hotfixes:
        assert with_rollback_steps(hotfix) is hotfix
