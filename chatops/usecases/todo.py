"""Tasks during an incident: who does what, and what is done."""

from dataclasses import dataclass, replace

from chatops.domain.errors import UnknownTask
from chatops.domain.posts import Post
from chatops.domain.tasks import Task
from chatops.domain.timeline import EntryKind
from chatops.usecases.notes import written
from chatops.usecases.turn import Request, Turn
from chatops.usecases.turns import Turns

TASK_LIMIT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRequest(Request):
    """Something to do, and who is to do it."""

    text: str
    owner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDoneRequest(Request):
    """A task, by its number, is done."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOwnerRequest(Request):
    """A task, by its number, is somebody's."""

    number: int
    owner: str


class AddTask:
    """Write a task down."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def __call__(self, request: TaskRequest) -> Post:
        """Number it, and tell its owner.

        Raises:
            NothingWritten, TooLong
        """
        text = written(request.text, what="task", limit=TASK_LIMIT)
        with self._turns.turn(request) as turn:
            task = turn.work.tasks.add(
                Task(
                    incident=turn.incident.id,
                    number=0,
                    text=text,
                    made_by=request.user,
                    made_at=request.now,
                    owner=request.owner,
                )
            )
            turn.note(EntryKind.TASK, f"Task {task.number}: {text}")
            _tell_owner(turn, task)
            turn.tell_thread(f"task:{task.number}", turn.post("task_added", task=task))
            return turn.answer("task_answer", task=task)


class FinishTask:
    """Tick a task off."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def __call__(self, request: TaskDoneRequest) -> Post:
        """Note who did it; a task that is done stays done.

        Raises:
            UnknownTask
        """
        with self._turns.turn(request) as turn:
            task = find_task(turn, request.number)
            done = task.finished(request.user, request.now)
            if done is not task:
                turn.work.tasks.put(done)
                turn.note(EntryKind.TASK, f"Task {task.number} done: {task.text}")
                post = turn.post("task_done", task=done)
                turn.tell_thread(f"task_done:{task.number}", post)
            return turn.answer("task_answer", task=done)


class AssignTask:
    """Give a task to somebody."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    def __call__(self, request: TaskOwnerRequest) -> Post:
        """Change the owner, and tell them.

        Raises:
            UnknownTask
        """
        with self._turns.turn(request) as turn:
            task = find_task(turn, request.number)
            if task.owner != request.owner:
                task = replace(task, owner=request.owner)
                turn.work.tasks.put(task)
                turn.note(EntryKind.TASK, f"Task {task.number} goes to <@{request.owner}>")
                _tell_owner(turn, task)
            return turn.answer("task_answer", task=task)


def find_task(turn: Turn, number: int) -> Task:
    """Find a task by its number.

    Raises:
        UnknownTask
    """
    for task in turn.work.tasks.of(turn.incident.id):
        if task.number == number:
            return task
    raise UnknownTask(number)


def _tell_owner(turn: Turn, task: Task) -> None:
    if task.owner is not None:
        turn.invite(task.owner)
        if task.owner != turn.actor:
            key = f"task:{task.number}:{turn.incident.version}"
            turn.tell_person(key, task.owner, turn.post("task_direct", task=task))
