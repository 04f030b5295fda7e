"""Gives word: written updates, and putting one off with a reason."""

from dataclasses import dataclass, replace
from datetime import datetime

from chatops.application.authorization import Authorization, PeopleDirectory
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.errors import NoSuchPromise, NothingWritten, ReasonMissing, TooLong
from chatops.domain.hotfix.deadlines import backport_wake, subject_of
from chatops.domain.hotfix.errors import WaivedByBranch
from chatops.domain.incident.model import Status, Update
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import Destination, DestinationKind, EditMessage
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.playbook.policy import EscalationTrigger
from chatops.domain.promises.model import (
    LATER,
    STATUS_KEY,
    Promise,
    PromiseKind,
    nudge_time,
    remade,
    rung_of,
    status_update,
)
from chatops.domain.promises.reminder_policy import ReminderPolicy
from chatops.domain.team import Permission
from chatops.domain.time.parse import passed

PLAIN_LIMIT = 1000
TECHNICAL_LIMIT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRequest(Request):
    """The word to give: ``plain`` for stakeholders, ``technical`` (if any) for responders."""

    plain: str
    next_at: datetime | None
    technical: str = ""
    status: Status | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostponeRequest(Request):
    """Move a promise to ``until``, or (none) give it up; both need a reason."""

    promise: str
    until: datetime | None
    reason: str


def update_button(session: IncidentSession, *, tone: ButtonStyle = ButtonStyle.WANTED) -> Button:
    return Button(
        ask=ActionId.UPDATE, label="Write update", about=str(session.incident.id), tone=tone
    )


class PostUpdate:
    """Post an update, and promise the next one."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: UpdateRequest) -> Post:
        """Tell both readers, and renew the promise.

        Raises:
            NothingWritten, TooLong, InvalidTime, AlreadyResolved, IncidentClosed, NotAllowed
        """
        plain, technical = request.plain.strip(), request.technical.strip()
        if not plain:
            raise NothingWritten(what="text for stakeholders")
        for what, text, limit in (
            ("text for stakeholders", plain, PLAIN_LIMIT),
            ("technical text", technical, TECHNICAL_LIMIT),
        ):
            if len(text) > limit:
                raise TooLong(what=what, limit=limit, length=len(text))
        if request.next_at is None or request.next_at <= request.now:
            raise passed(request.next_at)
        authorization = self._directory.authorization(request.user, Permission.UPDATE)
        with self._sessions.begin(request, authorization) as session:
            update = Update(
                plain=plain, technical=technical or plain, author=request.user, at=request.now
            )
            status = request.status or session.incident.status
            session.incident = session.incident.updated(
                update, next_at=request.next_at, status=status
            )
            settle_nudge(session)
            _promise_next(session, request.next_at)
            session.note(EntryKind.UPDATE, plain, reason=technical)
            number = session.incident.version
            session.tell_room(f"update:{number}", session.post("update", update=update))
            public = session.post("update_public", update=update)
            tell_stakeholders(session, f"update_public:{number}", public)
            return session.answer("update_answer")


def tell_stakeholders(session: IncidentSession, key: str, post: Post) -> None:
    """Say it in the announcement's thread; of a private incident nothing is said there."""
    if session.team.channels.stakeholders and not session.incident.private:
        session.say(
            key,
            Destination(kind=DestinationKind.STAKEHOLDERS),
            post,
            under=session.announcement_key,
        )


def settle_nudge(session: IncidentSession) -> None:
    """Mark the reminder of this round, if it is out, as done with."""
    promise = session.work.promises.get(session.incident.id, STATUS_KEY)
    if promise is not None and promise.nudged:
        said = f"{session.incident.id}:{nudge_key(promise)}"
        settled = EditMessage(said=said, post=session.post("nudge_settled"))
        session.do(f"settle:{nudge_key(promise)}", session.room.lane, settled)


def nudge_key(promise: Promise) -> str:
    return f"nudge:{promise.key}:{promise.round}"


def _promise_next(session: IncidentSession, next_at: datetime) -> None:
    new = status_update(session.incident, session.severity, next_at, session.now)
    old = session.work.promises.get(session.incident.id, STATUS_KEY)
    session.promise(remade(old, new, session.now))
    _excuse_silence(session)


def _excuse_silence(session: IncidentSession) -> None:
    """Nobody is told any more of a word that was missed, once there is one, or a reason."""
    session.lapse(lambda promise: _is_about_silence(session, promise))


def _put_off(session: IncidentSession, promise: Promise, until: datetime, reason: str) -> Promise:
    match promise.kind:
        case PromiseKind.STATUS_UPDATE:
            wake = nudge_time(session.severity, until, session.now)
        case PromiseKind.BACKPORT:
            wake = backport_wake(until, session.now)
        case _:
            later = replace(promise, due_at=until)
            wake = ReminderPolicy.of(session.playbook).wake_at(later, session.incident, session.now)
    return promise.snoozed(until, reason, wake_at=wake, now=session.now)


def _must_be_allowed(
    session: IncidentSession, promise: Promise, authorization: Authorization
) -> None:
    """Whoever owes something themselves may put it off; else the team's table decides.

    Raises:
        NotAllowed
    """
    own = promise.personal or promise.kind in LATER
    if not (
        own and authorization.deed is Permission.SNOOZE and promise.owner == authorization.user
    ):
        authorization.require(session.incident)


def _is_about_silence(session: IncidentSession, promise: Promise) -> bool:
    rung = rung_of(promise, session.severity)
    return rung is not None and rung.when is EscalationTrigger.UPDATE_OVERDUE


class PostponePromise:
    """Snooze a promise, or waive it."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: PostponeRequest) -> Post:
        """Change the promise and put the reason on record.

        Raises:
            ReasonMissing, NoSuchPromise, InvalidTime, WaivedByBranch, NotAllowed
        """
        deed = Permission.SNOOZE if request.until else Permission.WAIVE
        reason = request.reason.strip()
        if not reason:
            raise ReasonMissing(deed=deed)
        if request.until is not None and request.until <= request.now:
            raise passed(request.until)
        authorization = self._directory.authorization(request.user, deed)
        with self._sessions.begin(request) as session:
            promise = session.work.promises.get(session.incident.id, request.promise)
            if promise is None or not promise.open:
                raise NoSuchPromise
            _must_be_allowed(session, promise, authorization)
            if promise.kind is PromiseKind.BACKPORT and request.until is None:
                raise WaivedByBranch(subject_of(promise)[1])
            if promise.kind is PromiseKind.STATUS_UPDATE:
                session.incident = replace(session.incident, next_update_at=request.until)
                settle_nudge(session)
                _excuse_silence(session)
            if request.until is None:
                changed = session.promise(promise.waived(reason, request.now))
                session.note(EntryKind.WAIVED, f"Waived: {promise.name}", reason=reason)
            else:
                changed = session.promise(_put_off(session, promise, request.until, reason))
                session.note(EntryKind.SNOOZED, f"Snoozed: {promise.name}", reason=reason)
            post = session.post("put_off", promise=changed, reason=reason)
            session.tell_thread(f"put_off:{session.incident.version}", post)
            return session.answer("put_off_answer", promise=changed)
