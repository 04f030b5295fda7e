"""Hears from the tracker that something happened to an issue, and has it looked at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chatops.application.session import Sessions, take_once
from chatops.application.tasks.export import ASSIGNED, EDITED, REOPENED, lane, tidy
from chatops.application.tasks.issue_text import login_of, title_of
from chatops.domain.messages.effects import Effect, SyncTask
from chatops.domain.tasks import Task
from chatops.domain.team import Team

CLOSED = "closed"
#: What leaves nothing to compare: the issue is gone from where it was.
_GONE = frozenset({"deleted", "transferred"})


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueHappening:
    """What a tracker says happened to an issue: a reason to look, never what is believed.

    ``by`` and ``assignees`` are names in the tracker. ``delivery`` names this very message.
    """

    url: str
    action: str
    by: str
    title: str
    closed: bool
    assignees: tuple[str, ...]
    delivery: str


#: Takes what happened; raises Repeated where its ``delivery`` is noted already.
HeardIssue = Callable[[IssueHappening, datetime], None]


class HearIssue:
    """Takes news of an issue; what is so here already is an echo of our own, and is let go."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, happening: IssueHappening, now: datetime) -> None:
        """Have the task looked at whose issue it is.

        Raises:
            Repeated: this very message has been taken before.
        """
        with self._sessions.writing() as work:
            take_once(work, happening.delivery, now)
            task = work.tasks.at(happening.url)
            if task is not None and is_news(self._sessions.team, task, happening):
                work.outbox.add(_look(task, happening, now))


def is_news(team: Team, task: Task, happening: IssueHappening) -> bool:
    """Whether the tracker says what is not so here."""
    match happening.action:
        case action if action in _GONE:
            return True
        case action if action in {CLOSED, REOPENED}:
            return happening.closed is not (task.done_at is not None)
        case action if action == EDITED:
            return tidy(happening.title) != title_of(team, task)
        case action if action == ASSIGNED:
            known = login_of(team, task.owner).casefold()
            return known not in {each.casefold() for each in happening.assignees}
        case _:
            return False


def _look(task: Task, happening: IssueHappening, now: datetime) -> Effect:
    act = SyncTask(
        incident=task.incident, number=task.number, heard=happening.action, by=happening.by
    )
    return Effect(
        key=f"{task.incident}:task:{task.number}:heard:{happening.delivery}",
        lane=lane(task.incident),
        act=act,
        made_at=now,
        not_before=now,
        incident=task.incident,
    )
