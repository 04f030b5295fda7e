"""Whatever happens to an incident: nothing is dropped, doubled, told too early, or at night."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chatops.domain.incident.model import Incident, Status
from chatops.domain.promises.after_resolution import (
    action_promise,
    archive_promise,
    renewed_at_resolution,
)
from chatops.domain.promises.decide import RemindOwner, TellOverdue, decide, first_look
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise, remade
from chatops.domain.promises.reminder_policy import ReminderPolicy
from chatops.domain.promises.spec import AtClose, Lifetime
from chatops.domain.promises.while_running import renegotiated, role_promises, severity_promises
from chatops.domain.tasks import Task
from tests.domain.reminder_samples import ASKED_AGAIN, FOLLOW_UPS, MONDAY, PLAYBOOK
from tests.domain.samples import HOUR, incident

POLICY = ReminderPolicy.of(PLAYBOOK)
whiles = st.integers(1, 3000).map(lambda minutes: timedelta(minutes=minutes))
picks = st.integers(0, 99)


class OneIncident(RuleBasedStateMachine):
    """An incident and its promises, by the rules alone."""

    def __init__(self) -> None:
        super().__init__()
        self.now = MONDAY
        self.incident: Incident = incident(severity="P1", declared_at=MONDAY)
        self.held: dict[str, Promise] = {}
        self.said: set[tuple[str, int, int]] = set()
        self.active_at = MONDAY
        self._take(severity_promises(self.incident, PLAYBOOK.severity("P1"), self.now))
        self._stand()

    def _take(self, promises: Iterable[Promise]) -> None:
        for each in promises:
            self.held[each.key] = each

    def _stand(self) -> None:
        self._take(list(role_promises(self.held, self.incident, PLAYBOOK, self.now)))

    def _end(self, which: Callable[[Promise], bool], how: Callable[[Promise], Promise]) -> None:
        for key, promise in self.held.items():
            if promise.open and which(promise):
                self.held[key] = how(promise)

    @property
    def open(self) -> list[Promise]:
        return [each for each in self.held.values() if each.open]

    @rule(by=whiles)
    def pass_time(self, by: timedelta) -> None:
        end = self.now + by
        while (due := self._next()) is not None and due <= end:
            self.now = max(self.now, due)
            self._look()
        self.now = end

    @rule(by=whiles)
    def be_away(self, by: timedelta) -> None:
        self.now += 3 * by
        self._look()

    @precondition(lambda self: self.incident.status.running)
    @rule(cause=st.sampled_from(["", "A null amount"]))
    def resolve(self, cause: str) -> None:
        self.incident = self.incident.resolved(root_cause=cause, fix="v1", now=self.now)
        self._end(lambda each: each.kind not in FOLLOW_UPS, lambda each: each.cancelled(self.now))
        self._take(list(renewed_at_resolution(self.held, self.incident, PLAYBOOK, self.now)))

    @precondition(lambda self: not self.incident.status.running)
    @rule()
    def reopen(self) -> None:
        self.incident = self.incident.reopened()
        self._end(
            lambda each: each.spec.lifetime is Lifetime.RESOLVED,
            lambda each: each.cancelled(self.now),
        )
        fresh = severity_promises(
            self.incident, PLAYBOOK.severity(self.incident.severity), self.now
        )
        self._take([remade(self.held.get(each.key), each, self.now) for each in fresh])
        self._stand()

    @precondition(lambda self: self.incident.status is Status.RESOLVED)
    @rule()
    def close(self) -> None:
        self.incident = self.incident.closed(self.now)
        self._end(
            lambda each: each.spec.at_close is AtClose.WAIVED,
            lambda each: each.waived("enough", self.now),
        )
        self._end(
            lambda each: each.kind is PromiseKind.CLOSE, lambda each: each.fulfilled(self.now)
        )
        made = archive_promise(self.incident, PLAYBOOK, self.now)
        assert made is not None
        self._take([remade(self.held.get(made.key), made, self.now)])

    @precondition(lambda self: self.incident.status.running)
    @rule(severity=st.sampled_from(["P0", "P1"]))
    def judge(self, severity: str) -> None:
        self.incident = replace(self.incident, severity=severity)
        judged = PLAYBOOK.severity(severity)
        self._take(list(renegotiated(self.held, self.incident, judged, self.now)))

    @rule(holder=st.sampled_from(["UOLA", "UBEN", None]))
    def lead(self, holder: str | None) -> None:
        self.incident = self.incident.with_role("commander", holder)
        self._stand()

    @rule(number=st.integers(1, 3), within=whiles)
    def plan(self, number: int, within: timedelta) -> None:
        task = Task(
            incident=7, number=number, text="x", made_by="UOLA", made_at=self.now, owner="UBEN",
            due_at=self.now + within,
        )  # fmt: skip
        made = action_promise(self.incident, task, PLAYBOOK, self.now)
        assert made is not None
        self._take([remade(self.held.get(made.key), made, self.now)])

    @rule(pick=picks)
    def fulfil(self, pick: int) -> None:
        chosen = self.open[pick % len(self.open)].key if self.open else ""
        self._end(lambda each: each.key == chosen, lambda each: each.fulfilled(self.now))

    @rule(pick=picks, by=whiles)
    def snooze(self, pick: int, by: timedelta) -> None:
        later = [each for each in self.open if each.kind in FOLLOW_UPS]
        if later:
            promise = replace(later[pick % len(later)], due_at=self.now + by)
            wake = first_look(promise, self.incident, PLAYBOOK, self.now)
            snoozed = promise.snoozed(self.now + by, "later", wake_at=wake, now=self.now)
            self.held[promise.key] = snoozed

    @rule()
    def write_something_down(self) -> None:
        self.active_at = self.now

    def _next(self) -> datetime | None:
        moments = [each.wake_at for each in self.open if each.wake_at is not None]
        return min(moments, default=None)

    def _look(self) -> None:
        severity = PLAYBOOK.severity(self.incident.severity)
        for key, promise in list(self.held.items()):
            if not promise.open or promise.wake_at is None or promise.wake_at > self.now:
                continue
            decision = decide(
                promise, self.incident, severity, self.now, policy=POLICY, active_at=self.active_at
            )
            self.held[key] = decision.promise
            if promise.kind in ASKED_AGAIN and isinstance(
                decision.action, RemindOwner | TellOverdue
            ):
                self._check(decision.action)
            left = decision.promise
            assert not left.open or left.wake_at is None or left.wake_at > self.now, left

    def _check(self, step: RemindOwner | TellOverdue) -> None:
        promise = step.promise
        mark = (promise.key, promise.round, promise.told)
        assert mark not in self.said or isinstance(step, RemindOwner), f"twice: {promise}"
        self.said.add(mark)
        assert not POLICY.is_quiet(self.incident, self.now), f"at night: {promise}"
        if isinstance(step, TellOverdue):
            assert self.now >= promise.due_at, f"too early: {promise}"
        else:
            assert self.now < promise.due_at, f"no reminder any more: {promise}"
            assert promise.nudged

    @invariant()
    def nothing_is_dropped(self) -> None:
        for promise in self.open:
            assert promise.wake_at is not None or promise.due_at <= self.now, promise
            assert promise.wake_at is not None or promise.kind not in ASKED_AGAIN, promise
            far = promise.wake_at is not None and promise.wake_at > promise.due_at + 30 * 24 * HOUR
            assert not far or promise.due_at <= self.now, promise


TestOneIncident = OneIncident.TestCase
