"""The channels of a workspace and who is in them."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from chatops.playground.workspace.changes import (
    Changes,
    ChannelTransition,
    ChannelTransitioned,
    MemberMoved,
)
from chatops.playground.workspace.messages import WorkspaceMessages
from chatops.playground.workspace.model import Bookmark, Channel, ChannelKind, Message


class UnknownChannelError(LookupError):
    """No channel of the workspace has this id or name."""

    def __init__(self, channel: str) -> None:
        super().__init__(f"there is no channel {channel!r}")


class WorkspaceChannels:
    """All conversations; like Slack it writes joining, renaming and so on into the channel."""

    def __init__(self, changes: Changes, messages: WorkspaceMessages) -> None:
        self._changes = changes
        self._messages = messages
        self._channels: dict[str, Channel] = {}

    @property
    def channels(self) -> tuple[Channel, ...]:
        with self._changes.reading():
            return tuple(self._channels.values())

    def find(self, channel_id: str) -> Channel | None:
        return self._channels.get(channel_id)

    def named(self, name: str) -> Channel | None:
        wanted = name.removeprefix("#")
        return next((one for one in self.channels if one.name == wanted), None)

    def create(
        self,
        *,
        name: str,
        creator: str,
        private: bool = False,
        topic: str = "",
        is_general: bool = False,
    ) -> Channel:
        with self._changes.making():
            channel = self._add(
                name=name,
                kind=ChannelKind.PRIVATE if private else ChannelKind.PUBLIC,
                creator=creator,
                members=(),
            )
            self._keep(replace(channel, topic=topic, is_general=is_general))
            self._transitioned(channel.id, ChannelTransition.CREATED, creator)
            return self.join(channel.id, creator)

    def direct(self, people: Iterable[str]) -> Channel:
        """Find the conversation between exactly these people, or open it."""
        members = tuple(sorted(set(people)))
        with self._changes.making():
            for channel in self._channels.values():
                if channel.is_direct and channel.members == members:
                    return channel
            kind = ChannelKind.DIRECT if len(members) <= 2 else ChannelKind.GROUP  # noqa: PLR2004 - a pair
            name = "" if kind is ChannelKind.DIRECT else "mpdm-" + "--".join(members).lower()
            return self._add(name=name, kind=kind, creator=members[0], members=members)

    def join(self, channel_id: str, user: str, *, inviter: str | None = None) -> Channel:
        with self._changes.making():
            channel = self._channels[channel_id]
            if user in channel.members:
                return channel
            joined = self._keep(replace(channel, members=(*channel.members, user)))
            self._note(joined, user, "channel_join", f"<@{user}> has joined the channel")
            self._messages.mark_read(user, channel_id)
            self._moved(joined, user, joined=True, inviter=inviter)
        return joined

    def leave(self, channel_id: str, user: str) -> Channel:
        with self._changes.making():
            channel = self._channels[channel_id]
            left = replace(channel, members=tuple(one for one in channel.members if one != user))
            self._keep(left)
            self._note(left, user, "channel_leave", f"<@{user}> has left the channel")
            self._moved(left, user, joined=False, inviter=None)
        return left

    def rename(self, channel_id: str, name: str, *, by: str) -> Channel:
        with self._changes.making():
            old = self._channels[channel_id]
            channel = self._keep(
                replace(old, name=name, previous_names=(*old.previous_names, old.name))
            )
            text = f'has renamed the channel from "{old.name}" to "{name}"'
            self._note(channel, by, "channel_name", text)
            self._transitioned(channel_id, ChannelTransition.RENAMED, by)
        return channel

    def archive(self, channel_id: str, *, by: str) -> Channel:
        with self._changes.making():
            self._note(self._channels[channel_id], by, "channel_archive", "archived the channel")
            channel = self._keep(replace(self._channels[channel_id], is_archived=True))
            self._transitioned(channel_id, ChannelTransition.ARCHIVED, by)
        return channel

    def unarchive(self, channel_id: str, *, by: str) -> Channel:
        with self._changes.making():
            channel = self._keep(replace(self._channels[channel_id], is_archived=False))
            self._note(channel, by, "channel_unarchive", "un-archived the channel")
            self._transitioned(channel_id, ChannelTransition.UNARCHIVED, by)
        return channel

    def set_topic(self, channel_id: str, topic: str, *, by: str) -> Channel:
        with self._changes.making():
            channel = self._keep(replace(self._channels[channel_id], topic=topic))
            self._note(channel, by, "channel_topic", f"set the channel topic: {topic}")
        return channel

    def set_purpose(self, channel_id: str, purpose: str, *, by: str) -> Channel:
        with self._changes.making():
            channel = self._keep(replace(self._channels[channel_id], purpose=purpose))
            self._note(channel, by, "channel_purpose", f"set the channel description: {purpose}")
        return channel

    def bookmark(self, channel_id: str, *, title: str, link: str, emoji: str) -> Bookmark:
        with self._changes.making():
            mark = Bookmark(id=self._changes.new_id("Bk"), title=title, link=link, emoji=emoji)
            channel = self._channels[channel_id]
            self._keep(replace(channel, bookmarks=(*channel.bookmarks, mark)))
        return mark

    def change(self, channel_id: str, how: Callable[[Channel], Channel]) -> Channel:
        """Change a channel without a word, for what Slack does not announce."""
        with self._changes.making():
            return self._keep(how(self._channels[channel_id]))

    def _add(
        self, *, name: str, kind: ChannelKind, creator: str, members: tuple[str, ...]
    ) -> Channel:
        prefix = "D" if kind is ChannelKind.DIRECT else "C"
        return self._keep(
            Channel(
                id=self._changes.new_id(prefix),
                name=name,
                kind=kind,
                creator=creator,
                created=self._changes.clock.now(),
                members=members,
            )
        )

    def _keep(self, channel: Channel) -> Channel:
        self._channels[channel.id] = channel
        return channel

    def _note(self, channel: Channel, user: str, subtype: str, text: str) -> None:
        if not channel.is_direct:
            note = Message(channel=channel.id, ts="", author=user, text=text, subtype=subtype)
            self._messages.post(note)

    def _moved(self, channel: Channel, user: str, *, joined: bool, inviter: str | None) -> None:
        ts = self._changes.new_ts()
        self._changes.publish(
            MemberMoved(channel=channel, user=user, joined=joined, inviter=inviter, ts=ts)
        )

    def _transitioned(self, channel_id: str, transition: ChannelTransition, by: str) -> None:
        channel = self._channels[channel_id]
        change = ChannelTransitioned(
            channel=channel, transition=transition, user=by, ts=self._changes.new_ts()
        )
        self._changes.publish(change)
