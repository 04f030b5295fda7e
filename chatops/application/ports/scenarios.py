"""The port to scenarios, and what can be asked about drills."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chatops.domain.drills.scenario import Scenario, UnknownScenario


class Scenarios(Protocol):
    """The scenarios that can be played."""

    def all(self) -> Sequence[Scenario]: ...

    def find(self, key: str) -> Scenario:
        """Raises UnknownScenario."""
        ...


class NoScenarios:
    """Where none can be played."""

    def all(self) -> Sequence[Scenario]:
        return ()

    def find(self, key: str) -> Scenario:
        raise UnknownScenario(key, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillRequest:
    """Which scenario to play, and how.

    Without a ``severity`` it is the scenario's own; without a ``commander`` whoever takes it up
    leads it. ``at`` is when it begins, if not now. ``answer_url`` is where to tell that the
    channel is open.
    """

    team: str
    user: str
    now: datetime
    scenario: str
    severity: str = ""
    commander: str | None = None
    pace: int = 1
    at: datetime | None = None
    answer_url: str | None = None
    once: str | None = None
