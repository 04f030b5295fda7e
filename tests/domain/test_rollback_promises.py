"""A rollback is given the playbook's times: to decide, to carry it out, to see that it worked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chatops.domain.hotfix.deadlines import RollbackPhase, rollback_promise, subject_of
from chatops.domain.playbook.hotfix import Phase, RollbackRule
from chatops.domain.promises.decide import TellOverdue, decide
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise, PromiseState
from chatops.domain.promises.resolve_name import meant
from chatops.domain.promises.while_running import renegotiated
from tests.domain.hotfix_samples import hotfix
from tests.domain.samples import HOUR, MILDER, MINUTE, NOW, SEVERITY, incident

PHASES = (
    Phase(title="Assess", takes=(2 * MINUTE, 5 * MINUTE)),
    Phase(title="Think"),
    Phase(title="Execute", takes=(5 * MINUTE, 15 * MINUTE)),
    Phase(title="Verify", takes=(5 * MINUTE, 10 * MINUTE)),
    Phase(title="Communicate"),
)
RULE = RollbackRule(phases=PHASES)
RESOLVED = incident().resolved(root_cause="", fix="v1.2.4", now=NOW)


def made(phase: RollbackPhase, rule: RollbackRule = RULE) -> Promise:
    promise = rollback_promise(hotfix(), rule, phase, "UANA", NOW)
    assert promise is not None
    return promise


@pytest.mark.parametrize(
    ("phase", "minutes"),
    [(RollbackPhase.DECIDE, 5), (RollbackPhase.EXECUTE, 15), (RollbackPhase.VERIFY, 10)],
)
def test_each_phase_may_take_as_long_as_the_playbooks_own_at_most(
    phase: RollbackPhase, minutes: int
) -> None:
    assert made(phase).due_at == made(phase).wake_at == NOW + minutes * MINUTE


def test_the_time_to_notice_trouble_is_the_time_to_decide() -> None:
    quick = replace(RULE, notice_within=3 * MINUTE)
    assert made(RollbackPhase.DECIDE, quick).due_at == NOW + 3 * MINUTE
    assert made(RollbackPhase.EXECUTE, quick).due_at == NOW + 15 * MINUTE


def test_where_the_playbook_gives_no_time_nothing_is_promised() -> None:
    only = RollbackRule(notice_within=5 * MINUTE)
    for phase in (RollbackPhase.EXECUTE, RollbackPhase.VERIFY):
        assert rollback_promise(hotfix(), only, phase, "UANA", NOW) is None
    assert rollback_promise(hotfix(), RollbackRule(), RollbackPhase.DECIDE, "UANA", NOW) is None


def test_whether_to_go_back_is_not_one_persons_own_but_the_way_back_is() -> None:
    owned = {phase: made(phase).personal for phase in RollbackPhase}
    assert owned == {
        RollbackPhase.DECIDE: False,
        RollbackPhase.EXECUTE: True,
        RollbackPhase.VERIFY: True,
    }


def test_a_promise_says_what_it_is_about() -> None:
    promise = made(RollbackPhase.DECIDE)
    assert (promise.key, promise.kind) == ("rollback:1:decide", PromiseKind.ROLLBACK)
    assert promise.name == "decision about the rollback of v1.2.4"
    assert made(RollbackPhase.EXECUTE).name == "rollback of v1.2.4"
    assert subject_of(promise) == (1, "decide")
    unnamed = Promise(
        incident=7, key="x", kind=PromiseKind.ROLLBACK, due_at=NOW, wake_at=None, made_at=NOW
    )
    assert unnamed.name == "decision about the rollback"


@pytest.mark.parametrize("resolved", [False, True])
@pytest.mark.parametrize("late", [timedelta(), 9 * HOUR])
def test_it_is_told_once_when_it_is_due_whether_people_still_fight_or_not(
    resolved: bool, late: timedelta
) -> None:
    case = RESOLVED if resolved else incident()
    promise = made(RollbackPhase.DECIDE)
    early = decide(promise, case, SEVERITY, NOW + 4 * MINUTE)
    assert (early.action, early.promise.wake_at) == (None, promise.due_at)
    told = decide(promise, case, SEVERITY, promise.due_at + late)
    assert isinstance(told.action, TellOverdue)
    assert (told.promise.state, told.promise.wake_at) == (PromiseState.OPEN, None)


def test_another_severity_changes_nothing_about_it() -> None:
    held = {promise.key: promise for promise in map(made, RollbackPhase)}
    changed = {each.key for each in renegotiated(held, incident(), MILDER, NOW)}
    assert not changed & held.keys()


@pytest.mark.parametrize(
    "what",
    ["rollback", "Roll back", "the decision about the rollback", "rollback of v1.2.4", "roll-back"],
)
def test_it_is_found_by_what_people_call_it(what: str) -> None:
    promise = made(RollbackPhase.DECIDE)
    assert meant([promise], what) == promise
