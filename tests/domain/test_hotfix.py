"""A hotfix goes from step to step; what was judged is judged anew when it changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.domain.errors import UserError
from chatops.domain.hotfix.errors import HotfixOver, NeverSkipped, NotTheTurn
from chatops.domain.hotfix.model import (
    ApprovalGiven,
    Backport,
    BackportState,
    Commits,
    Hotfix,
    HotfixState,
    StepRun,
    StepState,
    Tick,
)
from chatops.domain.playbook.pipeline import Skip, StepKind

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
HEAD, NEXT = "a" * 40, "b" * 40
KINDS = (
    StepKind.GATE,
    StepKind.BRANCH,
    StepKind.FIX,
    StepKind.SMOKE,
    StepKind.APPROVE,
    StepKind.MERGE,
    StepKind.DEPLOY,
    StepKind.WATCH,
    StepKind.BACKPORT,
    StepKind.ALIGN,
)


def hotfix(*kinds: StepKind, **changes: object) -> Hotfix:
    """A hotfix with its gate passed."""
    steps = tuple(StepRun(kind=kind, title=kind.title()) for kind in kinds or KINDS)
    made = Hotfix(
        id=1,
        incident=1,
        number=1,
        service="checkout",
        pipeline="standard",
        title="Let a null amount pass",
        started_by="U1",
        started_at=NOW,
        steps=steps,
    )
    return replace(made.done(StepKind.GATE, now=NOW), **changes)  # type: ignore[arg-type]


def up_to(kind: StepKind, made: Hotfix | None = None) -> Hotfix:
    """The same with everything before ``kind`` done."""
    made = made or hotfix(head=HEAD)
    for step in made.steps:
        if step.kind is kind:
            return made
        if not step.state.over:
            made = made.done(step.kind, now=NOW)
    return made


def state(made: Hotfix, kind: StepKind) -> StepState:
    step = made.step(kind)
    assert step is not None
    return step.state


def test_the_gate_is_passed_and_the_next_step_waits_for_somebody() -> None:
    made = hotfix()
    assert made.current is not None
    assert (made.current.kind, made.current.state) == (StepKind.BRANCH, StepState.WAITING)
    assert made.current.since == NOW


def test_a_step_whose_turn_it_is_not_cannot_begin() -> None:
    with pytest.raises(NotTheTurn, match="Next is: Branch"):
        hotfix().begun(StepKind.MERGE, by="U1", now=NOW)


def test_a_step_that_no_pipeline_has_cannot_begin() -> None:
    with pytest.raises(NotTheTurn):
        hotfix().begun(StepKind.TAG, by="U1", now=NOW)


def test_a_step_under_way_is_not_begun_twice() -> None:
    begun = hotfix().begun(StepKind.BRANCH, by="U1", now=NOW)
    with pytest.raises(
        UserError, match=r"” is under way\. What comes of it is said in the thread\."
    ):
        begun.begun(StepKind.BRANCH, by="U2", now=NOW)


def test_what_failed_is_tried_again_in_a_new_round() -> None:
    failed = hotfix().begun(StepKind.BRANCH, by="U1", now=NOW)
    failed = failed.failed(StepKind.BRANCH, "the remote is away", now=NOW)
    again = failed.begun(StepKind.BRANCH, by="U2", now=NOW + timedelta(minutes=1))
    step = again.step(StepKind.BRANCH)
    assert step is not None
    assert (step.round, step.trouble, step.by) == (2, "", "U2")
    assert step.lasted(NOW + timedelta(minutes=5)) == timedelta(minutes=5)


@pytest.mark.parametrize("kind", [StepKind.WATCH, StepKind.ALIGN])
def test_what_only_waits_goes_on_beside_the_steps_after_it(kind: StepKind) -> None:
    made = hotfix(StepKind.GATE, kind, StepKind.CLEAN_UP).begun(kind, by=None, now=NOW)
    made = made.advanced(NOW)
    assert made.current is not None
    assert made.current.kind is StepKind.CLEAN_UP
    cleaned = made.done(StepKind.CLEAN_UP, now=NOW)
    assert cleaned.state is HotfixState.RUNNING
    assert cleaned.done(kind, now=NOW).state is HotfixState.DONE


def test_a_step_that_is_never_skipped_is_not() -> None:
    with pytest.raises(NeverSkipped, match="/hotfix abort"):
        hotfix().skipped(
            StepKind.BRANCH, Skip.NEVER, by="U1", leave=None, reason="no time", now=NOW
        )


def test_skipping_says_who_left_it_out_and_with_whose_leave() -> None:
    made = hotfix().skipped(
        StepKind.BRANCH, Skip.WITH_LEAVE, by="U1", leave="U9", reason="no time", now=NOW
    )
    step = made.step(StepKind.BRANCH)
    assert step is not None
    assert (step.state, step.by, step.leave, step.reason) == (
        StepState.SKIPPED,
        "U1",
        "U9",
        "no time",
    )
    assert made.current is not None
    assert made.current.kind is StepKind.FIX


def test_a_push_makes_what_was_tested_and_approved_worthless() -> None:
    made = up_to(StepKind.MERGE).approved(ApprovalGiven(by="U2", sha=HEAD, at=NOW))
    made = made.ticked(Tick(step=StepKind.SMOKE, checklist="smoke", item=0, by="U1", at=NOW))
    assert made.standing
    moved = made.moved(NEXT, Commits(), now=NOW)
    assert moved.standing == ()
    assert state(moved, StepKind.SMOKE) is StepState.WAITING
    assert state(moved, StepKind.APPROVE) is StepState.PENDING
    assert moved.current is not None
    assert moved.current.kind is StepKind.SMOKE


@pytest.mark.parametrize("left", [StepKind.MERGE, StepKind.DEPLOY])
def test_a_push_after_the_fix_has_left_its_branch_changes_no_step(left: StepKind) -> None:
    made = up_to(left).done(left, now=NOW)
    assert made.moved(NEXT, Commits(), now=NOW).steps == made.steps


def test_an_approval_of_the_plan_outlives_the_commits_that_follow_it() -> None:
    trunk = hotfix(StepKind.GATE, StepKind.APPROVE, StepKind.FIX, StepKind.DEPLOY)
    agreed = trunk.approved(ApprovalGiven(by="U2", sha="", at=NOW)).done(StepKind.APPROVE, now=NOW)
    moved = agreed.moved(NEXT, Commits(), now=NOW)
    assert moved.standing == agreed.approvals
    assert state(moved, StepKind.APPROVE) is StepState.DONE


def test_a_newer_approval_of_one_person_replaces_the_older() -> None:
    made = hotfix(head=HEAD)
    for sha in (NEXT, HEAD):
        made = made.approved(ApprovalGiven(by="U2", sha=sha, at=NOW))
    assert [given.sha for given in made.approvals] == [HEAD]


def test_a_tick_is_taken_back_by_ticking_again() -> None:
    tick = Tick(step=StepKind.SMOKE, checklist="manual", item=3, by="U1", at=NOW)
    ticked = hotfix().ticked(tick)
    assert ticked.ticks == (tick,)
    assert ticked.ticked(replace(tick, by="U2")).ticks == ()


def test_a_backport_is_owed_only_once_something_is_in_production() -> None:
    made = hotfix(backports=(Backport(target="develop"),))
    assert made.owed == ()
    assert [each.target for each in replace(made, merged=HEAD).owed] == ["develop"]


@pytest.mark.parametrize("settled", [BackportState.PROVEN, BackportState.WAIVED])
def test_what_is_proven_or_waived_is_owed_no_more(settled: BackportState) -> None:
    backport = Backport(target="develop", state=settled)
    assert hotfix(merged=HEAD, backports=(backport,)).owed == ()


def test_what_is_given_up_is_over_but_stays_owed() -> None:
    made = hotfix(merged=HEAD, backports=(Backport(target="develop"),))
    given_up = made.aborted(by="U1", reason="wrong idea", now=NOW)
    assert given_up.current is None
    assert given_up.owed
    with pytest.raises(HotfixOver, match="aborted"):
        given_up.begun(StepKind.BRANCH, by="U1", now=NOW)


@given(st.lists(st.sampled_from(["begin", "done", "fail", "skip", "push"]), max_size=40))
def test_whatever_happens_there_is_one_current_step_until_the_end(deeds: list[str]) -> None:
    made, pushes = hotfix(head=HEAD), 0
    for deed in deeds:
        current = made.current
        if current is None:
            break
        match deed:
            case "begin" if current.state is not StepState.RUNNING:
                made = made.begun(current.kind, by="U1", now=NOW).advanced(NOW)
            case "done":
                made = made.done(current.kind, now=NOW)
            case "fail":
                made = made.failed(current.kind, "no", now=NOW)
            case "skip" if current.state is not StepState.RUNNING:
                made = made.skipped(
                    current.kind, Skip.FREELY, by="U1", leave=None, reason="-", now=NOW
                )
            case "push":
                pushes += 1
                made = made.moved(f"{pushes:040x}", Commits(), now=NOW)
        before = made.steps[: len(made.steps) if made.current is None else _place(made)]
        assert all(step.state.over or _beside(step) for step in before)
        assert made.state is HotfixState.RUNNING or all(step.state.over for step in made.steps)


def _place(made: Hotfix) -> int:
    assert made.current is not None
    return [step.kind for step in made.steps].index(made.current.kind)


def _beside(step: StepRun) -> bool:
    return step.kind in {StepKind.WATCH, StepKind.ALIGN} and step.state is StepState.RUNNING
