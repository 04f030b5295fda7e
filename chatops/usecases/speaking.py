"""Says things in channels: finds what was said in doubt, and gets in where it is shut out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from chatops.domain.messages.posts import Post
from chatops.usecases.chat import ChannelArchived, MessageGone, NotInChannel, Rooms, Voice

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A message on its way: where to, under which key, and below which message (its ts)."""

    channel: str
    key: str
    post: Post
    below: str | None = None


class Speaker:
    """Speaks through the ports; every way in is tried once."""

    def __init__(self, voice: Voice, rooms: Rooms) -> None:
        self._voice = voice
        self._rooms = rooms

    def inside(self, channel: str, deed: Callable[[], T]) -> T:
        """Do something in a channel, entering or reopening it where that stands in the way."""
        try:
            return self._entering(channel, deed)
        except ChannelArchived:
            self._rooms.reopen(channel)
        return self._entering(channel, deed)

    def said(self, line: Line, since: datetime) -> str | None:
        """The ts of a line, if it got there: below its parent, or beside one that is gone."""
        for below in dict.fromkeys((line.below, None)):
            ts = self._find(line, since, below)
            if ts is not None:
                return ts
        return None

    def say(self, line: Line) -> str:
        """Say it, in the channel itself if the message that it belongs below is gone."""
        try:
            return self._say(line, line.below)
        except MessageGone:
            return self._say(line, None)

    def reword(self, line: Line, ts: str) -> None:
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

    def _say(self, line: Line, below: str | None) -> str:
        return self.inside(
            line.channel,
            lambda: self._voice.send(line.channel, line.post, key=line.key, thread=below),
        )

    def _find(self, line: Line, since: datetime, below: str | None) -> str | None:
        return self.inside(
            line.channel,
            lambda: self._voice.find(line.channel, line.key, since=since, thread=below),
        )
