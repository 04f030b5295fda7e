"""How people are reminded: when, how often, of whom one more hears, and that nobody is woken."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chatops.domain.incident.model import Incident
from chatops.domain.playbook.policy import Playbook, Reminders
from chatops.domain.promises.model import LATER, Promise, PromiseKind
from chatops.domain.time.business_hours import WorkingHours, WorkingTime

#: In a ladder: whoever owes it.
OWNER = "owner"
#: The channel is told a day before it goes into the archive.
ARCHIVE_NOTICE = timedelta(days=1)
#: A backport that is overdue is spoken of again and again until it is settled.
BACKPORT_AGAIN_AFTER = timedelta(hours=4)
#: Nobody's weekend is worth these, however loud the incident was.
_NEVER_LOUD = frozenset({PromiseKind.ACTION, PromiseKind.CLOSE, PromiseKind.ARCHIVE})
_DAY = timedelta(days=1)
_EVERY_DAY = tuple(range(7))
#: Whoever could lead has been asked twice by then.
_UNLED_AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderPolicy:
    """A playbook's rules for reminding people.

    While people fight an incident there are no quiet hours; afterwards they are those outside
    working hours. Of the severities that the playbook calls loud people hear at weekends too, but
    by day: what they are asked for can wait until they are up.
    """

    reminders: Reminders = field(default_factory=Reminders)
    hours: WorkingTime = field(
        default_factory=lambda: WorkingTime(zone="UTC", hours=WorkingHours())
    )
    lead_within: timedelta | None = None
    stale_after: timedelta | None = None
    hand_over_after: timedelta | None = None

    @classmethod
    def of(cls, playbook: Playbook) -> "ReminderPolicy":
        return cls(
            reminders=playbook.reminders,
            hours=WorkingTime(zone=playbook.zone, hours=playbook.working_hours),
            lead_within=playbook.lead_within,
            stale_after=playbook.stale_after,
            hand_over_after=playbook.hand_over_after,
        )

    def towards(self, kind: PromiseKind) -> "ReminderPolicy":
        """The rules for promises of a kind."""
        if kind not in _NEVER_LOUD:
            return self
        return replace(self, reminders=replace(self.reminders, loud=()))

    def is_quiet(self, incident: Incident, at: datetime) -> bool:
        """Whether nobody is to be reminded at that moment."""
        hours = self._heard_in(incident)
        return hours is not None and not hours.is_working(at)

    def forward(self, incident: Incident, at: datetime) -> datetime:
        """The first moment from then on when people may be reminded."""
        hours = self._heard_in(incident)
        return at if hours is None else hours.next_working(at)

    def nudge_at(
        self, incident: Incident, due: datetime, now: datetime, *, before: timedelta | None = None
    ) -> datetime:
        """When to remind of what is due then: ahead, never in the first half of the wait.

        What would come at night comes at the end of the working day before, unless it was not
        even promised then.
        """
        ahead = self.reminders.nudge_before if before is None else before
        at = max(due - ahead, now + (due - now) / 2)
        hours = self._heard_in(incident)
        if hours is None or hours.is_working(at):
            return at
        back = hours.last_working(at)
        return back if back > now else hours.next_working(at)

    def wake_at(self, promise: Promise, incident: Incident, now: datetime) -> datetime:
        """When to look first at a promise of what comes later, made, moved or handed over now."""
        manners = self.towards(promise.kind)
        match promise.kind:
            case PromiseKind.CLOSE:
                return manners.forward(incident, promise.due_at)
            case PromiseKind.ARCHIVE:
                return manners.nudge_at(incident, promise.due_at, now, before=ARCHIVE_NOTICE)
            case kind if kind in LATER:
                return manners.nudge_at(incident, promise.due_at, now)
            case _:
                return promise.due_at

    def again_at(self, promise: Promise, incident: Incident, now: datetime) -> datetime:
        """When what was found overdue now is told again.

        What is told day by day is told when the day begins, so that it comes in one message.
        """
        after = self.again_after(promise)
        again = self.forward(incident, now + after)
        if after < _DAY or promise.kind not in LATER:
            return again
        morning = self.hours.at(self.hours.day_of(again), self.hours.hours.start)
        return morning.astimezone(now.tzinfo) if now < morning < again else again

    def again_after(self, promise: Promise) -> timedelta:
        """How long after it was found overdue, ``promise.told`` times by now, it is told again."""
        match promise.kind:
            case PromiseKind.BACKPORT:
                return BACKPORT_AGAIN_AFTER
            case PromiseKind.UNLED:
                first = self.lead_within or _UNLED_AGAIN_AFTER
                return first if promise.told <= 1 else max(first, _UNLED_AGAIN_AFTER)
            case PromiseKind.STALE:
                return self.stale_after or self.reminders.again_after
            case PromiseKind.HAND_OVER:
                return (self.hand_over_after or self.reminders.again_after) / 2
            case _:
                return self.reminders.again_after

    def told(self, promise: Promise) -> tuple[str, ...]:
        """Who hears of it this time, by the names of a ladder: each time one more."""
        return self.reminders.ladder[: max(promise.told, 1)]

    def _heard_in(self, incident: Incident) -> WorkingTime | None:
        """When people may be reminded; none means at any time."""
        if incident.status.running:
            return None
        if incident.severity in self.reminders.loud:
            return replace(self.hours, hours=replace(self.hours.hours, days=_EVERY_DAY))
        return self.hours
