"""Written updates: for stakeholders and for responders, each with the promise of the next."""

from dataclasses import dataclass
from datetime import datetime

from chatops.application.authorization import PeopleDirectory
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.errors import NothingWritten, TooLong
from chatops.domain.incident.model import Status, Update
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import Destination, DestinationKind, EditMessage
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.playbook.policy import EscalationTrigger
from chatops.domain.promises.model import Promise, remade
from chatops.domain.promises.while_running import STATUS_KEY, escalation_step, status_update
from chatops.domain.team import Permission
from chatops.domain.time.parse import passed

PLAIN_LIMIT = 1000
TECHNICAL_LIMIT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRequest(Request):
    """An update: ``plain`` for stakeholders, ``technical`` (if any) for responders."""

    plain: str
    next_at: datetime | None
    technical: str = ""
    status: Status | None = None


def update_button(session: IncidentSession, *, tone: ButtonStyle = ButtonStyle.WANTED) -> Button:
    return Button(
        ask=ActionId("update"), label="Write update", about=str(session.incident.id), tone=tone
    )


class PostUpdate:
    """Post an update, and promise the next one."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: UpdateRequest) -> Post:
        """Tell both readers, and renew the promise.

        Raises:
            NothingWritten, TooLong, InvalidTime, UserError, NotAllowed
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
            finish_reminder(session)
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


def finish_reminder(session: IncidentSession) -> None:
    """Mark the reminder of this round, if it is out, as done with."""
    promise = session.work.promises.get(session.incident.id, STATUS_KEY)
    if promise is not None and promise.nudged:
        said = f"{session.incident.id}:{reminder_key(promise)}"
        settled = EditMessage(said=said, post=session.post("nudge_settled"))
        session.do(f"settle:{reminder_key(promise)}", session.room.lane, settled)


def reminder_key(promise: Promise) -> str:
    return f"nudge:{promise.key}:{promise.round}"


def _promise_next(session: IncidentSession, next_at: datetime) -> None:
    new = status_update(session.incident, session.severity, next_at, session.now)
    old = session.work.promises.get(session.incident.id, STATUS_KEY)
    session.promise(remade(old, new, session.now))
    cancel_silence_escalations(session)


def cancel_silence_escalations(session: IncidentSession) -> None:
    """Nobody is told any more of an update that was missed, once there is one, or a reason."""
    session.cancel_promises(lambda promise: _is_about_silence(session, promise))


def _is_about_silence(session: IncidentSession, promise: Promise) -> bool:
    step = escalation_step(promise, session.severity)
    return step is not None and step.when is EscalationTrigger.UPDATE_OVERDUE
