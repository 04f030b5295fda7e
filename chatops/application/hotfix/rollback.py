"""What people ask of a rollback: to begin it, and to hear that production is back."""

from dataclasses import replace

from chatops.application.authorization import PeopleDirectory
from chatops.application.hotfix.deadlines import promise_rollback
from chatops.application.hotfix.rollback_steps import reverts, tags_revert
from chatops.application.hotfix.session import (
    HotfixRequest,
    HotfixSession,
    HotfixSessions,
    RollbackRequest,
)
from chatops.application.hotfix.state_machine import end, go_on_rolling_back
from chatops.application.incidents.timeline_notes import written
from chatops.domain.hotfix.errors import NoSuchWay, NothingToRollBack, nothing_rolls_back, step_busy
from chatops.domain.hotfix.model import Rollback, StepState, rollback_steps
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.hotfix import RollbackWay
from chatops.domain.playbook.pipeline import RollbackStep
from chatops.domain.team import Permission

_REASON_LIMIT = 500


class RollBack:
    """Bring production back."""

    def __init__(self, sessions: HotfixSessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: RollbackRequest) -> Post:
        """Begin a rollback.

        Raises:
            NothingToRollBack, NoSuchWay, UserError, NothingWritten, TooLong, NotAllowed
        """
        reason = written(request.reason, what="reason", limit=_REASON_LIMIT)
        authorization = self._directory.authorization(request.user, Permission.ROLLBACK)
        with self._sessions.begin(request, authorization) as session:
            way = request.way or default_way(session)
            before = session.hotfix.rollback
            _must_not_be_busy(before)
            _must_be_possible(session, way, request.version)
            release = request.version.removeprefix("v") or session.hotfix.previous
            back = Rollback(
                way=way,
                reason=reason,
                by=request.user,
                at=session.now,
                steps=rollback_steps(
                    reverts=reverts(session, way),
                    tags=tags_revert(session),
                    round_=before.round if before is not None else 0,
                ),
                release=release,
                sha=session.hotfix.base if release == session.hotfix.previous else "",
            )
            session.change(rollback=back)
            promise_rollback(session)
            words = str(way).replace("_", " ")
            session.note(f"Rolling back ({words})", EntryKind.ROLLED_BACK, reason=reason)
            post = session.post("rolling_back", back=back)
            session.tell_room(f"rolling_back:{back.round + 1}", post)
            go_on_rolling_back(session)
            return session.answer("rollback_answer", back=session.hotfix.rollback)

    def confirm(self, request: HotfixRequest) -> Post:
        """A person says that production is back, where the bot cannot see it.

        Raises:
            UserError, NotAllowed
        """
        authorization = self._directory.authorization(request.user, Permission.ROLLBACK)
        with self._sessions.begin(request, authorization) as session:
            back = session.hotfix.rollback
            if back is None or not back.running:
                raise nothing_rolls_back(session.hotfix.name)
            _must_not_be_busy(back)
            session.note("Production is back, deployed by hand")
            session.change(rollback=replace(back, said_by=request.user))
            _leave_out_rest(session)
            end(session, RollbackStep.CHECK, f"Production is back, says <@{request.user}>")
            return session.answer("rollback_answer", back=session.hotfix.rollback)


def _must_not_be_busy(back: Rollback | None) -> None:
    """Raises UserError."""
    if back is not None and back.running and not back.waits:
        what = "Rolling back"
        raise step_busy(what)


def _leave_out_rest(session: HotfixSession) -> None:
    """What comes before the last look is done by hand, or not needed any more."""
    back = session.hotfix.rollback
    for step in back.steps if back is not None else ():
        if step.kind is RollbackStep.VERIFY:
            again = replace(step, state=StepState.PENDING, trouble="")
            session.hotfix = session.hotfix.with_step(again)
        elif not step.state.over:
            skipped = replace(step, state=StepState.SKIPPED, ended_at=session.now, trouble="")
            session.hotfix = session.hotfix.with_step(skipped)


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
