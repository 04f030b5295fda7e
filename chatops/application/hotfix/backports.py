"""What people ask of backports: to bring the fix, to prove it again, to go without it."""

from dataclasses import replace

from chatops.application.authorization import PeopleDirectory
from chatops.application.hotfix.deadlines import end_backport_promise, update_promises
from chatops.application.hotfix.session import (
    AlignedRequest,
    BackportRequest,
    HotfixSession,
    HotfixSessions,
    WaiveBackportRequest,
)
from chatops.application.hotfix.state_machine import end_fulfilled, see_plan
from chatops.application.incidents.timeline_notes import NOTE_LIMIT, written
from chatops.domain.hotfix.errors import NothingToBring, SkipReasonMissing, UnknownTarget
from chatops.domain.hotfix.model import Backport, BackportState, Hotfix
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.team import Permission


class BackportFix:
    """Brings fixes back to the branches that the next releases come from."""

    def __init__(self, sessions: HotfixSessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def backport(self, request: BackportRequest) -> Post:
        """Bring the fix to a target, or to every one that lacks it.

        Raises:
            NothingToBring, UnknownTarget, NotAllowed
        """
        authorization = self._directory.authorization(request.user, Permission.HOTFIX)
        with self._sessions.begin(request, authorization) as session:
            wanted = _meant(session, request.target)
            if not session.hotfix.shipped:
                raise NothingToBring(session.hotfix.name)
            lacking = [each for each in wanted if not each.state.settled]
            for each in lacking:
                owner = request.owner or each.owner
                again = replace(each, owner=owner, state=BackportState.OWED)
                session.hotfix = session.hotfix.with_backport(again)
            current = session.hotfix.current
            update_promises(session)
            if current is not None and current.kind is StepKind.BACKPORT and lacking:
                return session.answer(
                    "hotfix_answer", see_plan(session, current.kind), step=current
                )
            _bring_now(session, lacking)
            names = tuple(each.target for each in lacking)
            return session.answer("backport_answer", targets=names)

    def align(self, request: BackportRequest) -> Post:
        """Prove again from the code, now.

        Raises:
            UnknownTarget, NothingToBring
        """
        with self._sessions.begin(request) as session:
            for each in _meant(session, request.target):
                forgotten = replace(each, tip=None)
                session.hotfix = session.hotfix.with_backport(forgotten)
            session.look_out()
            names = tuple(each.target for each in _meant(session, request.target))
            return session.answer("align_answer", targets=names)

    def aligned(self, request: AlignedRequest) -> Post:
        """A person says whether a target contains the fix, where the code leaves it open.

        Raises:
            UnknownTarget, NothingWritten, TooLong, NotAllowed
        """
        reason = written(request.reason, what="reason", limit=NOTE_LIMIT)
        authorization = self._directory.authorization(request.user, Permission.HOTFIX)
        with self._sessions.begin(request, authorization) as session:
            [backport] = _meant(session, request.target)
            said = "contains" if request.contained else "does not contain"
            changed = replace(
                backport,
                state=BackportState.PROVEN if request.contained else BackportState.OWED,
                by=request.user,
                reason=reason,
                proven_at=session.now if request.contained else None,
                evidence=(f"<@{request.user}> looked: {reason}", *backport.evidence[:5]),
            )
            session.hotfix = session.hotfix.with_backport(changed)
            session.note(f"{backport.target} {said} the fix", EntryKind.BACKPORT, reason=reason)
            session.tell_room(
                f"said:{backport.target}:{session.hotfix.version}",
                session.post("backport_said", backport=changed, contained=request.contained),
            )
            if request.contained:
                end_backport_promise(session, changed)
                end_fulfilled(session)
            else:
                update_promises(session)
            return session.answer("hotfix_answer", step=session.hotfix.current)

    def waive(self, request: WaiveBackportRequest) -> Post:
        """Let a target go without the fix, for a reason that goes on record.

        Raises:
            UnknownTarget, SkipReasonMissing, NotAllowed
        """
        reason = request.reason.strip()
        if not reason:
            what = "waiving a backport"
            raise SkipReasonMissing(what)
        authorization = self._directory.authorization(request.user, Permission.WAIVE)
        with self._sessions.begin(request, authorization) as session:
            for each in _meant(session, request.target):
                if each.state.settled:
                    continue
                waived = replace(each, state=BackportState.WAIVED, by=request.user, reason=reason)
                session.hotfix = session.hotfix.with_backport(waived)
                end_backport_promise(session, waived)
                session.note(f"{each.target} goes without the fix", EntryKind.WAIVED, reason=reason)
                post = session.post("backport_waived", backport=waived)
                session.tell_room(f"waived:{each.target}", post)
            end_fulfilled(session)
            return session.answer("hotfix_answer", step=session.hotfix.current)


def _meant(session: HotfixSession, target: str | None) -> tuple[Backport, ...]:
    """The target that is meant, or all of them; a new one is added.

    Raises:
        UnknownTarget, NothingToBring
    """
    hotfix = session.hotfix
    if target is None:
        if not hotfix.backports:
            raise NothingToBring(hotfix.name)
        return hotfix.backports
    found = hotfix.backport(target)
    if found is not None:
        return (found,)
    if target in _more_targets(session, hotfix):
        return (Backport(target=target),)
    raise UnknownTarget(target, [each.target for each in hotfix.backports])


def _more_targets(session: HotfixSession, hotfix: Hotfix) -> tuple[str, ...]:
    """Targets that were added to chatops.yml after the hotfix began."""
    known = {each.target for each in hotfix.backports}
    return tuple(target for target in session.targets if target not in known)


def _bring_now(session: HotfixSession, lacking: list[Backport]) -> None:
    """Bring it although it is not the turn of the step, for instance after it was lost again."""
    step = session.hotfix.step(StepKind.BACKPORT)
    if step is None or not lacking:
        return
    begun = step.begun(by=session.incident_session.actor, now=session.now)
    session.hotfix = session.hotfix.with_step(begun)
    for each in lacking:
        session.do_step(StepKind.BACKPORT, round_=begun.round, target=each.target)
