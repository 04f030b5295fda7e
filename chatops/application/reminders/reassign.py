"""Gives what somebody owes to somebody else, who is told directly what it is and why it matters."""

from dataclasses import dataclass, replace

from chatops.application.authorization import PeopleDirectory
from chatops.application.reminders.digest import Thing, moving, settling
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.errors import NoSuchPromise
from chatops.domain.hotfix.deadlines import subject_of
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import Post
from chatops.domain.promises.model import LATER, ComesWithRole, Promise, PromiseKind
from chatops.domain.promises.reminder_policy import ReminderPolicy
from chatops.domain.team import Permission

_GIVEN = LATER - {PromiseKind.ARCHIVE}


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverRequest(Request):
    """A promise, by its key, and who is to keep it from now on."""

    promise: str
    owner: str
    reason: str = ""


class HandPromiseOver:
    """Give a promise to somebody else."""

    def __init__(self, turns: Sessions, directory: PeopleDirectory) -> None:
        self._turns = turns
        self._directory = directory

    def __call__(self, request: HandOverRequest) -> Post:
        """Change its owner, bring them in and tell them. Whoever owes it always may.

        Raises:
            NoSuchPromise, ComesWithRole, NotAllowed
        """
        standing = self._directory.standing(request.user, Permission.HAND_OVER)
        with self._turns.turn(request) as turn:
            promise = turn.work.promises.get(turn.incident.id, request.promise)
            if promise is None or not promise.open:
                raise NoSuchPromise
            if promise.owner != request.user:
                standing.must_suffice(turn.incident)
            if promise.kind not in _GIVEN:
                raise ComesWithRole(promise.name)
            if promise.owner == request.owner:
                return turn.answer("handed_over_answer", promise=promise)
            return _hand_over(turn, promise, request)


def _hand_over(turn: IncidentSession, promise: Promise, request: HandOverRequest) -> Post:
    turn.invite(request.owner)
    given = turn.promise(_given(turn, promise, request.owner))
    _give_subject(turn, promise, request.owner)
    reason = request.reason.strip()
    said = f"<@{request.owner}> has taken over: {promise.name}"
    turn.note(EntryKind.HANDED_OVER, said, reason=reason)
    key = f"handed_over:{given.key}:{given.round}"
    post = turn.post("handed_over", promise=given, before=promise.owner, reason=reason)
    turn.tell_thread(key, post)
    if request.owner != request.user:
        overdue = given.overdue(turn.now)
        direct = turn.post(
            "handed_over_direct",
            promise=given,
            before=promise.owner,
            reason=reason,
            thing=Thing(incident=turn.incident, promise=given, overdue=overdue),
            buttons=(*settling(given), *moving(given)),
        )
        turn.tell_person(key, request.owner, direct)
    return turn.answer("handed_over_answer", promise=given)


def _given(turn: IncidentSession, promise: Promise, owner: str) -> Promise:
    """The same with another owner, of whom nobody else has been told anything yet."""
    given = replace(promise, owner=owner, round=promise.round + 1, told=0)
    if not promise.overdue(turn.now):
        return given
    manners = ReminderPolicy.of(turn.playbook).towards(given.kind)
    return replace(given, wake_at=manners.again_at(given, turn.incident, turn.now))


def _give_subject(turn: IncidentSession, promise: Promise, owner: str) -> None:
    """Give away with a promise what it is about: the task, the backport, the post-mortem."""
    match promise.kind:
        case PromiseKind.ACTION:
            for task in turn.work.tasks.of(turn.incident.id):
                if str(task.number) == promise.detail:
                    turn.work.tasks.put(task.given_to(owner))
        case PromiseKind.BACKPORT:
            _give_backport(turn, promise, owner)
        case PromiseKind.POST_MORTEM:
            written = turn.work.post_mortems.get(turn.incident.id)
            if written is not None:
                turn.work.post_mortems.save(replace(written, owner=owner))
        case _:
            pass


def _give_backport(turn: IncidentSession, promise: Promise, owner: str) -> None:
    number, target = subject_of(promise)
    for hotfix in turn.work.hotfixes.of(turn.incident.id):
        backport = hotfix.backport(target) if hotfix.number == number else None
        if backport is not None:
            turn.work.hotfixes.save(hotfix.with_backport(replace(backport, owner=owner)))
