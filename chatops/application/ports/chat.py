"""The ports to the chat, and the ways in which the chat can say no."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from chatops.application.ports.storage import Search, Storage
from chatops.domain.errors import UserError
from chatops.domain.messages.posts import Post


class ChatError(Exception):
    """The chat did not do what it was asked; ``str()`` says why, for people."""


class ChatBusy(ChatError):
    """Known not done: the chat asks us to come back later, or our own limit is reached."""

    def __init__(self, retry_after: timedelta, why: str = "Slack is rate limiting") -> None:
        super().__init__(why)
        self.retry_after = retry_after


class ChatUnreachable(ChatError):
    """Known not done: no connection was made, or the chat said that it is down."""

    def __init__(self, why: str = "Slack cannot be reached") -> None:
        super().__init__(why)


class ChatIndeterminate(ChatError):
    """Unknown: the request went out and no answer came back."""

    def __init__(self, why: str = "Slack did not answer") -> None:
        super().__init__(why)


class ChatRefused(ChatError):
    """Known not done, and asking again will not help; ``code`` is Slack's own name for it."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


class AppLockedOut(ChatRefused):
    """The app itself may not: a scope, the token or the installation is missing.

    Once that is mended the same request will do.
    """


class ChannelNameTaken(ChatRefused):
    """Another channel has the name."""


class ChannelArchived(ChatRefused):
    """The channel is archived."""


class NotInChannel(ChatRefused):
    """The bot is not in the channel."""


class ChannelGone(ChatRefused):
    """The channel does not exist, or the bot may not see it."""


class MessageGone(ChatRefused):
    """The message does not exist any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRef:
    """A channel: its id and its name without the hash."""

    channel: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Absentee:
    """Somebody who could not be invited, and why."""

    user: str
    why: str


class Archive(Protocol):
    """Where channels go that nobody needs any more."""

    def archive(self, channel: str) -> None:
        """Put a channel into the archive; one that is there already is fine."""
        ...

    def reopen(self, channel: str) -> None:
        """Take a channel out of the archive."""
        ...


class Channels(Archive, Protocol):
    """Channels."""

    def open(self, name: str, *, private: bool) -> ChannelRef:
        """Create a channel. Raises ChannelNameTaken and the other troubles."""
        ...

    def find_own(self, name: str, *, since: datetime) -> Sequence[ChannelRef]:
        """Channels that we created since then, called ``name`` or ``name`` with a suffix."""
        ...

    def invite(self, channel: str, users: Sequence[str]) -> Sequence[Absentee]:
        """Invite people one and all; who is in already is no absentee."""
        ...

    def set_topic(self, channel: str, topic: str) -> None: ...

    def enter(self, channel: str) -> None:
        """Join a public channel ourselves."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFile:
    """A file or a canvas: its id, and where it is read."""

    id: str
    link: str


class Files(Protocol):
    """Files and canvases."""

    def share(
        self,
        channel: str,
        *,
        name: str,
        title: str,
        content: str,
        comment: str,
        thread: str | None = None,
    ) -> SharedFile:
        """Share a text as a file in a channel, with a message in mrkdwn."""
        ...

    def find(
        self, channel: str, name: str, *, since: datetime, thread: str | None = None
    ) -> SharedFile | None:
        """The file of that name that we shared in a channel, if it got there."""
        ...

    def canvas(
        self, channel: str, *, title: str, text: str, known: str, doubtful: bool
    ) -> SharedFile:
        """A canvas in a channel: ``known`` written anew, else the channel's own, else one more.

        With ``doubtful`` an attempt may have made the channel's own already.
        """
        ...


class ChannelDirectory(Protocol):
    """The channels that a team's configuration names."""

    def channel(self, name: str) -> str:
        """The id of the channel that a name or an id means. Raises ChannelGone."""
        ...


class Messages(Protocol):
    """Messages."""

    def send(self, channel: str, post: Post, *, key: str, thread: str | None = None) -> str:
        """Post a message that carries ``key`` in its metadata; returns its ts."""
        ...

    def edit(self, channel: str, ts: str, post: Post, *, key: str) -> None: ...

    def find(self, channel: str, key: str, *, since: datetime, thread: str | None) -> str | None:
        """The ts of the message that carries ``key``, if it got there."""
        ...

    def pin(self, channel: str, ts: str) -> None:
        """Pin a message; one that is pinned already is fine."""
        ...

    def direct(self, user: str) -> str:
        """The channel of our conversation with a person."""
        ...

    def answer(self, url: str, post: Post) -> None:
        """Say something through a response URL, to the one who asked."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What we need to know of a person: ``name`` is what others call them, ``full_name`` whole.

    ``guest`` is somebody from outside, whom the workspace shows single channels.
    """

    user: str
    name: str
    zone: str
    active: bool
    bot: bool = False
    guest: bool = False
    full_name: str = ""
    #: Only where the app may read addresses.
    email: str = ""


class People(Protocol):
    """Who people are, and what they see as their home."""

    def profile(self, user: str) -> Profile | None: ...

    def group(self, group: str) -> Sequence[str]:
        """The user ids in a user group."""
        ...

    def show_home(self, user: str, posts: Sequence[Post]) -> None: ...


class UnknownWorkspace(UserError):
    """Nobody can say which workspace the bot is in."""

    def __init__(self) -> None:
        super().__init__(
            "Say which workspace, with --team T0123ABCD: no incident has been declared yet, and"
            " Slack does not tell me. Slack in a browser shows it after app.slack.com/client/."
        )


class FindWorkspace:
    """The newest incident's workspace, else the one that ``ask`` gets told by the chat."""

    def __init__(self, storage: Storage, ask: Callable[[], str] | None) -> None:
        self._storage = storage
        self._ask = ask

    def __call__(self) -> str:
        """Its id.

        Raises:
            UnknownWorkspace
        """
        with self._storage.reading() as work:
            for newest in work.incidents.find(Search(team=None, everything=True, limit=1)):
                return newest.team
        try:
            if self._ask is not None:
                return self._ask()
        except ChatError as trouble:
            raise UnknownWorkspace from trouble
        raise UnknownWorkspace
