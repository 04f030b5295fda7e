"""Leaves a step out, where the playbook lets somebody allow it."""

from chatops.application.authorization import Authorization, PeopleDirectory
from chatops.application.git_identity import Profiles, has_written
from chatops.application.hotfix.advance import AdvanceHotfix
from chatops.application.hotfix.deadlines import end_promises, update_promises
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
from chatops.application.hotfix.steps import skip_rule
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

    def __init__(
        self, sessions: HotfixSessions, directory: PeopleDirectory, people: Profiles
    ) -> None:
        self._sessions = sessions
        self._directory = directory
        self._people = people

    def __call__(self, request: SkipRequest) -> Post:
        """Leave a step out, with the leave that it needs and the reason on record.

        Raises:
            NeverSkipped, LeaveMissing, OwnLeave, SkipReasonMissing, NotTheTurn, HotfixOver,
            UserError, NotAllowed
        """
        reason = request.reason.strip()
        if not reason:
            what = "leaving a step out"
            raise SkipReasonMissing(what)
        giver = request.leave or request.user
        leave = self._directory.authorization(giver, Permission.LEAVE)
        with self._sessions.looking(request) as session:
            roles, names = session.rules.approval.roles, session.hotfix.work.authors
        own_name = has_written(giver, names, self._sessions.sessions.team, self._people)
        leads = [role for role in roles if giver in self._directory.people(role)]
        authorization = self._directory.authorization(request.user, Permission.HOTFIX)
        with self._sessions.begin(request, authorization) as session:
            rule = (
                skip_rule(session, request.step)
                if session.hotfix.step(request.step)
                else Skip.FREELY
            )
            if rule is Skip.WITH_LEAVE:
                if giver == session.engineer or own_name:
                    raise _own_leave(session, leave, request, giver)
                if not leads:
                    _must_have_leave(session, leave, request, giver)
            session.hotfix = session.hotfix.skipped(
                request.step,
                rule,
                by=request.user,
                leave=giver if rule is Skip.WITH_LEAVE else None,
                reason=reason,
                now=session.now,
            )
            _tell_skipped(session, request, giver if rule is Skip.WITH_LEAVE else None)
            return session.answer("hotfix_answer", step=session.hotfix.current)


def _must_have_leave(
    session: HotfixSession, leave: Authorization, request: SkipRequest, giver: str
) -> None:
    roles = session.rules.approval.roles
    held = {role for role, user in session.incident.roles.items() if user == giver}
    named = request.leave is not None and not roles and giver != request.user
    if named or held & {*roles} or leave.suffices(session.incident):
        return
    raise LeaveMissing(_title(session, request), (*leave.allowed, *roles))


def _own_leave(
    session: HotfixSession, leave: Authorization, request: SkipRequest, giver: str
) -> OwnLeave:
    """The refusal that names who else can give leave."""
    roles = session.rules.approval.roles
    held = {role for role, user in session.incident.roles.items() if user == giver}
    who = [name for name in (*leave.allowed, *roles) if name not in held] if roles else []
    return OwnLeave(_title(session, request), who, own=giver == request.user)


def _title(session: HotfixSession, request: SkipRequest) -> str:
    step = session.hotfix.step(request.step)
    return step.title if step else str(request.step)


def _tell_skipped(session: HotfixSession, request: SkipRequest, leave: str | None) -> None:
    step = session.hotfix.step(request.step)
    assert step is not None  # noqa: S101 - it was skipped just now
    allowed = f", with leave from <@{leave}>" if leave and leave != request.user else ""
    session.note(f"Skipped: {step.title}{allowed}", reason=request.reason.strip())
    session.tell_room(f"skipped:{request.step}", session.post("step_skipped", step=step))
    if leave is not None and leave != request.user:
        show = session.button(ActionId("hotfix_status"), "Show the hotfix")
        direct = session.post("leave_direct", show, step=step)
        session.incident_session.tell_person(session.key(f"leave:{request.step}"), leave, direct)
    go_on(session)


class TickOff:
    """Tick items off, or take ticks back."""

    def __init__(self, sessions: HotfixSessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: TickRequest) -> Post:
        """Tick items of a checklist off, or take ticks back.

        Raises:
            HotfixOver, NoSuchWay, NotAllowed
        """
        authorization = self._directory.authorization(request.user, Permission.HOTFIX)
        with self._sessions.begin(request, authorization) as session:
            session.hotfix.must_run()
            checklist = session.policy.checklist(request.checklist)
            if checklist is None:
                what = f"There is no checklist “{request.checklist[:40]}”."
                raise NoSuchWay(what, [each.key for each in session.policy.checklists])
            for index in range(len(checklist.items)):
                _set(session, checklist, index, request)
            left = len(checklist.items) - len(request.items)
            return session.answer("tick_answer", checklist=checklist, left=max(0, left))


def _set(session: HotfixSession, checklist: Checklist, index: int, request: TickRequest) -> None:
    ticked = any(
        tick.checklist == checklist.key and tick.item == index for tick in session.hotfix.ticks
    )
    if ticked != (index in request.items):
        tick = Tick(
            step=checklist.at, checklist=checklist.key, item=index, by=request.user, at=session.now
        )
        session.hotfix = session.hotfix.ticked(tick)


class Abort:
    """Give a hotfix up."""

    def __init__(self, sessions: HotfixSessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: AbortRequest) -> Post:
        """Stop; what is in production stays there, and its backports stay owed.

        Raises:
            HotfixOver, NothingWritten, TooLong, NotAllowed
        """
        reason = written(request.reason, what="reason", limit=NOTE_LIMIT)
        authorization = self._directory.authorization(request.user, Permission.HOTFIX)
        with self._sessions.begin(request, authorization) as session:
            session.hotfix = session.hotfix.aborted(by=request.user, reason=reason, now=session.now)
            end_promises(session)
            update_promises(session)
            session.note(f"Gave up {session.hotfix.name}", EntryKind.HOTFIX, reason=reason)
            session.tell_room("aborted", session.post("hotfix_aborted", reason=reason))
            return session.answer("hotfix_answer", step=None)


class TurnFlagOff:
    """End the harm by a feature flag, as the fix of a hotfix that allows it."""

    def __init__(self, sessions: HotfixSessions, advance: AdvanceHotfix) -> None:
        self._sessions = sessions
        self._advance = advance

    def __call__(self, request: FlagRequest) -> Post:
        """Make it the way of the running hotfix whose service has the flag.

        Raises:
            NoSuchWay, NoHotfixYet, WhichHotfix, and what ``AdvanceHotfix.fix`` raises.
        """
        with self._sessions.sessions.looking(request) as incident_session:
            services = incident_session.team.coded
            known = [
                each
                for each in incident_session.work.hotfixes.of(incident_session.incident.id)
                if each.current is not None and each.service in services
            ]
            fitting = [each for each in known if request.flag in services[each.service].flags]
            if not fitting and known:
                flags = sorted({flag for each in known for flag in services[each.service].flags})
                what = f"There is no flag “{request.flag[:40]}” with a command."
                raise NoSuchWay(what, flags)
            number = fitting[0].number if fitting else meant(incident_session, None).number
        return self._advance.fix(
            FixRequest(
                incident=request.incident,
                user=request.user,
                now=request.now,
                channel=request.channel,
                once=request.once,
                number=number,
                way=FixWay.FLAG,
                source=request.flag,
            )
        )
