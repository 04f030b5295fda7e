"""`POST /webhooks/alerts`: hears Alertmanager, Grafana, and whatever sends our own plain form."""

import hmac
import json
import logging
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chatops.adapters.web.webhooks import Refused, read_body, webhook
from chatops.application.lifecycle.alerts import (
    Alert,
    AlertGroup,
    AlertOutcome,
    NobodyToTell,
    TakeAlert,
)
from chatops.application.ports.chat import UnknownWorkspace
from chatops.application.ports.storage import StorageError
from chatops.clock import Clock
from chatops.domain.errors import UserError
from chatops.domain.team import AlertRules

#: A thousand alerts with all their labels are smaller.
LARGEST = 1_000_000
_MOST = 1000

_log = logging.getLogger(__name__)


def _clean(text: str) -> str:
    """A text without what no database stores: controls, and halves of characters."""
    return "".join(each for each in text if unicodedata.category(each) not in {"Cc", "Cs"})


def _not_empty(text: str) -> str:
    if not text.strip():
        message = "is empty"
        raise ValueError(message)
    return text.strip()


_Text = Annotated[str, AfterValidator(_clean)]
_Words = Annotated[_Text, AfterValidator(_not_empty)]
_State = Literal["firing", "resolved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertWebhook:
    """Who may bring alerts, and what is done with them; without a secret nobody may."""

    secret: str | None
    rules: AlertRules
    hear: TakeAlert
    workspace: Callable[[], str]
    clock: Clock


class _One(BaseModel):
    """An alert of Alertmanager or Grafana."""

    status: _State
    labels: dict[_Text, _Text] = {}
    annotations: dict[_Text, _Text] = {}
    starts_at: _Text = Field(default="", alias="startsAt")
    fingerprint: _Text = ""
    link: _Text = Field(default="", alias="generatorURL")


class _Group(BaseModel):
    """What Alertmanager (version 4) and Grafana post."""

    status: _State
    key: _Words = Field(alias="groupKey")
    alerts: list[_One] = Field(min_length=1, max_length=_MOST)
    labels: dict[_Text, _Text] = Field(default={}, alias="commonLabels")
    annotations: dict[_Text, _Text] = Field(default={}, alias="commonAnnotations")


class _Plain(BaseModel):
    """Our own form, for a script; ``id`` tells one time that it fires from the next."""

    key: _Words
    title: _Words
    status: _State = "firing"
    severity: _Text = ""
    service: _Text = ""
    source: _Text = ""
    details: _Text = ""
    id: _Text = ""


def alerts_route(alerts: AlertWebhook) -> Route:
    """The route on which alerts are heard."""

    async def hear(request: Request) -> Response:
        body = await _body(request, alerts)
        return await run_in_threadpool(_heard, alerts, body)

    return webhook("/webhooks/alerts", hear)


async def _body(request: Request, alerts: AlertWebhook) -> bytes:
    """What was sent, by somebody who knows the secret.

    Raises:
        Refused
    """
    if not alerts.secret:
        raise Refused(HTTPStatus.NOT_FOUND, "not found")
    body = await read_body(request, most=LARGEST, advice="; send fewer alerts")
    if not _is_ours(request.headers, body, alerts.secret.encode()):
        raise Refused(
            HTTPStatus.UNAUTHORIZED,
            "send the secret as “Authorization: Bearer …”, or sign the body with it (HMAC-SHA256)"
            " in X-Signature-256",
        )
    return body


def _is_ours(headers: Mapping[str, str], body: bytes, secret: bytes) -> bool:
    """Whether the sender knows the secret: it is sent, or the body is signed with it."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    if kind.casefold() == "bearer":
        return hmac.compare_digest(token.strip().encode(), secret)
    signed = hmac.new(secret, body, "sha256").hexdigest().encode()
    given = headers.get("x-signature-256") or headers.get("x-grafana-alerting-signature") or ""
    return hmac.compare_digest(given.removeprefix("sha256=").encode(), signed)


def _heard(alerts: AlertWebhook, body: bytes) -> Response:
    understood = _understood(body)
    try:
        group = _group(understood, alerts)
        hearing = alerts.hear(group)
    except (StorageError, UnknownWorkspace, NobodyToTell) as trouble:
        # The sender tries again: by then it may be mended.
        _log.error("An alert was not heard", extra={"action": "alert", "why": str(trouble)})
        raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, _words(trouble)) from trouble
    except UserError as mistake:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(mistake)) from mistake
    answer = {"outcome": hearing.outcome.value}
    if hearing.incident is not None:
        answer["incident"] = hearing.incident.reference
    is_new = hearing.outcome is AlertOutcome.DECLARED
    return JSONResponse(answer, HTTPStatus.CREATED if is_new else HTTPStatus.OK)


def _words(trouble: Exception) -> str:
    """What a sender may know: where the database is does not concern it."""
    match trouble:
        case NobodyToTell():
            return str(trouble)
        case UnknownWorkspace():
            return "the bot does not know its workspace yet; Slack cannot be asked"
        case _:
            return "the database cannot be used now"


def _understood(body: bytes) -> _Group | _Plain:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(HTTPStatus.BAD_REQUEST, "the body is not JSON") from error
    if not isinstance(data, dict):
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "the body is not a JSON object")
    try:
        return _Group.model_validate(data) if "alerts" in data else _Plain.model_validate(data)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, wrong["loc"]))
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"{place}: {wrong['msg']}") from error


def _group(understood: _Group | _Plain, alerts: AlertWebhook) -> AlertGroup:
    match understood:
        case _Plain():
            return _of_plain(understood, alerts)
        case _Group():
            return _of_group(understood, alerts)


def _of_plain(plain: _Plain, alerts: AlertWebhook) -> AlertGroup:
    firing = plain.status == "firing"
    return AlertGroup(
        team=alerts.workspace(),
        key=f"plain:{plain.key}",
        now=alerts.clock.now(),
        title=plain.title,
        firing=firing,
        alerts=(Alert(id=plain.id, firing=firing, text=plain.title, link=plain.source),),
        severity=plain.severity,
        service=plain.service,
        details=plain.details,
    )


def _of_group(group: _Group, alerts: AlertWebhook) -> AlertGroup:
    firing = [each for each in group.alerts if each.status == "firing"]
    first = (firing or group.alerts)[0]
    labels = {**first.labels, **group.labels}
    return AlertGroup(
        team=alerts.workspace(),
        key=f"group:{group.key}",
        now=alerts.clock.now(),
        title=_title(first.labels, {**first.annotations, **group.annotations}),
        firing=group.status == "firing" and bool(firing),
        alerts=tuple(_alert(each) for each in group.alerts),
        severity=labels.get(alerts.rules.label, ""),
        service=labels.get(alerts.rules.service, ""),
        details=(group.annotations or first.annotations).get("description", ""),
    )


def _alert(one: _One) -> Alert:
    """One alert; it is another time that it fires when it starts at another moment."""
    name = one.fingerprint or json.dumps(one.labels, sort_keys=True)
    return Alert(
        id=f"{name}@{one.starts_at}",
        firing=one.status == "firing",
        text=_title(one.labels, one.annotations),
        link=one.link,
    )


def _title(labels: Mapping[str, str], annotations: Mapping[str, str]) -> str:
    told = (annotations.get("summary"), annotations.get("title"), labels.get("alertname"))
    return next((each for each in told if each and each.strip()), "An alert without a name")
