"""Faults to switch on: what a Slack that fails, stalls, limits or forgets to answer does."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock

#: Stands for every method in the switches below.
ANY = "*"


class Outage(StrEnum):
    """How Slack is down."""

    #: Every connection is cut before an answer.
    UNREACHABLE = "unreachable"
    #: Every call is answered with HTTP 503.
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What a failing call is answered with; nothing of it takes effect."""

    error: str = "internal_error"
    status: int = 200
    retry_after: int | None = None


@dataclass(slots=True)
class _Countdown:
    """How often a switch still works; None means until it is switched off."""

    left: int | None

    def take(self) -> bool:
        if self.left is None:
            return True
        self.left -= 1
        return self.left >= 0


@dataclass(slots=True)
class _Limit:
    times: _Countdown
    retry_after: int


@dataclass(slots=True)
class _Switches:
    failures: dict[str, deque[Failure]] = field(default_factory=lambda: defaultdict(deque))
    drops: dict[str, _Countdown] = field(default_factory=dict)
    limits: dict[str, _Limit] = field(default_factory=dict)
    latencies: dict[str, float] = field(default_factory=dict)
    outage: Outage | None = None
    taken_away: frozenset[str] = frozenset()
    honest_limits: bool = False
    refuse_newer_blocks: bool = False


class SlackFaults:
    """All switches, off at first; ``method`` is a Web API method's name or ``ANY``."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._on = _Switches()

    def clear(self) -> None:
        """Switch everything off."""
        with self._lock:
            self._on = _Switches()

    def fail(
        self, method: str, error: str = "internal_error", *, times: int = 1, status: int = 200
    ) -> None:
        """Fail the next calls without effect."""
        with self._lock:
            failure = Failure(error=error, status=status)
            self._on.failures[method].extend([failure] * times)

    def drop_reply(self, method: str, *, times: int | None = 1) -> None:
        """Let the next calls take effect, but cut the connection instead of answering."""
        with self._lock:
            self._on.drops[method] = _Countdown(times)

    def rate_limit(self, method: str = ANY, *, times: int | None = 1, retry_after: int = 1) -> None:
        """Answer the next calls with 429; ``times=None`` means until it is switched off."""
        with self._lock:
            self._on.limits[method] = _Limit(_Countdown(times), retry_after)

    def stop_rate_limit(self, method: str = ANY) -> None:
        with self._lock:
            self._on.limits.pop(method, None)

    def slow(self, seconds: float, method: str = ANY) -> None:
        """Answer only after so many seconds; 0 switches it off."""
        with self._lock:
            self._on.latencies[method] = seconds

    def go_down(self, outage: Outage = Outage.UNAVAILABLE) -> None:
        with self._lock:
            self._on.outage = outage

    def come_back(self) -> None:
        with self._lock:
            self._on.outage = None

    def take_away(self, *scopes: str) -> None:
        """Install the app anew without these scopes; none gives them all back."""
        with self._lock:
            self._on.taken_away = frozenset(scopes)

    def left_of(self, scopes: frozenset[str]) -> frozenset[str]:
        """What the app may do of what it was granted at first."""
        return scopes - self._on.taken_away

    def honest_limits(self, on: bool = True) -> None:
        """Enforce Slack's own limits, by the workspace's clock."""
        with self._lock:
            self._on.honest_limits = on

    def refuse_newer_blocks(self, on: bool = True) -> None:
        """Be a workspace that does not know the newer blocks."""
        with self._lock:
            self._on.refuse_newer_blocks = on

    @property
    def outage(self) -> Outage | None:
        return self._on.outage

    @property
    def has_honest_limits(self) -> bool:
        return self._on.honest_limits

    @property
    def refuses_newer_blocks(self) -> bool:
        return self._on.refuse_newer_blocks

    @property
    def is_rate_limiting(self) -> bool:
        """Whether a rate limit is on until it is switched off."""
        return any(one.times.left is None for one in self._on.limits.values())

    def latency(self, method: str) -> float:
        latencies = self._on.latencies
        return latencies.get(method, latencies.get(ANY, 0.0))

    def next_failure(self, method: str) -> Failure | None:
        """Say how the call that is being made fails, using the switch up by one."""
        with self._lock:
            for name in (method, ANY):
                if self._on.failures[name]:
                    return self._on.failures[name].popleft()
                limit = self._on.limits.get(name)
                if limit is not None and limit.times.take():
                    return Failure(error="ratelimited", status=429, retry_after=limit.retry_after)
        return None

    def drops(self, method: str) -> bool:
        """Say whether the answer is withheld, using the switch up by one."""
        with self._lock:
            countdowns = (self._on.drops.get(name) for name in (method, ANY))
            return any(one.take() for one in countdowns if one is not None)
