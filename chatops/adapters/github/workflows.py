"""Starts workflows on GitHub and follows them to their end."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from github.Repository import Repository
from github.WorkflowRun import WorkflowRun

from chatops.adapters.github.errors import GithubRefused, date_of, translated
from chatops.application.ports.external import ExternalRefused, RunState
from chatops.clock import Clock
from chatops.domain.services import UnusableFact, Workflow, fill

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
