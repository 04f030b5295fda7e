"""Makes Slack's events out of what happened in the workspace."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, assert_never

from chatops.playground.slack import shapes
from chatops.playground.slack.installation import Installation
from chatops.playground.workspace.changes import (
    CardOpened,
    Changed,
    ChannelTransition,
    ChannelTransitioned,
    Deleted,
    HomeOpened,
    MemberMoved,
    Pinned,
    Posted,
    Reacted,
    WorkspaceChange,
)
from chatops.playground.workspace.model import Channel, ChannelKind, Message, ViewKind
from chatops.playground.workspace.state import Workspace

_CHANNEL_TYPES = {
    ChannelKind.PUBLIC: ("channel", "message.channels"),
    ChannelKind.PRIVATE: ("group", "message.groups"),
    ChannelKind.DIRECT: ("im", "message.im"),
    ChannelKind.GROUP: ("mpim", "message.mpim"),
}
_LINK = re.compile(r"<(https?://([^/|>]+)[^|>]*)(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event as apps get it, and the name under which they subscribe to it."""

    subscription: str
    body: dict[str, Any]


class EventMaker:
    """Turns changes into the events that the app may see and has subscribed to."""

    def __init__(self, workspace: Workspace, installation: Installation) -> None:
        self._workspace = workspace
        self._installation = installation

    def events(self, change: WorkspaceChange) -> list[Event]:
        return [one for one in self._made(change) if one.subscription in self._installation.events]

    def _made(self, change: WorkspaceChange) -> Iterator[Event]:
        match change:
            case Posted(message=message):
                yield from self._posted(message)
            case Changed() | Deleted():
                yield from self._altered(change)
            case Reacted() | Pinned():
                yield from self._marked(change)
            case MemberMoved():
                yield from self._moved(change)
            case ChannelTransitioned():
                yield from self._transitioned(change)
            case HomeOpened():
                yield self._home_opened(change)
            case CardOpened():
                yield _card_opened(change)
            case _:
                assert_never(change)

    def _posted(self, message: Message) -> Iterator[Event]:
        channel = self._workspace.channel(message.channel)
        if not self._bot_is_in(channel):
            return
        kind, subscription = _CHANNEL_TYPES[channel.kind]
        body = {
            **self._shown(message),
            "channel": channel.id,
            "channel_type": kind,
            "event_ts": message.ts,
        }
        yield Event(subscription=subscription, body=body)
        mentioned = f"<@{self._workspace.bot.id}>" in message.text
        if mentioned and message.bot_id is None and message.subtype is None:
            yield Event(subscription="app_mention", body=body | {"type": "app_mention"})
        yield from self._links(message)

    def _links(self, message: Message) -> Iterator[Event]:
        links = [
            {"url": url, "domain": domain}
            for url, domain in _LINK.findall(message.text)
            if domain.partition(":")[0] in self._installation.unfurl_domains
        ]
        if links and message.unfurl:
            body = {
                "type": "link_shared",
                "channel": message.channel,
                "is_bot_user_member": True,
                "user": message.author,
                "message_ts": message.ts,
                "links": links,
                "source": "conversations_history",
                "unfurl_id": f"{message.channel}.{message.ts}",
                "event_ts": message.ts,
            }
            yield Event(subscription="link_shared", body=body)

    def _altered(self, change: Changed | Deleted) -> Iterator[Event]:
        channel = self._workspace.channel(change.previous.channel)
        if not self._bot_is_in(channel):
            return
        kind, subscription = _CHANNEL_TYPES[channel.kind]
        body = {
            "type": "message",
            "hidden": True,
            "channel": channel.id,
            "channel_type": kind,
            "ts": change.ts,
            "event_ts": change.ts,
            "previous_message": self._shown(change.previous),
        }
        if isinstance(change, Changed):
            body |= {"subtype": "message_changed", "message": self._shown(change.message)}
        else:
            body |= {"subtype": "message_deleted", "deleted_ts": change.previous.ts}
        yield Event(subscription=subscription, body=body)

    def _marked(self, change: Reacted | Pinned) -> Iterator[Event]:
        message = change.message
        if not self._bot_is_in(self._workspace.channel(message.channel)):
            return
        if isinstance(change, Reacted):
            name = "reaction_added" if change.added else "reaction_removed"
            item = {"type": "message", "channel": message.channel, "ts": message.ts}
            body = {
                "type": name,
                "user": change.user,
                "reaction": change.name,
                "item": item,
                "item_user": message.author,
                "event_ts": change.ts,
            }
        else:
            name = "pin_added" if change.pinned else "pin_removed"
            body = {
                "type": name,
                "user": change.user,
                "channel_id": message.channel,
                "item": {
                    "type": "message",
                    "channel": message.channel,
                    "message": self._shown(message),
                },
                "event_ts": change.ts,
            }
        yield Event(subscription=name, body=body)

    def _moved(self, change: MemberMoved) -> Iterator[Event]:
        channel = change.channel
        if not self._bot_is_in(channel) and change.user != self._workspace.bot.id:
            return
        name = "member_joined_channel" if change.joined else "member_left_channel"
        body = {
            "type": name,
            "user": change.user,
            "channel": channel.id,
            "channel_type": "G" if channel.kind is ChannelKind.PRIVATE else "C",
            "team": self._workspace.team.id,
            "event_ts": change.ts,
        }
        if change.joined and change.inviter is not None:
            body["inviter"] = change.inviter
        yield Event(subscription=name, body=body)

    def _transitioned(self, change: ChannelTransitioned) -> Iterator[Event]:
        channel, transition = change.channel, change.transition
        private = channel.kind is ChannelKind.PRIVATE
        if private and (not self._bot_is_in(channel) or transition is ChannelTransition.CREATED):
            return
        name = transition.value.replace("channel_", "group_") if private else transition.value
        if transition in {ChannelTransition.CREATED, ChannelTransition.RENAMED}:
            about = {
                "id": channel.id,
                "name": channel.name,
                "name_normalized": channel.name,
                "created": shapes.seconds(channel.created),
                "creator": channel.creator,
            }
            body = {"type": name, "channel": about, "event_ts": change.ts}
        else:
            body = {
                "type": name,
                "channel": channel.id,
                "user": change.user,
                "event_ts": change.ts,
            }
        yield Event(subscription=name, body=body)

    def _home_opened(self, change: HomeOpened) -> Event:
        body: dict[str, Any] = {
            "type": "app_home_opened",
            "user": change.user,
            "channel": change.channel.id,
            "tab": change.tab,
            "event_ts": change.ts,
        }
        if change.tab == ViewKind.HOME and change.view is not None:
            body["view"] = shapes.view(
                change.view, self._workspace, app_id=self._installation.app_id
            )
        return Event(subscription="app_home_opened", body=body)

    def _bot_is_in(self, channel: Channel) -> bool:
        return self._workspace.bot.id in channel.members

    def _shown(self, message: Message) -> dict[str, Any]:
        return shapes.message(message, self._workspace, app_id=self._installation.app_id)


def _card_opened(change: CardOpened) -> Event:
    entity, message = change.entity, change.message
    body = {
        "type": "entity_details_requested",
        "user": change.user,
        "external_ref": entity["external_ref"],
        "entity_url": entity["url"],
        "app_unfurl_url": entity["app_unfurl_url"],
        "link": {"url": entity["url"], "domain": entity["url"].split("/")[2]},
        "trigger_id": change.trigger,
        "user_locale": "en-US",
        "channel": message.channel,
        "message_ts": message.ts,
        "event_ts": message.ts,
    }
    return Event(subscription="entity_details_requested", body=body)
