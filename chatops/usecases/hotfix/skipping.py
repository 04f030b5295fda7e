"""Leaves a step out, where the playbook lets somebody allow it."""

from chatops.domain.hotfix_errors import LeaveMissing, ReasonMissing
from chatops.domain.hotfix_steps import Skip
from chatops.domain.posts import Ask, Post
from chatops.domain.team import Deed
from chatops.usecases.hotfix.moves import go_on
from chatops.usecases.hotfix.requests import SkipRequest
from chatops.usecases.hotfix.session import HotfixTurn, HotfixTurns
from chatops.usecases.permission import Directory, Standing


class SkipStep:
    """Leave a step out."""

    def __init__(self, turns: HotfixTurns, directory: Directory) -> None:
        self._turns = turns
        self._directory = directory

    def __call__(self, request: SkipRequest) -> Post:
        """Leave a step out, with the leave that it needs and the reason on record.

        Raises:
            NeverSkipped, LeaveMissing, ReasonMissing, NotTheTurn, HotfixOver, StepBusy, NotAllowed
        """
        reason = request.reason.strip()
        if not reason:
            what = "leaving a step out"
            raise ReasonMissing(what)
        giver = request.leave or request.user
        leave = self._directory.standing(giver, Deed.LEAVE)
        with self._turns.looking(request) as hand:
            roles = hand.rules.approval.roles
        leads = [role for role in roles if giver in self._directory.people(role)]
        standing = self._directory.standing(request.user, Deed.HOTFIX)
        with self._turns.turn(request, standing) as hand:
            rule = hand.skip_rule(request.step) if hand.hotfix.step(request.step) else Skip.FREELY
            if rule is Skip.WITH_LEAVE and not leads:
                _must_have_leave(hand, leave, request, giver)
            hand.hotfix = hand.hotfix.skipped(
                request.step,
                rule,
                by=request.user,
                leave=giver if rule is Skip.WITH_LEAVE else None,
                reason=reason,
                now=hand.now,
            )
            _tell_skipped(hand, request, giver if rule is Skip.WITH_LEAVE else None)
            return hand.answer("hotfix_answer", step=hand.hotfix.current)


def _must_have_leave(hand: HotfixTurn, leave: Standing, request: SkipRequest, giver: str) -> None:
    roles = hand.rules.approval.roles
    held = {role for role, user in hand.turn.incident.roles.items() if user == giver}
    named = request.leave is not None and not roles and giver != request.user
    if named or held & {*roles, *leave.allowed} or leave.audiences:
        return
    step = hand.hotfix.step(request.step)
    raise LeaveMissing(step.title if step else str(request.step), (*leave.allowed, *roles))


def _tell_skipped(hand: HotfixTurn, request: SkipRequest, leave: str | None) -> None:
    step = hand.hotfix.step(request.step)
    assert step is not None  # noqa: S101 - it was skipped just now
    allowed = f", with leave from <@{leave}>" if leave and leave != request.user else ""
    hand.note(f"Skipped: {step.title}{allowed}", reason=request.reason.strip())
    hand.tell_room(f"skipped:{request.step}", hand.post("step_skipped", step=step))
    if leave is not None and leave != request.user:
        show = hand.button(Ask.HOTFIX_STATUS, "Show the hotfix")
        direct = hand.post("leave_direct", show, step=step)
        hand.turn.tell_person(hand.key(f"leave:{request.step}"), leave, direct)
    go_on(hand)
