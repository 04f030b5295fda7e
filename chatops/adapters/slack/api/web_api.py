"""The one way out to Slack: limits are kept before a call, and troubles are told after it."""

import json
import logging
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import httpx
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient, WebhookResponse

from chatops.adapters.slack.api import errors
from chatops.adapters.slack.api.limits import Limits
from chatops.adapters.slack.api.scopes import METHODS, SlackMethod
from chatops.application.ports.chat import ChatBusy, ChatIndeterminate, ChatUnreachable
from chatops.clock import Clock

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
