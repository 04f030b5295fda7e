"""A record of every call the bot made and every delivery it got, so that tests can count them."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import count
from threading import Condition
from typing import Any, Protocol

from chatops.clock import Clock

#: So many calls, and as many deliveries, are kept.
MOST_ENTRIES = 50_000


class DeliveryKind(StrEnum):
    """What Slack delivers to an app."""

    COMMAND = "command"
    INTERACTION = "interaction"
    SUGGESTION = "block_suggestion"
    EVENT = "event"
    CHALLENGE = "url_verification"


class _Timed(Protocol):
    @property
    def began(self) -> int: ...
    @property
    def ended(self) -> int | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a Web API method, upload or response URL."""

    method: str
    arguments: Mapping[str, Any]
    #: By the workspace's clock.
    at: datetime
    #: Places in the order of all beginnings and ends; ``ended`` is None while under way.
    began: int
    ended: int | None = None
    #: ``ok``, or the error's name.
    outcome: str = ""
    status: int = 200
    #: Whether the answer was withheld.
    reply_dropped: bool = False

    @property
    def ok(self) -> bool:
        return self.outcome == "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One request that was delivered to the bot, and its answer."""

    kind: DeliveryKind
    #: The event's or payload's type, or the command.
    name: str
    payload: Mapping[str, Any]
    at: datetime
    began: int
    ended: int | None = None
    attempt: int = 0
    over_socket: bool = False
    status: int | None = None
    body: str = ""
    #: ``ok``, ``timeout``, ``unreachable`` or ``http_error``.
    outcome: str = ""
    #: Whether the bot asked not to be tried again.
    no_retry: bool = False

    @property
    def ok(self) -> bool:
        return self.outcome == "ok"

    @property
    def json(self) -> Any:
        """The answer's body as JSON; None when it is empty or something else."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


class CallLog:
    """What went in and out, in order."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ticks = count(1)
        self._changed = Condition()
        self._calls: dict[int, Call] = {}
        self._deliveries: dict[int, Delivery] = {}

    def calls(self, *methods: str) -> tuple[Call, ...]:
        """List the calls, all or those of ``methods``, by their beginnings."""
        with self._changed:
            every = tuple(self._calls.values())
        return tuple(one for one in every if not methods or one.method in methods)

    def deliveries(self, *names: str) -> tuple[Delivery, ...]:
        """List the deliveries, all or those of these kinds or names, by their beginnings."""
        with self._changed:
            every = tuple(self._deliveries.values())
        return tuple(one for one in every if not names or {one.kind, one.name} & set(names))

    def clear(self) -> None:
        with self._changed:
            self._calls.clear()
            self._deliveries.clear()

    def wait_for_calls(self, method: str, times: int = 1, *, timeout: float = 30) -> bool:
        """Wait until ``method`` was answered ``times`` times; say whether it was."""
        return self.wait_until(
            lambda: len([one for one in self.calls(method) if one.ended]) >= times, timeout=timeout
        )

    def wait_until(self, condition: Callable[[], bool], *, timeout: float = 30) -> bool:
        """Wait for a condition that calls and deliveries bring about; say whether it came."""
        with self._changed:
            return self._changed.wait_for(condition, timeout)

    def call_began(self, method: str, arguments: Mapping[str, Any]) -> int:
        with self._changed:
            tick = next(self._ticks)
            self._calls[tick] = Call(
                method=method, arguments=arguments, at=self._clock.now(), began=tick
            )
            _forget_the_oldest(self._calls)
            return tick

    def call_ended(
        self, tick: int, outcome: str, *, status: int = 200, reply_dropped: bool = False
    ) -> None:
        with self._changed:
            call = self._calls.get(tick)
            if call is not None:
                self._calls[tick] = replace(
                    call,
                    ended=next(self._ticks),
                    outcome=outcome,
                    status=status,
                    reply_dropped=reply_dropped,
                )
            self._changed.notify_all()

    def delivery_began(
        self, kind: DeliveryKind, name: str, payload: Mapping[str, Any], attempt: int = 0
    ) -> Delivery:
        with self._changed:
            tick = next(self._ticks)
            delivery = Delivery(
                kind=kind,
                name=name,
                payload=payload,
                at=self._clock.now(),
                began=tick,
                attempt=attempt,
            )
            self._deliveries[tick] = delivery
            _forget_the_oldest(self._deliveries)
            return delivery

    def delivery_ended(self, begun: Delivery, **facts: Any) -> Delivery:
        with self._changed:
            delivery = replace(begun, ended=next(self._ticks), **facts)
            if begun.began in self._deliveries:
                self._deliveries[begun.began] = delivery
            self._changed.notify_all()
            return delivery


def _forget_the_oldest(entries: dict[int, Any]) -> None:
    if len(entries) > MOST_ENTRIES:
        del entries[next(iter(entries))]


def one_after_another(calls: Iterable[_Timed]) -> int:
    """Count the longest chain in which each call began after the one before had ended."""
    chain, end = 0, 0
    finished = [(one.ended, one.began) for one in calls if one.ended is not None]
    for ended, began in sorted(finished):
        if began > end:
            chain, end = chain + 1, ended
    return chain


def most_at_once(calls: Iterable[_Timed]) -> int:
    """Count how many calls were under way at the same moment."""
    edges = [(one.began, 1) for one in calls]
    edges += [(one.ended, -1) for one in calls if one.ended is not None]
    most = now = 0
    for _, step in sorted(edges):
        now += step
        most = max(most, now)
    return most
