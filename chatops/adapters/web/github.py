"""`POST /webhooks/github`: hears from GitHub what happened to a repository, if GitHub signed it."""

import hmac
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import parse_qs

from pydantic import AfterValidator, BaseModel, Field, StrictInt, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chatops.adapters.web.webhooks import Refused, read_body, webhook
from chatops.application.hotfix.webhooks import ForgeEvent, ForgeEventKind, Heard
from chatops.application.ports.storage import StorageError
from chatops.application.tasks.sync import HeardIssue, IssueHappening
from chatops.clock import Clock
from chatops.domain.errors import Repeated
from chatops.domain.git.names import CommitId, RefusedName, ref_name_fault
from chatops.domain.git.urls import RemoteUrl
from chatops.domain.services import is_project

_HEADS = "refs/heads/"


def _project(text: str) -> str:
    if not is_project(text):
        message = "is no owner/name"
        raise ValueError(message)
    return text


_Number = Annotated[StrictInt, Field(gt=0, lt=2**31)]


class _Repository(BaseModel):
    name: Annotated[str, AfterValidator(_project)] = Field(alias="full_name")
    clone_url: str = ""
    ssh_url: str = ""
    html_url: str = ""

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(filter(_is_address, (self.clone_url, self.ssh_url, self.html_url)))


class _Owner(BaseModel):
    name: str = Field(alias="full_name")


class _Head(BaseModel):
    ref: str
    sha: str
    repo: _Owner | None = None


class _Pull(BaseModel):
    number: _Number
    head: _Head


class _Numbered(BaseModel):
    number: _Number


class _Suite(BaseModel):
    branch: str | None = Field(default=None, alias="head_branch")
    sha: str = Field(default="", alias="head_sha")
    pulls: list[_Numbered] = Field(default=[], alias="pull_requests")


class _Check(BaseModel):
    sha: str = Field(alias="head_sha")
    suite: _Suite = Field(alias="check_suite")
    pulls: list[_Numbered] = Field(default=[], alias="pull_requests")


class _Branch(BaseModel):
    name: str


class _Deployment(BaseModel):
    ref: str
    sha: str


class _Person(BaseModel):
    login: str = Field(max_length=100)


class _Issue(BaseModel):
    url: str = Field(alias="html_url", max_length=500)
    title: str = Field(max_length=2000)
    state: str
    assignees: list[_Person] = []


class _Event(BaseModel):
    repository: _Repository


class _Pushed(_Event):
    ref: str
    after: str


class _PullChanged(_Event):
    pull: _Pull = Field(alias="pull_request")


class _CheckRan(_Event):
    check: _Check = Field(alias="check_run")


class _SuiteRan(_Event):
    suite: _Suite = Field(alias="check_suite")


class _StatusSet(_Event):
    sha: str
    branches: list[_Branch] = []


class _Deployed(_Event):
    deployment: _Deployment


class _WorkflowRan(_Event):
    run: _Suite = Field(alias="workflow_run")


class _IssueChanged(_Event):
    action: str = Field(max_length=40)
    issue: _Issue
    sender: _Person


def _found(
    event: _Event,
    kind: ForgeEventKind,
    *,
    branch: str | None = "",
    sha: str = "",
    number: int | None = None,
) -> ForgeEvent:
    return ForgeEvent(
        repository=event.repository.name,
        urls=event.repository.urls,
        branch=branch if branch and ref_name_fault(branch) is None else "",
        sha=sha if _is_commit(sha) else "",
        kind=kind,
        number=number,
        delivery="",
    )


def _push(data: Any) -> ForgeEvent | None:
    event = _Pushed.model_validate(data)
    if not event.ref.startswith(_HEADS):
        return None
    branch = event.ref.removeprefix(_HEADS)
    return _found(event, ForgeEventKind.PUSH, branch=branch, sha=event.after)


def _pull(data: Any, kind: ForgeEventKind = ForgeEventKind.PULL_REQUEST) -> ForgeEvent:
    event = _PullChanged.model_validate(data)
    head = event.pull.head
    # A fork's branch may have the name of one of ours.
    ours = head.repo is not None and head.repo.name.lower() == event.repository.name.lower()
    branch = head.ref if ours else ""
    return _found(event, kind, branch=branch, sha=head.sha, number=event.pull.number)


def _review(data: Any) -> ForgeEvent:
    return _pull(data, ForgeEventKind.REVIEW)


def _check_run(data: Any) -> ForgeEvent:
    event = _CheckRan.model_validate(data)
    branch, number = event.check.suite.branch, _only(event.check.pulls)
    sha = event.check.sha
    return _found(event, ForgeEventKind.CHECKS, branch=branch, sha=sha, number=number)


def _check_suite(data: Any) -> ForgeEvent:
    event = _SuiteRan.model_validate(data)
    return _of_suite(event, event.suite, ForgeEventKind.CHECKS)


def _status(data: Any) -> ForgeEvent:
    event = _StatusSet.model_validate(data)
    branch = event.branches[0].name if len(event.branches) == 1 else ""
    return _found(event, ForgeEventKind.CHECKS, branch=branch, sha=event.sha)


def _deployment(data: Any) -> ForgeEvent:
    event = _Deployed.model_validate(data)
    ref, sha = event.deployment.ref.removeprefix(_HEADS), event.deployment.sha
    return _found(event, ForgeEventKind.DEPLOYMENT, branch=ref, sha=sha)


def _workflow_run(data: Any) -> ForgeEvent:
    event = _WorkflowRan.model_validate(data)
    return _of_suite(event, event.run, ForgeEventKind.RUN)


def _issue(data: Any) -> IssueHappening:
    event = _IssueChanged.model_validate(data)
    return IssueHappening(
        url=event.issue.url,
        action=event.action,
        by=event.sender.login,
        title=event.issue.title,
        closed=event.issue.state == "closed",
        assignees=tuple(person.login for person in event.issue.assignees),
        delivery="",
    )


def _of_suite(event: _Event, suite: _Suite, kind: ForgeEventKind) -> ForgeEvent:
    number = _only(suite.pulls)
    return _found(event, kind, branch=suite.branch, sha=suite.sha, number=number)


#: What is listened to; every other event is none of our business.
EVENTS: Mapping[str, Callable[[Any], ForgeEvent | IssueHappening | None]] = {
    "push": _push,
    "pull_request": _pull,
    "pull_request_review": _review,
    "check_run": _check_run,
    "check_suite": _check_suite,
    "status": _status,
    "deployment_status": _deployment,
    "workflow_run": _workflow_run,
    "issues": _issue,
}


def _only(pulls: list[_Numbered]) -> int | None:
    return pulls[0].number if len(pulls) == 1 else None


def _is_commit(text: str) -> bool:
    """Whether it names a commit; a branch that was deleted has nothing but zeros."""
    try:
        return bool(CommitId(text).text.strip("0"))
    except RefusedName:
        return False


def _is_address(text: str) -> bool:
    try:
        RemoteUrl(text)
    except RefusedName:
        return False
    return True


#: A push of two thousand commits, the most that GitHub tells of, is smaller.
LARGEST = 10_000_000
_SIGNATURE = re.compile(r"sha256=[0-9a-f]{64}")
_DELIVERY = re.compile(r"[0-9A-Za-z-]{1,100}")
_FORM = "application/x-www-form-urlencoded"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class GithubWebhook:
    """What GitHub signs with, and who hears it; without a secret nobody does."""

    secret: str | None
    heard: Heard
    heard_issue: HeardIssue
    clock: Clock


def github_route(hook: GithubWebhook) -> Route:
    """The route on which GitHub is heard."""

    async def hear(request: Request) -> Response:
        body = await _body(request, hook)
        outcome = await run_in_threadpool(_taken, hook, request.headers, body)
        return JSONResponse({"outcome": outcome})

    return webhook("/webhooks/github", hear)


async def _body(request: Request, hook: GithubWebhook) -> bytes:
    """What was sent, signed by somebody who knows the secret.

    Raises:
        Refused
    """
    if not hook.secret:
        raise Refused(HTTPStatus.NOT_FOUND, "not found")
    given = request.headers.get("x-hub-signature-256", "")
    if not _SIGNATURE.fullmatch(given):
        raise Refused(HTTPStatus.UNAUTHORIZED, _UNSIGNED)
    body = await read_body(request, most=LARGEST)
    signed = hmac.new(hook.secret.encode(), body, "sha256").hexdigest()
    if not hmac.compare_digest(given, f"sha256={signed}"):
        raise Refused(HTTPStatus.UNAUTHORIZED, _UNSIGNED)
    return body


_UNSIGNED = (
    "the signature in X-Hub-Signature-256 is missing or wrong: the webhook's secret on GitHub and "
    "GITHUB_WEBHOOK_SECRET must be the same"
)


def _taken(hook: GithubWebhook, headers: Mapping[str, str], body: bytes) -> str:
    """What came of it, in a word."""
    event, delivery = headers.get("x-github-event", ""), headers.get("x-github-delivery", "")
    if not event or not _DELIVERY.fullmatch(delivery):
        raise Refused(HTTPStatus.BAD_REQUEST, "X-GitHub-Event or X-GitHub-Delivery is missing")
    if event == "ping":
        return "pong"
    if event not in EVENTS:
        return "ignored"
    happening = _happening(event, _data(headers, body))
    if happening is None:
        return "ignored"
    try:
        _tell(hook, happening, f"github:{delivery}")
    except Repeated:
        return "known"
    except StorageError as trouble:
        # GitHub does not try again by itself; polling finds what happened all the same.
        _log.error("An event was not heard", extra={"action": "github_event", "why": str(trouble)})
        words = "the database cannot be used now"
        raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, words) from trouble
    return "heard"


def _tell(hook: GithubWebhook, happening: ForgeEvent | IssueHappening, delivery: str) -> None:
    now = hook.clock.now()
    if isinstance(happening, IssueHappening):
        hook.heard_issue(replace(happening, delivery=delivery), now)
    else:
        hook.heard(replace(happening, delivery=delivery), now)


def _happening(event: str, data: Any) -> ForgeEvent | IssueHappening | None:
    """What happened; none where it is about nothing that we look at, such as a tag."""
    try:
        found = EVENTS[event](data)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, wrong["loc"]))
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"{place}: {wrong['msg']}") from error
    if isinstance(found, ForgeEvent) and not (found.branch or found.sha or found.number):
        return None
    return found


def _data(headers: Mapping[str, str], body: bytes) -> Any:
    """The payload: the body itself, or a field of a form, as GitHub sends unless told otherwise."""
    try:
        if headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM:
            (payload,) = parse_qs(body.decode("ascii"), max_num_fields=10)["payload"]
            return json.loads(payload)
        return json.loads(body)
    except (ValueError, LookupError, RecursionError) as error:
        raise Refused(HTTPStatus.BAD_REQUEST, "the body is not JSON") from error
