"""Fulfils what one press fulfils, and notes what whoever reported the incident still sees."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from chatops.application.hotfix.deadlines import fulfil_window
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise, fulfilled_by_doing
from chatops.domain.promises.reminder_policy import ReminderPolicy
from chatops.domain.promises.spec import ByCommand, ByPress, ByWaiving, InItsOwnWay


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilRequest(Request):
    """A promise, by its key, that is fulfilled by saying so."""

    promise: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRequest(Request):
    """What whoever reported it still sees."""

    promise: str
    reason: str = ""


class FulfilPromise:
    """Fulfil a promise by saying so: it is gone, all is clear, still active, the channel stays."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, request: FulfilRequest) -> Post:
        """Note it, and tell the others.

        Raises:
            UserError
        """
        with self._sessions.begin(request) as session:
            promise = session.open_promise(request.promise)
            fulfilled = _fulfil(session, promise)
            post = session.post("settled", promise=fulfilled)
            session.tell_thread(f"settled:{promise.key}:{promise.round}:{session.version}", post)
            return session.answer("settled", promise=fulfilled)


def _fulfil(session: IncidentSession, promise: Promise) -> Promise:
    """Raises UserError."""
    match promise.spec.fulfilled:
        case ByCommand(command=command):
            raise fulfilled_by_doing(promise.name, command.format(detail=promise.detail))
        case ByPress(note=note, renewed=renewed):
            session.note(EntryKind.NOTE, note)
            done = _renewed(session, promise) if renewed else promise.fulfilled(session.now)
            return session.promise(done)
        case ByWaiving(reason=reason):
            session.note(EntryKind.WAIVED, f"Waived: {promise.name}", reason=reason)
            return session.promise(promise.waived(reason, session.now))
        case InItsOwnWay():
            return OWN_WAYS[promise.kind](session, promise)


def _renewed(session: IncidentSession, promise: Promise) -> Promise:
    """The same for later, as long after this as it is told again."""
    policy = ReminderPolicy.of(session.playbook)
    due = session.now + promise.spec.again(policy, promise.told)
    return promise.renewed(due_at=due, wake_at=due, now=session.now)


#: Every kind that is fulfilled ``InItsOwnWay``.
OWN_WAYS: Mapping[PromiseKind, Callable[[IncidentSession, Promise], Promise]] = MappingProxyType(
    {PromiseKind.WATCH: fulfil_window}
)


class DisputeResolution:
    """Note that whoever reported it still sees it."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, request: DisputeRequest) -> Post:
        """Note it, and tell the commander, who may reopen the incident.

        Raises:
            UserError
        """
        with self._sessions.begin(request) as session:
            promise = session.open_promise(request.promise)
            reason = request.reason.strip()
            session.note(
                EntryKind.NOTE, "Whoever reported it says that it is not gone", reason=reason
            )
            about = str(session.incident.id)
            again = Button(
                ask=ActionId("reopen"), label="Reopen…", about=about, tone=ButtonStyle.WANTED
            )
            post = session.post("not_gone", promise=promise, reason=reason, buttons=(again,))
            key = f"not_gone:{session.version}"
            session.tell_room(key, post)
            session.tell_person(key, session.incident.leader, post)
            return session.answer("not_gone", promise=promise, reason=reason)
