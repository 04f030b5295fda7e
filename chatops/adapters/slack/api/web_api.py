"""The one way out to Slack: rate limits are kept before a call, errors are told after it."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Lock
from typing import Any

import httpx
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient, WebhookResponse

from chatops.adapters.slack.api import errors
from chatops.adapters.slack.api.scopes import METHODS, SlackMethod
from chatops.application.ports.chat import ChatBusy, ChatIndeterminate, ChatUnreachable
from chatops.clock import Clock

_MINUTE = timedelta(minutes=1)

#: So many idle buckets may lie around before they are cleared away.
_IDLE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many at once, and from then on one each ``interval``."""

    burst: int
    interval: timedelta

    @property
    def depth(self) -> timedelta:
        """How far ahead of time a bucket may be drawn."""
        return self.interval * (self.burst - 1)


#: One message a second in a channel, with short bursts.
PER_CHANNEL = Rate(burst=3, interval=timedelta(seconds=1))


def tier(a_minute: int) -> Rate:
    """The rate that never makes more than ``a_minute`` calls in any minute.

    >>> tier(50)
    Rate(burst=20, interval=datetime.timedelta(seconds=2))
    """
    burst = max(1, a_minute * 2 // 5)
    return Rate(burst=burst, interval=_MINUTE / max(1, a_minute - burst))


class Limits:
    """All buckets; safe to share between threads.

    A bucket is one moment: when it will be full again. A full one is not kept at all.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._full_at: dict[str, datetime] = {}

    def reserve(self, method: SlackMethod, channel: str, now: datetime) -> timedelta:
        """Take a place for one call; if there is none, take nothing and say how long to wait."""
        rates = _rates(method, channel)
        with self._lock:
            wait = max(self._full(key, now) - rate.depth - now for key, rate in rates.items())
            if wait > timedelta():
                return wait
            for key, rate in rates.items():
                self._put(key, self._full(key, now) + rate.interval, now)
        return timedelta()

    def shut(
        self, method: SlackMethod, channel: str, now: datetime, retry_after: timedelta
    ) -> None:
        """Believe Slack: no such call until ``retry_after`` has passed, then one by one."""
        with self._lock:
            for key, rate in _rates(method, channel).items():
                until = now + retry_after + rate.depth
                self._put(key, max(self._full(key, now), until), now)

    def _full(self, key: str, now: datetime) -> datetime:
        return max(self._full_at.get(key, now), now)

    def _put(self, key: str, full_at: datetime, now: datetime) -> None:
        if len(self._full_at) >= _IDLE:
            self._full_at = {name: at for name, at in self._full_at.items() if at > now}
        self._full_at[key] = full_at


def _rates(method: SlackMethod, channel: str) -> Mapping[str, Rate]:
    a_minute = METHODS[method].a_minute
    if a_minute is None:
        return {f"{method}:{channel}": PER_CHANNEL}
    return {method: tier(a_minute)}


#: Seconds for connecting, and again for the answer.
TIMEOUT = 10

#: Slack's clock and ours may differ by so much.
SKEW = timedelta(minutes=1)


def connect(*, token: str, url: str = WebClient.BASE_URL, timeout: float = TIMEOUT) -> WebClient:
    """Make a client that never repeats a call of its own accord: a repeated post is a second one.

    It logs nothing: each trouble is told once, by the one who asked.
    """
    silent = logging.getLogger("chatops.adapters.slack.sdk")
    silent.setLevel(logging.CRITICAL)
    return WebClient(
        token=token,
        base_url=url,
        timeout=timeout,  # type: ignore[arg-type]  # the SDK says int, urllib takes it
        retry_handlers=[],
        logger=silent,
    )


class SlackWebApi:
    """Calls Slack's methods; every outcome is an answer or a ChatTrouble."""

    def __init__(self, client: WebClient, *, limits: Limits, clock: Clock) -> None:
        self._client = client
        self._limits = limits
        self._clock = clock

    def call(self, method: SlackMethod, **arguments: Any) -> SlackResponse:
        """Call a method, if its limits have room for it now; else raise ChatBusy at once."""
        wait = self._limits.reserve(method, arguments.get("channel", ""), self._clock.now())
        if wait > timedelta():
            raise ChatBusy(wait, "Slack takes no more of these just now")
        return self.call_instead(method, **arguments)

    def call_instead(self, method: SlackMethod, **arguments: Any) -> SlackResponse:
        """Call in the place of a call that was refused: its room in the limits is still free."""
        reads = METHODS[method].reads
        try:
            return self._client.api_call(
                method, params=arguments if reads else None, json=None if reads else arguments
            )
        except SlackApiError as error:
            answer = error.response
            problem = errors.of_answer(answer.status_code, answer.headers, answer.data)
            if isinstance(problem, ChatBusy):
                channel = arguments.get("channel", "")
                self._limits.shut(method, channel, self._clock.now(), problem.retry_after)
            raise problem from error
        except errors.FAILURES as error:
            raise errors.of_failure(error) from error

    def upload(self, url: str, content: bytes) -> None:
        """Send the bytes of a file to the address that Slack gave for it."""
        client = self._client
        timeout = client.timeout
        try:
            answer = httpx.post(
                url,
                content=content,
                headers={"Content-Type": "application/octet-stream"},
                timeout=timeout,
                verify=client.ssl or True,
                proxy=client.proxy or None,
            )
        except (httpx.ConnectError, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise ChatUnreachable from error
        except httpx.HTTPError as error:
            raise ChatIndeterminate from error
        if answer.status_code != HTTPStatus.OK:
            raise errors.of_answer(answer.status_code, answer.headers, answer.text)

    def respond(self, url: str, content: Mapping[str, Any]) -> None:
        """Post to a response URL."""
        hook = WebhookClient(
            url,
            timeout=self._client.timeout,
            ssl=self._client.ssl,
            proxy=self._client.proxy,
            logger=self._client.logger,
            retry_handlers=[],
        )
        try:
            answer = hook.send_dict(dict(content))
        except errors.FAILURES as error:
            raise errors.of_failure(error) from error
        body = _parsed(answer)
        says_no = isinstance(body, Mapping) and body.get("ok") is False
        if answer.status_code != HTTPStatus.OK or says_no:
            raise errors.of_answer(answer.status_code, answer.headers, body)


def told(answer: SlackResponse, *path: str) -> str:
    """Read what an answer must hold; one without it was accepted and cannot be read."""
    value: Any = answer.data
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    if not isinstance(value, str) or not value:
        raise errors.Unreadable
    return value


def _parsed(answer: WebhookResponse) -> object:
    """Response URLs answer in JSON, or with a bare word."""
    try:
        body: object = json.loads(answer.body)
    except ValueError:
        return answer.body.strip()
    return body
