"""The one lock of a workspace, its revision counter, and its source of ids and time stamps."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from threading import Condition, RLock

from chatops.clock import Clock
from chatops.playground.workspace.model import Channel, Json, Message, View


class ChannelTransition(StrEnum):
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
class ChannelTransitioned:
    """A channel was made, renamed, archived or unarchived."""

    channel: Channel
    transition: ChannelTransition
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


WorkspaceChange = (
    Posted
    | Changed
    | Deleted
    | Reacted
    | Pinned
    | MemberMoved
    | ChannelTransitioned
    | HomeOpened
    | CardOpened
)


_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ID_SPACE = len(_DIGITS) ** 8
_SPREAD = 1_640_531_527_043
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Changes:
    """Serialises changes, counts them, wakes those who wait, and tells what happened."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._changed = Condition(RLock())
        self._revision = 0
        self._ids = 0
        self._last_ts = 0
        self._listeners: list[Callable[[WorkspaceChange], None]] = []

    @property
    def revision(self) -> int:
        return self._revision

    @contextmanager
    def making(self) -> Iterator[None]:
        """Hold the workspace still while changing it; may be nested."""
        with self._changed:
            yield
            self._revision += 1
            self._changed.notify_all()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold the workspace still while looking at it."""
        with self._changed:
            yield

    def wait(self, since: int, timeout: float) -> int:
        """Return as soon as the revision is past ``since``, or after ``timeout`` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._revision > since, timeout)
            return self._revision

    def subscribe(self, listener: Callable[[WorkspaceChange], None]) -> None:
        """Tell ``listener`` of everything that happens; it must return at once."""
        self._listeners.append(listener)

    def publish(self, change: WorkspaceChange) -> None:
        for listener in tuple(self._listeners):
            listener(change)

    def new_ts(self) -> str:
        """Make the next time stamp: the clock's time, never the same twice, never going back."""
        with self._changed:
            now = (self.clock.now() - _EPOCH) // _MICROSECOND
            self._last_ts = max(now, self._last_ts + 1)
            return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_id(self, prefix: str) -> str:
        """Make the next id: it looks like Slack's and is the same in every run."""
        with self._changed:
            self._ids += 1
            number = self._ids * _SPREAD % _ID_SPACE
        digits = ""
        for _ in range(8):
            number, digit = divmod(number, len(_DIGITS))
            digits += _DIGITS[digit]
        return f"{prefix}07{digits}"
