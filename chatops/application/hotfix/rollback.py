"""What people ask of a rollback: to begin it, and to hear that production is back."""

from dataclasses import replace
from datetime import timedelta

from chatops.application.authorization import PeopleDirectory
from chatops.application.hotfix.deadlines import (
    begin_going_back,
    end_going_back,
    is_where_it_was,
    lapse_clocks,
)
from chatops.application.hotfix.operate import (
    CheckReadings,
    Done,
    Interrupted,
    OperationRefused,
    Worked,
)
from chatops.application.hotfix.plan import WORKFLOW_LOOK, NoOperation
from chatops.application.hotfix.rollback_plan import can_tell, checks_of, first_phase, to_revert
from chatops.application.hotfix.session import (
    HotfixRequest,
    HotfixSession,
    HotfixSessions,
    RollbackRequest,
)
from chatops.application.incidents.timeline_notes import written
from chatops.application.incidents.update import tell_stakeholders
from chatops.application.ports.external import Ran, RunState
from chatops.domain.git.versions import Version
from chatops.domain.hotfix.errors import NoSuchWay, NothingRollsBack, NothingToRollBack, StepBusy
from chatops.domain.hotfix.model import BackportState, Rollback
from chatops.domain.incident.model import Status
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import DoStep
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.playbook.hotfix import RollbackWay
from chatops.domain.tasks import Task
from chatops.domain.team import Permission

_AGAIN = timedelta(seconds=15)
#: So many looks until production runs what it is to go back to, and until it works.
_LOOKS_FOR_DEPLOY, _LOOKS_FOR_HEALTH = 40, 4
_OUTPUT_SHOWN = 600


def take_rollback(session: HotfixSession, act: DoStep, done: Done) -> None:
    """Go on to the next phase, or say what is in the way."""
    back = session.hotfix.rollback
    assert back is not None  # noqa: S101 - only a rollback that was begun is carried out
    match done:
        case Interrupted() if can_tell(session, back):
            _enter(session, replace(back, phase="deployed"))
        case OperationRefused():
            _fail(session, back, done.why, done.words)
        case Worked():
            _after_git(session, back, done)
        case Ran() if not done.good:
            why = "it ran too long" if done.code is None else f"it ended with code {done.code}"
            _fail(session, back, why, done.output[-_OUTPUT_SHOWN:])
        case RunState() if not done.over:
            _look_again(session, act, WORKFLOW_LOOK)
        case RunState() if not done.good:
            _fail(session, back, f"the workflow failed: {done.said}", done.url)
        case CheckReadings():
            _after_look(session, act, back, done)
        case _:
            _after_deploy(session, back, done)


def _look_again(session: HotfixSession, act: DoStep, after: timedelta) -> None:
    session.do_step("rollback", round_=act.round, look=act.look + 1, after=after)


def _after_git(session: HotfixSession, back: Rollback, done: Worked) -> None:
    if done.result.quarrels:
        paths = ", ".join(each.path for each in done.result.quarrels)
        _fail(session, back, f"the revert conflicts in {paths}", "\n".join(done.result.commands))
        return
    phase, _, index = back.phase.partition(":")
    if phase == "tag":
        _enter(session, replace(back, phase="deploy"))
        return
    following = int(index) + 1
    back = replace(back, sha=done.result.after or back.sha)
    if following < len(to_revert(session)):
        _enter(session, replace(back, phase=f"revert:{following}"))
        return
    if session.policy.rollback.revert_ships_next_patch and session.hotfix.release:
        release = str(Version.parse(session.hotfix.release).next_patch())
        _enter(session, replace(back, phase="tag", release=release))
    else:
        _enter(session, replace(back, phase="deploy"))


def _after_deploy(session: HotfixSession, back: Rollback, done: Done) -> None:
    """Ask production what it runs; where it cannot tell and no command ran, ask a person."""
    if can_tell(session, back):
        _enter(session, replace(back, phase="deployed"))
    elif isinstance(done, NoOperation):
        _wait_for_a_person(session, back)
    else:
        look_whether_it_works(session, back)


def _wait_for_a_person(session: HotfixSession, back: Rollback) -> None:
    back = replace(back, phase="by_hand")
    session.change(rollback=back)
    session.note("Not rolled back yet: somebody has to deploy it")
    other = session.button(ActionId("rollback"), "Another way…")
    post = session.post("rollback_waits", is_back(session), other, back=back)
    session.tell_room(f"rollback_waits:{back.round}", post)


def is_back(session: HotfixSession) -> Button:
    """The button with which a person says that production is back."""
    return session.button(ActionId("rolled_back"), "Production is back", tone=ButtonStyle.WANTED)


def _after_look(session: HotfixSession, act: DoStep, back: Rollback, done: CheckReadings) -> None:
    titles = (check.title for check in checks_of(session, back))
    pairs = zip(titles, done.readings, strict=False)
    lines = tuple(f"{title}: {reading.said}" for title, reading in pairs)
    is_there = back.phase == "deployed"
    if is_there and done.good:
        look_whether_it_works(session, back)
    elif not done.good and act.look < (_LOOKS_FOR_DEPLOY if is_there else _LOOKS_FOR_HEALTH):
        _look_again(session, act, _AGAIN)
    elif is_there:
        _fail(session, back, "production still runs something else", "\n".join(lines))
    else:
        _finish(session, back, lines, good=done.good)


def look_whether_it_works(session: HotfixSession, back: Rollback) -> None:
    """Production runs what it is to run; see whether it works, where that can be asked."""
    if session.service.verify:
        is_where_it_was(session)
        _enter(session, replace(back, phase="verify"))
    else:
        _finish(session, back, (), good=False)


def _enter(session: HotfixSession, back: Rollback) -> None:
    session.change(rollback=replace(back, round=back.round + 1))
    session.do_step("rollback", round_=back.round + 1)


def _fail(session: HotfixSession, back: Rollback, why: str, words: str) -> None:
    session.change(rollback=replace(back, trouble=why))
    session.note("Rolling back: not done", EntryKind.TROUBLE, reason=why)
    again = session.button(ActionId("rollback"), "Roll back…", tone=ButtonStyle.DANGER)
    post = session.post("rollback_failed", again, is_back(session), back=back, why=why, words=words)
    session.tell_room(f"rollback_failed:{back.round}", post)


def _finish(session: HotfixSession, back: Rollback, lines: tuple[str, ...], *, good: bool) -> None:
    back = replace(back, done_at=session.now, trouble="", phase="")
    session.change(rollback=back)
    end_going_back(session)
    hotfix, incident_session = session.hotfix, session.incident_session
    if hotfix.shipped:
        session.hotfix = hotfix.rolled_back(by=back.by, reason=back.reason, now=session.now)
        _settle_backports(session, back)
        lapse_clocks(session)
        if not good and incident_session.incident.status is Status.MONITORING:
            incident_session.incident = incident_session.incident.harmed_again()
    session.note(f"Rolled back{_to(back)}", EntryKind.ROLLED_BACK, reason=back.reason)
    if lines:
        seen = "Production works again" if good else "Production does not look well"
        session.note(seen, EntryKind.READING, reason="; ".join(lines))
    post = session.post(
        "rollback",
        *_next(session, lines, good=good),
        back=back,
        reason=back.reason,
        version=f"v{back.release}" if back.release else "what ran before",
        sha=back.sha,
        lines=lines,
        good=good,
    )
    session.tell_room(f"rolled_back:{back.round}", post)
    public = incident_session.post("rollback_public")
    tell_stakeholders(incident_session, session.key(f"rolled_back_public:{back.round}"), public)
    incident_session.work.tasks.add(
        Task(
            incident=incident_session.incident.id,
            number=0,
            text=debt_of(session, back),
            made_by=back.by,
            made_at=session.now,
            owner=session.hotfix.author or incident_session.incident.commander,
        )
    )


def _to(back: Rollback) -> str:
    if back.way is RollbackWay.FLAG_OFF:
        return ": the flag is off"
    return f" to v{back.release}" if back.release else " to what ran before"


def _next(session: HotfixSession, lines: tuple[str, ...], *, good: bool) -> tuple[Button, ...]:
    """Where production does not look well, the ways on."""
    if good or not lines:
        return ()
    return (
        Button(ask=ActionId("hotfix"), label="Start a hotfix…", about=f"{session.incident.id}",
               tone=ButtonStyle.WANTED),
        session.button(ActionId("rollback"), "Roll back further…", tone=ButtonStyle.DANGER),
        session.button(ActionId("hotfix_log"), "Recent production commits"),
    )  # fmt: skip


def debt_of(session: HotfixSession, back: Rollback) -> str:
    """What a rollback leaves to be done."""
    if back.way is RollbackWay.FLAG_OFF:
        return "The flag is off, which is no fix: plan the proper one, and turn it on again"
    if back.way is RollbackWay.REVERT:
        return f"The fix “{session.hotfix.title}” was taken back: find the cause, and fix it anew"
    where = session.hotfix.production or "the production branch"
    return f"{where} still has what was rolled back: revert it or fix it before the next deploy"


def _settle_backports(session: HotfixSession, back: Rollback) -> None:
    """What was taken back on production's branch need not go to the others."""
    if back.way is not RollbackWay.REVERT:
        return
    for each in session.hotfix.backports:
        if each.state in {BackportState.OWED, BackportState.CONFLICT}:
            reason = "the fix was rolled back"
            waived = replace(each, state=BackportState.WAIVED, by=back.by, reason=reason)
            session.hotfix = session.hotfix.with_backport(waived)


_REASON_LIMIT = 500


class RollBack:
    """Bring production back."""

    def __init__(self, sessions: HotfixSessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: RollbackRequest) -> Post:
        """Start the way back.

        Raises:
            NothingToRollBack, NoSuchWay, StepBusy, NothingWritten, TooLong, NotAllowed
        """
        reason = written(request.reason, what="reason", limit=_REASON_LIMIT)
        authorization = self._directory.authorization(request.user, Permission.ROLLBACK)
        with self._sessions.begin(request, authorization) as session:
            way = request.way or default_way(session)
            before = session.hotfix.rollback
            _must_not_be_busy(before)
            _must_be_possible(session, way, request.version)
            back = Rollback(
                way=way,
                reason=reason,
                by=request.user,
                at=session.now,
                phase=first_phase(session, way),
                round=before.round + 1 if before is not None else 1,
                release=_wanted(session, request),
                sha=session.hotfix.base
                if _wanted(session, request) == session.hotfix.previous
                else "",
            )
            session.change(rollback=back)
            begin_going_back(session)
            words = str(way).replace("_", " ")
            session.note(f"Rolling back ({words})", EntryKind.ROLLED_BACK, reason=reason)
            session.tell_room(f"rolling_back:{back.round}", session.post("rolling_back", back=back))
            session.do_step("rollback", round_=back.round)
            return session.answer("rollback_answer", back=back)

    def confirm(self, request: HotfixRequest) -> Post:
        """A person says that production is back, where the bot cannot see it.

        Raises:
            NothingRollsBack, StepBusy, NotAllowed
        """
        authorization = self._directory.authorization(request.user, Permission.ROLLBACK)
        with self._sessions.begin(request, authorization) as session:
            back = session.hotfix.rollback
            if back is None or not back.running:
                raise NothingRollsBack(session.hotfix.name)
            _must_not_be_busy(back)
            session.note("Production is back, deployed by hand")
            look_whether_it_works(session, replace(back, said_by=request.user, trouble=""))
            return session.answer("rollback_answer", back=session.hotfix.rollback)


def _must_not_be_busy(back: Rollback | None) -> None:
    """Raises StepBusy."""
    if back is not None and back.running and not back.waits:
        what = "Rolling back"
        raise StepBusy(what)


def _wanted(session: HotfixSession, request: RollbackRequest) -> str:
    """The version that production is to run again."""
    return request.version.removeprefix("v") or session.hotfix.previous


def ways_open(session: HotfixSession) -> tuple[RollbackWay, ...]:
    """The playbook's ways that this service can go, the preferred one first."""
    return tuple(way for way in session.policy.rollback.ways if _can(session, way))


def default_way(session: HotfixSession) -> RollbackWay:
    """Raises NoSuchWay."""
    found = ways_open(session)
    if not found:
        what = (
            f"No way back is set up for {session.service.name}. Give it a `rollback` command in"
            " chatops.yml, or go back by hand and say so: `/incident timeline add`."
        )
        raise NoSuchWay(what, [])
    return found[0]


def _can(session: HotfixSession, way: RollbackWay) -> bool:
    service, hotfix = session.service, session.hotfix
    match way:
        case RollbackWay.REVERT:
            return bool(hotfix.merged)
        case RollbackWay.REDEPLOY:
            return (service.rollback or service.deploy) is not None
        case RollbackWay.FLAG_OFF:
            return bool(service.flags)
        case _:
            return service.rollback is not None


def _must_be_possible(session: HotfixSession, way: RollbackWay, version: str) -> None:
    if not _can(session, way):
        words = str(way).replace("_", " ")
        what = f"“{words}” is not possible here."
        raise NoSuchWay(what, [str(each).replace("_", " ") for each in ways_open(session)])
    if not session.hotfix.shipped and not version and way is not RollbackWay.FLAG_OFF:
        raise NothingToRollBack(session.hotfix.name)
