"""Says what is owed by whom: one list for the command, for App Home and for the web page."""

from dataclasses import dataclass
from datetime import datetime

from chatops.domain.incident import Incident
from chatops.domain.promises import OURS, Promise
from chatops.usecases.search import Search
from chatops.usecases.store import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One line of what is owed: a promise or a task, and of which incident.

    ``ours`` says that the bot itself will do it when the time comes.
    """

    incident: Incident
    name: str
    owner: str | None
    due_at: datetime | None
    overdue: bool
    ours: bool = False


def what_is_owed(
    work: Work, team: str, user: str, now: datetime, incident: int | None
) -> tuple[Owed, ...]:
    """What is owed, soonest first, then the tasks, which have no clock."""
    if incident is not None:
        one = work.incidents.get(incident)
        incidents = {one.id: one} if one.visible_to(user) else {}
    else:
        search = Search(team=team, viewer=user, not_closed=True, limit=200)
        incidents = {each.id: each for each in work.incidents.find(search)}
    promises = (
        work.promises.of(incident)
        if incident is not None
        else work.promises.open_of_team(team, limit=200)
    )
    due = [
        _promise_line(incidents[promise.incident], promise, now)
        for promise in promises
        if promise.open and promise.incident in incidents
    ]
    tasks = [
        Owed(
            incident=each,
            name=f"task {task.number}: {task.text}",
            owner=task.owner,
            due_at=None,
            overdue=False,
        )
        for each in incidents.values()
        for task in work.tasks.of(each.id)
        if task.done_at is None
    ]
    return (*due, *tasks)


def _promise_line(incident: Incident, promise: Promise, now: datetime) -> Owed:
    return Owed(
        incident=incident,
        name=promise.name,
        owner=promise.owner,
        due_at=promise.due_at,
        overdue=promise.overdue(now),
        ours=promise.kind in OURS,
    )
