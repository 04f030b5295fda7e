"""Takes in what the tracker says of a task: its address, its end, its owner, its new title."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import SyncTask
from chatops.domain.tasks import Task
from chatops.usecases.actions.marks import ASSIGNED, News
from chatops.usecases.actions.people import user_of
from chatops.usecases.actions.promising import promise_task
from chatops.usecases.tracking.syncing import Seen
from chatops.usecases.turn import Turn

#: What is written into ``Task.done_in``.
GITHUB = "github"
_WHERE = "GitHub"
#: How often an open item is looked at, although nobody says that anything happened to it.
EVERY = timedelta(hours=1)


def take_in(turn: Turn, act: SyncTask, seen: Seen) -> bool:
    """Change the task as its issue says; whether anything changed.

    What was changed here since the look was not seen there; the next look takes it in.
    """
    was = next((t for t in turn.work.tasks.of(act.incident) if t.number == act.number), None)
    if was is None:
        return False
    task = _linked(turn, was, seen)
    if replace(was, url="") == replace(seen.task, url="") and seen.issue is not None:
        task = _with_news(turn, task, seen, act)
    if task != was:
        turn.work.tasks.put(task)
        promise_task(turn, task, was)
    _look_again(turn, task, seen)
    return task != was


def _linked(turn: Turn, task: Task, seen: Seen) -> Task:
    """The task with the address that its issue has now."""
    if seen.unasked:
        return task
    if seen.issue is None:
        return _unlinked(turn, task)
    url = seen.issue.url
    if url == task.url:
        return task
    if not task.url:
        turn.note(EntryKind.TASK, f"Task {task.number} is on {_WHERE}: {url}")
        post = turn.post("task_exported", task=replace(task, url=url))
        turn.tell_thread(f"task_exported:{task.number}:{turn.version}", post)
    elif seen.issue.elsewhere:
        turn.note(EntryKind.TASK, f"Task {task.number} was moved to {url}, out of the tracker")
    return replace(task, url=url)


def _unlinked(turn: Turn, task: Task) -> Task:
    """The task without its issue, which somebody deleted."""
    if not task.url:
        return task
    turn.note(EntryKind.TASK, f"Task {task.number} is not on {_WHERE} any more: {task.url}")
    post = turn.post("task_unlinked", task=task)
    turn.tell_thread(f"task_unlinked:{task.number}:{turn.version}", post)
    return replace(task, url="")


def _with_news(turn: Turn, task: Task, seen: Seen, act: SyncTask) -> Task:
    told = seen.news
    if not told:
        return task
    by = act.by
    if (told.done or told.unwanted) and seen.issue is not None:
        by = seen.issue.closed_by or by
    user = user_of(turn.team, by) if by else None
    who = f"<@{user}>" if user else by or "somebody"
    task = _ended(turn, task, told, user)
    if told.title:
        task = replace(task, text=told.title)
    owner = user_of(turn.team, told.owner) if told.owner else None
    if owner is not None:
        task = replace(task, owner=owner)
        turn.invite(owner)
    for index, line in enumerate(_lines(task, told, act, owner)):
        turn.note(EntryKind.TASK, f"{line} on {_WHERE} by {who}")
        post = turn.post("task_heard", task=task, line=line, who=who)
        turn.tell_thread(f"task_heard:{task.number}:{turn.version}:{index}", post)
    return task


def _ended(turn: Turn, task: Task, told: News, user: str | None) -> Task:
    if told.done:
        return task.finished(user, turn.now, tracker=GITHUB)
    if told.unwanted:
        return task.given_up(user, turn.now, tracker=GITHUB)
    return task.taken_up_again() if told.reopened else task


def _lines(task: Task, told: News, act: SyncTask, owner: str | None) -> Iterator[str]:
    name = f"Task {task.number}"
    if told.done:
        yield f"{name} done"
    if told.unwanted:
        yield f"{name} dropped"
    if told.reopened:
        yield f"{name} opened again"
    if told.title:
        yield f"{name} renamed to “{told.title}”"
    if told.owner and (owner or act.heard == ASSIGNED):
        yield f"{name} given to {f'<@{owner}>' if owner else told.owner}"


def _look_again(turn: Turn, task: Task, seen: Seen) -> None:
    """Look once an hour while it is open there and somebody is to do it."""
    elsewhere = seen.issue is not None and seen.issue.elsewhere
    if not task.url or task.done_at is not None or elsewhere:
        return
    at = turn.now + EVERY
    act = SyncTask(incident=turn.incident.id, number=task.number, heard="")
    key = f"look:{task.number}:{at:%Y%m%d%H}"
    turn.do(key, f"tracker:look:{turn.incident.id}:{task.number}", act, at=at)
