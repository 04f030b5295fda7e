"""What one person sees of the workspace at one moment, ready for the templates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatops.playground.page.blockkit.context import Reader
from chatops.playground.page.requests import HOME
from chatops.playground.workspace.model import Channel, ChannelKind, Message, Person
from chatops.playground.workspace.state import SLACKBOT, Workspace

_COLORS = 8
_MOST_NAMES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Where somebody stands and what is open: all of it is in the address."""

    person: Person
    #: None on the App Home.
    channel: Channel | None
    thread: str | None = None

    @property
    def is_home(self) -> bool:
        return self.channel is None

    @property
    def is_member(self) -> bool:
        return self.channel is not None and self.person.id in self.channel.members


@dataclass(frozen=True, slots=True, kw_only=True)
class SidebarEntry:
    """A line of the sidebar."""

    channel: Channel
    name: str
    unread: int
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidebar:
    """Everything that the person can go to."""

    channels: Sequence[SidebarEntry]
    directs: Sequence[SidebarEntry]
    #: The conversation with the bot, once there is one.
    app: SidebarEntry | None
    joinable: Sequence[Channel]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """A message in its list."""

    message: Message
    author: Person | None
    #: Follows one of the same author within a few minutes.
    continued: bool
    #: The first of its day, by UTC; the script corrects it for the reader's zone.
    new_day: bool
    #: Those who joined right after the author; they share the line.
    also: tuple[Person, ...] = ()


def screen_of(workspace: Workspace, asked_person: str, asked_channel: str, thread: str) -> Screen:
    """Find what an address asks for; whatever is not there falls back to the nearest thing."""
    personas = workspace.personas
    person = next((one for one in personas if one.id == asked_person), personas[0])
    if asked_channel == HOME:
        return Screen(person=person, channel=None)
    mine = workspace.channels_for(person.id)
    visible = [*mine, *workspace.channels_to_join(person.id), *_archived(workspace, person)]
    channel = next((one for one in visible if one.id == asked_channel), None)
    if channel is None:
        channel, thread = _first(workspace, mine), ""
    return Screen(person=person, channel=channel, thread=thread or None)


def _first(workspace: Workspace, mine: Sequence[Channel]) -> Channel | None:
    """Where one stands at first: a channel with the app in it, where there is one."""
    bot = workspace.bot.id
    with_bot = (one for one in mine if bot in one.members and not one.is_direct)
    return next(with_bot, next(iter(mine), None))


def _archived(workspace: Workspace, person: Person) -> list[Channel]:
    return [
        one
        for one in workspace.channels
        if one.is_archived and (one.kind is ChannelKind.PUBLIC or person.id in one.members)
    ]


def sidebar(workspace: Workspace, at: Screen) -> Sidebar:
    """The conversations to go to, each once, though they change while they are looked through."""
    shown = {one.id: one for one in workspace.channels_for(at.person.id)}
    if at.channel is not None:
        shown.setdefault(at.channel.id, at.channel)
    bot = workspace.bot.id
    entries = [_entry(workspace, one, at) for one in shown.values()]
    directs = [one for one in entries if one.channel.is_direct]
    with_bot = [one for one in directs if _is_with(one.channel, bot)]
    return Sidebar(
        channels=sorted(
            (one for one in entries if not one.channel.is_direct), key=lambda one: one.name
        ),
        directs=[one for one in directs if one not in with_bot],
        app=next(iter(with_bot), None),
        joinable=[one for one in workspace.channels_to_join(at.person.id) if one.id not in shown],
    )


def _is_with(channel: Channel, user: str) -> bool:
    return channel.kind is ChannelKind.DIRECT and user in channel.members


def _entry(workspace: Workspace, channel: Channel, at: Screen) -> SidebarEntry:
    is_current = at.channel is not None and at.channel.id == channel.id
    return SidebarEntry(
        channel=channel,
        name=name_of(workspace, channel, at.person),
        unread=workspace.unread(at.person.id, channel.id),
        is_current=is_current,
    )


def name_of(workspace: Workspace, channel: Channel, person: Person) -> str:
    """The channel's name; a direct conversation is called by the others in it."""
    if not channel.is_direct:
        return channel.name
    others = [one for one in channel.members if one != person.id] or [person.id]
    return ", ".join(_name(workspace, one) for one in others)


def _name(workspace: Workspace, user: str) -> str:
    found = workspace.people_store.find(user)
    return user if found is None else found.real_name


def reader(workspace: Workspace, person: Person) -> Reader:
    """The names that this person may see behind the ids in texts."""
    mine = workspace.channels_for(person.id)
    public = [one for one in workspace.channels if one.kind is ChannelKind.PUBLIC]
    return Reader(
        id=person.id,
        people={
            one.id: one.real_name
            for one in workspace.people
            if one.id != SLACKBOT and not one.deleted
        },
        channels={one.id: name_of(workspace, one, person) for one in (*mine, *public)},
        groups={one.id: one.handle for one in workspace.groups},
        public=frozenset(one.id for one in public),
    )


def lines(workspace: Workspace, messages: Sequence[Message]) -> list[MessageLine]:
    """The messages with what depends on the one before."""
    shown: list[MessageLine] = []
    before: Message | None = None
    for message in messages:
        new_day = before is None or before.at.date() != message.at.date()
        author = workspace.people_store.find(message.author)
        if not new_day and author and _joins_too(before, message):
            shown[-1] = replace(shown[-1], also=(*shown[-1].also, author))
            continue
        shown.append(
            MessageLine(
                message=message,
                author=author,
                continued=before is not None and not new_day and _continues(before, message),
                new_day=new_day,
            )
        )
        before = message
    return shown


def _joins_too(before: Message | None, message: Message) -> bool:
    return before is not None and before.subtype == message.subtype == "channel_join"


def _continues(before: Message, message: Message) -> bool:
    if before.subtype or message.subtype:
        return False
    same_hand = (before.author, before.ephemeral_for) == (message.author, message.ephemeral_for)
    return same_hand and (message.at - before.at).total_seconds() < 5 * 60


def in_a_row(names: Sequence[str]) -> str:
    """Names as one says them; of many only the first are said.

    >>> in_a_row(["Sam", "Priya", "Tom"]), in_a_row(["A", "B", "C", "D", "E", "F"])
    ('Sam, Priya and Tom', 'A, B, C and 3 others')
    """
    if len(names) > _MOST_NAMES:
        names = [*names[: _MOST_NAMES - 1], f"{len(names) - _MOST_NAMES + 1} others"]
    *most, last = names or [""]
    return f"{', '.join(most)} and {last}" if most else last


def initials(name: str) -> str:
    """At most two letters for an avatar.

    >>> initials("Priya Nair"), initials("cher"), initials("")
    ('PN', 'C', '?')
    """
    words = name.split()
    letters = [word[0] for word in (words[:1] + words[1:][-1:])]
    return "".join(letters).upper() or "?"


def color(workspace: Workspace, user: str) -> int:
    """Which of the avatars' colours is this person's: neighbours in the list differ."""
    people = [one.id for one in workspace.people]
    return people.index(user) % _COLORS if user in people else 0
