"""Gives a promise to somebody else, who is told directly what it is and why it matters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from chatops.application.authorization import PeopleDirectory
from chatops.application.reminders import Reminder, follow_up_buttons, move_buttons
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.hotfix.deadlines import subject_of
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import Post
from chatops.domain.promises.decide import look_again
from chatops.domain.promises.model import Promise, comes_with_role
from chatops.domain.promises.reminder_policy import ReminderPolicy
from chatops.domain.promises.spec import PromiseSubject
from chatops.domain.team import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignRequest(Request):
    """A promise, by its key, and who is to keep it from now on."""

    promise: str
    owner: str
    reason: str = ""


class ReassignPromise:
    """Give a promise to somebody else."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: ReassignRequest) -> Post:
        """Change its owner, bring them in and tell them. Its owner always may.

        Raises:
            UserError, NotAllowed
        """
        authorization = self._directory.authorization(request.user, Permission.HAND_OVER)
        with self._sessions.begin(request) as session:
            promise = session.open_promise(request.promise)
            if promise.owner != request.user:
                authorization.require(session.incident)
            if not promise.spec.reassignable:
                raise comes_with_role(promise.name)
            if promise.owner == request.owner:
                return session.answer("handed_over_answer", promise=promise)
            return _reassign(session, promise, request)


def _reassign(session: IncidentSession, promise: Promise, request: ReassignRequest) -> Post:
    session.invite(request.owner)
    given = session.promise(_given(session, promise, request.owner))
    GIVE_SUBJECT[promise.spec.subject](session, promise, request.owner)
    reason = request.reason.strip()
    said = f"<@{request.owner}> has taken over: {promise.name}"
    session.note(EntryKind.REASSIGNED, said, reason=reason)
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
            thing=Reminder(incident=session.incident, promise=given, overdue=overdue),
            buttons=(*follow_up_buttons(given), *move_buttons(given)),
        )
        session.tell_person(key, request.owner, direct)
    return session.answer("handed_over_answer", promise=given)


def _given(session: IncidentSession, promise: Promise, owner: str) -> Promise:
    """The same with another owner, of whom nobody else has been told anything yet."""
    given = replace(promise, owner=owner, round=promise.round + 1, told=0)
    if not promise.overdue(session.now):
        return given
    policy = ReminderPolicy.of(session.playbook)
    return replace(given, wake_at=look_again(given, session.incident, policy, session.now))


def _give_nothing(_session: IncidentSession, _promise: Promise, _owner: str) -> None:
    """It is about nothing that has an owner of its own."""


def _give_task(session: IncidentSession, promise: Promise, owner: str) -> None:
    for task in session.work.tasks.of(session.incident.id):
        if str(task.number) == promise.detail:
            session.work.tasks.put(task.given_to(owner))


def _give_post_mortem(session: IncidentSession, _promise: Promise, owner: str) -> None:
    written = session.work.post_mortems.get(session.incident.id)
    if written is not None:
        session.work.post_mortems.save(replace(written, owner=owner))


def _give_backport(session: IncidentSession, promise: Promise, owner: str) -> None:
    number, target = subject_of(promise)
    for hotfix in session.work.hotfixes.of(session.incident.id):
        backport = hotfix.backport(target) if hotfix.number == number else None
        if backport is not None:
            session.work.hotfixes.save(hotfix.with_backport(replace(backport, owner=owner)))


_Give = Callable[[IncidentSession, Promise, str], None]
#: How what it is about is given away with a promise.
GIVE_SUBJECT: Mapping[PromiseSubject, _Give] = MappingProxyType(
    MappingProxyType(
        {
            PromiseSubject.NOTHING: _give_nothing,
            PromiseSubject.TASK: _give_task,
            PromiseSubject.BACKPORT: _give_backport,
            PromiseSubject.POST_MORTEM: _give_post_mortem,
        }
    )
)
