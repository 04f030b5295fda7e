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

    def __init__(self, turns: Sessions) -> None:
        self._turns = turns

    def __call__(self, request: SettleRequest) -> Post:
        """Take the word down.

        Raises:
            NoSuchPromise, SettledElsewhere
        """
        with self._turns.turn(request) as turn:
            promise = _open(turn, request.promise)
            settled = _settle(turn, promise)
            post = turn.post("settled", promise=settled)
            turn.tell_thread(f"settled:{promise.key}:{promise.round}:{turn.version}", post)
            return turn.answer("settled", promise=settled)


def _open(turn: IncidentSession, key: str) -> Promise:
    promise = turn.work.promises.get(turn.incident.id, key)
    if promise is None or not promise.open:
        raise NoSuchPromise
    return promise


def _settle(turn: IncidentSession, promise: Promise) -> Promise:
    match promise.kind:
        case PromiseKind.REPORTER:
            turn.note(EntryKind.NOTE, "Whoever reported it says that it is gone")
            return turn.promise(promise.kept(turn.now))
        case PromiseKind.WATCH:
            return say_quiet(turn, promise)
        case PromiseKind.STALE:
            turn.note(EntryKind.NOTE, "Still on it")
            due = turn.now + (turn.playbook.stale_after or turn.playbook.reminders.again_after)
            return turn.promise(promise.renewed(due_at=due, wake_at=due, now=turn.now))
        case PromiseKind.ARCHIVE:
            reason = "the channel is kept"
            turn.note(EntryKind.WAIVED, f"Waived: {promise.name}", reason=reason)
            return turn.promise(promise.waived(reason, turn.now))
        case PromiseKind.ACTION:
            raise SettledElsewhere(promise.name, f"/incident task done {promise.detail}")
        case _:
            how = _ELSEWHERE.get(promise.kind, "/incident update")
            raise SettledElsewhere(promise.name, how)


class SayNotGone:
    """Take down that whoever reported it still sees it."""

    def __init__(self, turns: Sessions) -> None:
        self._turns = turns

    def __call__(self, request: NotGoneRequest) -> Post:
        """Note it, and tell whoever leads, who may reopen the incident.

        Raises:
            NoSuchPromise
        """
        with self._turns.turn(request) as turn:
            promise = _open(turn, request.promise)
            reason = request.reason.strip()
            turn.note(EntryKind.NOTE, "Whoever reported it says that it is not gone", reason=reason)
            about = str(turn.incident.id)
            again = Button(
                ask=ActionId.REOPEN, label="Reopen…", about=about, tone=ButtonStyle.WANTED
            )
            post = turn.post("not_gone", promise=promise, reason=reason, buttons=(again,))
            key = f"not_gone:{turn.version}"
            turn.tell_room(key, post)
            turn.tell_person(key, turn.incident.leader, post)
            return turn.answer("not_gone", promise=promise, reason=reason)
