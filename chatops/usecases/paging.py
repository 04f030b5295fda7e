"""Pages people, and takes their answer."""

from dataclasses import dataclass
from datetime import timedelta

from chatops.domain.errors import NobodyToPage
from chatops.domain.incident.model import COMMANDER
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.policy import Trigger
from chatops.domain.promises.model import PromiseKind, person_response, remade, rung_of
from chatops.domain.team import Deed
from chatops.usecases.notify import page
from chatops.usecases.permission import Directory
from chatops.usecases.roles import hand_promises_over
from chatops.usecases.turn import Request, Turn
from chatops.usecases.turns import Turns

#: How long a paged person has to answer before the leader is told.
ANSWER_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest(Request):
    """Whom to page: user ids, group ids or audience names; and what for."""

    whom: tuple[str, ...]
    why: str = ""


class PagePeople:
    """Page somebody now."""

    def __init__(self, turns: Turns, directory: Directory) -> None:
        self._turns = turns
        self._directory = directory

    def __call__(self, request: PageRequest) -> Post:
        """Page everybody meant, and promise to say so if nobody answers.

        Raises:
            NobodyToPage, NotAllowed, AlreadyResolved, IncidentClosed
        """
        users = self._directory.expand(request.whom)
        if not users:
            raise NobodyToPage(", ".join(request.whom))
        standing = self._directory.standing(request.user, Deed.PAGE)
        with self._turns.turn(request, standing) as turn:
            turn.incident.must_be_running()
            page(turn, users, why=request.why.strip() or turn.incident.title)
            if turn.incident.drill:
                return turn.answer("drill_page_answer", number=len(users))
            held = turn.promises()
            for user in users:
                promise = person_response(turn.incident, user, turn.now + ANSWER_WITHIN, turn.now)
                turn.promise(remade(held.get(promise.key), promise, turn.now))
            return turn.answer("page_answer", users=users)


class Acknowledge:
    """Take an incident up."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def __call__(self, request: Request) -> Post:
        """Settle everything that waited for somebody to answer; if nobody leads, they do now.

        Raises:
            UnknownIncident, AlreadyResolved, IncidentClosed
        """
        with self._turns.turn(request) as turn:
            turn.incident.must_be_running()
            first = turn.incident.acknowledged_at is None
            turn.invite(request.user)
            turn.incident = turn.incident.acknowledged(request.user, request.now)
            if turn.incident.commander is None:
                turn.incident = turn.incident.with_role(COMMANDER, request.user)
                hand_promises_over(turn, request.user)
            _settle(turn, request.user)
            if first:
                turn.note(EntryKind.ACKNOWLEDGED, f"<@{request.user}> is on it")
                turn.tell_room("acknowledged", turn.post("acknowledged"))
            elif turn.incident.acknowledged_by != request.user:
                turn.note(EntryKind.ACKNOWLEDGED, f"<@{request.user}> is on it too")
            taken = turn.incident.acknowledged_by == request.user
            return turn.answer("acknowledge_answer", first=taken)


def _settle(turn: Turn, user: str) -> None:
    for promise in turn.promises().values():
        if not promise.open:
            continue
        rung = rung_of(promise, turn.severity)
        if rung is not None and rung.when is Trigger.UNACKNOWLEDGED:
            turn.promise(promise.lapsed(turn.now))
        elif promise.kind is PromiseKind.NOTICE or (
            promise.kind is PromiseKind.RESPONSE and (promise.owner == user or not promise.personal)
        ):
            turn.promise(promise.kept(turn.now))
