"""What to do about a promise when its moment comes: one pure decision for each kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from chatops.domain.incident.model import Incident
from chatops.domain.playbook.policy import EscalationStep, EscalationTrigger, Severity
from chatops.domain.promises.after_resolution import MOOT_WHILE_RUNNING
from chatops.domain.promises.model import LASTING, LATE, Promise, PromiseKind, nudge_time, rung_of
from chatops.domain.promises.reminder_policy import ARCHIVE_NOTICE, ReminderPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionContext:
    """What a promise is judged by; ``heard_at`` is the newest sign of life of the incident."""

    incident: Incident
    severity: Severity
    now: datetime
    manners: ReminderPolicy
    heard_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindOwner:
    """Remind whoever owes it, before it is due."""

    promise: Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class PostAutomaticUpdate:
    """Keep the word given to stakeholders: post the holding text now."""

    promise: Promise
    next_at: datetime
    late_by: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """Climb a rung: tell its audiences."""

    promise: Promise
    rung: EscalationStep


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
class ArchiveIncident:
    """Put the channel into the archive."""

    promise: Promise


DueAction = (
    RemindOwner | PostAutomaticUpdate | Escalate | PageAudience | TellOverdue | ArchiveIncident
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The promise as it is from now on, and what to do, if anything."""

    promise: Promise
    step: DueAction | None = None


def _owed(promise: Promise, scene: DecisionContext) -> Decision:
    """Remind ahead of it, then say that it is overdue, again and again until it is settled."""
    if scene.manners.is_quiet(scene.incident, scene.now):
        return _later(promise, scene, scene.now)
    first = _missed_at(promise, scene)
    if scene.now < promise.due_at and not promise.nudged:
        nudged = replace(promise, nudged=True, wake_at=scene.manners.forward(scene.incident, first))
        return Decision(promise=nudged, step=RemindOwner(promise=nudged))
    if scene.now < first:
        return _later(promise, scene, first)
    return _tell(promise, scene)


def _missed_at(promise: Promise, scene: DecisionContext) -> datetime:
    """From when on it is said to be overdue; of a meeting nobody asks before it is over."""
    minutes = scene.severity.post_mortem.review_minutes
    if promise.kind is PromiseKind.REVIEW and minutes is not None:
        return promise.due_at + timedelta(minutes=minutes[0])
    return promise.due_at


def _close(promise: Promise, scene: DecisionContext) -> Decision:
    """It is the bot that wants an incident closed: a word ahead would say nothing more."""
    if scene.now < promise.due_at:
        return _later(promise, scene, promise.due_at)
    return _owed(promise, scene)


def _watch(promise: Promise, scene: DecisionContext) -> Decision:
    """A window is spoken of when its least time is over, and when its whole time is."""
    if scene.now < promise.due_at and promise.nudged:
        return _later(promise, scene, promise.due_at)
    return _owed(promise, scene)


def _archive(promise: Promise, scene: DecisionContext) -> Decision:
    """Tell the channel a day ahead; one that was not told, for we were away, gets its day."""
    if scene.now < promise.due_at and promise.nudged:
        return Decision(promise=replace(promise, wake_at=promise.due_at))
    if promise.nudged:
        kept = promise.kept(promise.due_at)
        return Decision(promise=kept, step=ArchiveIncident(promise=promise))
    if scene.manners.is_quiet(scene.incident, scene.now):
        return _later(promise, scene, scene.now)
    due = max(promise.due_at, scene.now + ARCHIVE_NOTICE)
    nudged = replace(promise, nudged=True, due_at=due, wake_at=due)
    return Decision(promise=nudged, step=RemindOwner(promise=nudged))


def _unled(promise: Promise, scene: DecisionContext) -> Decision:
    if scene.incident.commander is not None:
        return Decision(promise=promise.kept(min(scene.now, promise.due_at)))
    return _once_due(promise, scene)


def _stale(promise: Promise, scene: DecisionContext) -> Decision:
    """Ask only if nothing was written down for so long, and anew when something is."""
    after = scene.manners.stale_after
    if after is None:
        return Decision(promise=promise.lapsed(scene.now))
    due = max(promise.made_at, scene.heard_at) + after
    if due > promise.due_at:
        moved = promise.renewed(due_at=due, wake_at=due, now=scene.heard_at)
        return Decision(promise=moved) if scene.now < due else _tell(moved, scene)
    return _once_due(promise, scene)


def _hand_over(promise: Promise, scene: DecisionContext) -> Decision:
    if scene.incident.roles.get(promise.detail) != promise.owner:
        return Decision(promise=promise.lapsed(scene.now))
    return _once_due(promise, scene)


def _once_due(promise: Promise, scene: DecisionContext) -> Decision:
    if scene.now < promise.due_at:
        return _later(promise, scene, promise.due_at)
    return _tell(promise, scene)


def _tell(promise: Promise, scene: DecisionContext) -> Decision:
    told = replace(promise, told=promise.told + 1)
    told = replace(told, wake_at=scene.manners.again_at(told, scene.incident, scene.now))
    return Decision(promise=told, step=TellOverdue(promise=told))


def _later(promise: Promise, scene: DecisionContext, at: datetime) -> Decision:
    """Look again then, or as soon after it as people may be reminded."""
    wake = scene.manners.forward(scene.incident, at)
    return Decision(promise=replace(promise, wake_at=wake))


#: One decision for each kind of promise that people are reminded of, for as long as it takes.
REMINDERS: Mapping[PromiseKind, Callable[[Promise, DecisionContext], Decision]] = MappingProxyType(
    {
        PromiseKind.UNLED: _unled,
        PromiseKind.STALE: _stale,
        PromiseKind.HAND_OVER: _hand_over,
        PromiseKind.BACKPORT: _owed,
        PromiseKind.WATCH: _watch,
        PromiseKind.REPORTER: _owed,
        PromiseKind.ROOT_CAUSE: _owed,
        PromiseKind.POST_MORTEM: _owed,
        PromiseKind.REVIEW: _owed,
        PromiseKind.ACTION: _owed,
        PromiseKind.CLOSE: _close,
        PromiseKind.ARCHIVE: _archive,
    }
)


__all__ = [  # those who decide meet what comes of it
    "ArchiveIncident",
    "Decision",
    "DueAction",
    "Escalate",
    "PageAudience",
    "PostAutomaticUpdate",
    "RemindOwner",
    "TellOverdue",
    "decide",
]

_PLAIN = ReminderPolicy()


def decide(
    promise: Promise,
    incident: Incident,
    severity: Severity,
    now: datetime,
    *,
    manners: ReminderPolicy = _PLAIN,
    heard_at: datetime | None = None,
) -> Decision:
    """Decide about a promise whose moment has come; pure, and good for any lateness.

    ``heard_at`` is the newest sign of life on the incident's timeline.
    """
    if _is_moot(promise, incident):
        return Decision(promise=promise.lapsed(now))
    heard = heard_at or incident.declared_at
    manners = manners.towards(promise.kind)
    scene = DecisionContext(
        incident=incident, severity=severity, now=now, manners=manners, heard_at=heard
    )
    if promise.kind in REMINDERS:
        return REMINDERS[promise.kind](promise, scene)
    if now < promise.due_at and promise.kind not in _REMINDED:
        return Decision(promise=replace(promise, wake_at=promise.due_at))
    return _DECIDE[promise.kind](promise, incident, severity, now)


def _is_moot(promise: Promise, incident: Incident) -> bool:
    """Whether it only makes sense while people fight, or only once they have stopped."""
    if incident.status.running:
        return promise.kind in MOOT_WHILE_RUNNING
    return promise.kind not in LASTING


def _decide_status(
    promise: Promise, _incident: Incident, severity: Severity, now: datetime
) -> Decision:
    if now < promise.due_at:
        return _nudge(promise)
    late = now - promise.due_at
    every = severity.update_every or timedelta(hours=1)
    next_at = promise.due_at + every if late <= LATE else now + every
    renewed = promise.renewed(due_at=next_at, wake_at=nudge_time(severity, next_at, now), now=now)
    return Decision(
        promise=renewed,
        step=PostAutomaticUpdate(
            promise=promise, next_at=next_at, late_by=late if late > LATE else None
        ),
    )


def _decide_business(
    promise: Promise, _incident: Incident, severity: Severity, now: datetime
) -> Decision:
    every = severity.business_update_every or timedelta(days=1)
    next_at = max(promise.due_at + every, now + every / 2)
    renewed = promise.renewed(due_at=next_at, wake_at=next_at, now=now)
    return Decision(promise=renewed, step=TellOverdue(promise=promise))


def _decide_response(
    promise: Promise, incident: Incident, _severity: Severity, _now: datetime
) -> Decision:
    if incident.acknowledged_at is not None and not promise.personal:
        return Decision(promise=promise.kept(incident.acknowledged_at))
    return _tell_once(promise)


def _decide_notice(
    promise: Promise, incident: Incident, _severity: Severity, _now: datetime
) -> Decision:
    if incident.acknowledged_at is not None:
        return Decision(promise=promise.kept(promise.due_at))
    step = PageAudience(promise=promise, audience=promise.detail)
    return Decision(promise=promise.kept(promise.due_at), step=step)


def _decide_escalation(
    promise: Promise, incident: Incident, severity: Severity, now: datetime
) -> Decision:
    rung = rung_of(promise, severity)
    if rung is None or not _still_so(rung, incident):
        return Decision(promise=promise.lapsed(now))
    return Decision(promise=promise.kept(promise.due_at), step=Escalate(promise=promise, rung=rung))


def _still_so(rung: EscalationStep, incident: Incident) -> bool:
    match rung.when:
        case EscalationTrigger.UNACKNOWLEDGED:
            return incident.acknowledged_at is None
        case EscalationTrigger.UPDATE_OVERDUE:
            return incident.holdings > 0
        case EscalationTrigger.UNRESOLVED:
            return True


def _decide_once(
    promise: Promise, _incident: Incident, _severity: Severity, _now: datetime
) -> Decision:
    return _tell_once(promise)


def _decide_step(
    promise: Promise, _incident: Incident, _severity: Severity, now: datetime
) -> Decision:
    return _nudge(promise) if now < promise.due_at else _tell_once(promise)


def _nudge(promise: Promise) -> Decision:
    """Remind once, and look again when it is due."""
    nudged = replace(promise, nudged=True, wake_at=promise.due_at)
    return Decision(promise=nudged, step=None if promise.nudged else RemindOwner(promise=nudged))


def _tell_once(promise: Promise) -> Decision:
    """Say that it is overdue; it stays open, and visible, until it is kept."""
    told = replace(promise, told=promise.told + 1, wake_at=None)
    return Decision(promise=told, step=TellOverdue(promise=told))


_DECIDE = {
    PromiseKind.STATUS_UPDATE: _decide_status,
    PromiseKind.BUSINESS_UPDATE: _decide_business,
    PromiseKind.RESPONSE: _decide_response,
    PromiseKind.NOTICE: _decide_notice,
    PromiseKind.ESCALATION: _decide_escalation,
    PromiseKind.FIX: _decide_once,
    PromiseKind.STEP: _decide_step,
    PromiseKind.ROLLBACK: _decide_once,
}
#: Kinds that are spoken of before they are due.
_REMINDED = frozenset({PromiseKind.STATUS_UPDATE, PromiseKind.STEP})
