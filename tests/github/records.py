"""What the double of GitHub keeps: repositories, pull requests, reviews, checks and runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.github.bare import Bare
from tests.github.issue_records import Issue

#: What an account may do; a right that it lacks is answered with 403.
RIGHTS = frozenset({"pulls", "checks", "actions", "merge", "issues"})


class Refusal(Exception):
    """An answer that says no, in GitHub's form."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: list[Mapping[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self.body: dict[str, Any] = {"message": message}
        if errors:
            self.body["errors"] = errors
        self.body["documentation_url"] = "https://docs.github.com/rest"
        self.body["status"] = str(status)


def invalid(*, resource: str, **facts: str) -> Refusal:
    """The answer to a request that makes no sense."""
    return Refusal(422, "Validation Failed", errors=[{"resource": resource, **facts}])


@dataclass
class Review:
    id: int
    person: str
    state: str
    commit: str | None
    association: str
    at: datetime


@dataclass
class Check:
    id: int
    name: str
    sha: str
    conclusion: str | None


@dataclass
class Status:
    id: int
    context: str
    sha: str
    state: str


@dataclass
class PullRequest:
    number: int
    title: str
    body: str
    head: str
    base: str
    author: str
    draft: bool
    at: datetime
    head_sha: str
    state: str = "open"
    merged_sha: str | None = None
    merged_at: datetime | None = None
    #: GitHub finds out in the background; whoever asks first is told that it does not know.
    decided: bool = True
    reviews: list[Review] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    reviewers: list[str] = field(default_factory=list)
    teams: list[str] = field(default_factory=list)


@dataclass
class Workflow:
    id: int
    file: str
    inputs: tuple[str, ...]
    required: tuple[str, ...]
    by_hand: bool
    enabled: bool


@dataclass
class Run:
    id: int
    workflow: str
    ref: str
    inputs: Mapping[str, str]
    event: str
    at: datetime
    status: str = "queued"
    conclusion: str | None = None


@dataclass
class Rules:
    """What a branch wants before anything is merged into it."""

    reviews: int = 0
    checks: tuple[str, ...] = ()
    words: str = ""


@dataclass
class Repository:
    id: int
    name: str
    bare: Bare
    drafts: bool = True
    methods: frozenset[str] = frozenset({"merge", "squash", "rebase"})
    collaborators: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    hidden: bool = False
    former: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    has_issues: bool = True
    issues: list[Issue] = field(default_factory=list)
    pulls: list[PullRequest] = field(default_factory=list)
    rules: dict[str, Rules] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    workflows: list[Workflow] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)

    @property
    def owner(self) -> str:
        return self.name.partition("/")[0]


@dataclass
class Account:
    """Whoever holds a token."""

    login: str
    rights: frozenset[str] = RIGHTS
    ends: datetime | None = None


@dataclass
class App:
    id: str
    installation: int
    public_key: str
    login: str
    lasts: float = 3600.0
