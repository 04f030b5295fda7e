"""Ends an incident, takes it up again, and puts it on file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatops.application.authorization import PeopleDirectory
from chatops.application.drills.course import end_drill
from chatops.application.hotfix.deadlines import give_all_clear
from chatops.application.incidents.timeline_notes import written
from chatops.application.incidents.update import PLAIN_LIMIT, finish_reminder, tell_stakeholders
from chatops.application.postmortem.draft import draft_post_mortem
from chatops.application.promises.after_resolution import (
    cancel_at_reopening,
    end_at_close,
    end_at_resolution,
    promise_at_resolution,
)
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.application.tasks.follow_ups import list_follow_ups
from chatops.domain.drills.scenario import drill_over
from chatops.domain.errors import StillOwed
from chatops.domain.hotfix.errors import BackportOwed
from chatops.domain.hotfix.model import Hotfix
from chatops.domain.incident.model import Update
from chatops.domain.incident.timeline import EntryKind, current
from chatops.domain.messages.posts import Post
from chatops.domain.promises.model import Promise, remade
from chatops.domain.promises.spec import AtClose
from chatops.domain.promises.while_running import STATUS_KEY, severity_promises
from chatops.domain.tasks import Task
from chatops.domain.team import Permission
from chatops.domain.time.durations import counted

#: What belongs in the short story told at the end.
_MAIN_TURNS = frozenset(
    {
        EntryKind.DECLARED,
        EntryKind.ACKNOWLEDGED,
        EntryKind.SEVERITY,
        EntryKind.UPDATE,
        EntryKind.DECISION,
        EntryKind.RESOLVED,
    }
)
_STORY_LIMIT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveRequest(Request):
    """What fixed it; ``plain`` is the last word to stakeholders."""

    fix: str
    root_cause: str = ""
    plain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRequest(Request):
    """A change of state and its reason."""

    reason: str = ""


class Resolve:
    """End the fight."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: ResolveRequest) -> Post:
        """Tell everybody, and end what only made sense while it ran.

        Raises:
            NothingWritten, TooLong, UserError, NotAllowed
        """
        fix = written(request.fix, what="fix, in a few words")
        if request.plain.strip():
            written(request.plain, what="last word", limit=PLAIN_LIMIT)
        cause = request.root_cause.strip()
        authorization = self._directory.authorization(request.user, Permission.RESOLVE)
        with self._sessions.begin(request, authorization) as session:
            finish_reminder(session)
            session.incident = replace(
                session.incident.resolved(root_cause=cause, fix=fix, now=request.now),
                last_update=_last_word(request, fix),
            )
            end_at_resolution(session)
            session.note(EntryKind.RESOLVED, f"Resolved: {fix}", reason=cause)
            number = session.incident.version
            story, review_at = _story(session), promise_at_resolution(session)
            post = session.post("resolved", lines=story, review_at=review_at)
            session.tell_room(f"resolved:{number}", post)
            public = session.post("resolved_public", review_at=review_at)
            tell_stakeholders(session, f"resolved_public:{number}", public)
            give_all_clear(session)
            if not session.incident.drill:
                list_follow_ups(session)
            answer = session.answer("resolve_answer", buttons=draft_post_mortem(session))
            if session.incident.drill:
                end_drill(session, why=f"<@{request.user}> resolved it")
            return answer


def _last_word(request: ResolveRequest, fix: str) -> Update:
    plain = request.plain.strip() or "Everything works again."
    return Update(plain=plain, technical=fix, author=request.user, at=request.now)


def _story(session: IncidentSession) -> tuple[object, ...]:
    entries = current(session.work.timeline.of(session.incident.id))
    main = [entry for entry in entries if entry.kind in _MAIN_TURNS]
    if len(main) > _STORY_LIMIT:
        main = [*main[:2], *main[2 - _STORY_LIMIT :]]
    return tuple(main)


class Reopen:
    """Take the fight up again."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: ReasonRequest) -> Post:
        """Start the clocks anew, and tell everybody.

        Raises:
            UserError, NotAllowed
        """
        authorization = self._directory.authorization(request.user, Permission.REOPEN)
        with self._sessions.begin(request, authorization) as session:
            if session.incident.drill:
                raise drill_over(session.incident.reference)
            session.incident = replace(session.incident.reopened(), severity_since=session.now)
            cancel_at_reopening(session)
            held = session.promises()
            for promise in severity_promises(session.incident, session.severity, session.now):
                made = session.promise(remade(held.get(promise.key), promise, session.now))
                if made.key == STATUS_KEY:
                    session.incident = replace(session.incident, next_update_at=made.due_at)
            reason = request.reason.strip()
            session.note(EntryKind.REOPENED, "Reopened", reason=reason)
            number = session.incident.version
            post = session.post("reopened", reason=reason)
            session.tell_room(f"reopened:{number}", post)
            tell_stakeholders(session, f"reopened_public:{number}", session.post("reopened_public"))
            return session.answer("reopen_answer")


class Close:
    """Put an incident on file."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: ReasonRequest) -> Post:
        """Close it if nothing is open, or for a reason that goes on record.

        Raises:
            BackportOwed: develop lacks a fix that is in production; no reason is good enough.
            StillOwed: something else is open, and there is no reason.
            UserError, NotAllowed
        """
        authorization = self._directory.authorization(request.user, Permission.CLOSE)
        with self._sessions.begin(request, authorization) as session:
            session.incident = session.incident.closed(request.now)
            _must_be_brought_back(session)
            left = owed_at_close(session)
            reason = request.reason.strip()
            if left and not reason:
                raise StillOwed(session.incident.reference, left)
            session.note(
                EntryKind.CLOSED,
                f"Closed with {counted(len(left), 'thing')} still owed" if left else "Closed",
                reason=reason,
            )
            end_at_close(session, reason)
            post = session.post("closed", owed=left, reason=reason)
            session.tell_room(f"closed:{session.incident.version}", post)
            return session.answer("close_answer", owed=left)


def _must_be_brought_back(session: IncidentSession) -> None:
    """Raises BackportOwed."""
    lines = [
        f"{hotfix.name} is not in {backport.target} yet"
        for hotfix in session.work.hotfixes.of(session.incident.id)
        for backport in hotfix.owed
    ]
    if lines:
        raise BackportOwed(session.incident.reference, lines)


def owed_at_close(session: IncidentSession) -> tuple[str, ...]:
    """What should be done before an incident is closed."""
    work, incident = session.work, session.incident.id
    promises = session.promises().values()
    return owed(tuple(promises), work.hotfixes.of(incident), work.tasks.of(incident))


def owed(
    promises: Sequence[Promise], hotfixes: Sequence[Hotfix], tasks: Sequence[Task]
) -> tuple[str, ...]:
    """A line for each that is open."""
    return (
        *(
            _owned(promise.title, promise.owner)
            for promise in promises
            if promise.open and promise.spec.at_close is not AtClose.UNLISTED
        ),
        *(
            f"Hotfix {hotfix.number} of {hotfix.service} is at “{hotfix.current.title}”"
            for hotfix in hotfixes
            if hotfix.current is not None
        ),
        *(
            _owned(f"Task {task.number}: {task.text}", task.owner)
            for task in tasks
            if task.done_at is None
        ),
    )


def _owned(what: str, owner: str | None) -> str:
    return f"{what} (<@{owner}>)" if owner else what
