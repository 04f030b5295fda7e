"""What a running incident promises: by its severity, and by who plays which role."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from chatops.domain.incident.model import Incident
from chatops.domain.playbook.policy import EscalationStep, EscalationTrigger, Playbook, Severity
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise, PromiseState, remade
from chatops.domain.promises.reminder_policy import update_reminder
from chatops.domain.promises.spec import Cause

#: An update that leaves the bot this much later than promised says that it is late.
LATE = timedelta(minutes=1)

STATUS_KEY = "status_update"
BUSINESS_KEY = "business_update"
RESPONSE_KEY = "response"
FIX_KEY = "fix"
NO_COMMANDER_KEY = "unled"
INACTIVE_KEY = "stale"


def severity_promises(incident: Incident, severity: Severity, now: datetime) -> Iterator[Promise]:
    """Yield every promise that ``severity`` makes for a running incident from ``now`` on."""
    yield from _timed(incident, severity, now)
    if incident.acknowledged_at is None:
        if severity.respond_within is not None:
            yield _promise(
                incident, RESPONSE_KEY, PromiseKind.RESPONSE, now + severity.respond_within, now
            )
        for notice in severity.notify:
            if notice.page and notice.within:
                yield _promise(
                    incident,
                    f"notice:{notice.audience}",
                    PromiseKind.NOTICE,
                    now + notice.within,
                    now,
                    detail=notice.audience,
                )
    for index, step in enumerate(severity.escalation):
        acknowledged = incident.acknowledged_at is not None
        if step.when is EscalationTrigger.UNRESOLVED or (
            step.when is EscalationTrigger.UNACKNOWLEDGED and not acknowledged
        ):
            yield escalation(incident, severity, index, since=now, now=now)


def _timed(incident: Incident, severity: Severity, now: datetime) -> Iterator[Promise]:
    if severity.update_every is not None:
        yield status_update(incident, severity, now + severity.update_every, now)
    if severity.business_update_every is not None:
        due = now + severity.business_update_every
        yield _promise(incident, BUSINESS_KEY, PromiseKind.BUSINESS_UPDATE, due, now)
    if severity.fix_within is not None:
        yield _promise(incident, FIX_KEY, PromiseKind.FIX, now + severity.fix_within, now)


def _promise(
    incident: Incident,
    key: str,
    kind: PromiseKind,
    due: datetime,
    now: datetime,
    *,
    detail: str = "",
) -> Promise:
    return Promise(
        incident=incident.id,
        key=key,
        kind=kind,
        owner=incident.commander,
        due_at=due,
        wake_at=due,
        made_at=now,
        detail=detail,
    )


def status_update(incident: Incident, severity: Severity, due: datetime, now: datetime) -> Promise:
    """The promise that stakeholders hear again by ``due``."""
    promise = _promise(incident, STATUS_KEY, PromiseKind.STATUS_UPDATE, due, now)
    return replace(promise, wake_at=update_reminder(severity, due, now))


def escalation(
    incident: Incident, severity: Severity, index: int, *, since: datetime, now: datetime
) -> Promise:
    """The promise to take escalation step number ``index``, counted from ``since``."""
    step = severity.escalation[index]
    return _promise(
        incident,
        f"escalation:{severity.key}:{index}",
        PromiseKind.ESCALATION,
        since + step.after,
        now,
        detail=str(index),
    )


def escalation_step(promise: Promise, severity: Severity) -> EscalationStep | None:
    """The step that an escalation takes; none if it belongs to another severity's policy."""
    if promise.kind is not PromiseKind.ESCALATION:
        return None
    index = int(promise.detail)
    ours = promise.key == f"escalation:{severity.key}:{index}"
    return severity.escalation[index] if ours else None


def overdue_escalations(
    incident: Incident, severity: Severity, missed: Promise, now: datetime
) -> Iterator[Promise]:
    """Yield the escalations that a missed update sets going.

    They count from when it was due; if we were away then, from now, when it is first missed.
    """
    since = missed.due_at if now - missed.due_at <= LATE else now
    for index, step in enumerate(severity.escalation):
        if step.when is EscalationTrigger.UPDATE_OVERDUE:
            yield escalation(incident, severity, index, since=since, now=now)


def person_response(incident: Incident, user: str, due: datetime, now: datetime) -> Promise:
    """The promise that a paged person answers by ``due``."""
    promise = _promise(incident, f"response:{user}", PromiseKind.RESPONSE, due, now, detail=user)
    return replace(promise, owner=user)


def renegotiated(
    held: Mapping[str, Promise], incident: Incident, severity: Severity, now: datetime
) -> Iterator[Promise]:
    """Yield the promises as they stand after the severity changed to ``severity`` at ``now``.

    What the new severity promises is made or renewed; what only the old one promised is
    cancelled, but what one person owns stays (an answer to a page, a step, a backport); who has
    been told already is not told again of the same step.
    """
    wanted = {promise.key: promise for promise in severity_promises(incident, severity, now)}
    for key, promise in held.items():
        if promise.open and key not in wanted and _depends_on_severity(promise):
            yield promise.cancelled(now)
    for key, promise in wanted.items():
        old = held.get(key)
        if old is None or not _was_taken(old):
            yield remade(old, promise, now)


def _depends_on_severity(promise: Promise) -> bool:
    return promise.spec.cause is Cause.SEVERITY and not promise.personal


def _was_taken(promise: Promise) -> bool:
    """Whether it is an escalation whose people have been told, or were left alone on purpose."""
    ended = promise.state in {PromiseState.KEPT, PromiseState.WAIVED}
    return promise.kind is PromiseKind.ESCALATION and ended


def shift_change_key(role: str) -> str:
    """The key of the promise that whoever plays ``role`` is relieved in time."""
    return f"hand_over:{role}"


def role_promises(
    held: Mapping[str, Promise], incident: Incident, playbook: Playbook, now: datetime
) -> Iterator[Promise]:
    """Yield what must change of these promises, for they depend on who plays which part.

    One that stands and still holds is left as it is; nothing is begun for what does not run.
    """
    wanted = (
        {each.key: each for each in _wanted(incident, playbook, now)}
        if incident.status.running
        else {}
    )
    for key, promise in held.items():
        if promise.open and promise.spec.cause is Cause.ROLES and key not in wanted:
            led = key == NO_COMMANDER_KEY and incident.commander is not None
            yield promise.fulfilled(now) if led else promise.cancelled(now)
    for key, new in wanted.items():
        old = held.get(key)
        if old is None or not old.open or (old.owner != new.owner and old.personal):
            yield remade(old, new, now)


def _wanted(incident: Incident, playbook: Playbook, now: datetime) -> Iterator[Promise]:
    if playbook.lead_within is not None and incident.commander is None:
        due = now + playbook.lead_within
        yield _promise(incident, NO_COMMANDER_KEY, PromiseKind.NO_COMMANDER, due, now)
    if playbook.stale_after is not None:
        due = now + playbook.stale_after
        yield _promise(incident, INACTIVE_KEY, PromiseKind.INACTIVE, due, now)
    if playbook.hand_over_after is not None:
        due = now + playbook.hand_over_after
        for role, holder in incident.roles.items():
            key = shift_change_key(role)
            made = _promise(incident, key, PromiseKind.SHIFT_CHANGE, due, now, detail=role)
            yield replace(made, owner=holder)
