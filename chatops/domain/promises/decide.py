"""What to do about a promise when its moment comes: one pure decision for each rule."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from chatops.domain.incident.model import Incident
from chatops.domain.playbook.policy import EscalationStep, EscalationTrigger, Playbook, Severity
from chatops.domain.promises.model import Promise
from chatops.domain.promises.reminder_policy import (
    ARCHIVE_NOTICE,
    ReminderPolicy,
    Schedule,
    update_reminder,
)
from chatops.domain.promises.spec import Lifetime, Rule
from chatops.domain.promises.while_running import LATE, escalation_step


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionContext:
    """What a promise is judged by; ``active_at`` is when somebody last did something."""

    incident: Incident
    severity: Severity
    now: datetime
    policy: ReminderPolicy
    active_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindOwner:
    """Remind its owner, before it is due."""

    promise: Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class PostAutomaticUpdate:
    """Nobody wrote the update that stakeholders were promised: post the automatic one now."""

    promise: Promise
    next_at: datetime
    late_by: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """Take a step of the escalation policy: tell its audiences."""

    promise: Promise
    step: EscalationStep


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAudience:
    """Nobody has acknowledged it in time: page this audience."""

    promise: Promise
    audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellOverdue:
    """Say that a deadline has passed; ``promise.told`` counts how often it was said."""

    promise: Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveIncident:
    """Archive the channel."""

    promise: Promise


DueAction = (
    RemindOwner | PostAutomaticUpdate | Escalate | PageAudience | TellOverdue | ArchiveIncident
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The promise as it is from now on, and what to do, if anything."""

    promise: Promise
    action: DueAction | None = None


def decide(
    promise: Promise,
    incident: Incident,
    severity: Severity,
    now: datetime,
    *,
    policy: ReminderPolicy | None = None,
    active_at: datetime | None = None,
) -> Decision:
    """Decide about a promise whose moment has come; pure, and good for any lateness.

    ``active_at`` is when somebody last did something about the incident, as its timeline has it.
    """
    if _is_moot(promise, incident):
        return Decision(promise=promise.cancelled(now))
    context = DecisionContext(
        incident=incident,
        severity=severity,
        now=now,
        policy=promise.spec.policy(policy or ReminderPolicy()),
        active_at=active_at or incident.declared_at,
    )
    return RULES[promise.spec.rule](promise, context)


def first_look(promise: Promise, incident: Incident, playbook: Playbook, now: datetime) -> datetime:
    """When to look first at a promise that is made, snoozed or moved now."""
    schedule = Schedule(
        due_at=promise.due_at,
        incident=incident,
        severity=playbook.severity(incident.severity),
        policy=promise.spec.policy(ReminderPolicy.of(playbook)),
        now=now,
    )
    return promise.spec.first_look(schedule)


def look_again(
    promise: Promise, incident: Incident, policy: ReminderPolicy, now: datetime
) -> datetime:
    """When a promise that was found overdue now is told again."""
    spec = promise.spec
    after = spec.again(policy, promise.told)
    return spec.policy(policy).again(incident, after, now, in_the_morning=spec.follow_up)


def _is_moot(promise: Promise, incident: Incident) -> bool:
    """Whether it makes sense only while the incident runs, or only once it is resolved."""
    wrong = Lifetime.RESOLVED if incident.status.running else Lifetime.RUNNING
    return promise.spec.lifetime is wrong


Deciding = Callable[[Promise, DecisionContext], Decision]


def _when_due(then: Deciding) -> Deciding:
    """Nothing before it is due; the loop looks at it again then."""

    def decided(promise: Promise, context: DecisionContext) -> Decision:
        if context.now < promise.due_at:
            return Decision(promise=replace(promise, wake_at=promise.due_at))
        return then(promise, context)

    return decided


def _post_update(promise: Promise, context: DecisionContext) -> Decision:
    if context.now < promise.due_at:
        return _remind(promise)
    now, severity = context.now, context.severity
    late = now - promise.due_at
    every = severity.update_every or timedelta(hours=1)
    next_at = promise.due_at + every if late <= LATE else now + every
    wake = update_reminder(severity, next_at, now)
    renewed = promise.renewed(due_at=next_at, wake_at=wake, now=now)
    late_by = late if late > LATE else None
    update = PostAutomaticUpdate(promise=promise, next_at=next_at, late_by=late_by)
    return Decision(promise=renewed, action=update)


def _tell_and_renew(promise: Promise, context: DecisionContext) -> Decision:
    every = context.severity.business_update_every or timedelta(days=1)
    next_at = max(promise.due_at + every, context.now + every / 2)
    renewed = promise.renewed(due_at=next_at, wake_at=next_at, now=context.now)
    return Decision(promise=renewed, action=TellOverdue(promise=promise))


def _expect_acknowledgement(promise: Promise, context: DecisionContext) -> Decision:
    acknowledged = context.incident.acknowledged_at
    if acknowledged is not None and not promise.personal:
        return Decision(promise=promise.fulfilled(acknowledged))
    return _tell_once(promise, context)


def _page(promise: Promise, context: DecisionContext) -> Decision:
    kept = promise.fulfilled(promise.due_at)
    if context.incident.acknowledged_at is not None:
        return Decision(promise=kept)
    return Decision(promise=kept, action=PageAudience(promise=promise, audience=promise.detail))


def _escalate(promise: Promise, context: DecisionContext) -> Decision:
    step = escalation_step(promise, context.severity)
    if step is None or not _still_wanted(step, context.incident):
        return Decision(promise=promise.cancelled(context.now))
    kept = promise.fulfilled(promise.due_at)
    return Decision(promise=kept, action=Escalate(promise=promise, step=step))


def _still_wanted(step: EscalationStep, incident: Incident) -> bool:
    match step.when:
        case EscalationTrigger.UNACKNOWLEDGED:
            return incident.acknowledged_at is None
        case EscalationTrigger.UPDATE_OVERDUE:
            return incident.holdings > 0
        case EscalationTrigger.UNRESOLVED:
            return True


def _tell_once(promise: Promise, _context: DecisionContext) -> Decision:
    """Say that it is overdue; it stays open, and visible, until it is done."""
    told = replace(promise, told=promise.told + 1, wake_at=None)
    return Decision(promise=told, action=TellOverdue(promise=told))


def _remind_and_tell_once(promise: Promise, context: DecisionContext) -> Decision:
    return _remind(promise) if context.now < promise.due_at else _tell_once(promise, context)


def _remind(promise: Promise) -> Decision:
    """Remind once, and look again when it is due."""
    reminded = replace(promise, nudged=True, wake_at=promise.due_at)
    return Decision(
        promise=reminded, action=None if promise.nudged else RemindOwner(promise=reminded)
    )


def _expect_commander(promise: Promise, context: DecisionContext) -> Decision:
    if context.incident.commander is not None:
        return Decision(promise=promise.fulfilled(min(context.now, promise.due_at)))
    return _tell_from_due_on(promise, context)


def _expect_activity(promise: Promise, context: DecisionContext) -> Decision:
    """Ask only if nothing was done for so long, and anew when something is."""
    after = context.policy.inactive_after
    if after is None:
        return Decision(promise=promise.cancelled(context.now))
    due = max(promise.made_at, context.active_at) + after
    if due > promise.due_at:
        moved = promise.renewed(due_at=due, wake_at=due, now=context.active_at)
        return Decision(promise=moved) if context.now < due else _tell(moved, context)
    return _tell_from_due_on(promise, context)


def _expect_shift_change(promise: Promise, context: DecisionContext) -> Decision:
    if context.incident.roles.get(promise.detail) != promise.owner:
        return Decision(promise=promise.cancelled(context.now))
    return _tell_from_due_on(promise, context)


def _remind_until_kept(promise: Promise, context: DecisionContext) -> Decision:
    """Remind ahead of it, then say that it is overdue, again and again until it is done."""
    return _remind_until(promise, context, overdue_from=promise.due_at)


def _remind_until_meeting_held(promise: Promise, context: DecisionContext) -> Decision:
    """The same, but nobody asks about a meeting before it is over."""
    minutes = context.severity.post_mortem.review_minutes
    lasts = timedelta(minutes=minutes[0]) if minutes is not None else timedelta()
    return _remind_until(promise, context, overdue_from=promise.due_at + lasts)


def _remind_until(
    promise: Promise, context: DecisionContext, *, overdue_from: datetime
) -> Decision:
    if context.policy.is_quiet(context.incident, context.now):
        return _later(promise, context, context.now)
    if context.now < promise.due_at and not promise.nudged:
        wake = context.policy.forward(context.incident, overdue_from)
        reminded = replace(promise, nudged=True, wake_at=wake)
        return Decision(promise=reminded, action=RemindOwner(promise=reminded))
    if context.now < overdue_from:
        return _later(promise, context, overdue_from)
    return _tell(promise, context)


def _tell_until_kept(promise: Promise, context: DecisionContext) -> Decision:
    """Not ahead: it is the bot that asks for it, and a reminder would say nothing more."""
    if context.now < promise.due_at:
        return _later(promise, context, promise.due_at)
    return _remind_until_kept(promise, context)


def _remind_at_both_bounds(promise: Promise, context: DecisionContext) -> Decision:
    """A window is spoken of when its least time is over, and when its whole time is."""
    if context.now < promise.due_at and promise.nudged:
        return _later(promise, context, promise.due_at)
    return _remind_until_kept(promise, context)


def _archive(promise: Promise, context: DecisionContext) -> Decision:
    """Tell the channel a day ahead; one that was not told, for we were away, gets its day."""
    if context.now < promise.due_at and promise.nudged:
        return Decision(promise=replace(promise, wake_at=promise.due_at))
    if promise.nudged:
        kept = promise.fulfilled(promise.due_at)
        return Decision(promise=kept, action=ArchiveIncident(promise=promise))
    if context.policy.is_quiet(context.incident, context.now):
        return _later(promise, context, context.now)
    due = max(promise.due_at, context.now + ARCHIVE_NOTICE)
    reminded = replace(promise, nudged=True, due_at=due, wake_at=due)
    return Decision(promise=reminded, action=RemindOwner(promise=reminded))


def _play(promise: Promise, context: DecisionContext) -> Decision:
    """A drill brings its own events before anything is decided; without it they are moot."""
    return Decision(promise=promise.cancelled(context.now))


def _tell_from_due_on(promise: Promise, context: DecisionContext) -> Decision:
    if context.now < promise.due_at:
        return _later(promise, context, promise.due_at)
    return _tell(promise, context)


def _tell(promise: Promise, context: DecisionContext) -> Decision:
    told = replace(promise, told=promise.told + 1)
    told = replace(told, wake_at=look_again(told, context.incident, context.policy, context.now))
    return Decision(promise=told, action=TellOverdue(promise=told))


def _later(promise: Promise, context: DecisionContext, at: datetime) -> Decision:
    """Look again then, or as soon after it as people may be reminded."""
    wake = context.policy.forward(context.incident, at)
    return Decision(promise=replace(promise, wake_at=wake))


RULES: Mapping[Rule, Deciding] = MappingProxyType(
    {
        Rule.POST_UPDATE: _post_update,
        Rule.TELL_AND_RENEW: _when_due(_tell_and_renew),
        Rule.EXPECT_ACKNOWLEDGEMENT: _when_due(_expect_acknowledgement),
        Rule.PAGE: _when_due(_page),
        Rule.ESCALATE: _when_due(_escalate),
        Rule.TELL_ONCE: _when_due(_tell_once),
        Rule.REMIND_AND_TELL_ONCE: _remind_and_tell_once,
        Rule.EXPECT_COMMANDER: _expect_commander,
        Rule.EXPECT_ACTIVITY: _expect_activity,
        Rule.EXPECT_SHIFT_CHANGE: _expect_shift_change,
        Rule.REMIND_UNTIL_KEPT: _remind_until_kept,
        Rule.REMIND_UNTIL_MEETING_HELD: _remind_until_meeting_held,
        Rule.TELL_UNTIL_KEPT: _tell_until_kept,
        Rule.REMIND_AT_BOTH_BOUNDS: _remind_at_both_bounds,
        Rule.ARCHIVE: _archive,
        Rule.PLAY: _when_due(_play),
    }
)
