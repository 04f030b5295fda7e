"""Leaves a step out, where the playbook lets somebody allow it."""

from chatops.domain.hotfix.errors import LeaveMissing, OwnLeave, ReasonMissing
from chatops.domain.messages.posts import Ask, Post
from chatops.domain.playbook.pipeline import Skip
from chatops.domain.team import Deed
from chatops.usecases.hotfix.moves import go_on
from chatops.usecases.hotfix.naming import Profiles, has_written
from chatops.usecases.hotfix.requests import SkipRequest
from chatops.usecases.hotfix.session import HotfixTurn, HotfixTurns
from chatops.usecases.permission import Directory, Standing


class SkipStep:
    """Leave a step out."""

    def __init__(self, turns: HotfixTurns, directory: Directory, people: Profiles) -> None:
        self._turns = turns
        self._directory = directory
        self._people = people

    def __call__(self, request: SkipRequest) -> Post:
        """Leave a step out, with the leave that it needs and the reason on record.

        Raises:
            NeverSkipped, LeaveMissing, OwnLeave, ReasonMissing, NotTheTurn, HotfixOver, StepBusy,
            NotAllowed
        """
        reason = request.reason.strip()
        if not reason:
            what = "leaving a step out"
            raise ReasonMissing(what)
        giver = request.leave or request.user
        leave = self._directory.standing(giver, Deed.LEAVE)
        with self._turns.looking(request) as hand:
            roles, names = hand.rules.approval.roles, hand.hotfix.work.authors
        own_name = has_written(giver, names, self._turns.turns.team, self._people)
        leads = [role for role in roles if giver in self._directory.people(role)]
        standing = self._directory.standing(request.user, Deed.HOTFIX)
        with self._turns.turn(request, standing) as hand:
            rule = hand.skip_rule(request.step) if hand.hotfix.step(request.step) else Skip.FREELY
            if rule is Skip.WITH_LEAVE:
                if giver == hand.engineer or own_name:
                    raise _own_leave(hand, leave, request, giver)
                if not leads:
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
    if named or held & {*roles} or leave.suffices(hand.turn.incident):
        return
    raise LeaveMissing(_title(hand, request), (*leave.allowed, *roles))


def _own_leave(hand: HotfixTurn, leave: Standing, request: SkipRequest, giver: str) -> OwnLeave:
    """The refusal that names who else can give leave."""
    roles = hand.rules.approval.roles
    held = {role for role, user in hand.turn.incident.roles.items() if user == giver}
    who = [name for name in (*leave.allowed, *roles) if name not in held] if roles else []
    return OwnLeave(_title(hand, request), who, own=giver == request.user)


def _title(hand: HotfixTurn, request: SkipRequest) -> str:
    step = hand.hotfix.step(request.step)
    return step.title if step else str(request.step)


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
