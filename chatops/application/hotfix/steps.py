"""How each kind of step behaves: one record per kind, of which the state machine knows no more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from chatops.application.git_identity import People
from chatops.application.hotfix import plan
from chatops.application.hotfix import record_results as results
from chatops.application.hotfix import rollback_steps as rollback
from chatops.application.hotfix.approval_requests import ask_for_approval, still_needed
from chatops.application.hotfix.operate import StepOutcome, WorkResult
from chatops.application.hotfix.plan import Operation, PlanTask, owed_targets
from chatops.application.hotfix.production_checks import tell_deployed
from chatops.application.hotfix.session import HotfixSession
from chatops.application.tasks.follow_ups import list_follow_ups
from chatops.domain.hotfix.errors import NoFixYet, approval_missing
from chatops.domain.hotfix.model import Backport, BackportState, StepRun, StepState
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import ActionId, ButtonStyle
from chatops.domain.playbook.hotfix import Staging
from chatops.domain.playbook.pipeline import (
    DEPLOYED,
    AnyStepKind,
    Doer,
    RollbackStep,
    Skip,
    StepForm,
    StepKind,
)
from chatops.domain.services import ForgeKind
from chatops.domain.time.durations import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWork:
    """A piece of a step's work, by the name of its effect; ``target`` is the branch it is for."""

    name: str
    target: str = ""


def _always(_session: HotfixSession) -> bool:
    return True


def _never(_session: HotfixSession) -> bool:
    return False


def _nothing(_session: HotfixSession) -> None:
    return None


def _as_the_playbook_says(_session: HotfixSession, rule: Skip) -> Skip:
    return rule


def _said_by(session: HotfixSession, step: StepRun, user: str) -> tuple[str, ...]:
    """Where the bot would have done it, somebody did it without."""
    if has_work(session, step.kind) and not step.worked:
        return (f"Done by hand, says <@{user}>",)
    return ()


def _ask_to_tick(session: HotfixSession, step: StepRun) -> None:
    """Whoever's turn it is goes through the checklist first."""
    lists = session.checklists(step.kind)
    if lists and is_peoples_turn(session, step):
        tick = session.button(
            ActionId("hotfix_checklist"), "Go through it…", str(step.kind), ButtonStyle.WANTED
        )
        post = session.post("checklist_due", tick, step=step, checklists=lists)
        session.tell_room(_turn_key(step, session), post)


def _tell_failed(session: HotfixSession, step: StepRun, why: str, *lines: str) -> None:
    kind = step.kind
    session.note(f"{step.title}: not done", EntryKind.TROUBLE, reason=why)
    again = session.button(ActionId("hotfix_next"), "Try again…", str(kind), ButtonStyle.WANTED)
    buttons = [again, session.button(ActionId("hotfix_status"), "Status")]
    if session.hotfix.deployed or kind.spec.in_production:
        buttons.append(session.button(ActionId("rollback"), "Roll back…", tone=ButtonStyle.DANGER))
    post = session.post("step_failed", *buttons, step=step, why=why, lines=lines)
    session.tell_room(f"failed:{kind}:{step.round}", post)


def _turn_key(step: StepRun, session: HotfixSession) -> str:
    since = step.since or session.now
    return f"turn:{step.kind}:{since:%Y%m%d%H%M%S%f}:{step.worked}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBehaviour:
    """What a step of one kind does, from its turn to its end.

    ``plan`` plans the operation of a piece of its work, ``record`` says what the result means.
    """

    plan: Callable[[PlanTask], Operation]
    record: Callable[[HotfixSession, WorkResult], StepOutcome]
    #: Whether the bot has something to do at it, rather than people alone.
    has_work: Callable[[HotfixSession], bool]
    #: The pieces of its work; none given: one, named after the step.
    work: Callable[[HotfixSession], tuple[StepWork, ...]] | None = None
    #: What is said where all its pieces are done before it begins.
    nothing_to_do: str = ""
    #: Whether it begins when its turn comes, with nobody saying so.
    starts: Callable[[HotfixSession], bool] = _never
    #: The evidence with which it ends, as soon as the facts say that it is done.
    fulfilled: Callable[[HotfixSession], tuple[str, ...] | None] = _nothing
    #: What a person must say after the bot has done its work; none: nothing.
    asks: Callable[[HotfixSession], str | None] = _nothing
    #: Says whom it needs, when its turn comes.
    announce: Callable[[HotfixSession, StepRun], None] = _ask_to_tick
    #: What goes on record when a person says that it is done; raises what is missing.
    by_hand: Callable[[HotfixSession, StepRun, str], tuple[str, ...]] = _said_by
    #: What follows once it is over, before it goes on.
    then: Callable[[HotfixSession], None] = _nothing
    #: Says that it did not work, and what a person can do.
    tell_failed: Callable[..., None] = _tell_failed
    #: Who may leave it out at this severity, given what the playbook says.
    skip: Callable[[HotfixSession, Skip], Skip] = _as_the_playbook_says


def has_work(session: HotfixSession, kind: AnyStepKind) -> bool:
    """Whether the bot has something to do at a step."""
    return kind.spec.doer is not Doer.PERSON and BEHAVIOURS[kind].has_work(session)


def is_peoples_turn(session: HotfixSession, step: StepRun) -> bool:
    """Whether a step goes on only when a person says so: they do it, or look at what was done."""
    return step.worked or not has_work(session, step.kind)


def work_of(session: HotfixSession, kind: AnyStepKind) -> tuple[StepWork, ...]:
    """What there is to do at a step."""
    found = BEHAVIOURS[kind].work
    return (StepWork(name=kind),) if found is None else found(session)


def starts_by_itself(session: HotfixSession, kind: AnyStepKind) -> bool:
    """Whether a step begins when its turn comes: by its nature, or as the playbook says."""
    automatic = session.step(kind).automatic and has_work(session, kind)
    return automatic or BEHAVIOURS[kind].starts(session)


def skip_rule(session: HotfixSession, kind: AnyStepKind) -> Skip:
    """Who may leave a step out."""
    return BEHAVIOURS[kind].skip(session, session.step(kind).skip_rule)


def plan_work(
    session: HotfixSession, kind: AnyStepKind, work: StepWork, people: People, *, at: datetime
) -> Operation:
    """Plan the operation of a piece of work. Raises RefusedName, ServiceGone."""
    task = PlanTask(session=session, name=work.name, people=people, at=at, target=work.target)
    return BEHAVIOURS[kind].plan(task)


def _fix_has_work(session: HotfixSession) -> bool:
    return not session.hotfix.is_pushed


def _ask_for_fix(session: HotfixSession, step: StepRun) -> None:
    if session.checklists(step.kind) and is_peoples_turn(session, step):
        _ask_to_tick(session, step)
    elif session.hotfix.form_of(step.kind) is StepForm.FIX:
        fix = results.fix_is_ready(session)
        post = session.post("fix_wanted", fix, step=session.step(step.kind))
        session.tell_room(_turn_key(step, session), post)


def _take_fix(session: HotfixSession, _step: StepRun, user: str) -> tuple[str, ...]:
    work = session.hotfix.work
    if not work.commits:
        raise NoFixYet(
            session.hotfix.branch or session.hotfix.production or "the production branch"
        )
    session.change(author=session.hotfix.author or user)
    number = counted(len(work.commits), "commit")
    return (f"{session.hotfix.head[:10]}: {number}, +{work.added} -{work.removed}",)


def _has_version(session: HotfixSession) -> bool:
    return session.pipeline.version is not None


def _has_pull_requests(session: HotfixSession) -> bool:
    return session.service.forge is not ForgeKind.GIT


def _no_pull_request(session: HotfixSession) -> tuple[str, ...] | None:
    if _has_pull_requests(session):
        return None
    return ("No pull request: on a plain git server the merge is pushed",)


def _approved(session: HotfixSession) -> tuple[str, ...] | None:
    """Everybody agreed before it was their turn to be asked."""
    if not session.rules.approval.required or still_needed(session):
        return None
    return tuple(f"Approved by <@{each.by}>" for each in session.hotfix.standing)


def _ask_to_approve(session: HotfixSession, _step: StepRun) -> None:
    ask_for_approval(session)


def _without_approval(session: HotfixSession, step: StepRun, user: str) -> tuple[str, ...]:
    if session.rules.approval.required:
        raise approval_missing(still_needed(session))
    return _said_by(session, step, user)


def _skip_approval(session: HotfixSession, rule: Skip) -> Skip:
    return rule if session.rules.approval.required else Skip.FREELY


def _can_stage(session: HotfixSession) -> bool:
    return session.service.stage is not None


def _skip_staging(session: HotfixSession, rule: Skip) -> Skip:
    by_severity = {Staging.OPTIONAL: Skip.FREELY, Staging.PREVIEW: Skip.NEVER}
    return by_severity.get(session.rules.staging, rule)


def _has_release(session: HotfixSession) -> bool:
    return bool(session.hotfix.release)


def _can_deploy(session: HotfixSession) -> bool:
    """Whether it can run a command, or see what production runs where that deploys by itself."""
    service = session.service
    if session.step(StepKind.DEPLOY).automatic:
        return service.deployed is not None
    return service.deploy is not None


def _deploy_work(session: HotfixSession) -> tuple[StepWork, ...]:
    automatic = session.step(StepKind.DEPLOY).automatic
    return (StepWork(name=DEPLOYED if automatic else StepKind.DEPLOY),)


def _deployed_by(session: HotfixSession, _step: StepRun, user: str) -> tuple[str, ...]:
    evidence = f"Deployed by hand, says <@{user}>"
    tell_deployed(session, evidence)
    return (evidence,)


def _can_verify(session: HotfixSession) -> bool:
    return bool(session.service.verify)


def _reporter_is_asked(session: HotfixSession) -> bool:
    return session.step(StepKind.VERIFY).ask_reporter


def _reporter_must_say(session: HotfixSession) -> str | None:
    return "whoever reported it must say that it is gone" if _reporter_is_asked(session) else None


def _ask_reporter(session: HotfixSession, step: StepRun) -> None:
    if session.checklists(step.kind) and is_peoples_turn(session, step):
        _ask_to_tick(session, step)
    elif _reporter_is_asked(session):
        gone = session.button(
            ActionId("hotfix_next"), "It is gone…", str(step.kind), ButtonStyle.WANTED
        )
        session.tell_room(_turn_key(step, session), session.post("ask_reporter", gone, step=step))


def _backport_work(session: HotfixSession) -> tuple[StepWork, ...]:
    names = owed_targets(session)
    return tuple(StepWork(name=StepKind.BACKPORT, target=each) for each in names)


def _backported(session: HotfixSession) -> tuple[str, ...] | None:
    """Every target has the fix, or a pull request with it."""
    step = session.hotfix.step(StepKind.BACKPORT)
    begun = step is not None and step.state in {StepState.RUNNING, StepState.FAILED}
    if not begun or owed_targets(session):
        return None
    return tuple(f"{each.target}: {each.state}" for each in session.hotfix.backports)


def _align_work(session: HotfixSession) -> tuple[StepWork, ...]:
    lacking = (each for each in session.hotfix.backports if not each.state.settled)
    return tuple(StepWork(name=StepKind.ALIGN, target=each.target) for each in lacking)


def _aligned(session: HotfixSession) -> tuple[str, ...] | None:
    """The fix is proven in every target."""
    step, backports = session.hotfix.step(StepKind.ALIGN), session.hotfix.backports
    running = step is not None and step.state is StepState.RUNNING
    if not running or not all(each.state.settled for each in backports):
        return None
    return tuple(f"{each.target}: {_proof(each)}" for each in backports)


def _proof(backport: Backport) -> str:
    if backport.state is BackportState.WAIVED:
        return f"waived, {backport.reason}"
    return backport.evidence[0] if backport.evidence else "proven"


def _list_follow_ups(session: HotfixSession, _step: StepRun, _user: str) -> tuple[str, ...]:
    list_follow_ups(session.incident_session)
    return ()


_PEOPLE = StepBehaviour(plan=plan.plan_nothing, record=results.record_usual, has_work=_never)

BEHAVIOURS: Mapping[AnyStepKind, StepBehaviour] = {
    StepKind.GATE: _PEOPLE,
    StepKind.BRANCH: StepBehaviour(
        plan=plan.plan_branch, record=results.record_branch, has_work=_always
    ),
    StepKind.REPRODUCE: _PEOPLE,
    StepKind.FIX: StepBehaviour(
        plan=plan.plan_fix,
        record=results.record_fix,
        has_work=_fix_has_work,
        announce=_ask_for_fix,
        by_hand=_take_fix,
    ),
    StepKind.BUMP: StepBehaviour(
        plan=plan.plan_bump, record=results.record_bump, has_work=_has_version
    ),
    StepKind.PULL_REQUEST: StepBehaviour(
        plan=plan.plan_pull_request,
        record=results.record_pull_request,
        has_work=_has_pull_requests,
        fulfilled=_no_pull_request,
    ),
    StepKind.APPROVE: StepBehaviour(
        plan=plan.plan_nothing,
        record=results.record_usual,
        has_work=_never,
        fulfilled=_approved,
        announce=_ask_to_approve,
        by_hand=_without_approval,
        skip=_skip_approval,
    ),
    StepKind.STAGE: StepBehaviour(
        plan=plan.plan_stage,
        record=results.record_usual,
        has_work=_can_stage,
        skip=_skip_staging,
    ),
    StepKind.SMOKE: _PEOPLE,
    StepKind.MERGE: StepBehaviour(
        plan=plan.plan_merge, record=results.record_merge, has_work=_always
    ),
    StepKind.TAG: StepBehaviour(
        plan=plan.plan_tag, record=results.record_tag, has_work=_has_release
    ),
    StepKind.DEPLOY: StepBehaviour(
        plan=plan.plan_deploy,
        record=results.record_deploy,
        has_work=_can_deploy,
        work=_deploy_work,
        by_hand=_deployed_by,
    ),
    StepKind.VERIFY: StepBehaviour(
        plan=plan.plan_look,
        record=results.record_verify,
        has_work=_can_verify,
        starts=_can_verify,
        asks=_reporter_must_say,
        announce=_ask_reporter,
    ),
    StepKind.WATCH: StepBehaviour(
        plan=plan.plan_look, record=results.record_watch, has_work=_always, starts=_always
    ),
    StepKind.BACKPORT: StepBehaviour(
        plan=plan.plan_backport,
        record=results.record_backport,
        has_work=_always,
        work=_backport_work,
        nothing_to_do="There is nothing left to bring back",
        fulfilled=_backported,
    ),
    StepKind.ALIGN: StepBehaviour(
        plan=plan.plan_align,
        record=results.record_align,
        has_work=_always,
        work=_align_work,
        starts=_always,
        fulfilled=_aligned,
    ),
    StepKind.CLEAN_UP: StepBehaviour(
        plan=plan.plan_clean_up, record=results.record_clean_up, has_work=_always
    ),
    StepKind.FOLLOW_UP: StepBehaviour(
        plan=plan.plan_nothing,
        record=results.record_usual,
        has_work=_never,
        by_hand=_list_follow_ups,
    ),
    RollbackStep.REVERT: StepBehaviour(
        plan=rollback.plan_revert,
        record=rollback.record_revert,
        has_work=_always,
        tell_failed=rollback.tell_rollback_failed,
    ),
    RollbackStep.TAG: StepBehaviour(
        plan=rollback.plan_revert_tag,
        record=rollback.record_revert_tag,
        has_work=_always,
        fulfilled=rollback.no_new_version,
        tell_failed=rollback.tell_rollback_failed,
    ),
    RollbackStep.DEPLOY: StepBehaviour(
        plan=rollback.plan_redeploy,
        record=rollback.record_redeploy,
        has_work=rollback.deploys,
        fulfilled=rollback.no_command,
        tell_failed=rollback.tell_rollback_failed,
    ),
    RollbackStep.CHECK: StepBehaviour(
        plan=rollback.plan_rollback_look,
        record=rollback.record_rollback_check,
        has_work=rollback.can_tell,
        fulfilled=rollback.nobody_can_tell,
        announce=rollback.wait_for_a_person,
        then=rollback.runs_what_it_ran,
        tell_failed=rollback.tell_rollback_failed,
    ),
    RollbackStep.VERIFY: StepBehaviour(
        plan=rollback.plan_rollback_look,
        record=rollback.record_rollback_verify,
        has_work=rollback.can_look,
        fulfilled=rollback.nothing_to_ask,
        then=rollback.finish_rollback,
        tell_failed=rollback.tell_rollback_failed,
    ),
}
