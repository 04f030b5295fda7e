"""Keeps the promise of a task in step with it: its date, its owner, its end."""

from dataclasses import replace

from chatops.domain.promises.after_resolution import action_key, action_promise
from chatops.domain.promises.model import remade
from chatops.domain.tasks import Task
from chatops.usecases.turn import Turn


def promise_task(turn: Turn, task: Task, was: Task | None = None) -> None:
    """Promise what has a date, for its owner; settle what is over or has no date any more.

    ``was`` is the task before: a promise that was put off stays so unless the date was changed.
    """
    held = turn.work.promises.get(turn.incident.id, action_key(task.number))
    wanted = action_promise(turn.incident, task, turn.playbook, turn.now)
    if task.done_at is not None or wanted is None:
        if held is not None and held.open:
            done = task.done_at is not None and not task.dropped
            turn.promise(held.kept(turn.now) if done else held.lapsed(turn.now))
        return
    again = was is None or was.due_at != task.due_at or was.done_at is not None
    if held is None or again:
        turn.promise(remade(held, wanted, turn.now))
    elif held.open:
        turn.promise(replace(held, owner=wanted.owner, about=wanted.about))
