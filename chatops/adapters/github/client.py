"""Lets the bot into GitHub: by a token, or as an app whose tokens are renewed before they end."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final
from urllib.parse import urlsplit

import jwt
from github import Github
from github.Auth import AppAuth, AppAuthToken, Auth, Token

from chatops.adapters.github.errors import BadAppKey, NotLetIn, TokenEnded, translated
from chatops.clock import Clock

#: Seconds for connecting, and again for each answer; GitHub itself gives up after ten.
TIMEOUT: Final = 15
#: An app's token is renewed when less than this is left of it: longer than any push takes.
_LEFT: Final = timedelta(minutes=10)
#: What GitHub allows for a signature, less the difference that our clock may have from its.
_SIGNED_FOR, _SKEW = timedelta(minutes=8), timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppKey:
    """An app, where it is installed, and its private key in PEM."""

    app: str
    installation: int
    private_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _AppToken:
    text: str = field(repr=False)
    ends: datetime


class GithubClientFactory:
    """Opens connections to GitHub, each for one piece of work in one thread.

    PyGithub keeps the request under way in the connection, so none is ever shared.
    """

    def __init__(
        self, *, url: str, key: str | AppKey, clock: Clock, timeout: int = TIMEOUT
    ) -> None:
        self._url = url
        self._key = key
        self.clock = clock
        self._timeout = timeout
        self._renewing = Lock()
        self._held: _AppToken | None = None

    @property
    def host(self) -> str:
        """Where repositories are: https://api.github.com serves those of github.com."""
        return urlsplit(self._url).netloc.lower().removeprefix("api.")

    def token(self) -> str:
        """What opens GitHub now.

        Raises:
            ExternalBusy, ExternalRefused
        """
        if isinstance(self._key, str):
            return self._key
        with self._renewing:
            if self._held is None or self._held.ends - self.clock.now() < _LEFT:
                self._held = self._renewed(self._key)
            return self._held.text

    @contextmanager
    def opened(self) -> Iterator[Github]:
        """A connection for one piece of work; every trouble is told as the port wants it.

        Raises:
            ExternalBusy, ExternalRefused
        """
        token = self.token()
        try:
            with translated(self.clock), _connect(self._url, Token(token), self._timeout) as github:
                yield github
        except NotLetIn as error:
            if self._forgotten(token):
                raise TokenEnded from error
            raise

    def _forgotten(self, token: str) -> bool:
        """Let go of an app's token that is not taken any more, so that the next one is new."""
        with self._renewing:
            ours = self._held is not None and self._held.text == token
            self._held = None if ours else self._held
            return ours

    def _renewed(self, key: AppKey) -> _AppToken:
        path = f"/app/installations/{key.installation}/access_tokens"
        what = f"installation {key.installation} of app {key.app}"
        with (
            translated(self.clock, what),
            _connect(self._url, AppAuthToken(self._signed(key)), self._timeout) as github,
        ):
            # A token too many does no harm, so this is not a request that can be in doubt.
            _, told = github.requester.requestJsonAndCheck("POST", path, input={})
            return _AppToken(text=told["token"], ends=datetime.fromisoformat(told["expires_at"]))

    def _signed(self, key: AppKey) -> str:
        now = self.clock.now()
        claims = {
            "iat": int((now - _SKEW).timestamp()),
            "exp": int((now + _SIGNED_FOR).timestamp()),
            "iss": key.app,
        }
        try:
            return str(AppAuth.create_jwt_sign(key.private_key, "RS256")(claims))
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise BadAppKey from error


def _connect(url: str, auth: Auth, timeout: int) -> Github:
    """A client that does what it is told once, at once, and logs nothing.

    Its own log would hold an app's tokens, which stand in the answers.
    """
    logging.getLogger("github").setLevel(logging.WARNING)
    return Github(
        base_url=url,
        auth=auth,
        timeout=timeout,
        user_agent="chatops",
        per_page=100,
        retry=None,
        seconds_between_requests=None,
        seconds_between_writes=None,
        lazy=True,
    )
