"""Writes a task as an issue: its title, text, labels and owner, in the tracker's terms."""

import re

from chatops.domain.tasks import Priority, Task, TaskType
from chatops.domain.team import Team
from chatops.usecases.actions.marks import Wanted, key_of, tidy
from chatops.usecases.actions.people import login_of
from chatops.usecases.turn import Turn

_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_PRIORITY = "priority: "


def wanted_of(turn: Turn, task: Task) -> Wanted:
    """How a task is to read in the tracker; nothing there tells what a private incident is."""
    incident = turn.incident
    return Wanted(
        key=key_of((incident.team, incident.reference, task.number, task.made_at.isoformat())),
        title=title_of(turn.team, task),
        text=turn.markdown("action_body", task=task, where=incident.public_title),
        owner=login_of(turn.team, task.owner),
        labels=_labels(turn.team, task),
        kinds=_KINDS,
    )


def title_of(team: Team, task: Task) -> str:
    """Its words on one line, in which nobody is called."""
    words = tidy(_PERSON.sub(lambda found: _name(team, found[1]), task.text))
    return words or f"Task {task.number}"


def _name(team: Team, user: str) -> str:
    written = team.git.people.get(user, "").partition("<")[0].strip()
    return written or login_of(team, user) or "a colleague"


def _labels(team: Team, task: Task) -> tuple[str, ...]:
    ours = team.tracker.labels if team.tracker else ()
    priority = (f"{_PRIORITY}{task.priority}",) if task.priority else ()
    return (*ours, task.type.label.lower(), *priority)


_KINDS = frozenset(
    {*(each.label.lower() for each in TaskType), *(f"{_PRIORITY}{each}" for each in Priority)}
)
