"""Every kind of step says what it is and how it behaves: a kind or a field left out fails here."""

from dataclasses import fields

import pytest

from chatops.application.hotfix.plan import plan_nothing
from chatops.application.hotfix.record_results import record_usual
from chatops.application.hotfix.steps import BEHAVIOURS, StepBehaviour
from chatops.domain.playbook.pipeline import (
    STEP_SPECS,
    AnyStepKind,
    Doer,
    RollbackStep,
    StepKind,
    StepSpec,
    kind_of_work,
)

KINDS: tuple[AnyStepKind, ...] = (*StepKind, *RollbackStep)


def test_every_kind_has_its_record_and_its_behaviour_and_nothing_else_has() -> None:
    assert set(STEP_SPECS) == set(BEHAVIOURS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_no_field_is_missing(kind: AnyStepKind) -> None:
    for each in fields(StepSpec):
        assert getattr(kind.spec, each.name) not in (None, ""), each.name
    for each in fields(StepBehaviour):
        optional = each.name in {"work", "nothing_to_do"}
        assert optional or callable(getattr(BEHAVIOURS[kind], each.name)), each.name


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_bot_does_is_planned_and_what_people_do_is_not(kind: AnyStepKind) -> None:
    behaviour = BEHAVIOURS[kind]
    by_people = kind.spec.doer is Doer.PERSON
    assert (behaviour.plan is plan_nothing) is by_people
    assert not by_people or behaviour.record is record_usual
    assert not by_people or kind.spec.confirm != "It is done"


def test_labels_tell_kinds_apart() -> None:
    assert len({kind.spec.label for kind in KINDS}) == len(KINDS)


def test_steps_of_a_rollback_are_called_as_no_step_of_a_pipeline_is() -> None:
    assert not {*map(str, StepKind)} & {*map(str, RollbackStep)}
    assert {kind_of_work(kind) for kind in KINDS} == set(KINDS)
