"""Gives word: written updates, and putting one off with a reason."""

from dataclasses import dataclass, replace
from datetime import datetime

from chatops.application.authorization import Authorization, PeopleDirectory
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.errors import BadMoment, NoSuchPromise, NothingWritten, ReasonMissing, TooLong
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


def update_button(turn: IncidentSession, *, tone: ButtonStyle = ButtonStyle.WANTED) -> Button:
    return Button(ask=ActionId.UPDATE, label="Write update", about=str(turn.incident.id), tone=tone)


class PostUpdate:
    """Post an update, and promise the next one."""

    def __init__(self, turns: Sessions, directory: PeopleDirectory) -> None:
        self._turns = turns
        self._directory = directory

    def __call__(self, request: UpdateRequest) -> Post:
        """Tell both readers, and renew the promise.

        Raises:
            NothingWritten, TooLong, BadMoment, AlreadyResolved, IncidentClosed, NotAllowed
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
            raise BadMoment(asked=f"{request.next_at:%H:%M}" if request.next_at else "")
        standing = self._directory.standing(request.user, Permission.UPDATE)
        with self._turns.turn(request, standing) as turn:
            update = Update(
                plain=plain, technical=technical or plain, author=request.user, at=request.now
            )
            status = request.status or turn.incident.status
            turn.incident = turn.incident.updated(update, next_at=request.next_at, status=status)
            settle_nudge(turn)
            _promise_next(turn, request.next_at)
            turn.note(EntryKind.UPDATE, plain, reason=technical)
            number = turn.incident.version
            turn.tell_room(f"update:{number}", turn.post("update", update=update))
            public = turn.post("update_public", update=update)
            tell_stakeholders(turn, f"update_public:{number}", public)
            return turn.answer("update_answer")


def tell_stakeholders(turn: IncidentSession, key: str, post: Post) -> None:
    """Say it in the announcement's thread; of a private incident nothing is said there."""
    if turn.team.channels.stakeholders and not turn.incident.private:
        turn.say(
            key, Destination(kind=DestinationKind.STAKEHOLDERS), post, under=turn.announcement_key
        )


def settle_nudge(turn: IncidentSession) -> None:
    """Mark the reminder of this round, if it is out, as done with."""
    promise = turn.work.promises.get(turn.incident.id, STATUS_KEY)
    if promise is not None and promise.nudged:
        said = f"{turn.incident.id}:{nudge_key(promise)}"
        settled = EditMessage(said=said, post=turn.post("nudge_settled"))
        turn.do(f"settle:{nudge_key(promise)}", turn.room.lane, settled)


def nudge_key(promise: Promise) -> str:
    return f"nudge:{promise.key}:{promise.round}"


def _promise_next(turn: IncidentSession, next_at: datetime) -> None:
    new = status_update(turn.incident, turn.severity, next_at, turn.now)
    old = turn.work.promises.get(turn.incident.id, STATUS_KEY)
    turn.promise(remade(old, new, turn.now))
    _excuse_silence(turn)


def _excuse_silence(turn: IncidentSession) -> None:
    """Nobody is told any more of a word that was missed, once there is one, or a reason."""
    turn.lapse(lambda promise: _is_about_silence(turn, promise))


def _put_off(turn: IncidentSession, promise: Promise, until: datetime, reason: str) -> Promise:
    match promise.kind:
        case PromiseKind.STATUS_UPDATE:
            wake = nudge_time(turn.severity, until, turn.now)
        case PromiseKind.BACKPORT:
            wake = backport_wake(until, turn.now)
        case _:
            later = replace(promise, due_at=until)
            wake = ReminderPolicy.of(turn.playbook).wake_at(later, turn.incident, turn.now)
    return promise.snoozed(until, reason, wake_at=wake, now=turn.now)


def _must_be_allowed(turn: IncidentSession, promise: Promise, standing: Authorization) -> None:
    """Whoever owes something themselves may put it off; else the team's table decides.

    Raises:
        NotAllowed
    """
    own = promise.personal or promise.kind in LATER
    if not (own and standing.deed is Permission.SNOOZE and promise.owner == standing.user):
        standing.must_suffice(turn.incident)


def _is_about_silence(turn: IncidentSession, promise: Promise) -> bool:
    rung = rung_of(promise, turn.severity)
    return rung is not None and rung.when is EscalationTrigger.UPDATE_OVERDUE


class PostponePromise:
    """Snooze a promise, or waive it."""

    def __init__(self, turns: Sessions, directory: PeopleDirectory) -> None:
        self._turns = turns
        self._directory = directory

    def __call__(self, request: PostponeRequest) -> Post:
        """Change the promise and put the reason on record.

        Raises:
            ReasonMissing, NoSuchPromise, BadMoment, WaivedByBranch, NotAllowed
        """
        deed = Permission.SNOOZE if request.until else Permission.WAIVE
        reason = request.reason.strip()
        if not reason:
            raise ReasonMissing(deed=deed)
        if request.until is not None and request.until <= request.now:
            raise BadMoment(asked=f"{request.until:%H:%M}")
        standing = self._directory.standing(request.user, deed)
        with self._turns.turn(request) as turn:
            promise = turn.work.promises.get(turn.incident.id, request.promise)
            if promise is None or not promise.open:
                raise NoSuchPromise
            _must_be_allowed(turn, promise, standing)
            if promise.kind is PromiseKind.BACKPORT and request.until is None:
                raise WaivedByBranch(subject_of(promise)[1])
            if promise.kind is PromiseKind.STATUS_UPDATE:
                turn.incident = replace(turn.incident, next_update_at=request.until)
                settle_nudge(turn)
                _excuse_silence(turn)
            if request.until is None:
                changed = turn.promise(promise.waived(reason, request.now))
                turn.note(EntryKind.WAIVED, f"Waived: {promise.name}", reason=reason)
            else:
                changed = turn.promise(_put_off(turn, promise, request.until, reason))
                turn.note(EntryKind.SNOOZED, f"Snoozed: {promise.name}", reason=reason)
            post = turn.post("put_off", promise=changed, reason=reason)
            turn.tell_thread(f"put_off:{turn.incident.version}", post)
            return turn.answer("put_off_answer", promise=changed)
