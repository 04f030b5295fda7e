"""Decides which tasks go out into the tracker, and asks for it."""

from dataclasses import dataclass

from chatops.domain.errors import UnknownTask
from chatops.domain.incident.model import Incident
from chatops.domain.messages.effects import SyncTask
from chatops.domain.messages.posts import Ask, Button, Confirm, Post
from chatops.domain.services import project_of
from chatops.domain.tasks import DrillStaysHere, NoTracker, Task, TaskOver
from chatops.usecases.actions.marks import OWNER, TEXT
from chatops.usecases.turn import Request, Turn
from chatops.usecases.turns import Turns


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest(Request):
    """A task, by its number, is to stand in the tracker too; ``sure`` where others can read it."""

    number: int
    sure: bool = False


def may_go_out(incident: Incident, task: Task, *, asked: bool) -> bool:
    """Whether a task may stand in the tracker.

    Nothing of a drill ever does. By themselves action items do, and nothing of what is private;
    what stands there already is kept up to date.
    """
    if incident.drill:
        return False
    return bool(task.url) or asked or (task.is_action and not incident.private)


def keep_in_step(turn: Turn, task: Task, was: Task | None = None, *, asked: bool = False) -> None:
    """Have the tracker brought up to date: with what stands there, and with a new item.

    ``was`` is the task before; what of it changed is sent. With ``asked`` all of it is.
    """
    new = task.is_action and (was is None or not was.is_action)
    wanted = bool(task.url) or new or asked
    if turn.team.tracker is None or not wanted:
        return
    if may_go_out(turn.incident, task, asked=asked):
        changed = tuple(each for each in (TEXT, OWNER) if asked or _differ(each, task, was))
        act = SyncTask(incident=turn.incident.id, number=task.number, changed=changed, asked=asked)
        turn.do(f"sync:{task.number}:{turn.version}", lane(turn.incident.id), act)


def _differ(field: str, task: Task, was: Task | None) -> bool:
    return was is not None and getattr(task, field) != getattr(was, field)


def lane(incident: int) -> str:
    """The queue in which what is sent keeps its order."""
    return f"tracker:{incident}"


class ExportTask:
    """Bring a task into the tracker because somebody wants it there."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def __call__(self, request: ExportRequest) -> Post:
        """Have it brought there; of a private incident only what somebody is sure about.

        Raises:
            UnknownTask, NoTracker, DrillStaysHere, TaskOver
        """
        with self._turns.turn(request) as turn:
            task = _exportable(turn, request.number)
            if turn.incident.private and not request.sure and not task.url:
                return _ask(turn, task)
            keep_in_step(turn, task, asked=True)
            return turn.answer("task_export_answer", task=task)


def _ask(turn: Turn, task: Task) -> Post:
    """Say who could read it, and let them say that they are sure."""
    buttons = (ask_first(turn, task),)
    return turn.answer("task_export_asked", buttons=buttons, task=task, where=where_of(turn))


def ask_first(turn: Turn, task: Task) -> Button:
    """The button that says who could read it before anything is done."""
    where = where_of(turn)
    confirm = Confirm(
        title="Let others read it?",
        text=f"Whoever can read the issues of {where} reads this task, its details and the "
        "incident's number.",
        yes="Bring it there",
    )
    about = f"{turn.incident.id}:{task.number}:sure"
    return Button(ask=Ask.TASK_EXPORT, label="To the tracker…", about=about, confirm=confirm)


def where_of(turn: Turn) -> str:
    """What people call the tracker: the repository whose issues it has."""
    tracker = turn.team.tracker
    service = turn.team.services.get(tracker.service) if tracker else None
    return (project_of(service) or service.name) if service else ""


def find_task(turn: Turn, number: int) -> Task:
    """Find a task by its number.

    Raises:
        UnknownTask
    """
    for task in turn.work.tasks.of(turn.incident.id):
        if task.number == number:
            return task
    raise UnknownTask(number)


def _exportable(turn: Turn, number: int) -> Task:
    task = find_task(turn, number)
    if turn.team.tracker is None:
        raise NoTracker
    if turn.incident.drill:
        raise DrillStaysHere
    if task.done_at is not None and not task.url:
        raise TaskOver(task.number, dropped=task.dropped)
    return task
