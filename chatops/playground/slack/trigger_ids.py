"""What expires: trigger ids, response URLs, and the codes of people who sign in."""

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


TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_LIFE = timedelta(minutes=30)
RESPONSE_USES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerId:
    """The right to show a modal to whoever has just done something."""

    id: str
    user: str
    made: datetime
    #: Where that was, if in a channel.
    channel: str | None = None
    used: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseUrl:
    """The right to answer where something was done."""

    path: str
    user: str
    channel: str
    made: datetime
    #: The message that was clicked, or the last one that was posted through this URL.
    message_ts: str | None = None
    uses: int = 0


class TriggerIds:
    """Hands out and takes back trigger ids and response URLs."""

    def __init__(self, clock: Clock, team_id: str) -> None:
        self._clock = clock
        self._team_id = team_id
        self._lock = Lock()
        self._triggers: dict[str, TriggerId] = {}
        self._urls: dict[str, ResponseUrl] = {}
        self._sockets: set[str] = set()
        self._made = 0
        self.grants = Grants(clock, team_id)

    def new_trigger(self, user: str, channel: str | None = None) -> str:
        with self._lock:
            number = self._next()
            digest = sha256(f"trigger {number}".encode()).hexdigest()[:32]
            trigger_id = f"{1_000_000_000 + number}.{900_000_000 + number}.{digest}"
            self._triggers[trigger_id] = TriggerId(
                id=trigger_id, user=user, made=self._clock.now(), channel=channel
            )
            return trigger_id

    def check_trigger(self, trigger_id: str) -> TriggerId:
        """Find a trigger that still works."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise Refusal(Why.INVALID_TRIGGER_ID)
        if trigger.used:
            raise Refusal(Why.EXCHANGED_TRIGGER_ID)
        if self._clock.now() - trigger.made > TRIGGER_LIFE:
            raise Refusal(Why.EXPIRED_TRIGGER_ID)
        return trigger

    def exchange(self, trigger_id: str) -> TriggerId:
        """Use a trigger up."""
        with self._lock:
            trigger = self.check_trigger(trigger_id)
            self._triggers[trigger_id] = replace(trigger, used=True)
            return trigger

    def new_socket(self) -> str:
        """Make the ticket with which one Socket Mode connection is opened."""
        with self._lock:
            ticket = sha256(f"socket {self._next()}".encode()).hexdigest()[:32]
            self._sockets.add(ticket)
            return ticket

    def use_socket(self, ticket: str) -> bool:
        """Use such a ticket up; say whether it was good."""
        with self._lock:
            good = ticket in self._sockets
            self._sockets.discard(ticket)
            return good

    def new_response_url(
        self,
        *,
        kind: str,
        user: str,
        channel: str,
        message_ts: str | None = None,
    ) -> str:
        """Make the path of a response URL; ``kind`` is ``commands`` or ``actions``."""
        with self._lock:
            number = self._next()
            digest = sha256(f"response {number}".encode()).hexdigest()[:24]
            path = f"/{kind}/{self._team_id}/{number}/{digest}"
            self._urls[path] = ResponseUrl(
                path=path,
                user=user,
                channel=channel,
                made=self._clock.now(),
                message_ts=message_ts,
            )
            return path

    def check_response_url(self, path: str) -> ResponseUrl:
        url = self._urls.get(path)
        if url is None or self._clock.now() - url.made > RESPONSE_LIFE:
            raise Refusal(Why.EXPIRED_URL)
        if url.uses >= RESPONSE_USES:
            raise Refusal(Why.USED_URL)
        return url

    def use_response_url(self, path: str) -> ResponseUrl:
        """Use a response URL up by one."""
        with self._lock:
            url = self.check_response_url(path)
            self._urls[path] = replace(url, uses=url.uses + 1)
            return url

    def remember_message(self, path: str, ts: str) -> None:
        """Let later uses of a response URL replace the message with this ts."""
        with self._lock:
            self._urls[path] = replace(self._urls[path], message_ts=ts)

    def _next(self) -> int:
        self._made += 1
        return self._made
