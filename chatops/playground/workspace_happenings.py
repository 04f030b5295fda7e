"""What happened in a workspace, told to whoever listens; Slack's events are made from it."""

from dataclasses import dataclass
from enum import StrEnum

from chatops.playground.workspace_values import Channel, Json, Message, View


class ChannelTurn(StrEnum):
    """What can befall a channel as a whole; the values are Slack's event names."""

    CREATED = "channel_created"
    RENAMED = "channel_rename"
    ARCHIVED = "channel_archive"
    UNARCHIVED = "channel_unarchive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A message that everybody in the channel sees was posted."""

    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A message was edited."""

    message: Message
    previous: Message
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """A message was deleted."""

    previous: Message
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacted:
    """A reaction was put under a message, or taken away."""

    message: Message
    name: str
    user: str
    added: bool
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """A message was pinned, or unpinned."""

    message: Message
    user: str
    pinned: bool
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberMoved:
    """Somebody joined a channel, or left it."""

    channel: Channel
    user: str
    joined: bool
    inviter: str | None
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTurned:
    """A channel was made, renamed, archived or brought back."""

    channel: Channel
    turn: ChannelTurn
    user: str
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeOpened:
    """Somebody opened the app's Home tab, or its messages."""

    user: str
    channel: Channel
    tab: str
    view: View | None
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardOpened:
    """Somebody clicked the card of a Work Object; ``trigger`` is for filling their side pane."""

    user: str
    message: Message
    entity: Json
    trigger: str


Happening = (
    Posted
    | Changed
    | Deleted
    | Reacted
    | Pinned
    | MemberMoved
    | ChannelTurned
    | HomeOpened
    | CardOpened
)
