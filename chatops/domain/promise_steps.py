"""What to do about a promise when its moment comes: one pure decision for each kind."""

from dataclasses import replace
from datetime import datetime, timedelta

from chatops.domain.afterwards import MOOT_WHILE_RUNNING
from chatops.domain.incident import Incident
from chatops.domain.manners import Manners
from chatops.domain.policy import Rung, Severity, Trigger
from chatops.domain.promise_rules import LATE, nudge_time, rung_of
from chatops.domain.promises import LASTING, Promise, PromiseKind
from chatops.domain.reminder_steps import REMINDERS
from chatops.domain.verdicts import (
    Escalate,
    Hold,
    Nudge,
    PageAudience,
    PutAway,
    Scene,
    Step,
    TellOverdue,
    Verdict,
)

__all__ = [  # those who decide meet what comes of it
    "Escalate",
    "Hold",
    "Nudge",
    "PageAudience",
    "PutAway",
    "Step",
    "TellOverdue",
    "Verdict",
    "decide",
]

_PLAIN = Manners()


def decide(
    promise: Promise,
    incident: Incident,
    severity: Severity,
    now: datetime,
    *,
    manners: Manners = _PLAIN,
    heard_at: datetime | None = None,
) -> Verdict:
    """Decide about a promise whose moment has come; pure, and good for any lateness.

    ``heard_at`` is the newest sign of life on the incident's timeline.
    """
    if _is_moot(promise, incident):
        return Verdict(promise=promise.lapsed(now))
    heard = heard_at or incident.declared_at
    manners = manners.towards(promise.kind)
    scene = Scene(incident=incident, severity=severity, now=now, manners=manners, heard_at=heard)
    if promise.kind in REMINDERS:
        return REMINDERS[promise.kind](promise, scene)
    if now < promise.due_at and promise.kind not in _REMINDED:
        return Verdict(promise=replace(promise, wake_at=promise.due_at))
    return _DECIDE[promise.kind](promise, incident, severity, now)


def _is_moot(promise: Promise, incident: Incident) -> bool:
    """Whether it only makes sense while people fight, or only once they have stopped."""
    if incident.status.running:
        return promise.kind in MOOT_WHILE_RUNNING
    return promise.kind not in LASTING


def _decide_status(
    promise: Promise, _incident: Incident, severity: Severity, now: datetime
) -> Verdict:
    if now < promise.due_at:
        return _nudge(promise)
    late = now - promise.due_at
    every = severity.update_every or timedelta(hours=1)
    next_at = promise.due_at + every if late <= LATE else now + every
    renewed = promise.renewed(due_at=next_at, wake_at=nudge_time(severity, next_at, now), now=now)
    return Verdict(
        promise=renewed,
        step=Hold(promise=promise, next_at=next_at, late_by=late if late > LATE else None),
    )


def _decide_business(
    promise: Promise, _incident: Incident, severity: Severity, now: datetime
) -> Verdict:
    every = severity.business_update_every or timedelta(days=1)
    next_at = max(promise.due_at + every, now + every / 2)
    renewed = promise.renewed(due_at=next_at, wake_at=next_at, now=now)
    return Verdict(promise=renewed, step=TellOverdue(promise=promise))


def _decide_response(
    promise: Promise, incident: Incident, _severity: Severity, _now: datetime
) -> Verdict:
    if incident.acknowledged_at is not None and not promise.personal:
        return Verdict(promise=promise.kept(incident.acknowledged_at))
    return _tell_once(promise)


def _decide_notice(
    promise: Promise, incident: Incident, _severity: Severity, _now: datetime
) -> Verdict:
    if incident.acknowledged_at is not None:
        return Verdict(promise=promise.kept(promise.due_at))
    step = PageAudience(promise=promise, audience=promise.detail)
    return Verdict(promise=promise.kept(promise.due_at), step=step)


def _decide_escalation(
    promise: Promise, incident: Incident, severity: Severity, now: datetime
) -> Verdict:
    rung = rung_of(promise, severity)
    if rung is None or not _still_so(rung, incident):
        return Verdict(promise=promise.lapsed(now))
    return Verdict(promise=promise.kept(promise.due_at), step=Escalate(promise=promise, rung=rung))


def _still_so(rung: Rung, incident: Incident) -> bool:
    match rung.when:
        case Trigger.UNACKNOWLEDGED:
            return incident.acknowledged_at is None
        case Trigger.UPDATE_OVERDUE:
            return incident.holdings > 0
        case Trigger.UNRESOLVED:
            return True


def _decide_once(
    promise: Promise, _incident: Incident, _severity: Severity, _now: datetime
) -> Verdict:
    return _tell_once(promise)


def _decide_step(
    promise: Promise, _incident: Incident, _severity: Severity, now: datetime
) -> Verdict:
    return _nudge(promise) if now < promise.due_at else _tell_once(promise)


def _nudge(promise: Promise) -> Verdict:
    """Remind once, and look again when it is due."""
    nudged = replace(promise, nudged=True, wake_at=promise.due_at)
    return Verdict(promise=nudged, step=None if promise.nudged else Nudge(promise=nudged))


def _tell_once(promise: Promise) -> Verdict:
    """Say that it is overdue; it stays open, and visible, until it is kept."""
    told = replace(promise, told=promise.told + 1, wake_at=None)
    return Verdict(promise=told, step=TellOverdue(promise=told))


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
