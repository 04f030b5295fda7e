"""What comes of a promise whose moment has come: how it stands from now on, and what to do."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chatops.domain.incident import Incident
from chatops.domain.manners import Manners
from chatops.domain.policy import Rung, Severity
from chatops.domain.promises import Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a promise is judged by; ``heard_at`` is the newest sign of life of the incident."""

    incident: Incident
    severity: Severity
    now: datetime
    manners: Manners
    heard_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """Remind whoever owes it, before it is due."""

    promise: Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Keep the word given to stakeholders: post the holding text now."""

    promise: Promise
    next_at: datetime
    late_by: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """Climb a rung: tell its audiences."""

    promise: Promise
    rung: Rung


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAudience:
    """Nobody has taken it up in time: page this audience."""

    promise: Promise
    audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellOverdue:
    """Say that a deadline has passed; ``promise.told`` counts how often it was said."""

    promise: Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class PutAway:
    """Put the channel into the archive."""

    promise: Promise


Step = Nudge | Hold | Escalate | PageAudience | TellOverdue | PutAway


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The promise as it is from now on, and what to do, if anything."""

    promise: Promise
    step: Step | None = None
