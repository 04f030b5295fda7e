"""How a hotfix goes from step to step: what starts by itself, what ends, whom the next one needs.

What differs from kind to kind stands in ``steps.py``.
"""

from dataclasses import replace
from datetime import timedelta

from chatops.application.hotfix.deadlines import end_promises, update_promises
from chatops.application.hotfix.operate import (
    StepContinues,
    StepDone,
    StepFailed,
    StepOutcome,
    WorkResult,
)
from chatops.application.hotfix.record_results import take_commits
from chatops.application.hotfix.session import HotfixSession
from chatops.application.hotfix.steps import BEHAVIOURS, has_work, starts_by_itself, work_of
from chatops.domain.hotfix.model import HotfixState, StepRun, StepState
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle
from chatops.domain.playbook.pipeline import AnyStepKind, RollbackStep, kind_of_work

_BEGUN = frozenset({StepState.RUNNING, StepState.FAILED})


def see_plan(session: HotfixSession, kind: AnyStepKind) -> Button:
    """Leads to the exact plan of a step: nothing is pushed that nobody has seen."""
    return session.button(ActionId("hotfix_next"), "See the plan…", str(kind), ButtonStyle.WANTED)


def begin(session: HotfixSession, kind: AnyStepKind, *, by: str | None) -> None:
    """Start the bot's part of a step.

    Raises:
        HotfixOver, NotTheTurn, UserError
    """
    session.hotfix = session.hotfix.begun(kind, by=by, now=session.now)
    round_, work = _run_of(session, kind).round, work_of(session, kind)
    for each in work:
        session.do_step(each.name, round_=round_, target=each.target)
    nothing = BEHAVIOURS[kind].nothing_to_do
    if not work and nothing:
        end(session, kind, nothing)
    elif not work:
        end_fulfilled(session)


def record(session: HotfixSession, worked: WorkResult) -> None:
    """Take in what a piece of a step's work came to, and go on."""
    kind = kind_of_work(worked.act.step)
    _take(session, worked, kind, BEHAVIOURS[kind].record(session, worked))


def _take(
    session: HotfixSession, worked: WorkResult, kind: AnyStepKind, outcome: StepOutcome
) -> None:
    match outcome:
        case StepDone():
            _end_or_rest(session, kind, outcome)
        case StepFailed():
            fail(session, kind, outcome.why, *outcome.evidence)
        case StepContinues():
            session.do_step(
                outcome.work,
                round_=worked.act.round,
                target=outcome.target,
                look=outcome.look,
                after=outcome.after,
            )
        case None:
            end_fulfilled(session)


def _run_of(session: HotfixSession, kind: AnyStepKind) -> StepRun:
    step = session.hotfix.step(kind)
    assert step is not None  # noqa: S101 - only a step of this pipeline begins, ends or fails
    return step


def end(session: HotfixSession, kind: AnyStepKind, *evidence: str, by: str | None = None) -> None:
    """End a step well, say so in the thread, and go on."""
    session.hotfix = session.hotfix.done(kind, *evidence, by=by, now=session.now)
    step = _run_of(session, kind)
    said = f"{step.title}: {evidence[0]}" if evidence else step.title
    session.note(said)
    post = session.post("step_done", step=step, lines=evidence)
    session.tell_thread(f"done:{kind}:{step.round}:{len(step.evidence)}", post)
    BEHAVIOURS[kind].then(session)
    _go_on_after(session, kind)


def _go_on_after(session: HotfixSession, kind: AnyStepKind) -> None:
    """The pipeline goes on after its steps, and the rollback after its own."""
    if isinstance(kind, RollbackStep):
        go_on_rolling_back(session)
    else:
        go_on(session)


def end_fulfilled(session: HotfixSession) -> None:
    """End each step that has begun, and that is done now as the facts say."""
    for kind in [step.kind for step in session.hotfix.steps if step.state in _BEGUN]:
        evidence = BEHAVIOURS[kind].fulfilled(session)
        if evidence is not None:
            end(session, kind, *evidence)


def _end_or_rest(session: HotfixSession, kind: AnyStepKind, outcome: StepDone) -> None:
    """End a step whose work is done, unless somebody has to look first."""
    trouble = _to_confirm(session, kind) if outcome.confirm else None
    if trouble:
        _rest(session, kind, *outcome.evidence, trouble=trouble)
        return
    end(session, kind, *outcome.evidence)
    if outcome.pushed is not None:
        take_commits(session, outcome.pushed)


def _to_confirm(session: HotfixSession, kind: AnyStepKind) -> str | None:
    """What a person has to do after the bot's work."""
    required = (each for each in session.checklists(kind) if each.required)
    if any(session.unticked(each) for each in required):
        return "the checklist is not ticked off yet"
    return BEHAVIOURS[kind].asks(session)


def _rest(session: HotfixSession, kind: AnyStepKind, *evidence: str, trouble: str) -> None:
    """The bot's part of a step is done; a person has to say that all is well."""
    step = _run_of(session, kind)
    rested = replace(
        step.waiting(trouble, now=session.now), worked=True, evidence=(*step.evidence, *evidence)
    )
    session.hotfix = session.hotfix.with_step(rested)
    post = session.post("step_done", step=rested, lines=evidence)
    session.tell_thread(f"worked:{kind}:{rested.round}", post)
    BEHAVIOURS[kind].announce(session, rested)


def fail(session: HotfixSession, kind: AnyStepKind, why: str, *evidence: str) -> None:
    """A step did not work; nothing goes on until a person decides."""
    session.hotfix = session.hotfix.failed(kind, why, *evidence, now=session.now)
    BEHAVIOURS[kind].tell_failed(session, _run_of(session, kind), why, *evidence)


def go_on(session: HotfixSession) -> None:
    """Let the step whose turn it is begin by itself, or say whom it needs."""
    session.hotfix = session.hotfix.advanced(session.now)
    update_promises(session)
    current = session.hotfix.current
    if session.hotfix.state is HotfixState.DONE:
        _finish(session)
    if current is None or current.state is not StepState.WAITING or current.round:
        return
    _take_turn(session, current, starts=starts_by_itself(session, current.kind))


def go_on_rolling_back(session: HotfixSession) -> None:
    """Let the next step of the rollback begin: nobody has to say that it may."""
    back = session.hotfix.rollback
    current = back.current if back is not None else None
    if current is not None and current.state is StepState.PENDING:
        session.hotfix = session.hotfix.waiting(current.kind, now=session.now)
        _take_turn(session, current, starts=has_work(session, current.kind))


def _take_turn(session: HotfixSession, step: StepRun, *, starts: bool) -> None:
    behaviour = BEHAVIOURS[step.kind]
    evidence = behaviour.fulfilled(session)
    if evidence is not None:
        end(session, step.kind, *evidence)
    elif starts:
        begin(session, step.kind, by=None)
        _go_on_after(session, step.kind)
    else:
        behaviour.announce(session, step)


def _finish(session: HotfixSession) -> None:
    end_promises(session)
    took = session.now - session.hotfix.started_at
    session.note(f"Every step of {session.hotfix.name} is done")
    session.tell_room(
        "over", session.post("hotfix_done", took=took if took > timedelta() else None)
    )
