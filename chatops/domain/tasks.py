"""Tasks: what somebody said they would do during an incident, or after it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class TaskType(StrEnum):
    """What sort of work it is; all but a plain task are action items that outlive the fight."""

    TASK = "task"
    ACTION = "action"
    BUG = "bug"
    DEBT = "technical_debt"

    @property
    def label(self) -> str:
        return _TYPES[self]


_TYPES = {
    TaskType.TASK: "Task",
    TaskType.ACTION: "Action item",
    TaskType.BUG: "Bug",
    TaskType.DEBT: "Technical debt",
}


class Priority(StrEnum):
    """How much it matters."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task; ``number`` counts within its incident, as people name it (`task done 3`).

    ``criterion`` says how we know that it is done. ``origin`` is the key of the playbook's
    follow-up that it came from, ``url`` where it stands in a tracker, ``done_in`` the tracker in
    which it was ended (empty: here).
    """

    incident: int
    number: int
    text: str
    made_by: str
    made_at: datetime
    owner: str | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    type: TaskType = TaskType.TASK
    priority: Priority | None = None
    due_at: datetime | None = None
    criterion: str = ""
    details: str = ""
    origin: str = ""
    url: str = ""
    done_in: str = ""
    id: int = 0

    def finished(self, by: str, now: datetime) -> "Task":
        """Mark it done; the first to say so counts."""
        return self if self.done_at else replace(self, done_at=now, done_by=by)

    def given_to(self, owner: str) -> "Task":
        return replace(self, owner=owner)
