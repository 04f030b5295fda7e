"""Brings the fix back to the branches that the next releases come from, and proves it there."""

from dataclasses import replace

from chatops.domain.git.alignment import Answer, Verdict
from chatops.domain.hotfix.model import Backport, BackportState, HotfixState, PullRequestLink
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import Ask, Tone
from chatops.domain.playbook.pipeline import StepKind
from chatops.usecases.hotfix.carrying_out import Proof, Refusal, Worked
from chatops.usecases.hotfix.clocks import keep_clocks, settle_backport
from chatops.usecases.hotfix.moves import end_alignment, end_backports, fail
from chatops.usecases.hotfix.ports import Pull, PullState
from chatops.usecases.hotfix.session import HotfixTurn

#: A message shows so many lines of evidence; the rest is in the step.
_SHOWN = 6


def take_backport(hand: HotfixTurn, target: str, worked: Worked) -> None:
    """What came of bringing the fix to one target."""
    backport = hand.hotfix.backport(target)
    if backport is None or backport.state.settled:
        return
    if worked.result.quarrels:
        _conflict(hand, backport, worked)
    elif worked.pull is not None and worked.pull.state is PullState.OPEN:
        _opened(hand, backport, worked)
    else:
        _brought(hand, backport, worked)
    end_backports(hand)


def _conflict(hand: HotfixTurn, backport: Backport, worked: Worked) -> None:
    """Name the files, show both sides, say how to finish, and give it to somebody."""
    owner = backport.owner or hand.engineer
    changed = replace(
        backport,
        state=BackportState.CONFLICT,
        owner=owner,
        paths=tuple(each.path for each in worked.result.quarrels),
        commands=worked.result.commands,
        pull_request=_link(worked.pull) or backport.pull_request,
    )
    _keep(hand, changed)
    hand.note(
        f"The backport to {backport.target} is in conflict",
        EntryKind.BACKPORT,
        reason=", ".join(changed.paths),
    )
    again = hand.button(Ask.BACKPORT, "Try again…", backport.target)
    done = hand.button(Ask.ALIGN, "It is done: prove it", backport.target, Tone.WANTED)
    waive = hand.button(Ask.WAIVE_BACKPORT, "Waive…", backport.target)
    post = hand.post(
        "backport_conflict",
        done,
        again,
        waive,
        backport=changed,
        quarrels=worked.result.quarrels,
        prefer=hand.pipeline.backport.prefer if hand.pipeline.backport else None,
    )
    hand.tell_room(f"conflict:{backport.target}:{hand.hotfix.version}", post)
    step = hand.hotfix.step(StepKind.BACKPORT)
    if step is not None and not step.state.over:
        why = f"{backport.target} is in conflict in {', '.join(changed.paths[:3])}"
        hand.hotfix = hand.hotfix.failed(StepKind.BACKPORT, why, now=hand.now)


def _opened(hand: HotfixTurn, backport: Backport, worked: Worked) -> None:
    link = _link(worked.pull)
    changed = replace(
        backport,
        state=BackportState.OPENED,
        pull_request=link,
        branch=worked.pull.head_branch if worked.pull else None,
        sha=worked.result.after,
    )
    _keep(hand, changed)
    hand.note(
        f"Backport to {backport.target} opened: {link.url if link else ''}", EntryKind.BACKPORT
    )
    post = hand.post("backport_opened", backport=changed, notes=worked.result.notes)
    hand.tell_room(f"opened:{backport.target}:{hand.hotfix.version}", post)


def _brought(hand: HotfixTurn, backport: Backport, worked: Worked) -> None:
    changed = replace(backport, state=BackportState.BROUGHT, sha=worked.result.after, paths=())
    _keep(hand, changed)
    # What an earlier attempt of ours brought was not there without us.
    already = worked.result.already and not worked.result.made
    text = "was there already in" if already else "is in"
    hand.note(f"The fix {text} {backport.target}", EntryKind.BACKPORT)
    post = hand.post(
        "backport_brought",
        backport=changed,
        already=already,
        notes=worked.result.notes,
        test=hand.pipeline.backport.test_after if hand.pipeline.backport else False,
    )
    hand.tell_thread(f"brought:{backport.target}:{hand.hotfix.version}", post)


def refuse_backport(hand: HotfixTurn, target: str, refusal: Refusal) -> None:
    """The remote or the forge said no."""
    why = f"{target}: {refusal.why}"
    fail(hand, StepKind.BACKPORT, why, *filter(None, [refusal.words]))


def take_proof(hand: HotfixTurn, proof: Proof) -> None:
    """What the code says about one target: it has the fix, has lost it, or a person must look."""
    backport = hand.hotfix.backport(proof.target)
    if backport is None or backport.state is BackportState.WAIVED:
        return
    verdict = proof.verdict
    seen = replace(backport, tip=proof.tip, evidence=verdict.lines[:_SHOWN])
    match verdict.answer:
        case Answer.CONTAINED:
            _proven(hand, seen, verdict)
        case Answer.ABSENT:
            _absent(hand, backport, seen)
        case Answer.UNSURE:
            _unsure(hand, backport, seen)
    end_alignment(hand)


def _proven(hand: HotfixTurn, backport: Backport, verdict: Verdict) -> None:
    was = backport.state
    proven = replace(
        backport, state=BackportState.PROVEN, proven_at=hand.now, paths=(), commands=()
    )
    _keep(hand, proven)
    if was is BackportState.PROVEN:
        return
    settle_backport(hand, proven)
    hand.note(f"{backport.target} contains the fix", EntryKind.BACKPORT, reason=verdict.lines[0])
    post = hand.post("backport_proven", backport=proven)
    hand.tell_room(f"proven:{backport.target}:{hand.hotfix.version}", post)
    end_backports(hand)


def _absent(hand: HotfixTurn, before: Backport, seen: Backport) -> None:
    """It is not there: nothing new where it is owed, a debt again where it was proven."""
    if before.state in {BackportState.PROVEN, BackportState.BROUGHT}:
        _lost(hand, seen)
    elif before.state is BackportState.UNSURE:
        _keep(hand, replace(seen, state=BackportState.OWED))
    else:
        _keep(hand, seen)


def _lost(hand: HotfixTurn, seen: Backport) -> None:
    owed = replace(seen, state=BackportState.OWED, proven_at=None)
    _keep(hand, owed)
    _reopen_steps(hand)
    keep_clocks(hand, again=owed.target)
    hand.note(
        f"{seen.target} does not contain the fix any more",
        EntryKind.BACKPORT,
        reason=seen.evidence[0] if seen.evidence else "",
    )
    bring = hand.button(Ask.BACKPORT, "Bring it back…", seen.target, Tone.WANTED)
    settle = hand.button(Ask.ALIGNED, "It is there…", seen.target)
    waive = hand.button(Ask.WAIVE_BACKPORT, "Waive…", seen.target)
    post = hand.post("backport_lost", bring, settle, waive, backport=owed)
    hand.tell_room(f"lost:{seen.target}:{hand.hotfix.version}", post)


def _reopen_steps(hand: HotfixTurn) -> None:
    """A hotfix that was done is not: the debt is back."""
    if hand.hotfix.state is HotfixState.DONE:
        hand.change(state=HotfixState.RUNNING, ended_at=None)
    for kind in (StepKind.BACKPORT, StepKind.ALIGN):
        step = hand.hotfix.step(kind)
        if step is not None and step.state.over:
            hand.hotfix = hand.hotfix.failed(kind, "the fix is gone again", now=hand.now)


def _unsure(hand: HotfixTurn, before: Backport, seen: Backport) -> None:
    """The code leaves it open: ask a person, with the evidence."""
    if before.state is BackportState.PROVEN and before.by is not None:
        _keep(hand, replace(seen, state=BackportState.PROVEN))
        return
    if before.state in {BackportState.OWED, BackportState.CONFLICT, BackportState.OPENED}:
        _keep(hand, seen)
        return
    unsure = replace(seen, state=BackportState.UNSURE)
    _keep(hand, unsure)
    if before.state is BackportState.UNSURE and before.tip == seen.tip:
        return
    settle = hand.button(Ask.ALIGNED, "I have looked…", seen.target, Tone.WANTED)
    post = hand.post("backport_unsure", settle, backport=unsure)
    hand.tell_room(f"unsure:{seen.target}:{seen.tip}", post)


def refuse_proof(hand: HotfixTurn, target: str, refusal: Refusal) -> None:
    """Nothing can be proven now, for instance because the clone is shallow or the branch gone."""
    fail(hand, StepKind.ALIGN, f"{target}: {refusal.why}", *filter(None, [refusal.words]))


def take_pull(hand: HotfixTurn, target: str, pull: Pull | None) -> None:
    """What became of the pull request into a target."""
    backport = hand.hotfix.backport(target)
    if backport is None or pull is None or backport.state is not BackportState.OPENED:
        return
    if pull.state is PullState.MERGED:
        _keep(hand, replace(backport, state=BackportState.BROUGHT, sha=pull.merged))
    elif pull.state is PullState.CLOSED:
        owed = replace(backport, state=BackportState.OWED, pull_request=None)
        _keep(hand, owed)
        again = hand.button(Ask.BACKPORT, "Open it again…", target, Tone.WANTED)
        waive = hand.button(Ask.WAIVE_BACKPORT, "Waive…", target)
        post = hand.post("backport_closed", again, waive, backport=backport)
        hand.tell_room(f"closed:{target}:{pull.number}", post)


def _keep(hand: HotfixTurn, changed: Backport) -> None:
    hand.hotfix = hand.hotfix.with_backport(changed)


def _link(pull: Pull | None) -> PullRequestLink | None:
    return None if pull is None else PullRequestLink(number=pull.number, url=pull.url)
