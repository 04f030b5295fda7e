"""Everything said in a workspace: messages, threads, reactions, pins and what was read."""

from dataclasses import replace

from chatops.playground.workspace.changes import Changed, Changes, Deleted, Pinned, Posted, Reacted
from chatops.playground.workspace.model import Channel, Edited, Message, Reaction


class WorkspaceMessages:
    """The messages of all channels."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._shared: dict[str, dict[str, Message]] = {}
        self._whispered: dict[tuple[str, str], dict[str, Message]] = {}
        self._read: dict[tuple[str, str], str] = {}

    def find(self, channel_id: str, ts: str) -> Message | None:
        """Find a message that everybody in the channel sees."""
        return self._shared.get(channel_id, {}).get(ts)

    def find_whisper(self, channel_id: str, viewer: str, ts: str) -> Message | None:
        return self._whispered.get((channel_id, viewer), {}).get(ts)

    def everything(self, channel_id: str, viewer: str | None = None) -> tuple[Message, ...]:
        """List the channel's messages and thread replies, oldest first."""
        with self._changes.reading():
            said = list(self._shared.get(channel_id, {}).values())
            if viewer is not None:
                said += self._whispered.get((channel_id, viewer), {}).values()
        return tuple(sorted(said, key=lambda message: message.ts))

    def messages(self, channel_id: str, viewer: str | None = None) -> tuple[Message, ...]:
        """List what stands in the channel itself, oldest first, with the viewer's ephemerals."""
        return tuple(one for one in self.everything(channel_id, viewer) if one.in_channel)

    def thread(self, channel_id: str, ts: str, viewer: str | None = None) -> tuple[Message, ...]:
        """List a message and the replies to it, oldest first."""
        return tuple(
            one for one in self.everything(channel_id, viewer) if ts in {one.ts, one.thread_ts}
        )

    def post(self, draft: Message) -> Message:
        """Add a message for everybody, or a whisper where ``ephemeral_for`` is set."""
        with self._changes.making():
            message = replace(draft, ts=self._changes.new_ts())
            if message.ephemeral_for is not None:
                key = (message.channel, message.ephemeral_for)
                self._whispered.setdefault(key, {})[message.ts] = message
                return message
            kept = self._shared.setdefault(message.channel, {})
            kept[message.ts] = message
            if message.is_reply and message.thread_ts in kept:
                kept[message.thread_ts] = _replied(kept[message.thread_ts], message)
            if not message.is_reply:
                self._read[message.channel, message.author] = message.ts
            self._changes.publish(Posted(message=message))
        return message

    def edit(self, changed: Message, *, by: str | None) -> Message:
        """Put ``changed`` in the place of the message with its ts; ``by`` None leaves no mark."""
        with self._changes.making():
            ts = self._changes.new_ts()
            message = changed if by is None else replace(changed, edited=Edited(by=by, ts=ts))
            if message.ephemeral_for is not None:
                self._whispered[message.channel, message.ephemeral_for][message.ts] = message
                return message
            previous = self._shared[message.channel][message.ts]
            self._shared[message.channel][message.ts] = message
            self._changes.publish(Changed(message=message, previous=previous, ts=ts))
        return message

    def delete(self, message: Message) -> None:
        """Take a message away; one with replies leaves a tombstone."""
        with self._changes.making():
            if message.ephemeral_for is not None:
                del self._whispered[message.channel, message.ephemeral_for][message.ts]
                return
            kept = self._shared[message.channel]
            if message.reply_count:
                kept[message.ts] = _tombstone(message)
            else:
                del kept[message.ts]
            if message.is_reply and message.thread_ts in kept:
                left = [one for one in kept.values() if one.thread_ts == message.thread_ts]
                replies = [one for one in left if one.is_reply]
                kept[message.thread_ts] = _recounted(kept[message.thread_ts], replies)
            self._changes.publish(Deleted(previous=message, ts=self._changes.new_ts()))

    def react(self, message: Message, name: str, user: str) -> Message:
        """Put an emoji under a message, once for each person."""
        with self._changes.making():
            current = self._shared[message.channel][message.ts]
            people = _reacted(current, name)
            if user in people:
                return current
            return self._with_reaction(current, Reaction(name=name, people=(*people, user)), user)

    def unreact(self, message: Message, name: str, user: str) -> Message:
        """Take somebody's emoji away again."""
        with self._changes.making():
            current = self._shared[message.channel][message.ts]
            people = _reacted(current, name)
            if user not in people:
                return current
            left = tuple(one for one in people if one != user)
            return self._with_reaction(current, Reaction(name=name, people=left), user, added=False)

    def pin(self, message: Message, user: str, *, pinned: bool = True) -> Message:
        with self._changes.making():
            marked = replace(self._shared[message.channel][message.ts], is_pinned=pinned)
            self._shared[message.channel][message.ts] = marked
            self._changes.publish(
                Pinned(message=marked, user=user, pinned=pinned, ts=self._changes.new_ts())
            )
        return marked

    def mark_read(self, user: str, channel_id: str, ts: str | None = None) -> None:
        """Remember that ``user`` has read up to ``ts``, or everything."""
        with self._changes.making():
            kept = self._shared.get(channel_id, {})
            self._read[channel_id, user] = ts or max(kept, default="0")

    def last_read(self, user: str, channel_id: str) -> str:
        return self._read.get((channel_id, user), "0")

    def unread(self, user: str, channel: Channel) -> int:
        """Count the messages in the channel itself that ``user`` has not seen."""
        if user not in channel.members:
            return 0
        last = self.last_read(user, channel.id)
        return sum(
            1
            for one in self.messages(channel.id)
            if one.ts > last and one.author != user and one.subtype is None
        )

    def _with_reaction(
        self, message: Message, reaction: Reaction, user: str, *, added: bool = True
    ) -> Message:
        kept = {one.name: one for one in message.reactions} | {reaction.name: reaction}
        changed = replace(message, reactions=tuple(one for one in kept.values() if one.people))
        self._shared[message.channel][message.ts] = changed
        self._changes.publish(
            Reacted(
                message=changed,
                name=reaction.name,
                user=user,
                added=added,
                ts=self._changes.new_ts(),
            )
        )
        return changed


def _reacted(message: Message, name: str) -> tuple[str, ...]:
    return next((one.people for one in message.reactions if one.name == name), ())


def _replied(parent: Message, reply: Message) -> Message:
    return replace(
        parent,
        thread_ts=parent.ts,
        reply_count=parent.reply_count + 1,
        reply_users=tuple(dict.fromkeys((*parent.reply_users, reply.author))),
        latest_reply=reply.ts,
    )


def _recounted(parent: Message, replies: list[Message]) -> Message:
    return replace(
        parent,
        reply_count=len(replies),
        reply_users=tuple(dict.fromkeys(one.author for one in replies)),
        latest_reply=max((one.ts for one in replies), default=None),
        thread_ts=parent.ts if replies else None,
    )


def _tombstone(message: Message) -> Message:
    return replace(
        message,
        text="This message was deleted.",
        subtype="tombstone",
        author="USLACKBOT",
        bot_id=None,
        blocks=(),
        attachments=(),
        metadata=None,
        reactions=(),
        is_pinned=False,
        files=(),
    )
