"""What a hotfix promises: that its steps take no longer than they may, and that it comes back."""

from datetime import datetime, time, timedelta
from enum import StrEnum

from chatops.domain.hotfix.model import Backport, Hotfix, StepRun
from chatops.domain.incident.model import Incident
from chatops.domain.playbook.hotfix import RollbackRule, WatchWindow
from chatops.domain.playbook.pipeline import AnyStepKind, BackportRule, Budget, Step
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise
from chatops.domain.promises.reminder_policy import ReminderPolicy, backport_reminder
from chatops.domain.time.durations import Deadline

#: What “at once” gives the people and the machines that do it.
AT_ONCE = timedelta(minutes=15)


class RollbackPhase(StrEnum):
    """What is given a time once production does not look well after a deploy."""

    DECIDE = "decide"
    EXECUTE = "execute"
    VERIFY = "verify"


_ROLLBACK_NAMES = {
    RollbackPhase.DECIDE: "decision about the rollback of",
    RollbackPhase.EXECUTE: "rollback of",
    RollbackPhase.VERIFY: "look at production after the rollback of",
}


def step_key(number: int, kind: AnyStepKind) -> str:
    """The key of the promise that a step of hotfix ``number`` takes no longer than it may."""
    return f"step:{number}:{kind}"


def backport_key(number: int, target: str) -> str:
    """The key of the promise that hotfix ``number`` comes into the branch ``target``."""
    return f"backport:{number}:{target}"


def rollback_key(number: int, phase: RollbackPhase) -> str:
    """The key of the promise that a part of the rollback of hotfix ``number`` is done in time."""
    return f"rollback:{number}:{phase}"


def subject_of(promise: Promise) -> tuple[int, str]:
    """The number of the hotfix that a promise is about, and which of its parts.

    That is a step, the branch to reach, or the phase of a rollback.
    """
    number, _, subject = promise.detail.partition(":")
    return int(number), subject


def step_promise(hotfix: Hotfix, step: Step, now: datetime) -> Promise | None:
    """The promise of a step whose turn has come; none if the playbook gives it no time.

    It is over ``by`` so long after the start of the hotfix. Where that moment has passed before
    its turn came, or is not given, it may take as long as it usually takes at most.
    """
    run = hotfix.step(step.kind)
    if run is None:
        return None
    since = run.since or now
    due = _step_due(hotfix, step, since)
    if due is None:
        return None
    return Promise(
        incident=hotfix.incident,
        key=step_key(hotfix.number, step.kind),
        kind=PromiseKind.STEP,
        owner=_engineer(hotfix),
        due_at=due,
        wake_at=_step_wake(step, since, due),
        made_at=now,
        detail=f"{hotfix.number}:{step.kind}",
        about=_step_name(hotfix, run),
    )


def _step_due(hotfix: Hotfix, step: Step, since: datetime) -> datetime | None:
    if step.by is not None and hotfix.started_at + step.by > since:
        return hotfix.started_at + step.by
    return since + step.takes[1] if step.takes is not None else None


def _step_wake(step: Step, since: datetime, due: datetime) -> datetime:
    """A time-box is spoken of at both its bounds, any other step when its time is over."""
    if step.kind.spec.budget is Budget.TIME_BOX and step.takes is not None:
        least = since + step.takes[0]
        return least if since < least < due else due
    return due


def _step_name(hotfix: Hotfix, run: StepRun) -> str:
    return f"“{run.title}” of {hotfix.name}"


def rollback_promise(
    hotfix: Hotfix, rule: RollbackRule, phase: RollbackPhase, owner: str, now: datetime
) -> Promise | None:
    """The promise of a phase that begins now; none if the playbook gives it no time."""
    takes = rollback_takes(rule, phase)
    if takes is None:
        return None
    return Promise(
        incident=hotfix.incident,
        key=rollback_key(hotfix.number, phase),
        kind=PromiseKind.ROLLBACK,
        owner=owner,
        due_at=now + takes,
        wake_at=now + takes,
        made_at=now,
        detail=f"{hotfix.number}:{phase}",
        about=f"{_ROLLBACK_NAMES[phase]} {hotfix.name}",
    )


def rollback_takes(rule: RollbackRule, phase: RollbackPhase) -> timedelta | None:
    """How long a phase may take at most; the playbook's own are taken in their order."""
    if phase is RollbackPhase.DECIDE and rule.notice_within is not None:
        return rule.notice_within
    most = [each.takes[1] for each in rule.phases if each.takes is not None]
    index = list(RollbackPhase).index(phase)
    return most[index] if index < len(most) else None


def backport_promise(
    hotfix: Hotfix,
    backport: Backport,
    rule: BackportRule,
    *,
    zone: str,
    day_ends: time,
    since: datetime,
    now: datetime,
) -> Promise:
    """The promise that the fix comes into a branch in time, counted from ``since``.

    ``zone`` and ``day_ends`` say when the playbook's day ends.
    """
    due = backport_due(rule.due, zone=zone, day_ends=day_ends, since=since)
    return Promise(
        incident=hotfix.incident,
        key=backport_key(hotfix.number, backport.target),
        kind=PromiseKind.BACKPORT,
        owner=backport.owner or _engineer(hotfix),
        due_at=due,
        wake_at=backport_reminder(due, now),
        made_at=now,
        detail=f"{hotfix.number}:{backport.target}",
        about=f"backport of {hotfix.name} to {backport.target}",
    )


def backport_due(deadline: Deadline, *, zone: str, day_ends: time, since: datetime) -> datetime:
    """When a backport is due; a deadline that leaves no time leaves ``AT_ONCE``.

    A playbook that names none means the same day.
    """
    due = deadline.by(since, zone=zone, day_ends=day_ends)
    if due is None:
        due = Deadline(same_day=True).by(since, zone=zone, day_ends=day_ends)
    return due if due is not None and due > since else since + AT_ONCE


def _engineer(hotfix: Hotfix) -> str:
    return hotfix.author or hotfix.started_by


def watch_key(number: int, index: int) -> str:
    """The key of the promise to watch production for window ``index`` after hotfix ``number``."""
    return f"watch:{number}:{index}"


def watch_promise(
    hotfix: Hotfix,
    index: int,
    window: WatchWindow,
    *,
    incident: Incident,
    policy: ReminderPolicy,
    since: datetime,
) -> Promise:
    """The promise that the engineer watches production for a window that begins ``since``.

    It is spoken of when the least time is over, and when the longest is.
    """
    least, longest = window.lasts
    due = since + longest
    first = since + least if least < longest else due
    return Promise(
        incident=hotfix.incident,
        key=watch_key(hotfix.number, index),
        kind=PromiseKind.WATCH,
        owner=hotfix.author or hotfix.started_by,
        due_at=due,
        wake_at=policy.forward(incident, first),
        made_at=since,
        detail=f"{hotfix.number}:{index}",
        about=f"{window.title} of {hotfix.name}",
    )
