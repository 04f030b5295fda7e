"""What can be seen of a workspace: frozen values, safe to hand to any thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

#: A JSON object as Slack sends or takes it; nobody changes one after it was stored.
Json = Mapping[str, Any]


class Persona(StrEnum):
    """The readers whom the playground lets one play."""

    ON_CALL = "on-call engineer"
    COMMANDER = "incident commander"
    STAKEHOLDER = "stakeholder"

    @property
    def short(self) -> str:
        """The name that fits where there is little room.

        >>> Persona.COMMANDER.short
        'commander'
        """
        return {"on-call engineer": "on call"}.get(self, self.split()[-1])


class ChannelKind(StrEnum):
    """Who can find a conversation."""

    PUBLIC = "public"
    PRIVATE = "private"
    DIRECT = "direct"
    GROUP = "group"


class ViewKind(StrEnum):
    """Where a view is shown."""

    MODAL = "modal"
    HOME = "home"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceTeam:
    """The workspace itself."""

    id: str
    name: str
    domain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with a user id, the bot included."""

    id: str
    handle: str
    real_name: str
    email: str = ""
    title: str = ""
    tz: str = "UTC"
    #: Set for those whom the playground lets one play.
    persona: Persona | None = None
    #: Set for the bot alone.
    bot_id: str | None = None
    is_admin: bool = False
    #: Somebody from outside, who sees single channels.
    is_guest: bool = False
    deleted: bool = False

    @property
    def is_bot(self) -> bool:
        return self.bot_id is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserGroup:
    """People who are mentioned together, such as @oncall."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """A link in a channel's header."""

    id: str
    title: str
    link: str
    emoji: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A conversation of any kind."""

    id: str
    name: str
    kind: ChannelKind
    creator: str
    created: datetime
    members: tuple[str, ...]
    topic: str = ""
    purpose: str = ""
    is_archived: bool = False
    is_general: bool = False
    previous_names: tuple[str, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()
    #: The channel's canvas, if it has one.
    canvas_id: str | None = None

    @property
    def is_direct(self) -> bool:
        """A conversation between named people, without a name of its own."""
        return self.kind in {ChannelKind.DIRECT, ChannelKind.GROUP}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """An emoji under a message, and who put it there."""

    name: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The last edit of a message."""

    by: str
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as its readers see it."""

    channel: str
    ts: str
    #: The user id of the author (the bot's user id for what the bot posts).
    author: str
    text: str
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    #: ``event_type`` and ``event_payload``, never shown to people.
    metadata: Json | None = None
    #: Set for the bot's messages alone.
    bot_id: str | None = None
    #: ``channel_join``, ``channel_topic``, ``tombstone`` and so on; None for plain messages.
    subtype: str | None = None
    #: The parent's ts; a parent with replies carries its own.
    thread_ts: str | None = None
    reply_count: int = 0
    reply_users: tuple[str, ...] = ()
    latest_reply: str | None = None
    reactions: tuple[Reaction, ...] = ()
    edited: Edited | None = None
    is_pinned: bool = False
    files: tuple[str, ...] = ()
    unfurl: bool = True
    #: The only person who sees it; None for what everybody sees.
    ephemeral_for: str | None = None

    @property
    def at(self) -> datetime:
        return moment_of(self.ts)

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def in_channel(self) -> bool:
        """Whether it stands in the channel itself, not only in a thread."""
        return not self.is_reply or self.subtype == "thread_broadcast"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A modal, or somebody's App Home."""

    id: str
    kind: ViewKind
    owner: str
    #: The view as the app gave it, checked: type, title, blocks, submit, callback_id and so on.
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    #: The channel in which the person was when it opened, if in any.
    opened_in: str | None = None
    #: What the person has entered so far, as ``view.state.values``.
    values: Json = field(default_factory=dict)

    @property
    def title(self) -> str:
        title: str = self.content.get("title", {}).get("text", "")
        return title

    @property
    def blocks(self) -> tuple[Json, ...]:
        return tuple(self.content.get("blocks", ()))

    @property
    def callback_id(self) -> str:
        callback_id: str = self.content.get("callback_id", "")
        return callback_id

    @property
    def external_id(self) -> str:
        external_id: str = self.content.get("external_id", "")
        return external_id


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An uploaded file, or a canvas."""

    id: str
    name: str
    title: str
    owner: str
    created: datetime
    content: bytes
    filetype: str = "text"
    #: Where it was shared; empty until the upload is completed.
    channels: tuple[str, ...] = ()


def moment_of(ts: str) -> datetime:
    """Say when a message with this ``ts`` was posted.

    >>> moment_of("1700000000.000100").isoformat()
    '2023-11-14T22:13:20.000100+00:00'
    """
    seconds, _, micros = ts.partition(".")
    return datetime.fromtimestamp(int(seconds), tz=UTC).replace(microsecond=int(micros or 0))
