"""Turns whatever Slack or the network answers instead of yes into one of the chat's troubles."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPException, InvalidURL
from urllib.error import URLError

from slack_sdk.errors import SlackRequestError

from chatops.adapters.slack.api.refusals import BUSY, DOUBTFUL, DOWN, KINDS, WORDS
from chatops.application.ports.chat import (
    ChatBusy,
    ChatError,
    ChatIndeterminate,
    ChatRefused,
    ChatUnreachable,
)

#: What slack_sdk lets through when a request or its answer breaks: the network's errors, an answer
#: that is no HTTP, no text in its charset, no JSON, or JSON that is no object.
FAILURES = (OSError, HTTPException, SlackRequestError, ValueError, LookupError, AttributeError)

#: Waits when Slack says 429 without saying until when, and at the most.
_WAIT = timedelta(seconds=10)
_LONGEST_WAIT = timedelta(hours=1)

_NOT_SERVED = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.SERVICE_UNAVAILABLE})

_CODE = re.compile(r"[a-z][a-z0-9_]{1,79}")


class SomeRefused(ChatRefused):
    """Slack refused for some of the people named: each with Slack's code for it."""

    def __init__(self, code: str, why: str, people: Mapping[str, str]) -> None:
        super().__init__(code, why)
        self.people = people


class Unreadable(ChatIndeterminate):
    """Slack accepted the request, and its answer makes no sense."""

    def __init__(self) -> None:
        super().__init__("Slack's answer could not be read")


def of_failure(failure: Exception) -> ChatError:
    """Say what a request that got no readable answer means.

    urllib wraps in URLError whatever happens up to the last byte of the request (no such host, no
    connection, no TLS, a broken pipe), and nothing that happens afterwards; for an address that is
    none it raises a bare ValueError. So these are known not done, and all others are in doubt.
    """
    if isinstance(failure, URLError):
        return ChatUnreachable()
    if isinstance(failure, SlackRequestError | InvalidURL) or type(failure) is ValueError:
        return refused("invalid_url")
    if isinstance(failure, UnicodeEncodeError):
        return refused("invalid_text")
    if isinstance(failure, TimeoutError):
        return ChatIndeterminate("Slack did not answer in time")
    return ChatIndeterminate()


def of_answer(status: int, headers: Mapping[str, str], body: object) -> ChatError:
    """Say what an answer means that is not a yes."""
    code = _code(body)
    if status == HTTPStatus.TOO_MANY_REQUESTS or code in BUSY:
        return ChatBusy(_retry_after(headers))
    if status in _NOT_SERVED or code in DOWN:
        return ChatUnreachable("Slack is down")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in DOUBTFUL:
        return ChatIndeterminate("Slack answered with an error of its own")
    if code:
        return refused(code, body)
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        return ChatRefused(f"http_{status}", f"the way to Slack is barred (HTTP {status})")
    return Unreadable()


def refused(code: str, body: object = None) -> ChatRefused:
    """Build the refusal that Slack calls ``code``, with what the answer tells beside it."""
    answer = body if isinstance(body, Mapping) else {}
    why = WORDS.get(code, f"Slack refused it ({code.replace('_', ' ')})")
    if code == "missing_scope" and answer.get("needed"):
        needed = f"{answer['needed']}".replace(",", ", ")
        why = f"the app lacks the scope {needed}; add it and reinstall the app with it"
    errors = answer.get("errors")
    people = people_refused(errors)
    if people:
        return SomeRefused(code, why, people)
    pointers = _pointers(errors) or _pointers(_messages(answer))
    if pointers:
        why = f"{why}: {'; '.join(pointers)}"
    return KINDS.get(code, ChatRefused)(code, why)


def people_refused(errors: object) -> dict[str, str]:
    """Read whom Slack refused, and its code for each."""
    rows = errors if isinstance(errors, list) else []
    return {
        f"{row['user']}": f"{row.get('error', 'cant_invite')}"
        for row in rows
        if isinstance(row, Mapping) and row.get("user")
    }


def _code(body: object) -> str:
    """Slack's name for the error, if the answer has one (slack_sdk puts a sentence there)."""
    code = body.get("error") if isinstance(body, Mapping) else body
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _retry_after(headers: Mapping[str, str]) -> timedelta:
    named = {name.lower(): value for name, value in headers.items()}
    value = named.get("retry-after", "")
    if not re.fullmatch(r"[0-9]{1,9}", value):
        return _WAIT
    return min(timedelta(seconds=max(1, int(value))), _LONGEST_WAIT)


def _pointers(errors: object) -> Sequence[str]:
    rows = errors if isinstance(errors, list) else []
    return [row[:200] for row in rows if isinstance(row, str)][:3]


def _messages(answer: Mapping[str, object]) -> object:
    metadata = answer.get("response_metadata")
    return metadata.get("messages") if isinstance(metadata, Mapping) else None
