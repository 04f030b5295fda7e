"""Tasks: what somebody said they would do during an incident."""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task; ``number`` counts within its incident, as people name it (`task done 3`)."""

    incident: int
    number: int
    text: str
    made_by: str
    made_at: datetime
    owner: str | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    id: int = 0

    def finished(self, by: str, now: datetime) -> "Task":
        """Mark it done; the first to say so counts."""
        return self if self.done_at else replace(self, done_at=now, done_by=by)

    def given_to(self, owner: str) -> "Task":
        return replace(self, owner=owner)
