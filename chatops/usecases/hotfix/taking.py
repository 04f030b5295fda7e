"""Takes in what an effect of a hotfix came to, in the transaction that settles it."""

from dataclasses import replace

from chatops.domain.hotfix.model import FixCommit, PullRequestLink
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import DoStep, LookOut
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.time.durations import counted
from chatops.usecases.hotfix import orders
from chatops.usecases.hotfix.bringing import (
    refuse_backport,
    refuse_proof,
    take_backport,
    take_proof,
)
from chatops.usecases.hotfix.carrying_out import (
    Branched,
    Done,
    Interrupted,
    Proof,
    Readings,
    Refusal,
    Worked,
    hindrances,
)
from chatops.usecases.hotfix.doing import Finding, is_wanted
from chatops.usecases.hotfix.jobs import BranchState, Quarrel, Result
from chatops.usecases.hotfix.lookout import Seen
from chatops.usecases.hotfix.moves import end, end_or_rest, fail
from chatops.usecases.hotfix.ports import Pull, PullState, Ran, RunState
from chatops.usecases.hotfix.seeing import take_commits, take_look
from chatops.usecases.hotfix.session import HotfixTurn
from chatops.usecases.hotfix.taken_back import take_rollback
from chatops.usecases.hotfix.watching import (
    LAST_LOOKS_FOR_DEPLOY,
    is_deployed,
    take_readings,
)

_OUTPUT_SHOWN = 1200


def take_in(hand: HotfixTurn, act: DoStep | LookOut, finding: Finding) -> None:
    """Record it, and let the hotfix go on; a finding that nobody waits for changes nothing."""
    if isinstance(act, LookOut):
        assert isinstance(finding.done, Seen)  # noqa: S101 - looking out sees, and no more
        take_look(hand, act, finding.done)
    elif is_wanted(hand, act):
        assert not isinstance(finding.done, Seen)  # noqa: S101 - steps do not look out
        if finding.before:
            hand.change(before=finding.before)
        _take_step(hand, act, finding.done, finding.branch)


def _take_step(  # noqa: C901, PLR0912 - one case for each kind of finding
    hand: HotfixTurn, act: DoStep, done: Done, branch: BranchState | None
) -> None:
    if act.step == "rollback":
        take_rollback(hand, act, done)
        return
    kind = StepKind.DEPLOY if act.step == "deployed" else StepKind(act.step)
    match done:
        case Refusal() if kind is StepKind.BACKPORT:
            refuse_backport(hand, act.target, done)
        case Refusal() if kind is StepKind.ALIGN:
            refuse_proof(hand, act.target, done)
        case Interrupted() if kind is StepKind.DEPLOY and hand.service.deployed is not None:
            hand.do_step("deployed", round_=act.round, look=LAST_LOOKS_FOR_DEPLOY)
        case Refusal():
            fail(hand, kind, done.why, *filter(None, [done.words]))
        case Readings():
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
        case orders.Nothing():
            end_or_rest(hand, kind, done.why.capitalize())


def _branched(hand: HotfixTurn, done: Branched, branch: BranchState | None) -> None:
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


def _worked(hand: HotfixTurn, kind: StepKind, result: Result, branch: BranchState | None) -> None:
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


def _add_commits(hand: HotfixTurn, result: Result, branch: BranchState | None) -> None:
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


def _ref_of(hand: HotfixTurn) -> str:
    return f"v{hand.hotfix.release}"


def _line(kind: StepKind, hand: HotfixTurn, result: Result) -> str:
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


def _pulled(hand: HotfixTurn, kind: StepKind, pull: Pull) -> None:
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


def _ran(hand: HotfixTurn, kind: StepKind, ran: Ran) -> None:
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


def _ran_workflow(hand: HotfixTurn, act: DoStep, kind: StepKind, state: RunState) -> None:
    if not state.over:
        hand.do_step(act.step, round_=act.round, look=act.look + 1, after=orders.WORKFLOW_LOOK)
    elif not state.good:
        fail(hand, kind, f"the workflow ended badly: {state.said}", state.url)
    elif kind is StepKind.DEPLOY and hand.service.deployed is not None:
        hand.do_step("deployed", round_=act.round)
    elif kind is StepKind.DEPLOY:
        is_deployed(hand, state.url)
    else:
        end_or_rest(hand, kind, state.url)


def _paths(quarrels: tuple[Quarrel, ...]) -> str:
    return ", ".join(each.path for each in quarrels)
