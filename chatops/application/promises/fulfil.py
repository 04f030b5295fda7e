"""Settles what one press settles, and takes down what whoever reported it still sees."""

from dataclasses import dataclass

from chatops.application.hotfix.deadlines import say_quiet
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.errors import NoSuchPromise
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.promises.model import Promise, PromiseKind, SettledElsewhere

#: What settles each of the others: the command.
_ELSEWHERE = {
    PromiseKind.POST_MORTEM: "/incident postmortem",
    PromiseKind.ROOT_CAUSE: "/incident postmortem",
    PromiseKind.REVIEW: "/incident review",
    PromiseKind.CLOSE: "/incident close",
    PromiseKind.BACKPORT: "/hotfix backport",
    PromiseKind.STEP: "/hotfix next",
    PromiseKind.ROLLBACK: "/hotfix rollback",
    PromiseKind.UNLED: "/incident role commander",
    PromiseKind.HAND_OVER: "/incident role",
    PromiseKind.RESPONSE: "/incident status",
    PromiseKind.FIX: "/incident resolve",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleRequest(Request):
    """A promise, by its key, that is settled by saying so."""

    promise: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotGoneRequest(Request):
    """What whoever reported it still sees."""

    promise: str
    reason: str = ""


class SettlePromise:
    """Settle a promise with a word: it is gone, all is quiet, still on it, the channel stays."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, request: SettleRequest) -> Post:
        """Take the word down.

        Raises:
            NoSuchPromise, SettledElsewhere
        """
        with self._sessions.begin(request) as session:
            promise = _open(session, request.promise)
            settled = _settle(session, promise)
            post = session.post("settled", promise=settled)
            session.tell_thread(f"settled:{promise.key}:{promise.round}:{session.version}", post)
            return session.answer("settled", promise=settled)


def _open(session: IncidentSession, key: str) -> Promise:
    promise = session.work.promises.get(session.incident.id, key)
    if promise is None or not promise.open:
        raise NoSuchPromise
    return promise


def _settle(session: IncidentSession, promise: Promise) -> Promise:
    match promise.kind:
        case PromiseKind.REPORTER:
            session.note(EntryKind.NOTE, "Whoever reported it says that it is gone")
            return session.promise(promise.kept(session.now))
        case PromiseKind.WATCH:
            return say_quiet(session, promise)
        case PromiseKind.STALE:
            session.note(EntryKind.NOTE, "Still on it")
            due = session.now + (
                session.playbook.stale_after or session.playbook.reminders.again_after
            )
            return session.promise(promise.renewed(due_at=due, wake_at=due, now=session.now))
        case PromiseKind.ARCHIVE:
            reason = "the channel is kept"
            session.note(EntryKind.WAIVED, f"Waived: {promise.name}", reason=reason)
            return session.promise(promise.waived(reason, session.now))
        case PromiseKind.ACTION:
            raise SettledElsewhere(promise.name, f"/incident task done {promise.detail}")
        case _:
            how = _ELSEWHERE.get(promise.kind, "/incident update")
            raise SettledElsewhere(promise.name, how)


class SayNotGone:
    """Take down that whoever reported it still sees it."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, request: NotGoneRequest) -> Post:
        """Note it, and tell whoever leads, who may reopen the incident.

        Raises:
            NoSuchPromise
        """
        with self._sessions.begin(request) as session:
            promise = _open(session, request.promise)
            reason = request.reason.strip()
            session.note(
                EntryKind.NOTE, "Whoever reported it says that it is not gone", reason=reason
            )
            about = str(session.incident.id)
            again = Button(
                ask=ActionId.REOPEN, label="Reopen…", about=about, tone=ButtonStyle.WANTED
            )
            post = session.post("not_gone", promise=promise, reason=reason, buttons=(again,))
            key = f"not_gone:{session.version}"
            session.tell_room(key, post)
            session.tell_person(key, session.incident.leader, post)
            return session.answer("not_gone", promise=promise, reason=reason)
