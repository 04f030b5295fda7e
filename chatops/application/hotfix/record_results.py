"""Says what the result of each step's work means, and keeps the facts that came back with it."""

from dataclasses import replace

from chatops.application.hotfix import plan
from chatops.application.hotfix.deadlines import end_backport_promise, update_promises
from chatops.application.hotfix.operate import (
    Branched,
    CheckReadings,
    Done,
    Interrupted,
    OperationRefused,
    Proof,
    StepContinues,
    StepDone,
    StepFailed,
    StepOutcome,
    Worked,
    WorkResult,
    hindrances,
)
from chatops.application.hotfix.production_checks import (
    LAST_LOOKS_FOR_DEPLOY,
    take_deployed,
    take_health,
    take_watch,
    tell_deployed,
)
from chatops.application.hotfix.session import HotfixSession
from chatops.application.ports.external import Pull, PullState, Ran, RunState
from chatops.application.ports.git import BranchState, FileConflict, Result
from chatops.domain.git.alignment import Containment, ProofResult
from chatops.domain.hotfix.model import (
    Backport,
    BackportState,
    Commits,
    FixCommit,
    Hotfix,
    HotfixState,
    PullRequestLink,
)
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import DoStep
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle
from chatops.domain.playbook.pipeline import DEPLOYED, StepForm, StepKind
from chatops.domain.time.durations import counted

#: A message names so many commits and files; what is left out is counted.
_SHOWN = 5
#: A message shows so many lines of evidence; the rest is in the step.
_LINES = 6
_OUTPUT_SHOWN = 1200


class ResultOfAnotherStep(AssertionError):
    """A step was given what only another kind of step can come to."""

    def __init__(self, worked: WorkResult) -> None:
        super().__init__(f"{worked.act.step} came to {type(worked.done).__name__}")


def record_usual(_session: HotfixSession, worked: WorkResult) -> StepOutcome:
    """What most steps make of a refusal, a command, a workflow, or a job on the repository."""
    match worked.done:
        case OperationRefused() as refusal:
            return StepFailed(why=refusal.why, evidence=_filled(refusal.words))
        case plan.NoOperation() as nothing:
            return StepDone(evidence=(nothing.why.capitalize(),), confirm=True)
        case Ran() as ran:
            return _of_command(ran)
        case RunState() as run:
            return _of_workflow(worked.act, run)
        case Worked(result=result):
            return _of_job(result)
        case _:
            raise ResultOfAnotherStep(worked)


def _of_command(ran: Ran) -> StepOutcome:
    if ran.good:
        return StepDone(evidence=(_took(ran),), confirm=True)
    return StepFailed(why=why_not(ran), evidence=(ran.output[-_OUTPUT_SHOWN:],))


def _of_workflow(act: DoStep, run: RunState) -> StepOutcome:
    if not run.over:
        return StepContinues(work=act.step, look=act.look + 1, after=plan.WORKFLOW_LOOK)
    if run.good:
        return StepDone(evidence=(run.url,), confirm=True)
    return StepFailed(why=f"the workflow ended badly: {run.said}", evidence=(run.url,))


def _of_job(result: Result) -> StepOutcome:
    if result.conflicts:
        return StepFailed(why=f"conflict in {_paths(result.conflicts)}", evidence=result.commands)
    return _with_notes(result, _made(result))


def why_not(ran: Ran) -> str:
    """Why a command failed."""
    return "it ran too long" if ran.code is None else f"the command ended with code {ran.code}"


def _took(ran: Ran) -> str:
    return f"It took {ran.took.total_seconds():.0f} s"


def _filled(*lines: str) -> tuple[str, ...]:
    return tuple(filter(None, lines))


def _made(result: Result) -> str:
    return f"{counted(len(result.made), 'commit')}, head {result.after[:10]}"


def _with_notes(result: Result, line: str) -> StepDone:
    return StepDone(evidence=(line, *result.notes))


def _paths(conflicts: tuple[FileConflict, ...]) -> str:
    return ", ".join(each.path for each in conflicts)


def went_through(done: Done) -> Result | None:
    """What a job on the repository made; none if it conflicts, or was something else."""
    return done.result if isinstance(done, Worked) and not done.result.conflicts else None


def record_branch(session: HotfixSession, worked: WorkResult) -> StepOutcome:
    if not isinstance(worked.done, Branched):
        return record_usual(session, worked)
    done, tip = worked.done, worked.done.result.after
    session.change(
        production=done.production,
        branch=done.branch,
        base=done.base,
        head=tip,
        release=done.release,
        previous=done.previous,
    )
    line = f"{done.branch} from {done.production} at {tip[:10]}"
    pushed = worked.branch if worked.branch is not None and worked.branch.commits else None
    return replace(_with_notes(done.result, line), pushed=pushed)


def record_fix(session: HotfixSession, worked: WorkResult) -> StepOutcome:
    if isinstance(worked.done, Ran) and worked.done.good:
        off = f"The flag {session.hotfix.source} is off"
        session.note(off, EntryKind.DEPLOYED)
        return StepDone(evidence=(off, _took(worked.done)))
    result = went_through(worked.done)
    if result is None:
        return record_usual(session, worked)
    # What an earlier attempt of this step made is found, and is no less the fix.
    if result.already and not result.made:
        return StepFailed(why="it changes nothing here", evidence=result.notes)
    _add_commits(session, result, worked.branch)
    return _with_notes(result, _made(result))


def record_bump(session: HotfixSession, worked: WorkResult) -> StepOutcome:
    result = went_through(worked.done)
    if result is None:
        return record_usual(session, worked)
    _add_commits(session, result, worked.branch)
    bump = result.made[-1].sha if result.made else ""
    session.change(bump=bump, release=result.version, previous=result.previous)
    before = result.previous or "no version"
    return _with_notes(result, f"{before} → {result.version} ({result.after[:10]})")


def record_pull_request(session: HotfixSession, worked: WorkResult) -> StepOutcome:
    if not isinstance(worked.done, Pull):
        return record_usual(session, worked)
    pull = worked.done
    session.change(pull_request=PullRequestLink(number=pull.number, url=pull.url))
    return StepDone(evidence=(f"#{pull.number} {pull.url}", *pull.notes))


def record_merge(session: HotfixSession, worked: WorkResult) -> StepOutcome:
    production = session.hotfix.production
    if isinstance(worked.done, Pull):
        return _merged(session, worked.done)
    result = went_through(worked.done)
    if result is None:
        return record_usual(session, worked)
    session.change(merged=result.after)
    return _with_notes(result, f"{production} is at {result.after[:10]}")


def _merged(session: HotfixSession, pull: Pull) -> StepOutcome:
    if pull.state is not PullState.MERGED:
        why = " ".join(hindrances(pull)) or "the forge did not merge it"
        return StepFailed(why=why, evidence=(pull.url,))
    link = PullRequestLink(number=pull.number, url=pull.url)
    session.change(merged=pull.merged, pull_request=link)
    at = f"{session.hotfix.production} is at {pull.merged[:10]}"
    return StepDone(evidence=(f"#{pull.number} is merged: {at}",))


def record_tag(session: HotfixSession, worked: WorkResult) -> StepOutcome:
    result = went_through(worked.done)
    if result is None:
        return record_usual(session, worked)
    session.change(tag=result.name)
    return _with_notes(result, f"{result.name} at {result.after[:10]}")


def record_deploy(session: HotfixSession, worked: WorkResult) -> StepOutcome:
    can_tell = session.service.deployed is not None
    match worked.done:
        case CheckReadings() as readings:
            return take_deployed(session, worked.act, readings)
        case Interrupted() if can_tell:
            return StepContinues(work=DEPLOYED, look=LAST_LOOKS_FOR_DEPLOY)
        case Ran(good=True) | RunState(over=True, good=True) if can_tell:
            return StepContinues(work=DEPLOYED)
        case Ran(good=True) as ran:
            return _deployed(session, _took(ran))
        case RunState(over=True, good=True) as run:
            return _deployed(session, run.url)
        case _:
            return record_usual(session, worked)


def _deployed(session: HotfixSession, line: str) -> StepDone:
    tell_deployed(session, line)
    return StepDone(evidence=(line,))


def record_verify(session: HotfixSession, worked: WorkResult) -> StepOutcome:
    if isinstance(worked.done, CheckReadings):
        return take_health(session, worked.act, worked.done)
    return record_usual(session, worked)


def record_watch(session: HotfixSession, worked: WorkResult) -> StepOutcome:
    if isinstance(worked.done, CheckReadings):
        return take_watch(session, worked.act, worked.done)
    return record_usual(session, worked)


def record_backport(session: HotfixSession, worked: WorkResult) -> StepOutcome:
    if isinstance(worked.done, Worked):
        take_backport(session, worked.act.target, worked.done)
        return None
    return _of_target(worked.act, record_usual(session, worked))


def record_align(session: HotfixSession, worked: WorkResult) -> StepOutcome:
    if isinstance(worked.done, Proof):
        take_proof(session, worked.done)
        return None
    return _of_target(worked.act, record_usual(session, worked))


def _of_target(act: DoStep, outcome: StepOutcome) -> StepOutcome:
    """A refusal names the branch that it is about."""
    if isinstance(outcome, StepFailed):
        return replace(outcome, why=f"{act.target}: {outcome.why}")
    return outcome


def record_clean_up(session: HotfixSession, worked: WorkResult) -> StepOutcome:
    result = went_through(worked.done)
    if result is None:
        return record_usual(session, worked)
    return _with_notes(result, f"{result.name} is deleted")


def _add_commits(session: HotfixSession, result: Result, branch: BranchState | None) -> None:
    """What the bot committed is part of the fix; what others did meanwhile is told of."""
    work = session.hotfix.work
    known = {each.sha for each in work.commits}
    made = tuple(
        FixCommit(sha=each.sha, subject=each.subject)
        for each in result.made
        if each.sha not in known
    )
    session.change(work=replace(work, commits=(*work.commits, *made)))
    if branch is not None and branch.tip:
        take_commits(session, branch)
    else:
        session.change(head=result.after or session.hotfix.head)


def fix_is_ready(session: HotfixSession) -> Button:
    """The button with which people say that what they pushed is the fix."""
    return session.button(ActionId("hotfix_fix"), "The fix is ready…", "", ButtonStyle.WANTED)


def take_commits(session: HotfixSession, state: BranchState) -> None:
    """Take in what stands on the branch, and tell of what nobody knew of."""
    hotfix = session.hotfix
    known = {each.sha for each in hotfix.work.commits}
    commits = Commits(
        commits=tuple(FixCommit(sha=each.sha, subject=each.subject) for each in state.commits),
        authors=tuple(dict.fromkeys(f"{each.author} <{each.email}>" for each in state.commits)),
        files=state.files,
        added=state.added,
        removed=state.removed,
    )
    if known == {each.sha for each in state.commits}:
        session.change(head=state.tip, work=commits)
        _warn_of_scope(session, hotfix)
        return
    approved = bool(hotfix.standing) and hotfix.comes_after_fix(StepKind.APPROVE)
    session.hotfix = hotfix.moved(state.tip, commits, now=session.now)
    new = [each for each in state.commits if each.sha not in known]
    names = ", ".join(dict.fromkeys(each.author for each in new))
    number = counted(len(new), "commit")
    what = f"{names} pushed {number}" if new else "The branch was rewritten"
    session.note(f"{what}: {state.tip[:10]}", EntryKind.PUSHED)
    buttons = []
    step = session.hotfix.current
    if step is not None and hotfix.form_of(step.kind) is StepForm.FIX:
        buttons.append(fix_is_ready(session))
    post = session.post(
        "fix_pushed",
        *buttons,
        commits=tuple(new[-_SHOWN:]),
        more_commits=max(0, len(new) - _SHOWN),
        expired=approved,
    )
    session.tell_room(f"pushed:{state.tip}", post)
    _warn_of_scope(session, hotfix)


def _warn_of_scope(session: HotfixSession, before: Hotfix) -> None:
    """A change that is not small any more gets a warning, once."""
    rule, work = session.policy.scope, session.hotfix.work
    if _is_large(session, work) and not _is_large(session, before.work):
        post = session.post("scope_warning", rule=rule)
        session.tell_room(f"scope:{session.hotfix.head}", post)


def _is_large(session: HotfixSession, work: Commits) -> bool:
    rule = session.policy.scope
    lines = work.added + work.removed
    return len(work.files) > rule.warn_above_files or lines > rule.warn_above_lines


def take_backport(session: HotfixSession, target: str, worked: Worked) -> None:
    """What came of bringing the fix to one target."""
    backport = session.hotfix.backport(target)
    if backport is None or backport.state.settled:
        return
    if worked.result.conflicts:
        _conflict(session, backport, worked)
    elif worked.pull is not None and worked.pull.state is PullState.OPEN:
        _opened(session, backport, worked)
    else:
        _brought(session, backport, worked)


def _conflict(session: HotfixSession, backport: Backport, worked: Worked) -> None:
    """Name the files, show both sides, say how to finish, and give it to somebody."""
    owner = backport.owner or session.engineer
    changed = replace(
        backport,
        state=BackportState.CONFLICT,
        owner=owner,
        paths=tuple(each.path for each in worked.result.conflicts),
        commands=worked.result.commands,
        pull_request=_link(worked.pull) or backport.pull_request,
    )
    _keep(session, changed)
    session.note(
        f"The backport to {backport.target} is in conflict",
        EntryKind.BACKPORT,
        reason=", ".join(changed.paths),
    )
    again = session.button(ActionId("backport"), "Try again…", backport.target)
    done = session.button(
        ActionId("align"), "It is done: prove it", backport.target, ButtonStyle.WANTED
    )
    waive = session.button(ActionId("waive_backport"), "Waive…", backport.target)
    post = session.post(
        "backport_conflict",
        done,
        again,
        waive,
        backport=changed,
        # What texts call them.
        quarrels=worked.result.conflicts,
        prefer=session.pipeline.backport.prefer if session.pipeline.backport else None,
    )
    session.tell_room(f"conflict:{backport.target}:{session.hotfix.version}", post)
    step = session.hotfix.step(StepKind.BACKPORT)
    if step is not None and not step.state.over:
        why = f"{backport.target} is in conflict in {', '.join(changed.paths[:3])}"
        session.hotfix = session.hotfix.failed(StepKind.BACKPORT, why, now=session.now)


def _opened(session: HotfixSession, backport: Backport, worked: Worked) -> None:
    link = _link(worked.pull)
    changed = replace(
        backport,
        state=BackportState.OPENED,
        pull_request=link,
        branch=worked.result.name,
        sha=worked.result.after,
    )
    _keep(session, changed)
    session.note(
        f"Backport to {backport.target} opened: {link.url if link else ''}", EntryKind.BACKPORT
    )
    post = session.post("backport_opened", backport=changed, notes=worked.result.notes)
    session.tell_room(f"opened:{backport.target}:{session.hotfix.version}", post)


def _brought(session: HotfixSession, backport: Backport, worked: Worked) -> None:
    changed = replace(backport, state=BackportState.BROUGHT, sha=worked.result.after, paths=())
    _keep(session, changed)
    # What an earlier attempt of ours brought was not there without us.
    already = worked.result.already and not worked.result.made
    text = "was there already in" if already else "is in"
    session.note(f"The fix {text} {backport.target}", EntryKind.BACKPORT)
    post = session.post(
        "backport_brought",
        backport=changed,
        already=already,
        notes=worked.result.notes,
        test=session.pipeline.backport.test_after if session.pipeline.backport else False,
    )
    session.tell_thread(f"brought:{backport.target}:{session.hotfix.version}", post)


def take_proof(session: HotfixSession, proof: Proof) -> None:
    """What the code says about one target: it has the fix, has lost it, or a person must look."""
    backport = session.hotfix.backport(proof.target)
    if backport is None or backport.state is BackportState.WAIVED:
        return
    verdict = proof.verdict
    seen = replace(backport, tip=proof.tip, evidence=verdict.lines[:_LINES])
    match verdict.answer:
        case Containment.CONTAINED:
            _proven(session, seen, verdict)
        case Containment.ABSENT:
            _absent(session, backport, seen)
        case Containment.UNSURE:
            _unsure(session, backport, seen)


def _proven(session: HotfixSession, backport: Backport, verdict: ProofResult) -> None:
    was = backport.state
    proven = replace(
        backport, state=BackportState.PROVEN, proven_at=session.now, paths=(), commands=()
    )
    _keep(session, proven)
    if was is BackportState.PROVEN:
        return
    end_backport_promise(session, proven)
    session.note(f"{backport.target} contains the fix", EntryKind.BACKPORT, reason=verdict.lines[0])
    post = session.post("backport_proven", backport=proven)
    session.tell_room(f"proven:{backport.target}:{session.hotfix.version}", post)


def _absent(session: HotfixSession, before: Backport, seen: Backport) -> None:
    """It is not there: nothing new where it is owed, a debt again where it was proven."""
    if before.state in {BackportState.PROVEN, BackportState.BROUGHT}:
        _lost(session, seen)
    elif before.state is BackportState.UNSURE:
        _keep(session, replace(seen, state=BackportState.OWED))
    else:
        _keep(session, seen)


def _lost(session: HotfixSession, seen: Backport) -> None:
    owed = replace(seen, state=BackportState.OWED, proven_at=None)
    _keep(session, owed)
    _reopen_steps(session)
    update_promises(session, again=owed.target)
    session.note(
        f"{seen.target} does not contain the fix any more",
        EntryKind.BACKPORT,
        reason=seen.evidence[0] if seen.evidence else "",
    )
    bring = session.button(ActionId("backport"), "Bring it back…", seen.target, ButtonStyle.WANTED)
    settle = session.button(ActionId("aligned"), "It is there…", seen.target)
    waive = session.button(ActionId("waive_backport"), "Waive…", seen.target)
    post = session.post("backport_lost", bring, settle, waive, backport=owed)
    session.tell_room(f"lost:{seen.target}:{session.hotfix.version}", post)


def _reopen_steps(session: HotfixSession) -> None:
    """A hotfix that was done is not: the debt is back."""
    if session.hotfix.state is HotfixState.DONE:
        session.change(state=HotfixState.RUNNING, ended_at=None)
    for kind in (StepKind.BACKPORT, StepKind.ALIGN):
        step = session.hotfix.step(kind)
        if step is not None and step.state.over:
            session.hotfix = session.hotfix.failed(kind, "the fix is gone again", now=session.now)


def _unsure(session: HotfixSession, before: Backport, seen: Backport) -> None:
    """The code leaves it open: ask a person, with the evidence."""
    if before.state is BackportState.PROVEN and before.by is not None:
        _keep(session, replace(seen, state=BackportState.PROVEN))
        return
    if before.state in {BackportState.OWED, BackportState.CONFLICT, BackportState.OPENED}:
        _keep(session, seen)
        return
    unsure = replace(seen, state=BackportState.UNSURE)
    _keep(session, unsure)
    if before.state is BackportState.UNSURE and before.tip == seen.tip:
        return
    settle = session.button(ActionId("aligned"), "I have looked…", seen.target, ButtonStyle.WANTED)
    post = session.post("backport_unsure", settle, backport=unsure)
    session.tell_room(f"unsure:{seen.target}:{seen.tip}", post)


def take_pull(session: HotfixSession, target: str, pull: Pull | None) -> None:
    """What became of the pull request into a target."""
    backport = session.hotfix.backport(target)
    if backport is None or pull is None or backport.state is not BackportState.OPENED:
        return
    if pull.state is PullState.MERGED:
        _keep(session, replace(backport, state=BackportState.BROUGHT, sha=pull.merged))
    elif pull.state is PullState.CLOSED:
        owed = replace(backport, state=BackportState.OWED, pull_request=None)
        _keep(session, owed)
        again = session.button(ActionId("backport"), "Open it again…", target, ButtonStyle.WANTED)
        waive = session.button(ActionId("waive_backport"), "Waive…", target)
        post = session.post("backport_closed", again, waive, backport=backport)
        session.tell_room(f"closed:{target}:{pull.number}", post)


def _keep(session: HotfixSession, changed: Backport) -> None:
    session.hotfix = session.hotfix.with_backport(changed)


def _link(pull: Pull | None) -> PullRequestLink | None:
    return None if pull is None else PullRequestLink(number=pull.number, url=pull.url)
