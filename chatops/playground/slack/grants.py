"""What people let the app know of them when they sign in with Slack: codes, and what they buy.

A code works once and for ten minutes, by the workspace's clock.
"""

import base64
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import Any

from chatops.clock import Clock
from chatops.playground.slack.errors import Refusal, Why

CODE_LIFE = timedelta(minutes=10)
_TOKEN_LIFE = timedelta(minutes=5)
_ISSUER = "https://slack.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Somebody agreed that the app may know who they are."""

    user: str
    client_id: str
    redirect_uri: str
    nonce: str
    made: datetime
    used: bool = False


class Grants:
    """Hands out codes, and changes each once into an access token."""

    def __init__(self, clock: Clock, team_id: str) -> None:
        self._clock = clock
        self.team_id = team_id
        self._lock = Lock()
        self._codes: dict[str, Grant] = {}
        self._tokens: dict[str, str] = {}
        #: Where people may be sent back to besides what the manifest says.
        self.redirect_urls: set[str] = set()

    def allow(self, *, user: str, client_id: str, redirect_uri: str, nonce: str) -> str:
        """Note that a person agreed; returns the code that goes back with them."""
        with self._lock:
            code = _secret(f"code {len(self._codes)}")
            self._codes[code] = Grant(
                user=user,
                client_id=client_id,
                redirect_uri=redirect_uri,
                nonce=nonce,
                made=self._clock.now(),
            )
            return code

    def exchange(self, code: str, *, client_id: str, redirect_uri: str) -> dict[str, Any]:
        """Use a code up; returns what the app gets for it."""
        with self._lock:
            grant = self._codes.get(code)
            if grant is None or grant.client_id != client_id:
                raise Refusal(Why.INVALID_CODE)
            if grant.used:
                raise Refusal(Why.CODE_ALREADY_USED)
            if self._clock.now() - grant.made > CODE_LIFE:
                raise Refusal(Why.INVALID_CODE)
            if grant.redirect_uri != redirect_uri:
                raise Refusal(Why.BAD_REDIRECT_URI)
            self._codes[code] = replace(grant, used=True)
            token = f"xoxp-{_secret(f'token {len(self._tokens)}')}"
            self._tokens[token] = grant.user
            return {
                "access_token": token,
                "token_type": "Bearer",
                "id_token": self._id_token(grant),
            }

    def holder(self, token: str) -> str:
        """Whose access token it is."""
        user = self._tokens.get(token)
        if user is None:
            raise Refusal(Why.INVALID_AUTH)
        return user

    def _id_token(self, grant: Grant) -> str:
        """A token in the form of a JWT; nobody checks a signature that comes straight from us."""
        now = self._clock.now()
        claims = {
            "iss": _ISSUER,
            "sub": grant.user,
            "aud": grant.client_id,
            "iat": int(now.timestamp()),
            "exp": int((now + _TOKEN_LIFE).timestamp()),
            "nonce": grant.nonce,
            "https://slack.com/team_id": self.team_id,
            "https://slack.com/user_id": grant.user,
        }
        return ".".join((_encoded({"typ": "JWT", "alg": "RS256"}), _encoded(claims), "c2lnbmVk"))


def _secret(about: str) -> str:
    return sha256(f"sign-in {about}".encode()).hexdigest()[:40]


def _encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
