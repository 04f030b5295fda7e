"""Tasks during an incident and after it: who does what until when, and the cards of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from chatops.application.incidents.timeline_notes import written
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.application.tasks.export import ask_first, find_task, keep_in_step
from chatops.domain.errors import ReasonMissing
from chatops.domain.incident.model import Incident
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.promises.after_resolution import action_key, action_promise
from chatops.domain.promises.model import remade
from chatops.domain.tasks import DueInThePast, Priority, Task, TaskType, nothing_changed, task_over


def promise_task(session: IncidentSession, task: Task, was: Task | None = None) -> None:
    """Promise what has a date, for its owner; settle what is over or has no date any more.

    ``was`` is the task before: a promise that was put off stays so unless the date was changed.
    """
    held = session.work.promises.get(session.incident.id, action_key(task.number))
    wanted = action_promise(session.incident, task, session.playbook, session.now)
    if task.done_at is not None or wanted is None:
        if held is not None and held.open:
            done = task.done_at is not None and not task.dropped
            session.promise(held.fulfilled(session.now) if done else held.cancelled(session.now))
        return
    again = was is None or was.due_at != task.due_at or was.done_at is not None
    if held is None or again:
        session.promise(remade(held, wanted, session.now))
    elif held.open:
        session.promise(replace(held, owner=wanted.owner, about=wanted.about))


TASK_LIMIT, CRITERION_LIMIT, DETAILS_LIMIT, OUTCOME_LIMIT = 300, 300, 2000, 500
_MIDNIGHT_COMES = time(23, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When something is due: a moment, or a day of the playbook's; or (neither) at no time."""

    at: datetime | None = None
    day: date | None = None


NEVER = Due()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRequest(Request):
    """Something to do, and as much as is known of it: who does it, until when, and the like."""

    text: str
    owner: str | None = None
    type: TaskType = TaskType.TASK
    priority: Priority | None = None
    due: Due = NEVER
    criterion: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEditRequest(Request):
    """A task, by its number, is to read otherwise.

    ``changes`` has new values by the names of the task's fields, and a ``due``.
    """

    number: int
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDoneRequest(Request):
    """A task, by its number, is done; ``outcome`` is what came of it."""

    number: int
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDropRequest(Request):
    """A task, by its number, is not to be done any more."""

    number: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOwnerRequest(Request):
    """A task, by its number, is somebody's."""

    number: int
    owner: str


class AddTask:
    """Write a task down."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, request: TaskRequest) -> Post:
        """Number it, and tell its owner.

        Raises:
            NothingWritten, TooLong, DueInThePast
        """
        task = Task(
            incident=request.incident,
            number=0,
            text=written(request.text, what="task", limit=TASK_LIMIT),
            made_by=request.user,
            made_at=request.now,
            owner=request.owner,
            type=request.type,
            priority=request.priority,
            criterion=_short(request.criterion, "success criterion", CRITERION_LIMIT),
            details=_short(request.details, "details", DETAILS_LIMIT),
        )
        with self._sessions.begin(request) as session:
            task = session.work.tasks.add(replace(task, due_at=_moment(session, request.due, None)))
            session.note(EntryKind.TASK, f"{task.type.label} {task.number}: {task.text}")
            promise_task(session, task)
            keep_in_step(session, task)
            _tell_owner(session, task)
            session.tell_thread(f"task:{task.number}", session.post("task_added", task=task))
            return session.answer("task_answer", task=task)


class EditTask:
    """Let a task read otherwise."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, request: TaskEditRequest) -> Post:
        """Change what is named; what stays as it is changes nothing.

        Raises:
            UserError, NothingWritten, TooLong, DueInThePast
        """
        if not request.changes:
            raise nothing_changed(request.number)
        with self._sessions.begin(request) as session:
            was = find_task(session, request.number)
            if was.done_at is not None:
                raise task_over(was.number, dropped=was.dropped)
            task = replace(was, **_checked(session, request.changes, was))
            if task != was:
                _save(session, task, was)
                session.note(EntryKind.TASK, f"Task {task.number} changed: {_told(task)}")
                if task.owner != was.owner:
                    _tell_owner(session, task)
                key = f"task_changed:{task.number}:{session.version}"
                session.tell_thread(key, session.post("task_changed", task=task))
            return session.answer("task_answer", task=task)


def _checked(session: IncidentSession, changes: Mapping[str, Any], was: Task) -> dict[str, Any]:
    """The new values, of which each must make sense where it is new."""
    found = dict(changes)
    if "text" in found:
        found["text"] = written(found["text"], what="task", limit=TASK_LIMIT)
    limits = (
        ("criterion", "success criterion", CRITERION_LIMIT),
        ("details", "details", DETAILS_LIMIT),
    )
    for name, what, limit in limits:
        if name in found:
            found[name] = _short(found[name], what, limit)
    if "due" in found:
        found["due_at"] = _moment(session, found.pop("due"), was.due_at)
    return found


def _told(task: Task) -> str:
    """The parts that people plan by, for the record."""
    due = f"due {task.due_at:%Y-%m-%d %H:%M} UTC" if task.due_at else "no date"
    owner = f"<@{task.owner}>" if task.owner else "nobody's yet"
    priority = f", {task.priority.label.lower()} priority" if task.priority else ""
    return f"{task.text} ({task.type.label}{priority}, {owner}, {due})"


class FinishTask:
    """Tick a task off."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, request: TaskDoneRequest) -> Post:
        """Note who did it, and what came of it; a task that is over stays as it ended.

        Raises:
            UserError, TooLong
        """
        outcome = _short(request.outcome, "outcome", OUTCOME_LIMIT)
        with self._sessions.begin(request) as session:
            was = find_task(session, request.number)
            done = was.finished(request.user, request.now)
            if done is not was:
                _save(session, done, was)
                session.note(EntryKind.TASK, f"Task {was.number} done: {was.text}", reason=outcome)
                post = session.post("task_done", task=done, outcome=outcome)
                session.tell_thread(_once(session, "task_done", was), post)
            return session.answer("task_answer", task=done)


class DropTask:
    """Give a task up, on record."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, request: TaskDropRequest) -> Post:
        """Note who gave it up and why; a task that is over stays as it ended.

        Raises:
            UserError, ReasonMissing, TooLong
        """
        reason = _short(request.reason, "reason", OUTCOME_LIMIT)
        if not reason:
            raise ReasonMissing(deed="drop a task")
        with self._sessions.begin(request) as session:
            was = find_task(session, request.number)
            dropped = was.given_up(request.user, request.now)
            if dropped is not was:
                _save(session, dropped, was)
                session.note(
                    EntryKind.TASK, f"Task {was.number} dropped: {was.text}", reason=reason
                )
                post = session.post("task_dropped", task=dropped, reason=reason)
                session.tell_thread(_once(session, "task_dropped", was), post)
            return session.answer("task_answer", task=dropped)


class AssignTask:
    """Give a task to somebody."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, request: TaskOwnerRequest) -> Post:
        """Change the owner, and tell them.

        Raises:
            UserError
        """
        with self._sessions.begin(request) as session:
            was = find_task(session, request.number)
            task = replace(was, owner=request.owner)
            if task != was:
                _save(session, task, was)
                session.note(EntryKind.TASK, f"Task {task.number} goes to <@{request.owner}>")
                _tell_owner(session, task)
            return session.answer("task_answer", task=task)


def _save(session: IncidentSession, task: Task, was: Task) -> None:
    session.work.tasks.put(task)
    promise_task(session, task, was)
    keep_in_step(session, task, was)


def _once(session: IncidentSession, what: str, task: Task) -> str:
    """A key for what is told each time that a task ends: it may be taken up again in between."""
    return f"{what}:{task.number}:{session.version}"


def _short(text: str, what: str, limit: int) -> str:
    """Raises TooLong."""
    return written(text, what=what, limit=limit) if text.strip() else ""


def _moment(session: IncidentSession, due: Due, was: datetime | None) -> datetime | None:
    """When it is due; a day ends with its working day, and the day that it had changes nothing.

    Raises:
        DueInThePast
    """
    if due.day is None:
        return due.at
    zone = ZoneInfo(session.playbook.zone)
    if was is not None and was.astimezone(zone).date() == due.day:
        return was
    ends = session.playbook.working_hours.end
    for end in (ends, _MIDNIGHT_COMES):
        at = datetime.combine(due.day, end, zone).astimezone(session.now.tzinfo)
        if at > session.now:
            return at
    raise DueInThePast


def _tell_owner(session: IncidentSession, task: Task) -> None:
    if task.owner is not None:
        session.invite(task.owner)
        if task.owner != session.actor:
            key = f"task:{task.number}:{session.incident.version}"
            session.tell_person(key, task.owner, session.post("task_direct", task=task))


def task_list(session: IncidentSession) -> Post:
    """What there is to do; when the fight is over, what a task still lacks is asked for first."""
    tasks, incident = session.work.tasks.of(session.incident.id), session.incident
    about = str(incident.id)
    buttons = (
        *_complete(incident, tasks),
        Button(ask=ActionId("task"), label="Add a task", about=f"{about}:add"),
        *_done(incident, tasks),
    )
    shown = tuple(
        Button(ask=ActionId("task_show"), label=f"Show {t.number}", about=f"{about}:{t.number}")
        for t in tasks
    )
    return session.answer("tasks", buttons=buttons, more=shown, tasks=tasks, over=_over(incident))


def task_card(session: IncidentSession, number: int) -> Post:
    """One task. Raises UserError."""
    task = find_task(session, number)
    buttons = () if task.done_at is not None else tuple(_deeds(session, task))
    return session.answer("task_card", buttons=buttons, task=task, over=_over(session.incident))


def _over(incident: Incident) -> bool:
    """Whether it is time to ask for what a task lacks: not while people fight."""
    return not incident.status.running


def _complete(incident: Incident, tasks: Sequence[Task]) -> Iterator[Button]:
    for task in tasks if _over(incident) else ():
        if task.missing:
            about = f"{incident.id}:{task.number}"
            yield Button(ask=ActionId("task_edit"), label=f"Fill in {task.number}…", about=about)


def _done(incident: Incident, tasks: Sequence[Task]) -> Iterator[Button]:
    for task in tasks:
        if task.done_at is None:
            about = f"{incident.id}:{task.number}"
            yield Button(ask=ActionId("task_done"), label=f"{task.number} is done", about=about)


def _deeds(session: IncidentSession, task: Task) -> Iterator[Button]:
    about, lacks = (
        f"{session.incident.id}:{task.number}",
        bool(task.missing) and _over(session.incident),
    )
    edit = "Fill it in…" if lacks else "Edit…"
    tone = ButtonStyle.WANTED if lacks else ButtonStyle.PLAIN
    yield Button(ask=ActionId("task_edit"), label=edit, about=about, tone=tone)
    wanted = ButtonStyle.PLAIN if lacks else ButtonStyle.WANTED
    yield Button(ask=ActionId("task_done"), label="It is done", about=about, tone=wanted)
    yield Button(ask=ActionId("task_drop"), label="Drop it…", about=about)
    if session.team.tracker is not None and not task.url and not session.incident.drill:
        if session.incident.private:
            yield ask_first(session, task)
        else:
            yield Button(ask=ActionId("task_export"), label="To the tracker", about=about)
