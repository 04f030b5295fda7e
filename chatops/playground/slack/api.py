"""Answers Web API calls: who may call, how often, and whether a fault is on; then the method."""

from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from math import ceil
from threading import Lock
from typing import Any

from chatops.clock import Clock
from chatops.playground.slack.call_log import CallLog
from chatops.playground.slack.errors import MissingScope, RateLimited, Refusal, Why
from chatops.playground.slack.faults import Failure, Outage, SlackFaults
from chatops.playground.slack.installation import Installation
from chatops.playground.slack.methods.request import MethodRequest
from chatops.playground.slack.methods.table import METHODS, MethodHandler, Token
from chatops.playground.slack.trigger_ids import TriggerIds
from chatops.playground.workspace.state import Workspace

_APP_SCOPES = frozenset({"connections:write", "authorizations:read", "app_configurations:write"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the caller gets; ``dropped`` means nothing does."""

    body: Mapping[str, Any] | str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    outcome: str = "ok"
    dropped: bool = False


DROPPED = Reply(body="", outcome="unreachable", dropped=True)
UNAVAILABLE = Reply(body="", status=HTTPStatus.SERVICE_UNAVAILABLE, outcome="service_unavailable")


class WebApi:
    """All methods of the Web API over one workspace."""

    def __init__(
        self,
        *,
        workspace: Workspace,
        installation: Installation,
        trigger_ids: TriggerIds,
        faults: SlackFaults,
        call_log: CallLog,
        address: Callable[[], str],
    ) -> None:
        self._workspace = workspace
        self._installation = installation
        self._trigger_ids = trigger_ids
        self._faults = faults
        self._call_log = call_log
        self._address = address
        self._rates = Rates(workspace.clock)

    def answer(self, name: str, arguments: Mapping[str, Any], token: str) -> Reply:
        """Answer one call, with all its effects on the workspace."""
        outage = self._faults.outage
        if outage is not None:
            return DROPPED if outage is Outage.UNREACHABLE else UNAVAILABLE
        reply = self._decided(name, arguments, token)
        headers = {**self._scope_headers(name), **reply.headers}
        dropped = self._faults.drops(name)
        return Reply(
            body=reply.body,
            status=reply.status,
            headers=headers,
            outcome=reply.outcome,
            dropped=dropped,
        )

    def request(self, arguments: Mapping[str, Any], token: str = "") -> MethodRequest:
        """Make what a method is given, for those who act without a call."""
        return MethodRequest(
            workspace=self._workspace,
            installation=self._installation,
            trigger_ids=self._trigger_ids,
            faults=self._faults,
            address=self._address(),
            arguments=arguments,
            token=token,
        )

    def _decided(self, name: str, arguments: Mapping[str, Any], token: str) -> Reply:
        try:
            method = _method(name)
            self._check_token(method, token)
            failure = self._faults.next_failure(name)
            if failure is not None:
                return _failed(failure)
            self._check_rate(name, method, arguments)
            self._check_scopes(method)
            with self._workspace.changes.reading():
                return Reply(body={"ok": True, **method.act(self.request(arguments, token))})
        except RateLimited as refusal:
            return _failed(
                Failure(
                    error=refusal.error,
                    status=HTTPStatus.TOO_MANY_REQUESTS,
                    retry_after=refusal.retry_after,
                )
            )
        except Refusal as refusal:
            body = {"ok": False, "error": refusal.error.value, **refusal.facts}
            return Reply(body=body, outcome=refusal.error.value)

    @property
    def _scopes(self) -> frozenset[str]:
        return self._faults.left_of(self._installation.scopes)

    def _check_token(self, method: MethodHandler, token: str) -> None:
        if method.token is Token.NONE:
            return
        if not token:
            raise Refusal(Why.NOT_AUTHED)
        known = {self._installation.bot_token: Token.BOT, self._installation.app_token: Token.APP}
        if method.token is Token.USER:
            self._trigger_ids.grants.holder(token)
            return
        if token not in known:
            raise Refusal(Why.INVALID_AUTH)
        if known[token] is not method.token:
            raise Refusal(Why.NOT_ALLOWED_TOKEN_TYPE)

    def _check_scopes(self, method: MethodHandler) -> None:
        provided = _APP_SCOPES if method.token is Token.APP else self._scopes
        if method.scopes and not provided & set(method.scopes):
            raise MissingScope(needed=",".join(method.scopes), provided=provided)

    def _check_rate(self, name: str, method: MethodHandler, arguments: Mapping[str, Any]) -> None:
        if not self._faults.has_honest_limits:
            return
        self._rates.check(name, method.tier)
        if name == "chat.postMessage":
            self._rates.check_post(str(arguments.get("channel", "")))

    def _scope_headers(self, name: str) -> Mapping[str, str]:
        method = METHODS.get(name)
        accepted = ",".join(method.scopes) if method is not None else ""
        return {
            "X-OAuth-Scopes": ",".join(sorted(self._scopes)),
            "X-Accepted-OAuth-Scopes": accepted,
        }


def _method(name: str) -> MethodHandler:
    if name not in METHODS:
        raise Refusal(Why.UNKNOWN_METHOD, req_method=name)
    return METHODS[name]


def _failed(failure: Failure) -> Reply:
    headers = {} if failure.retry_after is None else {"Retry-After": str(failure.retry_after)}
    return Reply(
        body={"ok": False, "error": failure.error},
        status=failure.status,
        headers=headers,
        outcome=failure.error,
    )


_MINUTE = timedelta(minutes=1)
#: One message a second in each channel; so many may come at once.
POSTING_BURST = 4


class Rates:
    """Counts calls and refuses those that come too fast."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._calls: defaultdict[str, deque[datetime]] = defaultdict(deque)
        self._posts: dict[str, tuple[float, datetime]] = {}

    def check(self, method: str, a_minute: int) -> None:
        """Count a call of a method that may be called so many times ``a_minute``."""
        with self._lock:
            now, calls = self._clock.now(), self._calls[method]
            while calls and now - calls[0] >= _MINUTE:
                calls.popleft()
            if len(calls) >= a_minute:
                raise RateLimited(_seconds(calls[0] + _MINUTE - now))
            calls.append(now)

    def check_post(self, channel: str) -> None:
        """Count a message to a channel."""
        with self._lock:
            now = self._clock.now()
            left, since = self._posts.get(channel, (float(POSTING_BURST), now))
            left = min(float(POSTING_BURST), left + (now - since).total_seconds())
            if left < 1:
                self._posts[channel] = (left, now)
                raise RateLimited(1)
            self._posts[channel] = (left - 1, now)


def _seconds(wait: timedelta) -> int:
    return max(1, ceil(wait.total_seconds()))
