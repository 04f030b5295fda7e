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

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: HandOverRequest) -> Post:
        """Change its owner, bring them in and tell them. Whoever owes it always may.

        Raises:
            NoSuchPromise, ComesWithRole, NotAllowed
        """
        authorization = self._directory.authorization(request.user, Permission.HAND_OVER)
        with self._sessions.begin(request) as session:
            promise = session.work.promises.get(session.incident.id, request.promise)
            if promise is None or not promise.open:
                raise NoSuchPromise
            if promise.owner != request.user:
                authorization.require(session.incident)
            if promise.kind not in _GIVEN:
                raise ComesWithRole(promise.name)
            if promise.owner == request.owner:
                return session.answer("handed_over_answer", promise=promise)
            return _hand_over(session, promise, request)


def _hand_over(session: IncidentSession, promise: Promise, request: HandOverRequest) -> Post:
    session.invite(request.owner)
    given = session.promise(_given(session, promise, request.owner))
    _give_subject(session, promise, request.owner)
    reason = request.reason.strip()
    said = f"<@{request.owner}> has taken over: {promise.name}"
    session.note(EntryKind.HANDED_OVER, said, reason=reason)
    key = f"handed_over:{given.key}:{given.round}"
    post = session.post("handed_over", promise=given, before=promise.owner, reason=reason)
    session.tell_thread(key, post)
    if request.owner != request.user:
        overdue = given.overdue(session.now)
        direct = session.post(
            "handed_over_direct",
            promise=given,
            before=promise.owner,
            reason=reason,
            thing=Thing(incident=session.incident, promise=given, overdue=overdue),
            buttons=(*settling(given), *moving(given)),
        )
        session.tell_person(key, request.owner, direct)
    return session.answer("handed_over_answer", promise=given)


def _given(session: IncidentSession, promise: Promise, owner: str) -> Promise:
    """The same with another owner, of whom nobody else has been told anything yet."""
    given = replace(promise, owner=owner, round=promise.round + 1, told=0)
    if not promise.overdue(session.now):
        return given
    manners = ReminderPolicy.of(session.playbook).towards(given.kind)
    return replace(given, wake_at=manners.again_at(given, session.incident, session.now))


def _give_subject(session: IncidentSession, promise: Promise, owner: str) -> None:
    """Give away with a promise what it is about: the task, the backport, the post-mortem."""
    match promise.kind:
        case PromiseKind.ACTION:
            for task in session.work.tasks.of(session.incident.id):
                if str(task.number) == promise.detail:
                    session.work.tasks.put(task.given_to(owner))
        case PromiseKind.BACKPORT:
            _give_backport(session, promise, owner)
        case PromiseKind.POST_MORTEM:
            written = session.work.post_mortems.get(session.incident.id)
            if written is not None:
                session.work.post_mortems.save(replace(written, owner=owner))
        case _:
            pass


def _give_backport(session: IncidentSession, promise: Promise, owner: str) -> None:
    number, target = subject_of(promise)
    for hotfix in session.work.hotfixes.of(session.incident.id):
        backport = hotfix.backport(target) if hotfix.number == number else None
        if backport is not None:
            session.work.hotfixes.save(hotfix.with_backport(replace(backport, owner=owner)))
