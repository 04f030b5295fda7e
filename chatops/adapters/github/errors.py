"""Tells what GitHub refuses or leaves open in the port's words: later, in doubt, or refused."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

import requests
from github.GithubException import BadAttributeException, GithubException, IncompletableObject
from urllib3.exceptions import NewConnectionError

from chatops.application.ports.external import (
    ExternalBusy,
    ExternalError,
    ExternalIndeterminate,
    ExternalRefused,
)
from chatops.clock import Clock

#: GitHub's advice where it does not say how long to wait.
_PATIENCE: Final = timedelta(minutes=1)
#: A limit that is said to last longer is looked at again after this.
_LONGEST: Final = timedelta(hours=1)
_LONGEST_WORDS: Final = 1000
_LIMITS: Final = ("rate limit", "abuse detection", "retry your request again later")
_RIGHTS = (
    "Its token needs the right to read and write code and pull requests, to read checks and "
    "statuses, to write actions if workflows are started, and issues if they are the tracker."
)
_SEEING = "Correct `repository` or `project` in chatops.yml, or give the bot's token access to it."
_SILENCE = "GitHub did not answer"
_GIBBERISH = "GitHub's answer could not be read"


class NotGithubs(Exception):
    """An answer lacks what every answer of GitHub's has."""


#: What PyGithub makes of an answer that is not of GitHub's form.
_UNREADABLE: Final = (
    NotGithubs,
    BadAttributeException,
    IncompletableObject,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)


class GithubRefused(ExternalRefused):
    """GitHub said no; ``status`` is its number for it."""

    def __init__(self, why: str, words: str, status: int) -> None:
        super().__init__(why, words)
        self.status = status


class NotLetIn(ExternalRefused):
    """GitHub does not know the bot's token."""

    def __init__(self, words: str) -> None:
        super().__init__(
            "GitHub did not let the bot in; nothing was changed. Its token is wrong, expired or "
            "revoked: give it a new one (GITHUB_TOKEN, or the app's variables) and start it again.",
            words,
        )


class TokenEnded(ExternalBusy):
    """An app's token was taken back before its time."""

    def __init__(self) -> None:
        super().__init__(
            "GitHub does not take the app's token any more; nothing was changed, and the app gets "
            "itself a new one"
        )


class BadAppKey(ExternalRefused):
    """The app's private key cannot be used."""

    def __init__(self) -> None:
        super().__init__(
            "GitHub was not asked: the app's private key cannot be used. Generate a new one on the "
            "app's page on GitHub and put it into GITHUB_APP_PRIVATE_KEY."
        )


@contextmanager
def translated(clock: Clock, what: str = "", *, writes: bool = False) -> Iterator[None]:
    """Raise nothing but ExternalError; ``what`` is asked about.

    A request that ``writes`` and has no answer that can be read is in doubt.
    """
    try:
        yield
    except ExternalError:
        raise
    except _UNREADABLE as error:
        raise _no_answer(_GIBBERISH, writes=writes) from error
    except GithubException as error:
        raise _of_answer(error, what, clock.now(), writes=writes) from error
    except requests.exceptions.SSLError as error:
        why = "GitHub's certificate cannot be trusted, so nothing was sent: correct GITHUB_API_URL"
        raise ExternalRefused(why, str(error)[:_LONGEST_WORDS]) from error
    except requests.RequestException as error:
        if _never_arrived(error):
            why = "GitHub could not be reached; nothing was changed"
            raise ExternalBusy(why) from error
        raise _no_answer(_SILENCE, writes=writes) from error


def _of_answer(error: GithubException, what: str, now: datetime, *, writes: bool) -> ExternalError:
    headers = {name.lower(): f"{value}" for name, value in (error.headers or {}).items()}
    words = words_of(error.data)
    if _is_limit(error.status, headers, words):
        why = "GitHub takes no more requests from the bot just now; nothing was changed"
        return ExternalBusy(why, _wait(headers, now))
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _no_answer(f"GitHub has trouble of its own ({error.status})", writes=writes)
    match error.status:
        case HTTPStatus.UNAUTHORIZED:
            return NotLetIn(words)
        case HTTPStatus.FORBIDDEN:
            why = f"GitHub does not let the bot do this{_to(what)}; nothing was changed. {_RIGHTS}"
        case HTTPStatus.NOT_FOUND | HTTPStatus.GONE:
            why = f"GitHub knows no {what or 'such thing'}, or hides it from the bot. {_SEEING}"
        case _:
            why = f"GitHub did not accept this{_to(what)}; nothing was changed"
    return GithubRefused(why, words, error.status)


def words_of(data: Any) -> str:
    """What GitHub says, in its own words: a message, and one for each error.

    >>> words_of({"message": "Validation Failed", "errors": [{"message": "No commits"}]})
    'Validation Failed: No commits'
    """
    if not isinstance(data, Mapping):
        return ""
    listed = data.get("errors")
    errors = [_error(each) for each in listed] if isinstance(listed, list) else [listed]
    said = "; ".join(str(each) for each in errors if each)
    return ": ".join(filter(None, (str(data.get("message") or ""), said)))[:_LONGEST_WORDS]


def _error(error: Any) -> str:
    if not isinstance(error, Mapping):
        return str(error)
    return str(error.get("message") or f"{error.get('field')} is {error.get('code')}")


def _is_limit(status: int, headers: Mapping[str, str], words: str) -> bool:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return True
    spent = headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers
    said = any(sign in words.lower() for sign in _LIMITS)
    return status == HTTPStatus.FORBIDDEN and (spent or said)


def _wait(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long GitHub wants to be left alone; by its own clock where it tells it."""
    if (seconds := _number(headers.get("retry-after"))) is not None:
        return _within_reason(timedelta(seconds=seconds))
    reset = _number(headers.get("x-ratelimit-reset"))
    if reset is None or headers.get("x-ratelimit-remaining") != "0":
        return _PATIENCE
    here = (date_of(headers) or now).timestamp()
    return _within_reason(timedelta(seconds=reset - here))


def date_of(headers: Mapping[str, Any]) -> datetime | None:
    """The moment at which GitHub answered, by its own clock."""
    try:
        return parsedate_to_datetime(f"{headers.get('date')}").astimezone(UTC)
    except ValueError:
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else None  # noqa: PLR2004 - no moment is longer


def _within_reason(wait: timedelta) -> timedelta:
    return min(max(wait, timedelta(seconds=1)), _LONGEST)


def _no_answer(why: str, *, writes: bool) -> ExternalError:
    if writes:
        return ExternalIndeterminate(f"{why}; what was asked may have been done or not")
    return ExternalBusy(f"{why}; nothing was changed")


def _never_arrived(error: requests.RequestException) -> bool:
    """Whether it is sure that no request went out."""
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    return isinstance(reason, NewConnectionError)


def _to(what: str) -> str:
    return f" to {what}" if what else ""
