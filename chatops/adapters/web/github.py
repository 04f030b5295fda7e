"""`POST /webhooks/github`: hears from GitHub what happened to a repository, if GitHub signed it."""

import hmac
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chatops.adapters.web.github_events import EVENTS
from chatops.adapters.web.webhooks import Refused, read_body, webhook
from chatops.application.hotfix.webhooks import Happening, Heard
from chatops.application.ports.storage import StoreTrouble
from chatops.application.tasks.webhooks import HeardIssue, IssueHappening
from chatops.clock import Clock
from chatops.domain.errors import Repeated

#: A push of two thousand commits, the most that GitHub tells of, is smaller.
LARGEST = 10_000_000
_SIGNATURE = re.compile(r"sha256=[0-9a-f]{64}")
_DELIVERY = re.compile(r"[0-9A-Za-z-]{1,100}")
_FORM = "application/x-www-form-urlencoded"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class GithubHook:
    """What GitHub signs with, and who hears it; without a secret nobody does."""

    secret: str | None
    heard: Heard
    heard_issue: HeardIssue
    clock: Clock


def github_route(hook: GithubHook) -> Route:
    """The route on which GitHub is heard."""

    async def hear(request: Request) -> Response:
        body = await _body(request, hook)
        outcome = await run_in_threadpool(_taken, hook, request.headers, body)
        return JSONResponse({"outcome": outcome})

    return webhook("/webhooks/github", hear)


async def _body(request: Request, hook: GithubHook) -> bytes:
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


def _taken(hook: GithubHook, headers: Mapping[str, str], body: bytes) -> str:
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
    except StoreTrouble as trouble:
        # GitHub does not try again by itself; polling finds what happened all the same.
        _log.error("An event was not heard", extra={"action": "github_event", "why": str(trouble)})
        words = "the database cannot be used now"
        raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, words) from trouble
    return "heard"


def _tell(hook: GithubHook, happening: Happening | IssueHappening, delivery: str) -> None:
    now = hook.clock.now()
    if isinstance(happening, IssueHappening):
        hook.heard_issue(replace(happening, delivery=delivery), now)
    else:
        hook.heard(replace(happening, delivery=delivery), now)


def _happening(event: str, data: Any) -> Happening | IssueHappening | None:
    """What happened; none where it is about nothing that we look at, such as a tag."""
    try:
        found = EVENTS[event](data)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, wrong["loc"]))
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"{place}: {wrong['msg']}") from error
    if isinstance(found, Happening) and not (found.branch or found.sha or found.number):
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
