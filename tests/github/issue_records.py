"""What the double of GitHub keeps of issues."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Comment:
    id: int
    body: str
    by: str
    at: datetime


@dataclass
class Issue:
    number: int
    title: str
    body: str
    author: str
    at: datetime
    updated_at: datetime
    labels: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    state: str = "open"
    reason: str | None = None
    closed_by: str | None = None
    deleted: bool = False
    #: The repository that it was moved to.
    moved_to: str = ""
    comments: list[Comment] = field(default_factory=list)
