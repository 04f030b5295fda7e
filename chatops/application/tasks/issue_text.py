"""Writes a task as an issue: its title, text, labels and owner, in the tracker's terms."""

import re
from collections.abc import Iterator

from chatops.application.session import IncidentSession
from chatops.application.tasks.export import Wanted, key_of, tidy
from chatops.domain.tasks import Priority, Task, TaskType
from chatops.domain.team import Team

#: The address that GitHub gives people who keep their own to themselves.
_NOREPLY = re.compile(r".*<(?:\d+\+)?(?P<login>[A-Za-z0-9-]+)@users\.noreply\.github\.com>")
_TEAM = "team:"


def login_of(team: Team, user: str | None) -> str:
    """The name of a person in the tracker; empty where nobody wrote it down."""
    return next((login for known, login in _known(team) if known == user), "")


def user_of(team: Team, login: str) -> str | None:
    """The person who has a name in the tracker."""
    name = login.casefold()
    return next((user for user, known in _known(team) if known.casefold() == name), None)


def _known(team: Team) -> Iterator[tuple[str, str]]:
    """Persons and their names: as written, by their addresses, and as an audience's only member."""
    yield from team.git.accounts.items()
    for user, author in team.git.people.items():
        if found := _NOREPLY.fullmatch(author):
            yield user, found["login"]
    for audience, names in team.git.reviewers.items():
        members = team.audiences.get(audience, ())
        alone = len(members) == len(names) == 1 and not names[0].startswith(_TEAM)
        if alone and members[0].startswith(("U", "W")):
            yield members[0], names[0].removeprefix("@")


_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>")
_PRIORITY = "priority: "


def wanted_of(session: IncidentSession, task: Task) -> Wanted:
    """How a task is to read in the tracker; nothing there tells what a private incident is."""
    incident = session.incident
    return Wanted(
        key=key_of((incident.team, incident.reference, task.number, task.made_at.isoformat())),
        title=title_of(session.team, task),
        text=session.markdown("action_body", task=task, where=incident.public_title),
        owner=login_of(session.team, task.owner),
        labels=_labels(session.team, task),
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
