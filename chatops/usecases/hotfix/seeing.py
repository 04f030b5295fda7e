"""Takes in what others did: pushes, merges by hand, targets that gained or lost the fix."""

from dataclasses import replace

from chatops.domain.hotfix.model import BackportState, Commits, FixCommit, Hotfix, StepState
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import LookOut
from chatops.domain.messages.posts import Ask, Tone
from chatops.domain.playbook.pipeline import FixWay, StepKind
from chatops.domain.time.durations import counted
from chatops.usecases.hotfix.bringing import take_proof, take_pull
from chatops.usecases.hotfix.carrying_out import Proof
from chatops.usecases.hotfix.jobs import BranchState
from chatops.usecases.hotfix.lookout import Seen, is_worth_a_look, next_look
from chatops.usecases.hotfix.moves import end
from chatops.usecases.hotfix.ports import Pull, PullState
from chatops.usecases.hotfix.session import HotfixTurn

#: A message names so many commits and files; what is left out is counted.
_SHOWN = 5
#: The steps at which the bot itself commits to the branch of the fix.
_ON_BRANCH = (StepKind.FIX, StepKind.BUMP)
_NOT_BROUGHT = frozenset({BackportState.OWED, BackportState.CONFLICT})
#: How a trouble begins that is over as soon as the outside answers again.
_BLIND = "I cannot see what is pushed: "


def take_look(hand: HotfixTurn, act: LookOut, seen: Seen) -> None:
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


def _is_at_work(hand: HotfixTurn, *kinds: StepKind) -> bool:
    """Whether the bot is at one of these steps: what came of it is taken in by itself."""
    steps = map(hand.hotfix.step, kinds)
    return any(step is not None and step.state is StepState.RUNNING for step in steps)


def _is_news(hand: HotfixTurn, seen: Seen, target: str) -> bool:
    """Whether a target stands as it did when it was looked at, and nothing is on its way to it."""
    backport = hand.hotfix.backport(target)
    before = seen.known.backport(target) if seen.known is not None else None
    if backport is None or before is None:
        return False
    coming = backport.state in _NOT_BROUGHT and _is_at_work(hand, StepKind.BACKPORT)
    return (backport.state, backport.sha) == (before.state, before.sha) and not coming


def _take_trouble(hand: HotfixTurn, trouble: str) -> None:
    """Show on the card that the outside cannot be asked, as long as it cannot."""
    step = hand.hotfix.current
    if step is None or step.state is not StepState.WAITING:
        return
    if trouble:
        hand.hotfix = hand.hotfix.with_step(replace(step, trouble=f"{_BLIND}{trouble}"))
    elif step.trouble.startswith(_BLIND):
        hand.hotfix = hand.hotfix.with_step(replace(step, trouble=""))


def _take_branch(hand: HotfixTurn, state: BranchState) -> None:
    """Show what was pushed; what was approved is another commit now."""
    hotfix = hand.hotfix
    if state.tip and state.tip != hotfix.head and not hotfix.is_done(StepKind.MERGE):
        take_commits(hand, state)


def take_commits(hand: HotfixTurn, state: BranchState) -> None:
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
        buttons.append(hand.button(Ask.HOTFIX_FIX, "The fix is ready…", "", Tone.WANTED))
    post = hand.post(
        "fix_pushed",
        *buttons,
        commits=tuple(new[-_SHOWN:]),
        more_commits=max(0, len(new) - _SHOWN),
        expired=approved,
    )
    hand.tell_room(f"pushed:{state.tip}", post)
    _warn_of_scope(hand, hotfix)


def _warn_of_scope(hand: HotfixTurn, before: Hotfix) -> None:
    """A change that is not small any more gets a warning, once."""
    rule, work = hand.policy.scope, hand.hotfix.work
    if _is_large(hand, work) and not _is_large(hand, before.work):
        post = hand.post("scope_warning", rule=rule)
        hand.tell_room(f"scope:{hand.hotfix.head}", post)


def _is_large(hand: HotfixTurn, work: Commits) -> bool:
    rule = hand.policy.scope
    lines = work.added + work.removed
    return len(work.files) > rule.warn_above_files or lines > rule.warn_above_lines


def _take_pull(hand: HotfixTurn, pull: Pull) -> None:
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
