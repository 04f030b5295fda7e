"""Delivers events to the bot in order, and again when it did not take them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Condition, Thread, local

from chatops.playground.slack.call_log import Delivery, DeliveryKind
from chatops.playground.slack.delivery import EventDelivery
from chatops.playground.slack.events import Event, EventMaker
from chatops.playground.slack.installation import Installation
from chatops.playground.slack.signing import SignedRequest
from chatops.playground.workspace.changes import WorkspaceChange
from chatops.playground.workspace.state import Workspace

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
