"""Shows tasks: the list of an incident, and one with everything that can be done with it."""

from collections.abc import Iterator, Sequence

from chatops.application.session import IncidentSession
from chatops.application.tasks.export import ask_first, find_task
from chatops.domain.incident.model import Incident
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.tasks import Task


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
