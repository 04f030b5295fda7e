"""Leaves a step out, where the playbook lets somebody allow it."""

from chatops.application.authorization import Authorization, PeopleDirectory
from chatops.application.git_identity import Profiles, has_written
from chatops.application.hotfix.advance import AdvanceHotfix
from chatops.application.hotfix.deadlines import keep_clocks, lapse_clocks
from chatops.application.hotfix.session import (
    AbortRequest,
    FixRequest,
    FlagRequest,
    HotfixSession,
    HotfixSessions,
    SkipRequest,
    TickRequest,
    meant,
)
from chatops.application.hotfix.state_machine import go_on
from chatops.application.incidents.timeline_notes import NOTE_LIMIT, written
from chatops.domain.hotfix.errors import LeaveMissing, NoSuchWay, OwnLeave, SkipReasonMissing
from chatops.domain.hotfix.model import Tick
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import ActionId, Post
from chatops.domain.playbook.hotfix import Checklist
from chatops.domain.playbook.pipeline import FixWay, Skip
from chatops.domain.team import Permission


class SkipStep:
    """Leave a step out."""

    def __init__(self, turns: HotfixSessions, directory: PeopleDirectory, people: Profiles) -> None:
        self._turns = turns
        self._directory = directory
        self._people = people

    def __call__(self, request: SkipRequest) -> Post:
        """Leave a step out, with the leave that it needs and the reason on record.

        Raises:
            NeverSkipped, LeaveMissing, OwnLeave, SkipReasonMissing, NotTheTurn, HotfixOver,
            StepBusy, NotAllowed
        """
        reason = request.reason.strip()
        if not reason:
            what = "leaving a step out"
            raise SkipReasonMissing(what)
        giver = request.leave or request.user
        leave = self._directory.standing(giver, Permission.LEAVE)
        with self._turns.looking(request) as hand:
            roles, names = hand.rules.approval.roles, hand.hotfix.work.authors
        own_name = has_written(giver, names, self._turns.turns.team, self._people)
        leads = [role for role in roles if giver in self._directory.people(role)]
        standing = self._directory.standing(request.user, Permission.HOTFIX)
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


def _must_have_leave(
    hand: HotfixSession, leave: Authorization, request: SkipRequest, giver: str
) -> None:
    roles = hand.rules.approval.roles
    held = {role for role, user in hand.turn.incident.roles.items() if user == giver}
    named = request.leave is not None and not roles and giver != request.user
    if named or held & {*roles} or leave.suffices(hand.turn.incident):
        return
    raise LeaveMissing(_title(hand, request), (*leave.allowed, *roles))


def _own_leave(
    hand: HotfixSession, leave: Authorization, request: SkipRequest, giver: str
) -> OwnLeave:
    """The refusal that names who else can give leave."""
    roles = hand.rules.approval.roles
    held = {role for role, user in hand.turn.incident.roles.items() if user == giver}
    who = [name for name in (*leave.allowed, *roles) if name not in held] if roles else []
    return OwnLeave(_title(hand, request), who, own=giver == request.user)


def _title(hand: HotfixSession, request: SkipRequest) -> str:
    step = hand.hotfix.step(request.step)
    return step.title if step else str(request.step)


def _tell_skipped(hand: HotfixSession, request: SkipRequest, leave: str | None) -> None:
    step = hand.hotfix.step(request.step)
    assert step is not None  # noqa: S101 - it was skipped just now
    allowed = f", with leave from <@{leave}>" if leave and leave != request.user else ""
    hand.note(f"Skipped: {step.title}{allowed}", reason=request.reason.strip())
    hand.tell_room(f"skipped:{request.step}", hand.post("step_skipped", step=step))
    if leave is not None and leave != request.user:
        show = hand.button(ActionId.HOTFIX_STATUS, "Show the hotfix")
        direct = hand.post("leave_direct", show, step=step)
        hand.turn.tell_person(hand.key(f"leave:{request.step}"), leave, direct)
    go_on(hand)


class TickOff:
    """Tick items off, or take ticks back."""

    def __init__(self, turns: HotfixSessions, directory: PeopleDirectory) -> None:
        self._turns = turns
        self._directory = directory

    def __call__(self, request: TickRequest) -> Post:
        """Tick items of a checklist off, or take ticks back.

        Raises:
            HotfixOver, NoSuchWay, NotAllowed
        """
        standing = self._directory.standing(request.user, Permission.HOTFIX)
        with self._turns.turn(request, standing) as hand:
            hand.hotfix.must_run()
            checklist = hand.policy.checklist(request.checklist)
            if checklist is None:
                what = f"There is no checklist “{request.checklist[:40]}”."
                raise NoSuchWay(what, [each.key for each in hand.policy.checklists])
            for index in range(len(checklist.items)):
                _set(hand, checklist, index, request)
            left = len(checklist.items) - len(request.items)
            return hand.answer("tick_answer", checklist=checklist, left=max(0, left))


def _set(hand: HotfixSession, checklist: Checklist, index: int, request: TickRequest) -> None:
    ticked = any(
        tick.checklist == checklist.key and tick.item == index for tick in hand.hotfix.ticks
    )
    if ticked != (index in request.items):
        tick = Tick(
            step=checklist.at, checklist=checklist.key, item=index, by=request.user, at=hand.now
        )
        hand.hotfix = hand.hotfix.ticked(tick)


class Abort:
    """Give a hotfix up."""

    def __init__(self, turns: HotfixSessions, directory: PeopleDirectory) -> None:
        self._turns = turns
        self._directory = directory

    def __call__(self, request: AbortRequest) -> Post:
        """Stop; what is in production stays there, and its backports stay owed.

        Raises:
            HotfixOver, NothingWritten, TooLong, NotAllowed
        """
        reason = written(request.reason, what="reason", limit=NOTE_LIMIT)
        standing = self._directory.standing(request.user, Permission.HOTFIX)
        with self._turns.turn(request, standing) as hand:
            hand.hotfix = hand.hotfix.aborted(by=request.user, reason=reason, now=hand.now)
            lapse_clocks(hand)
            keep_clocks(hand)
            hand.note(f"Gave up {hand.hotfix.name}", EntryKind.HOTFIX, reason=reason)
            hand.tell_room("aborted", hand.post("hotfix_aborted", reason=reason))
            return hand.answer("hotfix_answer", step=None)


class TurnFlagOff:
    """End the harm by a feature flag, as the fix of a hotfix that allows it."""

    def __init__(self, turns: HotfixSessions, stepping: AdvanceHotfix) -> None:
        self._turns = turns
        self._stepping = stepping

    def __call__(self, request: FlagRequest) -> Post:
        """Make it the way of the running hotfix whose service has the flag.

        Raises:
            NoSuchWay, NoHotfixYet, WhichHotfix, and what ``AdvanceHotfix.fix`` raises.
        """
        with self._turns.turns.looking(request) as turn:
            services = turn.team.coded
            known = [
                each
                for each in turn.work.hotfixes.of(turn.incident.id)
                if each.current is not None and each.service in services
            ]
            fitting = [each for each in known if request.flag in services[each.service].flags]
            if not fitting and known:
                flags = sorted({flag for each in known for flag in services[each.service].flags})
                what = f"There is no flag “{request.flag[:40]}” with a command."
                raise NoSuchWay(what, flags)
            number = fitting[0].number if fitting else meant(turn, None).number
        return self._stepping.fix(
            FixRequest(
                incident=request.incident,
                user=request.user,
                now=request.now,
                channel=request.channel,
                once=request.once,
                about=number,
                way=FixWay.FLAG,
                source=request.flag,
            )
        )
