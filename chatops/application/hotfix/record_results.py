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


def take_look(hand: HotfixSession, act: PollForge, seen: Observation) -> None:
    """Take in what was seen, and look again while anything may still happen."""
    still = seen.known is not None and seen.known.head == hand.hotfix.head
    if seen.base and not hand.hotfix.base:
        hand.change(production=seen.production, base=seen.base, head=seen.base)
    _take_trouble(hand, seen.trouble)
    if seen.branch is not None and still and not _is_at_work(hand, *_ON_BRANCH):
        _take_branch(hand, seen.branch)
    if seen.pull is not None:
        _take_pull(hand, seen.pull)
    for target, each in seen.backports.items():
        news = _is_news(hand, seen, target)
        take_pull(hand, target, each.pull)
        if each.verdict is not None and news:
            take_proof(hand, Proof(target=target, tip=each.tip, verdict=each.verdict))
    if act.round == hand.hotfix.looks and is_worth_a_look(hand.hotfix, hand.now):
        hand.look_out(next_look(hand.hotfix))


def _is_at_work(hand: HotfixSession, *kinds: StepKind) -> bool:
    """Whether the bot is at one of these steps: what came of it is taken in by itself."""
    steps = map(hand.hotfix.step, kinds)
    return any(step is not None and step.state is StepState.RUNNING for step in steps)


def _is_news(hand: HotfixSession, seen: Observation, target: str) -> bool:
    """Whether a target stands as it did when it was looked at, and nothing is on its way to it."""
    backport = hand.hotfix.backport(target)
    before = seen.known.backport(target) if seen.known is not None else None
    if backport is None or before is None:
        return False
    coming = backport.state in _NOT_BROUGHT and _is_at_work(hand, StepKind.BACKPORT)
    return (backport.state, backport.sha) == (before.state, before.sha) and not coming


def _take_trouble(hand: HotfixSession, trouble: str) -> None:
    """Show on the card that the outside cannot be asked, as long as it cannot."""
    step = hand.hotfix.current
    if step is None or step.state is not StepState.WAITING:
        return
    if trouble:
        hand.hotfix = hand.hotfix.with_step(replace(step, trouble=f"{_BLIND}{trouble}"))
    elif step.trouble.startswith(_BLIND):
        hand.hotfix = hand.hotfix.with_step(replace(step, trouble=""))


def _take_branch(hand: HotfixSession, state: BranchState) -> None:
    """Show what was pushed; what was approved is another commit now."""
    hotfix = hand.hotfix
    if state.tip and state.tip != hotfix.head and not hotfix.is_done(StepKind.MERGE):
        take_commits(hand, state)


def take_commits(hand: HotfixSession, state: BranchState) -> None:
    """Take in what stands on the branch, and tell of what nobody knew of."""
    hotfix = hand.hotfix
    known = {each.sha for each in hotfix.work.commits}
    commits = Commits(
        commits=tuple(FixCommit(sha=each.sha, subject=each.subject) for each in state.commits),
        authors=tuple(dict.fromkeys(f"{each.author} <{each.email}>" for each in state.commits)),
        files=state.files,
        added=state.added,
        removed=state.removed,
    )
    if known == {each.sha for each in state.commits}:
        hand.change(head=state.tip, work=commits)
        _warn_of_scope(hand, hotfix)
        return
    approved = bool(hotfix.standing) and hotfix.comes_after_fix(StepKind.APPROVE)
    hand.hotfix = hotfix.moved(state.tip, commits, now=hand.now)
    new = [each for each in state.commits if each.sha not in known]
    names = ", ".join(dict.fromkeys(each.author for each in new))
    number = counted(len(new), "commit")
    what = f"{names} pushed {number}" if new else "The branch was rewritten"
    hand.note(f"{what}: {state.tip[:10]}", EntryKind.PUSHED)
    buttons = []
    step = hand.hotfix.current
    if step is not None and step.kind is StepKind.FIX and hotfix.way in {None, FixWay.PUSH}:
        buttons.append(
            hand.button(ActionId.HOTFIX_FIX, "The fix is ready…", "", ButtonStyle.WANTED)
        )
    post = hand.post(
        "fix_pushed",
        *buttons,
        commits=tuple(new[-_SHOWN:]),
        more_commits=max(0, len(new) - _SHOWN),
        expired=approved,
    )
    hand.tell_room(f"pushed:{state.tip}", post)
    _warn_of_scope(hand, hotfix)


def _warn_of_scope(hand: HotfixSession, before: Hotfix) -> None:
    """A change that is not small any more gets a warning, once."""
    rule, work = hand.policy.scope, hand.hotfix.work
    if _is_large(hand, work) and not _is_large(hand, before.work):
        post = hand.post("scope_warning", rule=rule)
        hand.tell_room(f"scope:{hand.hotfix.head}", post)


def _is_large(hand: HotfixSession, work: Commits) -> bool:
    rule = hand.policy.scope
    lines = work.added + work.removed
    return len(work.files) > rule.warn_above_files or lines > rule.warn_above_lines


def _take_pull(hand: HotfixSession, pull: Pull) -> None:
    """Somebody merged or closed the pull request on the forge."""
    step = hand.hotfix.step(StepKind.MERGE)
    if step is None or step.state.over or pull.state is PullState.OPEN:
        return
    if pull.state is PullState.CLOSED:
        if step.state is not StepState.FAILED:
            why = f"pull request #{pull.number} was closed without being merged"
            hand.hotfix = hand.hotfix.failed(StepKind.MERGE, why, now=hand.now)
            hand.note(why.capitalize(), EntryKind.TROUBLE)
            hand.tell_room(f"pull_closed:{pull.number}", hand.post("pull_closed", pull=pull))
        return
    current = hand.hotfix.current
    early = current is None or current.kind is not StepKind.MERGE
    hand.change(merged=pull.merged)
    where = f"#{pull.number} was merged on the forge: {pull.merged[:10]}"
    end(hand, StepKind.MERGE, where)
    if early:
        hand.note("Merged before its turn", EntryKind.HOTFIX, reason=where)
        hand.tell_room(f"merged_early:{pull.number}", hand.post("merged_early", pull=pull))


_OUTPUT_SHOWN = 1200


def take_in(hand: HotfixSession, act: DoStep | PollForge, finding: StepResult) -> None:
    """Record it, and let the hotfix go on; a finding that nobody waits for changes nothing."""
    if isinstance(act, PollForge):
        assert isinstance(finding.done, Observation)  # noqa: S101 - looking out sees, and no more
        take_look(hand, act, finding.done)
    elif is_wanted(hand, act):
        assert not isinstance(finding.done, Observation)  # noqa: S101 - steps do not look out
        if finding.before:
            hand.change(before=finding.before)
        _take_step(hand, act, finding.done, finding.branch)


def _take_step(  # noqa: C901, PLR0912 - one case for each kind of finding
    hand: HotfixSession, act: DoStep, done: Done, branch: BranchState | None
) -> None:
    if act.step == "rollback":
        take_rollback(hand, act, done)
        return
    kind = StepKind.DEPLOY if act.step == "deployed" else StepKind(act.step)
    match done:
        case OperationRefused() if kind is StepKind.BACKPORT:
            refuse_backport(hand, act.target, done)
        case OperationRefused() if kind is StepKind.ALIGN:
            refuse_proof(hand, act.target, done)
        case Interrupted() if kind is StepKind.DEPLOY and hand.service.deployed is not None:
            hand.do_step("deployed", round_=act.round, look=LAST_LOOKS_FOR_DEPLOY)
        case OperationRefused():
            fail(hand, kind, done.why, *filter(None, [done.words]))
        case CheckReadings():
            take_readings(hand, act, done)
        case Proof():
            take_proof(hand, done)
        case Branched():
            _branched(hand, done, branch)
        case Worked() if kind is StepKind.BACKPORT:
            take_backport(hand, act.target, done)
        case Worked():
            _worked(hand, kind, done.result, branch)
        case Pull():
            _pulled(hand, kind, done)
        case Ran():
            _ran(hand, kind, done)
        case RunState():
            _ran_workflow(hand, act, kind, done)
        case plan.NoOperation():
            end_or_rest(hand, kind, done.why.capitalize())


def _branched(hand: HotfixSession, done: Branched, branch: BranchState | None) -> None:
    tip = done.result.after
    hand.change(
        production=done.production,
        branch=done.branch,
        base=done.base,
        head=tip,
        release=done.release,
        previous=done.previous,
    )
    line = f"{done.branch} from {done.production} at {tip[:10]}"
    end(hand, StepKind.BRANCH, line, *done.result.notes)
    if branch is not None and branch.commits:
        take_commits(hand, branch)


def _worked(
    hand: HotfixSession, kind: StepKind, result: Result, branch: BranchState | None
) -> None:
    if result.quarrels:
        fail(hand, kind, f"conflict in {_paths(result.quarrels)}", *result.commands)
        return
    # What an earlier attempt of this step made is found, and is no less the fix.
    if kind is StepKind.FIX and result.already and not result.made:
        fail(hand, kind, "it changes nothing here", *result.notes)
        return
    match kind:
        case StepKind.FIX:
            _add_commits(hand, result, branch)
        case StepKind.BUMP:
            _add_commits(hand, result, branch)
            bump = result.made[-1].sha if result.made else ""
            hand.change(bump=bump, release=result.version, previous=result.previous)
        case StepKind.MERGE:
            hand.change(merged=result.after)
        case StepKind.TAG:
            hand.change(tag=_ref_of(hand))
        case _:
            pass
    end(hand, kind, _line(kind, hand, result), *result.notes)


def _add_commits(hand: HotfixSession, result: Result, branch: BranchState | None) -> None:
    """What the bot committed is part of the fix; what others did meanwhile is told of."""
    work = hand.hotfix.work
    known = {each.sha for each in work.commits}
    made = tuple(
        FixCommit(sha=each.sha, subject=each.subject)
        for each in result.made
        if each.sha not in known
    )
    hand.change(work=replace(work, commits=(*work.commits, *made)))
    if branch is not None and branch.tip:
        take_commits(hand, branch)
    else:
        hand.change(head=result.after or hand.hotfix.head)


def _ref_of(hand: HotfixSession) -> str:
    return f"v{hand.hotfix.release}"


def _line(kind: StepKind, hand: HotfixSession, result: Result) -> str:
    hotfix = hand.hotfix
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


def _pulled(hand: HotfixSession, kind: StepKind, pull: Pull) -> None:
    link = PullRequestLink(number=pull.number, url=pull.url)
    if kind is StepKind.PULL_REQUEST:
        hand.change(pull_request=link)
        end(hand, kind, f"#{pull.number} {pull.url}", *pull.notes)
    elif pull.state is PullState.MERGED:
        hand.change(merged=pull.merged, pull_request=link)
        end(
            hand,
            kind,
            f"#{pull.number} is merged: {hand.hotfix.production} is at {pull.merged[:10]}",
        )
    else:
        why = " ".join(hindrances(pull)) or "the forge did not merge it"
        fail(hand, kind, why, pull.url)


def _ran(hand: HotfixSession, kind: StepKind, ran: Ran) -> None:
    if not ran.good:
        why = "it ran too long" if ran.code is None else f"the command ended with code {ran.code}"
        fail(hand, kind, why, ran.output[-_OUTPUT_SHOWN:])
        return
    took = f"It took {ran.took.total_seconds():.0f} s"
    match kind:
        case StepKind.DEPLOY if hand.service.deployed is not None:
            step = hand.hotfix.step(kind)
            assert step is not None  # noqa: S101 - it was done just now
            hand.do_step("deployed", round_=step.round)
        case StepKind.DEPLOY:
            is_deployed(hand, took)
        case StepKind.FIX:
            hand.note(f"The flag {hand.hotfix.source} is off", EntryKind.DEPLOYED)
            end(hand, kind, f"The flag {hand.hotfix.source} is off", took)
        case _:
            end_or_rest(hand, kind, took)


def _ran_workflow(hand: HotfixSession, act: DoStep, kind: StepKind, state: RunState) -> None:
    if not state.over:
        hand.do_step(act.step, round_=act.round, look=act.look + 1, after=plan.WORKFLOW_LOOK)
    elif not state.good:
        fail(hand, kind, f"the workflow ended badly: {state.said}", state.url)
    elif kind is StepKind.DEPLOY and hand.service.deployed is not None:
        hand.do_step("deployed", round_=act.round)
    elif kind is StepKind.DEPLOY:
        is_deployed(hand, state.url)
    else:
        end_or_rest(hand, kind, state.url)


def _paths(quarrels: tuple[FileConflict, ...]) -> str:
    return ", ".join(each.path for each in quarrels)
