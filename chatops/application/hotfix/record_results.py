"""Takes in what an effect of a hotfix came to, in the transaction that settles it."""

from dataclasses import replace

from chatops.application.hotfix import plan
from chatops.application.hotfix.backports import (
    refuse_backport,
    refuse_proof,
    take_backport,
    take_proof,
    take_pull,
)
from chatops.application.hotfix.execute import StepResult, is_wanted
from chatops.application.hotfix.monitoring import (
    LAST_LOOKS_FOR_DEPLOY,
    Observation,
    is_deployed,
    is_worth_a_look,
    next_look,
    take_readings,
)
from chatops.application.hotfix.operate import (
    Branched,
    CheckReadings,
    Done,
    Interrupted,
    OperationRefused,
    Proof,
    Worked,
    hindrances,
)
from chatops.application.hotfix.rollback import take_rollback
from chatops.application.hotfix.session import HotfixSession
from chatops.application.hotfix.state_machine import end, end_or_rest, fail
from chatops.application.ports.external import Pull, PullState, Ran, RunState
from chatops.application.ports.git import BranchState, FileConflict, Result
from chatops.domain.hotfix.model import (
    BackportState,
    Commits,
    FixCommit,
    Hotfix,
    PullRequestLink,
    StepState,
)
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import DoStep, PollForge
from chatops.domain.messages.posts import ActionId, ButtonStyle
from chatops.domain.playbook.pipeline import FixWay, StepKind
from chatops.domain.time.durations import counted

#: A message names so many commits and files; what is left out is counted.
_SHOWN = 5
#: The steps at which the bot itself commits to the branch of the fix.
_ON_BRANCH = (StepKind.FIX, StepKind.BUMP)
_NOT_BROUGHT = frozenset({BackportState.OWED, BackportState.CONFLICT})
#: How a trouble begins that is over as soon as the outside answers again.
_BLIND = "I cannot see what is pushed: "


def take_look(session: HotfixSession, act: PollForge, seen: Observation) -> None:
    """Take in what was seen, and look again while anything may still happen."""
    still = seen.known is not None and seen.known.head == session.hotfix.head
    if seen.base and not session.hotfix.base:
        session.change(production=seen.production, base=seen.base, head=seen.base)
    _take_trouble(session, seen.trouble)
    if seen.branch is not None and still and not _is_at_work(session, *_ON_BRANCH):
        _take_branch(session, seen.branch)
    if seen.pull is not None:
        _take_pull(session, seen.pull)
    for target, each in seen.backports.items():
        news = _is_news(session, seen, target)
        take_pull(session, target, each.pull)
        if each.verdict is not None and news:
            take_proof(session, Proof(target=target, tip=each.tip, verdict=each.verdict))
    if act.round == session.hotfix.looks and is_worth_a_look(session.hotfix, session.now):
        session.look_out(next_look(session.hotfix))


def _is_at_work(session: HotfixSession, *kinds: StepKind) -> bool:
    """Whether the bot is at one of these steps: what came of it is taken in by itself."""
    steps = map(session.hotfix.step, kinds)
    return any(step is not None and step.state is StepState.RUNNING for step in steps)


def _is_news(session: HotfixSession, seen: Observation, target: str) -> bool:
    """Whether a target stands as it did when it was looked at, and nothing is on its way to it."""
    backport = session.hotfix.backport(target)
    before = seen.known.backport(target) if seen.known is not None else None
    if backport is None or before is None:
        return False
    coming = backport.state in _NOT_BROUGHT and _is_at_work(session, StepKind.BACKPORT)
    return (backport.state, backport.sha) == (before.state, before.sha) and not coming


def _take_trouble(session: HotfixSession, trouble: str) -> None:
    """Show on the card that the outside cannot be asked, as long as it cannot."""
    step = session.hotfix.current
    if step is None or step.state is not StepState.WAITING:
        return
    if trouble:
        session.hotfix = session.hotfix.with_step(replace(step, trouble=f"{_BLIND}{trouble}"))
    elif step.trouble.startswith(_BLIND):
        session.hotfix = session.hotfix.with_step(replace(step, trouble=""))


def _take_branch(session: HotfixSession, state: BranchState) -> None:
    """Show what was pushed; what was approved is another commit now."""
    hotfix = session.hotfix
    if state.tip and state.tip != hotfix.head and not hotfix.is_done(StepKind.MERGE):
        take_commits(session, state)


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
    if step is not None and step.kind is StepKind.FIX and hotfix.way in {None, FixWay.PUSH}:
        buttons.append(
            session.button(ActionId.HOTFIX_FIX, "The fix is ready…", "", ButtonStyle.WANTED)
        )
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


def _take_pull(session: HotfixSession, pull: Pull) -> None:
    """Somebody merged or closed the pull request on the forge."""
    step = session.hotfix.step(StepKind.MERGE)
    if step is None or step.state.over or pull.state is PullState.OPEN:
        return
    if pull.state is PullState.CLOSED:
        if step.state is not StepState.FAILED:
            why = f"pull request #{pull.number} was closed without being merged"
            session.hotfix = session.hotfix.failed(StepKind.MERGE, why, now=session.now)
            session.note(why.capitalize(), EntryKind.TROUBLE)
            session.tell_room(f"pull_closed:{pull.number}", session.post("pull_closed", pull=pull))
        return
    current = session.hotfix.current
    early = current is None or current.kind is not StepKind.MERGE
    session.change(merged=pull.merged)
    where = f"#{pull.number} was merged on the forge: {pull.merged[:10]}"
    end(session, StepKind.MERGE, where)
    if early:
        session.note("Merged before its turn", EntryKind.HOTFIX, reason=where)
        session.tell_room(f"merged_early:{pull.number}", session.post("merged_early", pull=pull))


_OUTPUT_SHOWN = 1200


def take_in(session: HotfixSession, act: DoStep | PollForge, finding: StepResult) -> None:
    """Record it, and let the hotfix go on; a finding that nobody waits for changes nothing."""
    if isinstance(act, PollForge):
        assert isinstance(finding.done, Observation)  # noqa: S101 - looking out sees, and no more
        take_look(session, act, finding.done)
    elif is_wanted(session, act):
        assert not isinstance(finding.done, Observation)  # noqa: S101 - steps do not look out
        if finding.before:
            session.change(before=finding.before)
        _take_step(session, act, finding.done, finding.branch)


def _take_step(  # noqa: C901, PLR0912 - one case for each kind of finding
    session: HotfixSession, act: DoStep, done: Done, branch: BranchState | None
) -> None:
    if act.step == "rollback":
        take_rollback(session, act, done)
        return
    kind = StepKind.DEPLOY if act.step == "deployed" else StepKind(act.step)
    match done:
        case OperationRefused() if kind is StepKind.BACKPORT:
            refuse_backport(session, act.target, done)
        case OperationRefused() if kind is StepKind.ALIGN:
            refuse_proof(session, act.target, done)
        case Interrupted() if kind is StepKind.DEPLOY and session.service.deployed is not None:
            session.do_step("deployed", round_=act.round, look=LAST_LOOKS_FOR_DEPLOY)
        case OperationRefused():
            fail(session, kind, done.why, *filter(None, [done.words]))
        case CheckReadings():
            take_readings(session, act, done)
        case Proof():
            take_proof(session, done)
        case Branched():
            _branched(session, done, branch)
        case Worked() if kind is StepKind.BACKPORT:
            take_backport(session, act.target, done)
        case Worked():
            _worked(session, kind, done.result, branch)
        case Pull():
            _pulled(session, kind, done)
        case Ran():
            _ran(session, kind, done)
        case RunState():
            _ran_workflow(session, act, kind, done)
        case plan.NoOperation():
            end_or_rest(session, kind, done.why.capitalize())


def _branched(session: HotfixSession, done: Branched, branch: BranchState | None) -> None:
    tip = done.result.after
    session.change(
        production=done.production,
        branch=done.branch,
        base=done.base,
        head=tip,
        release=done.release,
        previous=done.previous,
    )
    line = f"{done.branch} from {done.production} at {tip[:10]}"
    end(session, StepKind.BRANCH, line, *done.result.notes)
    if branch is not None and branch.commits:
        take_commits(session, branch)


def _worked(
    session: HotfixSession, kind: StepKind, result: Result, branch: BranchState | None
) -> None:
    if result.quarrels:
        fail(session, kind, f"conflict in {_paths(result.quarrels)}", *result.commands)
        return
    # What an earlier attempt of this step made is found, and is no less the fix.
    if kind is StepKind.FIX and result.already and not result.made:
        fail(session, kind, "it changes nothing here", *result.notes)
        return
    match kind:
        case StepKind.FIX:
            _add_commits(session, result, branch)
        case StepKind.BUMP:
            _add_commits(session, result, branch)
            bump = result.made[-1].sha if result.made else ""
            session.change(bump=bump, release=result.version, previous=result.previous)
        case StepKind.MERGE:
            session.change(merged=result.after)
        case StepKind.TAG:
            session.change(tag=_ref_of(session))
        case _:
            pass
    end(session, kind, _line(kind, session, result), *result.notes)


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


def _ref_of(session: HotfixSession) -> str:
    return f"v{session.hotfix.release}"


def _line(kind: StepKind, session: HotfixSession, result: Result) -> str:
    hotfix = session.hotfix
    match kind:
        case StepKind.BUMP:
            return f"{result.previous or 'no version'} → {result.version} ({result.after[:10]})"
        case StepKind.MERGE:
            return f"{hotfix.production} is at {result.after[:10]}"
        case StepKind.TAG:
            return f"{hotfix.tag} at {result.after[:10]}"
        case StepKind.CLEAN_UP:
            return f"{hotfix.branch} is deleted"
        case _:
            return f"{counted(len(result.made), 'commit')}, head {result.after[:10]}"


def _pulled(session: HotfixSession, kind: StepKind, pull: Pull) -> None:
    link = PullRequestLink(number=pull.number, url=pull.url)
    if kind is StepKind.PULL_REQUEST:
        session.change(pull_request=link)
        end(session, kind, f"#{pull.number} {pull.url}", *pull.notes)
    elif pull.state is PullState.MERGED:
        session.change(merged=pull.merged, pull_request=link)
        end(
            session,
            kind,
            f"#{pull.number} is merged: {session.hotfix.production} is at {pull.merged[:10]}",
        )
    else:
        why = " ".join(hindrances(pull)) or "the forge did not merge it"
        fail(session, kind, why, pull.url)


def _ran(session: HotfixSession, kind: StepKind, ran: Ran) -> None:
    if not ran.good:
        why = "it ran too long" if ran.code is None else f"the command ended with code {ran.code}"
        fail(session, kind, why, ran.output[-_OUTPUT_SHOWN:])
        return
    took = f"It took {ran.took.total_seconds():.0f} s"
    match kind:
        case StepKind.DEPLOY if session.service.deployed is not None:
            step = session.hotfix.step(kind)
            assert step is not None  # noqa: S101 - it was done just now
            session.do_step("deployed", round_=step.round)
        case StepKind.DEPLOY:
            is_deployed(session, took)
        case StepKind.FIX:
            session.note(f"The flag {session.hotfix.source} is off", EntryKind.DEPLOYED)
            end(session, kind, f"The flag {session.hotfix.source} is off", took)
        case _:
            end_or_rest(session, kind, took)


def _ran_workflow(session: HotfixSession, act: DoStep, kind: StepKind, state: RunState) -> None:
    if not state.over:
        session.do_step(act.step, round_=act.round, look=act.look + 1, after=plan.WORKFLOW_LOOK)
    elif not state.good:
        fail(session, kind, f"the workflow ended badly: {state.said}", state.url)
    elif kind is StepKind.DEPLOY and session.service.deployed is not None:
        session.do_step("deployed", round_=act.round)
    elif kind is StepKind.DEPLOY:
        is_deployed(session, state.url)
    else:
        end_or_rest(session, kind, state.url)


def _paths(quarrels: tuple[FileConflict, ...]) -> str:
    return ", ".join(each.path for each in quarrels)
