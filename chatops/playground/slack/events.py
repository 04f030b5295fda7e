"""Makes Slack's events out of what happened, and delivers them in order, or again."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Condition, Thread, local
from typing import Any, assert_never

from chatops.playground.slack import shapes
from chatops.playground.slack.call_log import Delivery, DeliveryKind
from chatops.playground.slack.delivery import EventDelivery
from chatops.playground.slack.installation import Installation
from chatops.playground.slack.signing import SignedRequest
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


#: After a failure Slack tries at once, after a minute, and after five.
RETRY_AFTER = (timedelta(), timedelta(minutes=1), timedelta(minutes=5))
_REASONS = {"timeout": "http_timeout", "unreachable": "connection_failed"}
_LONGEST_WAIT = 1.0


@dataclass(slots=True, eq=False)
class QueuedEvent:
    """An event on its way."""

    request: SignedRequest
    due: datetime
    deliveries: list[Delivery] = field(default_factory=list)


class EventDispatcher:
    """Listens to the workspace, and delivers events from one thread of its own."""

    def __init__(
        self,
        *,
        workspace: Workspace,
        installation: Installation,
        maker: EventMaker,
        delivery: EventDelivery,
    ) -> None:
        self._workspace = workspace
        self._installation = installation
        self._maker = maker
        self._delivery = delivery
        self._changed = Condition()
        self._queue: list[QueuedEvent] = []
        self._under_way = 0
        self._thread: Thread | None = None
        self._running = False
        self._collected = local()
        workspace.changes.subscribe(self.on_change)

    def start(self) -> None:
        self._running = True
        self._thread = Thread(target=self._work, name="slack-events", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._running = False
            self._queue.clear()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def on_change(self, change: WorkspaceChange) -> None:
        """Put the events of a change on their way; returns at once."""
        if not self._delivery.has_a_destination:
            return
        events = [self._queued(event) for event in self._maker.events(change)]
        getattr(self._collected, "events", []).extend(events)
        with self._changed:
            self._queue.extend(events)
            self._changed.notify_all()

    @contextmanager
    def collecting(self) -> Iterator[list[QueuedEvent]]:
        """Collect the events that this thread's actions put on their way."""
        events: list[QueuedEvent] = []
        self._collected.events = events
        try:
            yield events
        finally:
            self._collected.events = []

    def wait_for(self, events: list[QueuedEvent], timeout: float = 30) -> tuple[Delivery, ...]:
        """Wait until each event was delivered once; list what came of it."""
        with self._changed:
            self._changed.wait_for(
                lambda: not self._running or all(one.deliveries for one in events), timeout
            )
            return tuple(one.deliveries[0] for one in events if one.deliveries)

    def wait_until_idle(self, timeout: float = 30) -> bool:
        """Wait until nothing is due or under way; say whether it came to that."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._under_way and self._next_due() is None, timeout
            )

    def wake(self) -> None:
        """Look again at what is due, after the clock was moved."""
        with self._changed:
            self._changed.notify_all()

    def redeliver(self) -> int:
        """Deliver everything that waits for a retry now, whatever the clock says; count it."""
        with self._changed:
            now = self._workspace.clock.now()
            waiting = [one for one in self._queue if one.due > now]
            for queued in waiting:
                queued.due = now
            self._changed.notify_all()
        self.wait_until_idle()
        return len(waiting)

    def _queued(self, event: Event) -> QueuedEvent:
        now = self._workspace.clock.now()
        team, changes = self._workspace.team, self._workspace.changes
        envelope = {
            "token": self._installation.verification_token,
            "team_id": team.id,
            "api_app_id": self._installation.app_id,
            "event": event.body,
            "type": "event_callback",
            "event_id": changes.new_id("Ev"),
            "event_time": int(now.timestamp()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team.id,
                    "user_id": self._workspace.bot.id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
        }
        request = SignedRequest(kind=DeliveryKind.EVENT, name=event.body["type"], payload=envelope)
        return QueuedEvent(request, due=now)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: not self._running or self._next_due() is not None,
                    _LONGEST_WAIT if self._queue else None,
                )
                if not self._running:
                    return
                queued = self._next_due()
                if queued is None:
                    continue
                self._queue.remove(queued)
                self._under_way += 1
            delivery = self._delivery.deliver(queued.request)
            with self._changed:
                self._under_way -= 1
                queued.deliveries.append(delivery)
                self._try_again_later(queued, delivery)
                self._changed.notify_all()

    def _next_due(self) -> QueuedEvent | None:
        now = self._workspace.clock.now()
        return next((one for one in self._queue if one.due <= now), None)

    def _try_again_later(self, queued: QueuedEvent, delivery: Delivery) -> None:
        attempt = queued.request.attempt
        if delivery.ok or delivery.no_retry or attempt >= len(RETRY_AFTER) or not self._running:
            return
        reason = _REASONS.get(delivery.outcome, "http_error")
        queued.request = replace(queued.request, attempt=attempt + 1, retry_reason=reason)
        queued.due = self._workspace.clock.now() + RETRY_AFTER[attempt]
        self._queue.append(queued)
