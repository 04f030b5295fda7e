"""Snoozes a promise, or waives it; either way the reason goes on record."""

from dataclasses import dataclass, replace
from datetime import datetime

from chatops.application.authorization import Authorization, PeopleDirectory
from chatops.application.incidents.update import cancel_silence_escalations, finish_reminder
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.errors import ReasonMissing
from chatops.domain.hotfix.deadlines import subject_of
from chatops.domain.hotfix.errors import WaivedByBranch
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import Post
from chatops.domain.promises.decide import first_look
from chatops.domain.promises.model import Promise
from chatops.domain.promises.spec import PromiseSubject
from chatops.domain.promises.while_running import STATUS_KEY
from chatops.domain.team import Permission
from chatops.domain.time.parse import passed


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeRequest(Request):
    """Snooze a promise ``until`` then, or (none) waive it; both need a reason."""

    promise: str
    until: datetime | None
    reason: str


class SnoozePromise:
    """Snooze a promise, or waive it."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: SnoozeRequest) -> Post:
        """Change the promise and put the reason on record.

        Raises:
            ReasonMissing, UserError, InvalidTime, WaivedByBranch, NotAllowed
        """
        deed = Permission.SNOOZE if request.until else Permission.WAIVE
        reason = request.reason.strip()
        if not reason:
            raise ReasonMissing(deed=deed)
        if request.until is not None and request.until <= request.now:
            raise passed(request.until)
        authorization = self._directory.authorization(request.user, deed)
        with self._sessions.begin(request) as session:
            promise = session.open_promise(request.promise)
            _must_be_allowed(session, promise, authorization)
            if promise.spec.subject is PromiseSubject.BACKPORT and request.until is None:
                raise WaivedByBranch(subject_of(promise)[1])
            if promise.key == STATUS_KEY:
                session.incident = replace(session.incident, next_update_at=request.until)
                finish_reminder(session)
                cancel_silence_escalations(session)
            if request.until is None:
                changed = session.promise(promise.waived(reason, request.now))
                session.note(EntryKind.WAIVED, f"Waived: {promise.name}", reason=reason)
            else:
                changed = session.promise(_snoozed(session, promise, request.until, reason))
                session.note(EntryKind.SNOOZED, f"Snoozed: {promise.name}", reason=reason)
            post = session.post("put_off", promise=changed, reason=reason)
            session.tell_thread(f"put_off:{session.incident.version}", post)
            return session.answer("put_off_answer", promise=changed)


def _snoozed(session: IncidentSession, promise: Promise, until: datetime, reason: str) -> Promise:
    later = replace(promise, due_at=until)
    wake = first_look(later, session.incident, session.playbook, session.now)
    return promise.snoozed(until, reason, wake_at=wake, now=session.now)


def _must_be_allowed(
    session: IncidentSession, promise: Promise, authorization: Authorization
) -> None:
    """Whoever owns something themselves may snooze it; else the team's table decides.

    Raises:
        NotAllowed
    """
    own = promise.personal or promise.spec.follow_up
    if not (
        own and authorization.deed is Permission.SNOOZE and promise.owner == authorization.user
    ):
        authorization.require(session.incident)
