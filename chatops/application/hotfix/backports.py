"""Brings the fix back to the branches that the next releases come from, and proves it there."""

from dataclasses import replace

from chatops.application.authorization import PeopleDirectory
from chatops.application.hotfix.deadlines import keep_clocks, settle_backport
from chatops.application.hotfix.operate import OperationRefused, Proof, Worked
from chatops.application.hotfix.session import (
    AlignedRequest,
    BackportRequest,
    HotfixSession,
    HotfixSessions,
    WaiveBackportRequest,
)
from chatops.application.hotfix.state_machine import end_alignment, end_backports, fail, see_plan
from chatops.application.incidents.timeline_notes import NOTE_LIMIT, written
from chatops.application.ports.external import Pull, PullState
from chatops.domain.git.alignment import Containment, ProofResult
from chatops.domain.hotfix.errors import NothingToBring, SkipReasonMissing, UnknownTarget
from chatops.domain.hotfix.model import (
    Backport,
    BackportState,
    Hotfix,
    HotfixState,
    PullRequestLink,
)
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import ActionId, ButtonStyle, Post
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.team import Permission

#: A message shows so many lines of evidence; the rest is in the step.
_SHOWN = 6


def take_backport(hand: HotfixSession, target: str, worked: Worked) -> None:
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


def _conflict(hand: HotfixSession, backport: Backport, worked: Worked) -> None:
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
    again = hand.button(ActionId.BACKPORT, "Try again…", backport.target)
    done = hand.button(ActionId.ALIGN, "It is done: prove it", backport.target, ButtonStyle.WANTED)
    waive = hand.button(ActionId.WAIVE_BACKPORT, "Waive…", backport.target)
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


def _opened(hand: HotfixSession, backport: Backport, worked: Worked) -> None:
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


def _brought(hand: HotfixSession, backport: Backport, worked: Worked) -> None:
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


def refuse_backport(hand: HotfixSession, target: str, refusal: OperationRefused) -> None:
    """The remote or the forge said no."""
    why = f"{target}: {refusal.why}"
    fail(hand, StepKind.BACKPORT, why, *filter(None, [refusal.words]))


def take_proof(hand: HotfixSession, proof: Proof) -> None:
    """What the code says about one target: it has the fix, has lost it, or a person must look."""
    backport = hand.hotfix.backport(proof.target)
    if backport is None or backport.state is BackportState.WAIVED:
        return
    verdict = proof.verdict
    seen = replace(backport, tip=proof.tip, evidence=verdict.lines[:_SHOWN])
    match verdict.answer:
        case Containment.CONTAINED:
            _proven(hand, seen, verdict)
        case Containment.ABSENT:
            _absent(hand, backport, seen)
        case Containment.UNSURE:
            _unsure(hand, backport, seen)
    end_alignment(hand)


def _proven(hand: HotfixSession, backport: Backport, verdict: ProofResult) -> None:
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


def _absent(hand: HotfixSession, before: Backport, seen: Backport) -> None:
    """It is not there: nothing new where it is owed, a debt again where it was proven."""
    if before.state in {BackportState.PROVEN, BackportState.BROUGHT}:
        _lost(hand, seen)
    elif before.state is BackportState.UNSURE:
        _keep(hand, replace(seen, state=BackportState.OWED))
    else:
        _keep(hand, seen)


def _lost(hand: HotfixSession, seen: Backport) -> None:
    owed = replace(seen, state=BackportState.OWED, proven_at=None)
    _keep(hand, owed)
    _reopen_steps(hand)
    keep_clocks(hand, again=owed.target)
    hand.note(
        f"{seen.target} does not contain the fix any more",
        EntryKind.BACKPORT,
        reason=seen.evidence[0] if seen.evidence else "",
    )
    bring = hand.button(ActionId.BACKPORT, "Bring it back…", seen.target, ButtonStyle.WANTED)
    settle = hand.button(ActionId.ALIGNED, "It is there…", seen.target)
    waive = hand.button(ActionId.WAIVE_BACKPORT, "Waive…", seen.target)
    post = hand.post("backport_lost", bring, settle, waive, backport=owed)
    hand.tell_room(f"lost:{seen.target}:{hand.hotfix.version}", post)


def _reopen_steps(hand: HotfixSession) -> None:
    """A hotfix that was done is not: the debt is back."""
    if hand.hotfix.state is HotfixState.DONE:
        hand.change(state=HotfixState.RUNNING, ended_at=None)
    for kind in (StepKind.BACKPORT, StepKind.ALIGN):
        step = hand.hotfix.step(kind)
        if step is not None and step.state.over:
            hand.hotfix = hand.hotfix.failed(kind, "the fix is gone again", now=hand.now)


def _unsure(hand: HotfixSession, before: Backport, seen: Backport) -> None:
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
    settle = hand.button(ActionId.ALIGNED, "I have looked…", seen.target, ButtonStyle.WANTED)
    post = hand.post("backport_unsure", settle, backport=unsure)
    hand.tell_room(f"unsure:{seen.target}:{seen.tip}", post)


def refuse_proof(hand: HotfixSession, target: str, refusal: OperationRefused) -> None:
    """Nothing can be proven now, for instance because the clone is shallow or the branch gone."""
    fail(hand, StepKind.ALIGN, f"{target}: {refusal.why}", *filter(None, [refusal.words]))


def take_pull(hand: HotfixSession, target: str, pull: Pull | None) -> None:
    """What became of the pull request into a target."""
    backport = hand.hotfix.backport(target)
    if backport is None or pull is None or backport.state is not BackportState.OPENED:
        return
    if pull.state is PullState.MERGED:
        _keep(hand, replace(backport, state=BackportState.BROUGHT, sha=pull.merged))
    elif pull.state is PullState.CLOSED:
        owed = replace(backport, state=BackportState.OWED, pull_request=None)
        _keep(hand, owed)
        again = hand.button(ActionId.BACKPORT, "Open it again…", target, ButtonStyle.WANTED)
        waive = hand.button(ActionId.WAIVE_BACKPORT, "Waive…", target)
        post = hand.post("backport_closed", again, waive, backport=backport)
        hand.tell_room(f"closed:{target}:{pull.number}", post)


def _keep(hand: HotfixSession, changed: Backport) -> None:
    hand.hotfix = hand.hotfix.with_backport(changed)


def _link(pull: Pull | None) -> PullRequestLink | None:
    return None if pull is None else PullRequestLink(number=pull.number, url=pull.url)


class BackportFix:
    """Brings fixes back to the branches that the next releases come from."""

    def __init__(self, turns: HotfixSessions, directory: PeopleDirectory) -> None:
        self._turns = turns
        self._directory = directory

    def backport(self, request: BackportRequest) -> Post:
        """Bring the fix to a target, or to every one that lacks it.

        Raises:
            NothingToBring, UnknownTarget, NotAllowed
        """
        standing = self._directory.standing(request.user, Permission.HOTFIX)
        with self._turns.turn(request, standing) as hand:
            wanted = _meant(hand, request.target)
            if not (hand.hotfix.merged or hand.hotfix.deployed):
                raise NothingToBring(hand.hotfix.name)
            lacking = [each for each in wanted if not each.state.settled]
            for each in lacking:
                owner = request.owner or each.owner
                again = replace(each, owner=owner, state=BackportState.OWED)
                hand.hotfix = hand.hotfix.with_backport(again)
            current = hand.hotfix.current
            keep_clocks(hand)
            if current is not None and current.kind is StepKind.BACKPORT and lacking:
                return hand.answer("hotfix_answer", see_plan(hand, current.kind), step=current)
            _bring_now(hand, lacking)
            names = tuple(each.target for each in lacking)
            return hand.answer("backport_answer", targets=names)

    def align(self, request: BackportRequest) -> Post:
        """Prove again from the code, now.

        Raises:
            UnknownTarget, NothingToBring
        """
        with self._turns.turn(request) as hand:
            for each in _meant(hand, request.target):
                forgotten = replace(each, tip=None)
                hand.hotfix = hand.hotfix.with_backport(forgotten)
            hand.look_out()
            names = tuple(each.target for each in _meant(hand, request.target))
            return hand.answer("align_answer", targets=names)

    def aligned(self, request: AlignedRequest) -> Post:
        """A person says whether a target contains the fix, where the code leaves it open.

        Raises:
            UnknownTarget, NothingWritten, TooLong, NotAllowed
        """
        reason = written(request.reason, what="reason", limit=NOTE_LIMIT)
        standing = self._directory.standing(request.user, Permission.HOTFIX)
        with self._turns.turn(request, standing) as hand:
            [backport] = _meant(hand, request.target)
            said = "contains" if request.contained else "does not contain"
            changed = replace(
                backport,
                state=BackportState.PROVEN if request.contained else BackportState.OWED,
                by=request.user,
                reason=reason,
                proven_at=hand.now if request.contained else None,
                evidence=(f"<@{request.user}> looked: {reason}", *backport.evidence[:5]),
            )
            hand.hotfix = hand.hotfix.with_backport(changed)
            hand.note(f"{backport.target} {said} the fix", EntryKind.BACKPORT, reason=reason)
            hand.tell_room(
                f"said:{backport.target}:{hand.hotfix.version}",
                hand.post("backport_said", backport=changed, contained=request.contained),
            )
            if request.contained:
                settle_backport(hand, changed)
                end_backports(hand)
                end_alignment(hand)
            else:
                keep_clocks(hand)
            return hand.answer("hotfix_answer", step=hand.hotfix.current)

    def waive(self, request: WaiveBackportRequest) -> Post:
        """Let a target go without the fix, for a reason that goes on record.

        Raises:
            UnknownTarget, SkipReasonMissing, NotAllowed
        """
        reason = request.reason.strip()
        if not reason:
            what = "waiving a backport"
            raise SkipReasonMissing(what)
        standing = self._directory.standing(request.user, Permission.WAIVE)
        with self._turns.turn(request, standing) as hand:
            for each in _meant(hand, request.target):
                if each.state.settled:
                    continue
                waived = replace(each, state=BackportState.WAIVED, by=request.user, reason=reason)
                hand.hotfix = hand.hotfix.with_backport(waived)
                settle_backport(hand, waived)
                hand.note(f"{each.target} goes without the fix", EntryKind.WAIVED, reason=reason)
                post = hand.post("backport_waived", backport=waived)
                hand.tell_room(f"waived:{each.target}", post)
            end_backports(hand)
            end_alignment(hand)
            return hand.answer("hotfix_answer", step=hand.hotfix.current)


def _meant(hand: HotfixSession, target: str | None) -> tuple[Backport, ...]:
    """The target that is meant, or all of them; a new one is added.

    Raises:
        UnknownTarget, NothingToBring
    """
    hotfix = hand.hotfix
    if target is None:
        if not hotfix.backports:
            raise NothingToBring(hotfix.name)
        return hotfix.backports
    found = hotfix.backport(target)
    if found is not None:
        return (found,)
    if target in _more_targets(hand, hotfix):
        return (Backport(target=target),)
    raise UnknownTarget(target, [each.target for each in hotfix.backports])


def _more_targets(hand: HotfixSession, hotfix: Hotfix) -> tuple[str, ...]:
    """Targets that were added to chatops.yml after the hotfix began."""
    known = {each.target for each in hotfix.backports}
    return tuple(target for target in hand.targets if target not in known)


def _bring_now(hand: HotfixSession, lacking: list[Backport]) -> None:
    """Bring it although it is not the turn of the step, for instance after it was lost again."""
    step = hand.hotfix.step(StepKind.BACKPORT)
    if step is None or not lacking:
        return
    begun = step.begun(by=hand.turn.actor, now=hand.now)
    hand.hotfix = hand.hotfix.with_step(begun)
    for each in lacking:
        hand.do_step(StepKind.BACKPORT, round_=begun.round, target=each.target)
