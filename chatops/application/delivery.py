"""Says things in channels: finds what was said in doubt, and gets in where it is shut out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar, assert_never

from chatops.application.ports.chat import (
    ChannelArchived,
    ChannelDirectory,
    ChannelGone,
    Channels,
    ChatBusy,
    MessageGone,
    Messages,
    NotInChannel,
)
from chatops.application.ports.storage import Sent
from chatops.application.session import Sessions
from chatops.clock import Clock
from chatops.domain.incident.model import Incident
from chatops.domain.messages.effects import Destination, DestinationKind, Effect
from chatops.domain.messages.posts import Post

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """A message on its way: where to, under which key, and below which message (its ts)."""

    channel: str
    key: str
    post: Post
    below: str | None = None


class Speaker:
    """Speaks through the ports; every way in is tried once."""

    def __init__(self, voice: Messages, rooms: Channels) -> None:
        self._voice = voice
        self._rooms = rooms

    def inside(self, channel: str, deed: Callable[[], T]) -> T:
        """Do something in a channel, entering or reopening it where that stands in the way."""
        try:
            return self._entering(channel, deed)
        except ChannelArchived:
            self._rooms.reopen(channel)
        return self._entering(channel, deed)

    def said(self, line: OutgoingMessage, since: datetime) -> str | None:
        """The ts of a line, if it got there: below its parent, or beside one that is gone."""
        for below in dict.fromkeys((line.below, None)):
            ts = self._find(line, since, below)
            if ts is not None:
                return ts
        return None

    def say(self, line: OutgoingMessage) -> str:
        """Say it, in the channel itself if the message that it belongs below is gone."""
        try:
            return self._say(line, line.below)
        except MessageGone:
            return self._say(line, None)

    def reword(self, line: OutgoingMessage, ts: str) -> None:
        """Put the line's post in the place of what stands at ``ts``."""
        self.inside(
            line.channel,
            lambda: self._voice.edit(line.channel, ts, line.post, key=line.key),
        )

    def _entering(self, channel: str, deed: Callable[[], T]) -> T:
        try:
            return deed()
        except NotInChannel:
            self._rooms.enter(channel)
        return deed()

    def _say(self, line: OutgoingMessage, below: str | None) -> str:
        return self.inside(
            line.channel,
            lambda: self._voice.send(line.channel, line.post, key=line.key, thread=below),
        )

    def _find(self, line: OutgoingMessage, since: datetime, below: str | None) -> str | None:
        return self.inside(
            line.channel,
            lambda: self._voice.find(line.channel, line.key, since=since, thread=below),
        )


#: What may not be done twice is only begun while so much of the lease is left: time for a call.
_ONE_CALL = timedelta(seconds=30)


class Destinations:
    """Knows the channels of places and the messages of keys."""

    def __init__(self, sessions: Sessions, voice: Messages, places: ChannelDirectory) -> None:
        self._sessions = sessions
        self._voice = voice
        self._places = places

    def channel(self, place: Destination) -> str:
        """The channel id of a place.

        Raises:
            ChannelGone: the place has none.
        """
        match place.kind:
            case DestinationKind.INCIDENT:
                channel = self.incident(int(place.id)).channel
            case DestinationKind.STAKEHOLDERS:
                channel = self._configured(self._sessions.team.channels.stakeholders)
            case DestinationKind.ALERTS:
                channel = self._configured(self._sessions.team.channels.alerts)
            case DestinationKind.PERSON:
                channel = self._voice.direct(place.id)
            case DestinationKind.CHANNEL:
                channel = self._configured(place.id)
            case _ as never:
                assert_never(never)
        if channel is None:
            raise ChannelGone(code="channel_not_found", why="the channel was never opened")
        return channel

    def incident(self, incident: int) -> Incident:
        with self._sessions.storage.reading() as work:
            return work.incidents.get(incident)

    def sent(self, key: str) -> Sent | None:
        with self._sessions.storage.reading() as work:
            return work.messages.find(key)

    def _configured(self, name: str | None) -> str | None:
        return None if name is None else self._places.channel(name)


def only_in_time(effect: Effect, clock: Clock) -> None:
    """Begin nothing that could still be under way when another worker takes the effect over."""
    if effect.lease_until is not None and clock.now() + _ONE_CALL > effect.lease_until:
        why = "finding out what had been done took too long"
        raise ChatBusy(timedelta(seconds=1), why)
