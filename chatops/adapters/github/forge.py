"""GitHub as the forge of services: pull requests, merges and workflows through its API."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from github.Repository import Repository
from github.WorkflowRun import WorkflowRun

from chatops.adapters.github.client import GithubClientFactory
from chatops.adapters.github.errors import GithubRefused, NotGithubs, date_of, translated
from chatops.adapters.github.pulls import Merging, Opening, read_pull
from chatops.application.ports.external import (
    ExternalBusy,
    ExternalIndeterminate,
    ExternalRefused,
    Pull,
    PullRequestDraft,
    PullState,
    RunState,
)
from chatops.clock import Clock
from chatops.domain.playbook.pipeline import MergeWay
from chatops.domain.services import Service, UnusableFact, Workflow, fill, project_of

_BY_HAND: Final = "workflow_dispatch"
#: Runs of one workflow since a moment; more are not looked through.
_MOST: Final = 100
_WAITING: Final = {
    "queued": "it waits for a machine",
    "waiting": "it waits for an approval on GitHub",
    "action_required": "it waits for an approval on GitHub",
    "requested": "it has been asked for",
    "pending": "it waits for another run to end",
}
_ENDS: Final = {
    "success": "it went well",
    "neutral": "it ended without a verdict",
    "skipped": "it did nothing: its conditions were not met",
    "failure": "it failed",
    "cancelled": "it was cancelled",
    "timed_out": "it ran too long and was stopped",
    "action_required": "it waits for an approval on GitHub",
    "startup_failure": "it could not start: the workflow has a mistake",
    "stale": "GitHub gave it up",
}
_REFUSALS: Final = (
    ("no ref found", "GitHub has no branch or tag of the name that it is to run on."),
    ("disabled", "it is disabled. Enable it on GitHub, under Actions."),
    ("trigger", "it cannot be started by hand: add `workflow_dispatch` to its triggers."),
    ("input", "its inputs are not those that chatops.yml gives: correct `inputs` there."),
)


class NotStarted(ExternalRefused):
    """A workflow was not started."""

    def __init__(self, workflow: Workflow, reason: str, words: str = "") -> None:
        super().__init__(f"The workflow {workflow.workflow} was not started: {reason}", words)


def start(
    repository: Repository, workflow: Workflow, values: Mapping[str, str], clock: Clock
) -> None:
    """Start a workflow with its inputs filled in.

    Raises:
        ExternalBusy, ExternalIndeterminate, ExternalRefused
    """
    try:
        ref = fill(workflow.ref, values)
        inputs = {name: fill(text, values) for name, text in workflow.inputs.items()}
    except UnusableFact as error:
        raise NotStarted(workflow, str(error)) from error
    what = f"workflow {workflow.workflow} in {repository.full_name}"
    try:
        with translated(clock, what, writes=True):
            repository.get_workflow(workflow.workflow).create_dispatch(ref, inputs, throw=True)
    except GithubRefused as refused:
        words = refused.words.lower()
        reason = next((reason for sign, reason in _REFUSALS if sign in words), "")
        raise (NotStarted(workflow, reason, refused.words) if reason else refused) from refused


def newest_run(
    repository: Repository, workflow: Workflow, since: datetime, clock: Clock
) -> RunState:
    """The newest run that was started by hand since a moment of our clock.

    Raises:
        ExternalBusy, ExternalRefused
    """
    begin = _there(since, repository, clock)
    with translated(clock, f"workflow {workflow.workflow} in {repository.full_name}"):
        found = list(_runs(repository, workflow, begin))
        newest = max(found, key=lambda run: (run.created_at, run.id), default=None)
        return _state(newest) if newest else RunState()


def _there(since: datetime, repository: Repository, clock: Clock) -> datetime:
    """The moment by GitHub's clock, in whole seconds as its runs tell it; never a later one."""
    answered = date_of(repository.raw_headers)
    behind = min(answered - clock.now(), timedelta()) if answered else timedelta()
    return (since + behind).replace(microsecond=0)


def _runs(repository: Repository, workflow: Workflow, begin: datetime) -> Iterator[WorkflowRun]:
    listed = repository.get_workflow(workflow.workflow).get_runs(
        event=_BY_HAND, created=f">={begin.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    )
    for run in islice(listed, _MOST):
        if run.event == _BY_HAND and run.created_at >= begin:
            yield run


def _state(run: WorkflowRun) -> RunState:
    over = run.status == "completed"
    if over:
        said = _ENDS.get(run.conclusion, f"it ended: {run.conclusion}")
    else:
        said = _WAITING.get(run.status, "it is running")
    return RunState(url=run.html_url, over=over, good=run.conclusion == "success", said=said)


#: A run that was started may not be listed for so long.
_UNLISTED: Final = timedelta(minutes=1)
#: A project, a workflow and the mark of one start.
_Start = tuple[str, str, str]


class NoProject(ExternalRefused):
    """It is not known which repository on GitHub is meant."""

    def __init__(self, service: Service) -> None:
        super().__init__(
            f"GitHub was not asked: which repository of it {service.name} is made from cannot be "
            "told. Give it `project: owner/name` in chatops.yml."
        )


class JustStarted(ExternalBusy):
    """It may run already, though GitHub does not list it yet."""

    def __init__(self, workflow: Workflow) -> None:
        super().__init__(
            f"The workflow {workflow.workflow} was started a moment ago, and GitHub does not list "
            "it yet; it is not started twice",
            timedelta(seconds=5),
        )


class GithubForge:
    """Repositories on GitHub; each call is one connection, so any thread may make it."""

    def __init__(self, clients: GithubClientFactory) -> None:
        self._clients = clients
        self._clock = clients.clock
        self._started: dict[_Start, datetime] = {}

    def find(self, service: Service, *, head: str, base: str) -> Pull | None:
        with self._repository(service) as repository:
            opening = Opening(repository=repository, clock=self._clock)
            for found in opening.find(head=head, base=base, state="all"):
                if found.state == "open" or found.merged_at is not None:
                    return self._read(repository, found.number)
        return None

    def open(self, service: Service, draft: PullRequestDraft) -> Pull:
        with self._repository(service) as repository:
            found, notes = Opening(repository=repository, clock=self._clock).open(draft)
            return self._read(repository, found.number, *notes)

    def read(self, service: Service, number: int) -> Pull:
        with self._repository(service) as repository:
            return self._read(repository, number)

    def merge(
        self, service: Service, number: int, *, way: MergeWay, sha: str, message: str
    ) -> Pull:
        merging = Merging(way=way, sha=sha, message=message)
        with self._repository(service) as repository:
            pull = self._read(repository, number)
            if pull.state is PullState.MERGED:
                return pull
            if hindrance := merging.hindrance(pull):
                raise hindrance
            try:
                return merging.do(repository.get_pull(number), pull, self._clock)
            except GithubRefused as refused:
                now = self._read(repository, number)
                if now.state is PullState.MERGED:
                    return now
                raise merging.explained(now, refused) from refused

    def dispatch(
        self, service: Service, workflow: Workflow, values: Mapping[str, str], *, mark: str
    ) -> None:
        """Start a workflow; one of the same mark is not started again while GitHub may hide it."""
        key = (project_of(service), workflow.workflow, mark)
        now = self._clock.now()
        started = self._started.get(key)
        if started is not None and now - started < _UNLISTED:
            raise JustStarted(workflow)
        with self._repository(service) as repository:
            try:
                start(repository, workflow, values, self._clock)
            except ExternalIndeterminate:
                self._remember(key, now)
                raise
            self._remember(key, now)

    def _remember(self, key: _Start, now: datetime) -> None:
        recent = {each: at for each, at in self._started.items() if now - at < _UNLISTED}
        self._started = {**recent, key: now}

    def run(self, service: Service, workflow: Workflow, *, since: datetime) -> RunState:
        with self._repository(service) as repository:
            return newest_run(repository, workflow, since, self._clock)

    @contextmanager
    def _repository(self, service: Service) -> Iterator[Repository]:
        """The repository under the name that it has now: it may have been renamed."""
        project = project_of(service)
        if not project:
            raise NoProject(service)
        with self._clients.opened() as github:
            with translated(self._clock, project):
                repository = github.get_repo(project).complete()
                if not repository.id:
                    raise NotGithubs
            yield repository

    def _read(self, repository: Repository, number: int, *notes: str) -> Pull:
        with translated(self._clock, f"pull request #{number} in {repository.full_name}"):
            found = repository.get_pull(number).complete()
            if found.number != number:
                raise NotGithubs
        return read_pull(found, repository, self._clock, *notes)
