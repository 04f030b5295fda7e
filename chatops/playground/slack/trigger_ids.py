"""Trigger ids, which work once within three seconds, and response URLs, five times in half an hour.

Both by the workspace's clock.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock

from chatops.clock import Clock
from chatops.playground.slack.errors import Refusal, Why
from chatops.playground.slack.grants import Grants

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
