"""What people do about backports: bring them, prove them, settle what is unsure, waive them."""

from dataclasses import replace

from chatops.domain.hotfix.errors import NothingToBring, ReasonMissing, UnknownTarget
from chatops.domain.hotfix.model import Backport, BackportState, Hotfix
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.team import Deed
from chatops.usecases.hotfix.clocks import keep_clocks, settle_backport
from chatops.usecases.hotfix.moves import end_alignment, end_backports, see_plan
from chatops.usecases.hotfix.requests import (
    AlignedRequest,
    BackportRequest,
    WaiveBackportRequest,
)
from chatops.usecases.hotfix.session import HotfixTurn, HotfixTurns
from chatops.usecases.notes import NOTE_LIMIT, written
from chatops.usecases.permission import Directory


class Returning:
    """Brings fixes back to the branches that the next releases come from."""

    def __init__(self, turns: HotfixTurns, directory: Directory) -> None:
        self._turns = turns
        self._directory = directory

    def backport(self, request: BackportRequest) -> Post:
        """Bring the fix to a target, or to every one that lacks it.

        Raises:
            NothingToBring, UnknownTarget, NotAllowed
        """
        standing = self._directory.standing(request.user, Deed.HOTFIX)
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
        standing = self._directory.standing(request.user, Deed.HOTFIX)
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
            UnknownTarget, ReasonMissing, NotAllowed
        """
        reason = request.reason.strip()
        if not reason:
            what = "waiving a backport"
            raise ReasonMissing(what)
        standing = self._directory.standing(request.user, Deed.WAIVE)
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


def _meant(hand: HotfixTurn, target: str | None) -> tuple[Backport, ...]:
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


def _more_targets(hand: HotfixTurn, hotfix: Hotfix) -> tuple[str, ...]:
    """Targets that were added to chatops.yml after the hotfix began."""
    known = {each.target for each in hotfix.backports}
    return tuple(target for target in hand.targets if target not in known)


def _bring_now(hand: HotfixTurn, lacking: list[Backport]) -> None:
    """Bring it although it is not the turn of the step, for instance after it was lost again."""
    step = hand.hotfix.step(StepKind.BACKPORT)
    if step is None or not lacking:
        return
    begun = step.begun(by=hand.turn.actor, now=hand.now)
    hand.hotfix = hand.hotfix.with_step(begun)
    for each in lacking:
        hand.do_step(StepKind.BACKPORT, round_=begun.round, target=each.target)
