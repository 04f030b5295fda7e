"""The ports to repositories, forges and running services, and the ways in which each says no."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from chatops.application.ports.git import BranchState, Job, Log, Result
from chatops.application.ports.tracker import NoTrackers, Trackers
from chatops.domain.git.alignment import ProofResult
from chatops.domain.playbook.pipeline import MergeWay, VersionRule
from chatops.domain.services import Check, Command, Service, Workflow


class ExternalError(Exception):
    """It was not done as asked; ``str()`` says why, for people."""


class ExternalBusy(ExternalError):
    """Known not done, and worth trying again by itself: busy, unreachable, outrun by others."""

    def __init__(self, why: str, retry_after: timedelta | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class ExternalIndeterminate(ExternalError):
    """Unknown: the request went out and no answer came back."""


class ExternalRefused(ExternalError):
    """Known not done, and trying again alone will not help; a person must do something.

    ``words`` are the other side's own, such as a branch protection's.
    """

    def __init__(self, why: str, words: str = "") -> None:
        super().__init__(why)
        self.words = words


class Repositories(Protocol):
    """The repositories of services. Everything starts from what the remote holds now.

    Raises everywhere: ExternalBusy, ExternalRefused.
    """

    def production(self, service: Service, candidates: Sequence[str]) -> str:
        """The production branch: the first candidate that exists."""
        ...

    def log(
        self,
        service: Service,
        branch: str,
        *,
        limit: int,
        files: Sequence[str] = (),
        per_file: int = 5,
        rule: VersionRule | None = None,
        tag_pattern: str | None = None,
    ) -> Log:
        """The newest commits of a branch, and the version that would come next."""
        ...

    def state(self, service: Service, branch: str, *, base: str, fetch: bool = True) -> BranchState:
        """What stands on a branch above ``base``."""
        ...

    def prepare(self, service: Service, job: Job) -> Result:
        """What a job would do now; the remote is read, never written."""
        ...

    def perform(self, service: Service, job: Job) -> Result:
        """Do it: prepare, push with a lease, and again from the start where others were quicker.

        Doing it again finds that it is done, and pushes nothing.

        Raises besides:
            ExternalIndeterminate: the push was sent, and what became of it could not be read.
        """
        ...

    def prove(
        self, service: Service, *, base: str, fix: Sequence[str], target: str
    ) -> tuple[str, ProofResult]:
        """The tip of ``target`` and whether it contains every commit of the fix."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestDraft:
    """A pull request to be opened."""

    head: str
    base: str
    title: str
    body: str
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    unfinished: bool = False


class PullState(StrEnum):
    """Where a pull request stands."""

    OPEN = "open"
    MERGED = "merged"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """A pull request as the forge has it.

    ``mergeable`` is none while the forge has not found out. ``approved_by`` and ``wants_changes``
    are names on the forge; ``checks`` says in a few words what does not pass, ``pending`` what
    still runs. ``merged`` is the commit that brought it in.
    """

    number: int
    url: str
    title: str
    state: PullState
    head: str
    head_branch: str
    base: str
    mergeable: bool | None = None
    approved_by: tuple[str, ...] = ()
    wants_changes: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    merged: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """A run of a workflow: none of it found yet while ``url`` is empty."""

    url: str = ""
    over: bool = False
    good: bool = False
    said: str = ""


class Forge(Protocol):
    """A server that has pull requests.

    Everything raises ExternalBusy, ExternalIndeterminate, ExternalRefused.
    """

    def find(self, service: Service, *, head: str, base: str) -> Pull | None:
        """The newest pull request from one branch to another, open or merged."""
        ...

    def open(self, service: Service, draft: PullRequestDraft) -> Pull:
        """Open one, or take over the one that is open already."""
        ...

    def read(self, service: Service, number: int) -> Pull: ...

    def merge(
        self, service: Service, number: int, *, way: MergeWay, sha: str, message: str
    ) -> Pull:
        """Merge exactly ``sha``; one that is merged already is as good."""
        ...

    def dispatch(
        self, service: Service, workflow: Workflow, values: Mapping[str, str], *, mark: str
    ) -> None:
        """Start a workflow."""
        ...

    def run(self, service: Service, workflow: Workflow, *, since: datetime) -> RunState:
        """The newest run that was started by hand since then."""
        ...


class Forges(Protocol):
    """The forges of services."""

    def of(self, service: Service) -> Forge | None:
        """The forge of a service; none on a plain git server."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command came to; ``output`` is its end, redacted. ``code`` none: it ran too long."""

    code: int | None
    output: str
    took: timedelta

    @property
    def good(self) -> bool:
        return self.code == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a check saw; ``said`` is for people: “200, 0.3 % errors”."""

    good: bool
    said: str
    value: float | None = None


class Operations(Protocol):
    """What is done to, and asked of, running services."""

    def show(self, command: Command, values: Mapping[str, str]) -> str:
        """The command as it would be run, for people.

        Raises:
            ExternalRefused: a value may not stand in an argument.
        """
        ...

    def run(
        self, command: Command, values: Mapping[str, str], *, tell: Callable[[str], None]
    ) -> Ran:
        """Run it to its end or its time-out; ``tell`` hears its output, a few lines at a time.

        Raises:
            ExternalRefused: it cannot be started, or a value may not stand in an argument.
            ExternalBusy, ExternalIndeterminate: it was not started, or was ended, by ``stop``.
        """
        ...

    def stop(self) -> None:
        """End what runs within seconds, and start nothing more: the bot stops."""
        ...

    def look(
        self, service: Service, check: Check, values: Mapping[str, str], *, first: float | None
    ) -> Reading:
        """Ask once; ``first`` is the number of the first reading, for what must fall."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalSystems:
    """Everything that is needed besides the chat."""

    repositories: Repositories
    forges: Forges
    operations: Operations
    trackers: Trackers = field(default_factory=NoTrackers)
    #: Keeps quick what stands on this machine; it may take a while.
    tidy: Callable[[], None] = lambda: None
