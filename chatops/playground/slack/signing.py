"""How deliveries travel over HTTP: encoded, signed and posted to the bot."""

import hmac
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import httpx

from chatops.clock import Clock
from chatops.playground.slack.call_log import DeliveryKind

#: The bot is next door, over plain HTTP: nobody's certificates need be read from the disk.
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRequest:
    """What is to be delivered to the bot."""

    kind: DeliveryKind
    #: The event's or payload's type, or the command.
    name: str
    payload: Mapping[str, Any]
    attempt: int = 0
    retry_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReceipt:
    """What came of bringing it."""

    #: ``ok``, ``timeout``, ``unreachable`` or ``http_error``.
    outcome: str
    status: int | None = None
    body: str = ""
    over_socket: bool = False
    no_retry: bool = field(default=False)


def encoded(request: SignedRequest) -> tuple[str, str]:
    """Write the body of a request, with its content type."""
    match request.kind:
        case DeliveryKind.COMMAND:
            return urlencode(request.payload), "application/x-www-form-urlencoded"
        case DeliveryKind.INTERACTION | DeliveryKind.SUGGESTION:
            body = urlencode({"payload": json.dumps(request.payload)})
            return body, "application/x-www-form-urlencoded"
        case DeliveryKind.EVENT | DeliveryKind.CHALLENGE:
            return json.dumps(request.payload), "application/json"


def signed_headers(secret: str, body: str, timestamp: int) -> dict[str, str]:
    """Sign a request body as Slack does."""
    basis = f"v0:{timestamp}:{body}".encode()
    digest = hmac.new(secret.encode(), basis, sha256).hexdigest()
    return {
        "X-Slack-Request-Timestamp": str(timestamp),
        "X-Slack-Signature": f"v0={digest}",
    }


class HttpTransport:
    """Posts requests to the bot's request URL."""

    def __init__(self, *, secret: str, patience: float, clock: Clock) -> None:
        """``clock`` dates the signatures, so it is the one by which the bot checks them."""
        self._secret = secret
        self._clock = clock
        self._client = httpx.Client(timeout=patience, trust_env=False, verify=_NO_TLS)

    def deliver(self, request: SignedRequest, url: str) -> DeliveryReceipt:
        body, content_type = encoded(request)
        timestamp = int(self._clock.now().timestamp())
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **signed_headers(self._secret, body, timestamp),
        }
        if request.attempt:
            headers["X-Slack-Retry-Num"] = str(request.attempt)
            headers["X-Slack-Retry-Reason"] = request.retry_reason
        return self._posted(url, body, headers)

    def close(self) -> None:
        self._client.close()

    def _posted(self, url: str, body: str, headers: Mapping[str, str]) -> DeliveryReceipt:
        try:
            response = self._client.post(url, content=body, headers=dict(headers))
        except httpx.TimeoutException:
            return DeliveryReceipt(outcome="timeout")
        except httpx.TransportError:
            return DeliveryReceipt(outcome="unreachable")
        return DeliveryReceipt(
            outcome="ok" if response.is_success else "http_error",
            status=response.status_code,
            body=response.text,
            no_retry=response.headers.get("X-Slack-No-Retry") == "1",
        )
