"""How people are reminded: when, how often, of whom one more hears, and that nobody is woken."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chatops.domain.incident.model import Incident
from chatops.domain.playbook.policy import Playbook, Reminders, Severity
from chatops.domain.time.business_hours import WorkingHours, WorkingTime

#: In an escalation policy: the promise's owner.
OWNER = "owner"
#: The channel is told a day before it is archived.
ARCHIVE_NOTICE = timedelta(days=1)
#: How long before it is due its owner is reminded of a backport, if there is that much time,
_BACKPORT_AHEAD = timedelta(hours=1)
#: and how much time there must be: a reminder minutes after the promise would say nothing new.
_WORTH_A_REMINDER = timedelta(minutes=30)
_DAY = timedelta(days=1)
_EVERY_DAY = tuple(range(7))
#: Whoever could take command has been asked twice by then.
_COMMANDER_AGAIN_AFTER = timedelta(hours=1)
#: An overdue backport is spoken of this often until it is done.
_BACKPORT_AGAIN_AFTER = timedelta(hours=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderPolicy:
    """A playbook's rules for reminding people.

    While an incident runs there are no quiet hours; afterwards they are those outside working
    hours. Of the severities that the playbook calls loud people hear at weekends too, but by day:
    what they are asked for can wait until they are up.
    """

    reminders: Reminders = field(default_factory=Reminders)
    hours: WorkingTime = field(
        default_factory=lambda: WorkingTime(zone="UTC", hours=WorkingHours())
    )
    commander_within: timedelta | None = None
    inactive_after: timedelta | None = None
    shift_change_after: timedelta | None = None

    @classmethod
    def of(cls, playbook: Playbook) -> "ReminderPolicy":
        return cls(
            reminders=playbook.reminders,
            hours=WorkingTime(zone=playbook.zone, hours=playbook.working_hours),
            commander_within=playbook.lead_within,
            inactive_after=playbook.stale_after,
            shift_change_after=playbook.hand_over_after,
        )

    def never_loud(self) -> "ReminderPolicy":
        """The rules for what is worth nobody's weekend, however loud the incident was."""
        return replace(self, reminders=replace(self.reminders, loud=()))

    def is_quiet(self, incident: Incident, at: datetime) -> bool:
        """Whether nobody is to be reminded at that moment."""
        hours = self._heard_in(incident)
        return hours is not None and not hours.is_working(at)

    def forward(self, incident: Incident, at: datetime) -> datetime:
        """The first moment from then on when people may be reminded."""
        hours = self._heard_in(incident)
        return at if hours is None else hours.next_working(at)

    def ahead(
        self, incident: Incident, due: datetime, now: datetime, *, before: timedelta | None = None
    ) -> datetime:
        """When to remind of what is due then: ahead, never in the first half of the wait.

        What would come at night comes at the end of the working day before, unless it was not
        even promised then.
        """
        earlier = self.reminders.nudge_before if before is None else before
        at = max(due - earlier, now + (due - now) / 2)
        hours = self._heard_in(incident)
        if hours is None or hours.is_working(at):
            return at
        back = hours.last_working(at)
        return back if back > now else hours.next_working(at)

    def again(
        self, incident: Incident, after: timedelta, now: datetime, *, in_the_morning: bool
    ) -> datetime:
        """When what was found overdue now is told again, ``after`` that time at the earliest.

        What is told day by day can wait for the morning, so that it comes in one message.
        """
        again = self.forward(incident, now + after)
        if after < _DAY or not in_the_morning:
            return again
        morning = self.hours.at(self.hours.day_of(again), self.hours.hours.start)
        return morning.astimezone(now.tzinfo) if now < morning < again else again

    def heard_by(self, told: int) -> tuple[str, ...]:
        """Who hears of what is told overdue for that time: each time one more of the ladder."""
        return self.reminders.ladder[: max(told, 1)]

    def _heard_in(self, incident: Incident) -> WorkingTime | None:
        """When people may be reminded; none means at any time."""
        if incident.status.running:
            return None
        if incident.severity in self.reminders.loud:
            return replace(self.hours, hours=replace(self.hours.hours, days=_EVERY_DAY))
        return self.hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What the first look at a promise is reckoned from, made, moved or reassigned ``now``."""

    due_at: datetime
    incident: Incident
    severity: Severity
    policy: ReminderPolicy
    now: datetime


def when_due(schedule: Schedule) -> datetime:
    """Not before it is due."""
    return schedule.due_at


def when_due_in_hours(schedule: Schedule) -> datetime:
    """When it is due, or as soon after that as people may be reminded."""
    return schedule.policy.forward(schedule.incident, schedule.due_at)


def ahead(schedule: Schedule) -> datetime:
    """As long before it is due as the playbook says."""
    return schedule.policy.ahead(schedule.incident, schedule.due_at, schedule.now)


def a_day_ahead(schedule: Schedule) -> datetime:
    """A day before it is due."""
    before = ARCHIVE_NOTICE
    return schedule.policy.ahead(schedule.incident, schedule.due_at, schedule.now, before=before)


def ahead_of_update(schedule: Schedule) -> datetime:
    """As long before an update as its severity says."""
    return update_reminder(schedule.severity, schedule.due_at, schedule.now)


def ahead_of_backport(schedule: Schedule) -> datetime:
    """An hour before a backport is due, at any hour: a hotfix is no office work."""
    return backport_reminder(schedule.due_at, schedule.now)


def update_reminder(severity: Severity, due: datetime, now: datetime) -> datetime:
    """When to remind of an update due then: ahead of it, never in the first half of the wait."""
    return max(due - severity.nudge_before, now + (due - now) / 2)


def backport_reminder(due: datetime, now: datetime) -> datetime:
    """When to remind of a backport due then: ahead of it, never in the first half of the wait."""
    if due - now < _WORTH_A_REMINDER:
        return due
    return max(due - _BACKPORT_AHEAD, now + (due - now) / 2)


def as_the_playbook_says(policy: ReminderPolicy, _told: int) -> timedelta:
    """How long after it was found overdue, ``told`` times by now, it is told again."""
    return policy.reminders.again_after


def every_four_hours(_policy: ReminderPolicy, _told: int) -> timedelta:
    return _BACKPORT_AGAIN_AFTER


def until_somebody_commands(policy: ReminderPolicy, told: int) -> timedelta:
    first = policy.commander_within or _COMMANDER_AGAIN_AFTER
    return first if told <= 1 else max(first, _COMMANDER_AGAIN_AFTER)


def after_as_much_silence(policy: ReminderPolicy, _told: int) -> timedelta:
    return policy.inactive_after or policy.reminders.again_after


def after_half_a_shift(policy: ReminderPolicy, _told: int) -> timedelta:
    return (policy.shift_change_after or policy.reminders.again_after) / 2
