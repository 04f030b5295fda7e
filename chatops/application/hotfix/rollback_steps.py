"""The steps of a rollback: what each asks for, what its result means, and what its end leaves."""

from dataclasses import replace

from chatops.application.hotfix.deadlines import (
    end_promises,
    end_rollback_promises,
    promise_rollback_check,
)
from chatops.application.hotfix.operate import (
    CheckReadings,
    Interrupted,
    StepContinues,
    StepDone,
    StepOutcome,
    WorkResult,
)
from chatops.application.hotfix.plan import (
    PLAIN_TAG,
    CheckOperation,
    GitOperation,
    NoOperation,
    Operation,
    PlanTask,
    RunOperation,
    checks_of,
    fix_commits,
    signed,
    values,
)
from chatops.application.hotfix.production_checks import await_good, said
from chatops.application.hotfix.record_results import record_usual, went_through
from chatops.application.hotfix.session import HotfixSession
from chatops.application.incidents.update import tell_stakeholders
from chatops.application.ports import git
from chatops.domain.git.names import TagName, fill_pattern
from chatops.domain.git.versions import Version
from chatops.domain.hotfix.model import BackportState, Rollback, StepRun
from chatops.domain.incident.model import Status
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle
from chatops.domain.playbook.hotfix import RollbackWay
from chatops.domain.playbook.pipeline import FixWay, MergeWay, RollbackStep, StepKind
from chatops.domain.services import Runnable, facts_in
from chatops.domain.tasks import Task


def _back(session: HotfixSession) -> Rollback:
    back = session.hotfix.rollback
    assert back is not None  # noqa: S101 - only a rollback that was begun has steps
    return back


def reverts(session: HotfixSession, way: RollbackWay) -> bool:
    """Whether a rollback is made by commits on production's branch."""
    return way is RollbackWay.REVERT and bool(session.hotfix.merged)


def tags_revert(session: HotfixSession) -> bool:
    """Whether a revert is shipped as the next version."""
    return session.policy.rollback.revert_ships_next_patch and bool(session.hotfix.release)


def _to_revert(session: HotfixSession) -> tuple[str, ...]:
    """What brought the fix into production's branch, newest first."""
    hotfix = session.hotfix
    if hotfix.branch and session.pipeline.merge in {*MergeWay}:
        return (hotfix.merged,)
    return tuple(reversed(fix_commits(session)))


def plan_revert(task: PlanTask) -> Operation:
    """Revert the newest commit that is left to revert."""
    session, back = task.session, _back(task.session)
    commit = _to_revert(session)[back.reverted]
    title = session.hotfix.title
    message = f'Revert "{title}"\n\nThis reverts commit {commit}.\n{back.reason}'
    sign = _signed(task, f"{back.reverted}")
    branch = session.hotfix.production
    return GitOperation(job=git.Revert(commit=commit, branch=branch, message=message, signed=sign))


def _signed(task: PlanTask, what: str) -> git.Signed:
    step = f"rollback-{_back(task.session).round}-{what}"
    return signed(task.session, task.people, step=step, at=task.at)


def record_revert(session: HotfixSession, worked: WorkResult) -> StepOutcome:
    result = went_through(worked.done)
    if result is None:
        return record_usual(session, worked)
    back = _back(session)
    back = replace(back, sha=result.after or back.sha, reverted=back.reverted + 1)
    if back.reverted < len(_to_revert(session)):
        session.change(rollback=back)
        return StepContinues(work=RollbackStep.REVERT, look=worked.act.look + 1)
    if tags_revert(session):
        release = str(Version.parse(session.hotfix.release).next_patch())
        back = replace(back, release=release)
    session.change(rollback=back)
    return StepDone(evidence=(f"{session.hotfix.production} is at {back.sha[:10]}",))


def no_new_version(session: HotfixSession) -> tuple[str, ...] | None:
    return None if tags_revert(session) else ("No new version: there is nothing to tag",)


def plan_revert_tag(task: PlanTask) -> Operation:
    """Tag what was reverted as the next version."""
    session, back = task.session, _back(task.session)
    name = fill_pattern(session.pipeline.tag or PLAIN_TAG, {"version": back.release})
    message = f"Rollback: {session.hotfix.title}"
    return GitOperation(
        job=git.Tag(
            tag=str(TagName(name)), commit=back.sha, message=message, signed=_signed(task, "tag")
        )
    )


def record_revert_tag(session: HotfixSession, worked: WorkResult) -> StepOutcome:
    result = went_through(worked.done)
    if result is None:
        return record_usual(session, worked)
    return StepDone(evidence=(f"{result.name} at {result.after[:10]}", *result.notes))


def deploys(session: HotfixSession) -> bool:
    """Whether the bot can bring production back by a command."""
    return _command(session) is not None


def no_command(session: HotfixSession) -> tuple[str, ...] | None:
    """Without a command somebody deploys, or the push did: that is seen at the next step."""
    if deploys(session):
        return None
    by_push = reverts(session, _back(session).way) and _is_automatic(session)
    push = "The push to production's branch deploys it"
    return (push if by_push else "Deploy it by hand: no command is configured",)


def _is_automatic(session: HotfixSession) -> bool:
    deploy = session.pipeline.step(StepKind.DEPLOY)
    return deploy is not None and deploy.automatic


def _command(session: HotfixSession) -> Runnable | None:
    """What brings production back; none where nothing is configured, or a push does it."""
    back, service, hotfix = _back(session), session.service, session.hotfix
    if back.way is RollbackWay.FLAG_OFF:
        flag = hotfix.source if hotfix.way is FixWay.FLAG else next(iter(service.flags))
        return service.flags[flag]
    if reverts(session, back.way):
        return None if _is_automatic(session) else service.deploy
    return service.rollback or service.deploy


def plan_redeploy(task: PlanTask) -> Operation:
    """Run the command that brings production back."""
    session, back = task.session, _back(task.session)
    command = _command(session)
    if command is None:
        return NoOperation(why="deploy it by hand: no command is configured")
    facts = values(session) if back.way is RollbackWay.FLAG_OFF else _facts(session, back)
    mark = f"{session.mark} rollback {back.at:%H%M%S}"
    return RunOperation(what=command, values=facts, since=back.at, mark=mark)


def record_redeploy(session: HotfixSession, worked: WorkResult) -> StepOutcome:
    if isinstance(worked.done, Interrupted) and can_tell(session):
        return StepDone(evidence=(worked.done.why.capitalize(),))
    return record_usual(session, worked)


def can_tell(session: HotfixSession) -> bool:
    """Whether production can be asked if it runs the version that ran before."""
    check, back = session.service.deployed, _back(session)
    if check is None or back.way is RollbackWay.FLAG_OFF:
        return False
    spoken_of = facts_in(check.url) | facts_in(check.equals or "")
    return spoken_of <= _facts(session, back).keys()


def nobody_can_tell(session: HotfixSession) -> tuple[str, ...] | None:
    """Where a command ran and production cannot be asked, the command is believed."""
    if can_tell(session) or not deploys(session):
        return None
    return ("Production cannot be asked what it runs",)


def plan_rollback_look(task: PlanTask) -> Operation:
    """Ask production what it runs, or whether it works, at the version that ran before."""
    session = task.session
    checks = checks_of(session, task.name)
    firsts = tuple(session.hotfix.before.get(check.title) for check in checks)
    facts = _facts(session, _back(session))
    return CheckOperation(checks=checks, values=facts, firsts=firsts)


def _facts(session: HotfixSession, back: Rollback) -> dict[str, str]:
    """What commands and checks may speak of: the version that ran before."""
    return values(session, version=back.release, sha=back.sha, previous=session.hotfix.release)


def record_rollback_check(session: HotfixSession, worked: WorkResult) -> StepOutcome:
    if not isinstance(worked.done, CheckReadings):
        return record_usual(session, worked)
    lines = said(session, RollbackStep.CHECK, worked.done)
    return await_good(RollbackStep.CHECK, worked.act.look, lines, good=worked.done.good)


def record_rollback_verify(session: HotfixSession, worked: WorkResult) -> StepOutcome:
    if not isinstance(worked.done, CheckReadings):
        return record_usual(session, worked)
    good, lines = worked.done.good, said(session, RollbackStep.VERIFY, worked.done)
    outcome = await_good(RollbackStep.VERIFY, worked.act.look, lines, good=good)
    if isinstance(outcome, StepContinues):
        return outcome
    session.change(rollback=replace(_back(session), healthy=good))
    return StepDone(evidence=lines)


def can_look(session: HotfixSession) -> bool:
    """Whether production can be asked if it works."""
    return bool(session.service.verify)


def nothing_to_ask(session: HotfixSession) -> tuple[str, ...] | None:
    return None if can_look(session) else ()


def wait_for_a_person(session: HotfixSession, _step: StepRun) -> None:
    """Somebody deploys it by hand, and says so."""
    back = _back(session)
    session.note("Not rolled back yet: somebody has to deploy it")
    other = session.button(ActionId("rollback"), "Another way…")
    post = session.post("rollback_waits", is_back(session), other, back=back)
    session.tell_room(f"rollback_waits:{back.round}", post)


def is_back(session: HotfixSession) -> Button:
    """The button with which a person says that production is back."""
    return session.button(ActionId("rolled_back"), "Production is back", tone=ButtonStyle.WANTED)


def tell_rollback_failed(session: HotfixSession, step: StepRun, why: str, *lines: str) -> None:
    """Say what is in the way, and how it can go on."""
    back = _back(session)
    session.note("Rolling back: not done", EntryKind.TROUBLE, reason=why)
    again = session.button(ActionId("rollback"), "Roll back…", tone=ButtonStyle.DANGER)
    words = "\n".join(lines)
    post = session.post("rollback_failed", again, is_back(session), back=back, why=why, words=words)
    session.tell_room(f"rollback_failed:{step.round}", post)


def runs_what_it_ran(session: HotfixSession) -> None:
    """Production runs what it is to run; whether it works is still to be seen."""
    if can_look(session):
        promise_rollback_check(session)


def finish_rollback(session: HotfixSession) -> None:
    """Production is back: end the hotfix, tell everybody, and write down what is left to do."""
    back, incident_session = replace(_back(session), done_at=session.now), session.incident_session
    verified = back.step(RollbackStep.VERIFY)
    lines, good = verified.evidence if verified is not None else (), back.healthy
    session.change(rollback=back)
    end_rollback_promises(session)
    if session.hotfix.shipped:
        session.hotfix = session.hotfix.rolled_back(by=back.by, reason=back.reason, now=session.now)
        _waive_backports(session, back)
        end_promises(session)
        if not good and incident_session.incident.status is Status.MONITORING:
            incident_session.incident = incident_session.incident.harmed_again()
    session.note(f"Rolled back{_to(back)}", EntryKind.ROLLED_BACK, reason=back.reason)
    if lines:
        seen = "Production works again" if good else "Production does not look well"
        session.note(seen, EntryKind.READING, reason="; ".join(lines))
    post = session.post(
        "rollback",
        *_next(session, lines, good=good),
        back=back,
        reason=back.reason,
        version=f"v{back.release}" if back.release else "what ran before",
        sha=back.sha,
        lines=lines,
        good=good,
    )
    session.tell_room(f"rolled_back:{back.round}", post)
    public = incident_session.post("rollback_public")
    tell_stakeholders(incident_session, session.key(f"rolled_back_public:{back.round}"), public)
    _owe(session, back)


def _owe(session: HotfixSession, back: Rollback) -> None:
    incident = session.incident_session.incident
    session.work.tasks.add(
        Task(
            incident=incident.id,
            number=0,
            text=debt_of(session, back),
            made_by=back.by,
            made_at=session.now,
            owner=session.hotfix.author or incident.commander,
        )
    )


def _to(back: Rollback) -> str:
    if back.way is RollbackWay.FLAG_OFF:
        return ": the flag is off"
    return f" to v{back.release}" if back.release else " to what ran before"


def _next(session: HotfixSession, lines: tuple[str, ...], *, good: bool) -> tuple[Button, ...]:
    """Where production does not look well, the ways on."""
    if good or not lines:
        return ()
    return (
        Button(ask=ActionId("hotfix"), label="Start a hotfix…", about=f"{session.incident.id}",
               tone=ButtonStyle.WANTED),
        session.button(ActionId("rollback"), "Roll back further…", tone=ButtonStyle.DANGER),
        session.button(ActionId("hotfix_log"), "Recent production commits"),
    )  # fmt: skip


def debt_of(session: HotfixSession, back: Rollback) -> str:
    """What a rollback leaves to be done."""
    if back.way is RollbackWay.FLAG_OFF:
        return "The flag is off, which is no fix: plan the proper one, and turn it on again"
    if back.way is RollbackWay.REVERT:
        return f"The fix “{session.hotfix.title}” was taken back: find the cause, and fix it anew"
    where = session.hotfix.production or "the production branch"
    return f"{where} still has what was rolled back: revert it or fix it before the next deploy"


def _waive_backports(session: HotfixSession, back: Rollback) -> None:
    """What was reverted on production's branch need not be backported."""
    if back.way is not RollbackWay.REVERT:
        return
    for each in session.hotfix.backports:
        if each.state in {BackportState.OWED, BackportState.CONFLICT}:
            reason = "the fix was rolled back"
            waived = replace(each, state=BackportState.WAIVED, by=back.by, reason=reason)
            session.hotfix = session.hotfix.with_backport(waived)
