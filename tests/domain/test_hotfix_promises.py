from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.domain.hotfix.deadlines import backport_promise, step_promise, subject_of
from chatops.domain.hotfix.model import Backport, Hotfix, StepState
from chatops.domain.incident.model import Incident
from chatops.domain.playbook.pipeline import BackportMethod, BackportRule, Step, StepKind
from chatops.domain.promises.decide import RemindOwner, TellOverdue, decide
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise, PromiseState, remade
from chatops.domain.promises.reminder_policy import ReminderPolicy
from chatops.domain.promises.while_running import renegotiated, severity_promises
from chatops.domain.time.business_hours import WorkingHours, WorkingTime
from chatops.domain.time.durations import Deadline
from tests.domain.hotfix_samples import AT_ONCE, DEVELOP, RULE, SOON, hotfix, step_run
from tests.domain.samples import HOUR, MILDER, MINUTE, NOW, SEVERITY, incident

BOX = (15 * MINUTE, 30 * MINUTE)
RESOLVED = incident().resolved(root_cause="", fix="v1.2.4", now=NOW)
#: Whose people are reminded at any hour.
#: A team that is at work day and night.
ALWAYS = ReminderPolicy(
    hours=WorkingTime(
        zone="UTC", hours=WorkingHours(start=time(0), end=time(0), days=tuple(range(7)))
    )
)


def at_step(kind: StepKind, title: str = "", since: datetime = NOW, **changes: object) -> Hotfix:
    return hotfix(steps=(step_run(kind, title, state=StepState.WAITING, since=since),), **changes)


def step(kind: StepKind, **rules: object) -> Step:
    return replace(Step(kind=kind, title="x"), **rules)  # type: ignore[arg-type] # any of them


def made(of: Hotfix, rules: Step, now: datetime = NOW) -> Promise:
    promise = step_promise(of, rules, now)
    assert promise is not None
    return promise


def due_backport(
    rule: BackportRule = RULE, backport: Backport = DEVELOP, since: datetime = NOW
) -> Promise:
    return backport_promise(
        hotfix(), backport, rule, zone="Europe/Berlin", day_ends=time(18), since=since, now=since
    )


def test_a_step_is_due_by_its_mark_counted_from_the_start_of_the_hotfix() -> None:
    late_turn = at_step(StepKind.DEPLOY, since=NOW + 20 * MINUTE)
    promise = made(late_turn, step(StepKind.DEPLOY, by=32 * MINUTE, takes=(MINUTE, 5 * MINUTE)))
    assert promise.due_at == promise.wake_at == NOW + 32 * MINUTE


def test_a_step_without_a_mark_may_take_as_long_as_it_usually_takes_at_most() -> None:
    promise = made(
        at_step(StepKind.FIX, since=NOW + HOUR), step(StepKind.FIX, takes=(MINUTE, HOUR))
    )
    assert promise.due_at == NOW + 2 * HOUR


def test_a_step_whose_mark_had_passed_before_its_turn_gets_its_usual_time() -> None:
    late = at_step(StepKind.DEPLOY, since=NOW + HOUR)
    promise = made(late, step(StepKind.DEPLOY, by=32 * MINUTE, takes=(MINUTE, 5 * MINUTE)))
    assert promise.due_at == NOW + HOUR + 5 * MINUTE
    assert step_promise(late, step(StepKind.DEPLOY, by=32 * MINUTE), NOW) is None


def test_a_step_without_a_time_or_of_another_pipeline_promises_nothing() -> None:
    assert step_promise(at_step(StepKind.FIX), step(StepKind.FIX), NOW) is None
    assert step_promise(at_step(StepKind.FIX), step(StepKind.TAG, takes=BOX), NOW) is None


def test_a_step_is_promised_by_whose_fix_it_is_and_says_which_it_is() -> None:
    rules = step(StepKind.DEPLOY, takes=BOX)
    promise = made(at_step(StepKind.DEPLOY, "Deploy to production"), rules)
    assert (promise.key, promise.kind) == ("step:1:deploy", PromiseKind.STEP)
    assert (promise.owner, promise.incident) == ("UOLA", 7)
    assert promise.name == "“Deploy to production” of v1.2.4"
    assert subject_of(promise) == (1, "deploy")
    assert made(at_step(StepKind.DEPLOY, author="UANA"), rules).owner == "UANA"


def test_before_it_has_a_version_a_hotfix_is_called_by_its_service() -> None:
    promise = made(at_step(StepKind.FIX, "Fix", release=""), step(StepKind.FIX, takes=BOX))
    assert promise.name == "“Fix” of the hotfix of shop"


def test_a_time_box_is_spoken_of_at_both_its_bounds() -> None:
    promise = made(at_step(StepKind.REPRODUCE), step(StepKind.REPRODUCE, takes=BOX))
    assert (promise.wake_at, promise.due_at) == (NOW + 15 * MINUTE, NOW + 30 * MINUTE)

    first = decide(promise, incident(), SEVERITY, NOW + 15 * MINUTE)
    assert isinstance(first.action, RemindOwner)
    assert first.promise.wake_at == promise.due_at

    then = decide(first.promise, incident(), SEVERITY, promise.due_at)
    assert isinstance(then.action, TellOverdue)
    assert then.promise.open
    assert then.promise.wake_at is None


@pytest.mark.parametrize("takes", [(30 * MINUTE, 30 * MINUTE), (timedelta(), 30 * MINUTE)])
def test_a_time_box_with_one_bound_is_spoken_of_once(takes: tuple[timedelta, timedelta]) -> None:
    promise = made(at_step(StepKind.REPRODUCE), step(StepKind.REPRODUCE, takes=takes))
    assert promise.wake_at == promise.due_at


def test_a_step_is_cancelled_once_the_incident_runs_no_more() -> None:
    promise = made(at_step(StepKind.FIX), step(StepKind.FIX, takes=BOX))
    decision = decide(promise, RESOLVED, SEVERITY, promise.due_at)
    assert (decision.action, decision.promise.state) == (None, PromiseState.CANCELLED)


def test_a_backport_of_the_same_day_is_due_when_the_playbooks_day_ends() -> None:
    assert due_backport().due_at == datetime(2026, 3, 2, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "minutes"),
    [
        (SOON, 5),
        (AT_ONCE, 15),
        (replace(RULE, due=Deadline(within=HOUR)), 60),
    ],
)
def test_a_backport_is_due_as_its_rule_says_and_at_once_leaves_a_moment(
    rule: BackportRule, minutes: int
) -> None:
    assert due_backport(rule).due_at == NOW + minutes * MINUTE


def test_a_rule_that_names_no_time_means_the_same_day() -> None:
    rule = BackportRule(method=BackportMethod.MERGE, due=Deadline())
    assert due_backport(rule).due_at == due_backport().due_at


def test_a_hotfix_of_the_last_minute_of_the_day_still_has_a_moment() -> None:
    midnight = datetime(2026, 3, 2, 22, 59, 30, tzinfo=UTC)
    assert due_backport(since=midnight).due_at == midnight + 15 * MINUTE


def test_a_backport_says_which_release_is_promised_to_which_branch() -> None:
    promise = due_backport(backport=Backport(target="release/ET-12"))
    assert (promise.key, promise.kind) == ("backport:1:release/ET-12", PromiseKind.BACKPORT)
    assert promise.name == "backport of v1.2.4 to release/ET-12"
    assert promise.title == "Backport of v1.2.4 to release/ET-12"
    assert subject_of(promise) == (1, "release/ET-12")


def test_a_backport_is_promised_by_whoever_took_it_over_else_by_the_engineer() -> None:
    assert due_backport().owner == "UOLA"
    assert due_backport(backport=replace(DEVELOP, owner="UBEN")).owner == "UBEN"


def test_the_owner_is_reminded_an_hour_before_never_in_the_first_half_of_the_wait() -> None:
    assert due_backport().wake_at == due_backport().due_at - HOUR
    assert due_backport(replace(RULE, due=Deadline(within=HOUR))).wake_at == NOW + 30 * MINUTE


def test_nobody_is_reminded_of_what_was_promised_minutes_ago() -> None:
    assert due_backport(SOON).wake_at == NOW + 5 * MINUTE
    assert due_backport(AT_ONCE).wake_at == NOW + 15 * MINUTE


def test_an_overdue_backport_is_told_every_four_hours_though_all_is_resolved() -> None:
    promise = due_backport()
    said: list[tuple[type, timedelta, int]] = []
    while len(said) < 4:
        assert promise.wake_at is not None
        decision = decide(promise, RESOLVED, SEVERITY, promise.wake_at, policy=ALWAYS)
        said.append(
            (type(decision.action), promise.wake_at - promise.due_at, decision.promise.told)
        )
        promise = decision.promise
    assert said == [
        (RemindOwner, -HOUR, 0),
        (TellOverdue, timedelta(), 1),
        (TellOverdue, 4 * HOUR, 2),
        (TellOverdue, 8 * HOUR, 3),
    ]
    assert promise.open


def test_nobody_is_told_of_a_backport_at_night_once_the_incident_is_resolved() -> None:
    promise = replace(due_backport(), nudged=True)
    evening = datetime(2026, 3, 2, 18, 1, tzinfo=UTC)
    decision = decide(promise, RESOLVED, SEVERITY, evening)
    assert decision.action is None
    assert decision.promise.wake_at == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def test_after_a_night_of_downtime_an_overdue_backport_is_told_once() -> None:
    promise, morning = due_backport(), NOW + 20 * HOUR
    decision = decide(promise, RESOLVED, SEVERITY, morning)
    assert isinstance(decision.action, TellOverdue)
    assert (decision.promise.told, decision.promise.wake_at) == (1, morning + 4 * HOUR)


def test_a_backport_promised_anew_is_the_next_round_under_its_new_name() -> None:
    old = replace(due_backport().fulfilled(NOW + MINUTE), id=9)
    new = replace(due_backport(), about="backport of v1.2.5 to develop")
    again = remade(old, new, NOW + HOUR)
    assert (again.id, again.round, again.open, again.name) == (9, 2, True, new.about)


Event = Callable[[dict[str, Promise], Incident, datetime], Incident]


def look(held: dict[str, Promise], of: Incident, now: datetime) -> Incident:
    for key, promise in held.items():
        if promise.open and promise.wake_at is not None and promise.wake_at <= now:
            held[key] = decide(promise, of, SEVERITY, now, policy=ALWAYS).promise
    return of


def milden(held: dict[str, Promise], of: Incident, now: datetime) -> Incident:
    held |= {each.key: each for each in renegotiated(held, of, MILDER, now)}
    return replace(of, severity=MILDER.key)


def resolve(_held: dict[str, Promise], of: Incident, now: datetime) -> Incident:
    return of.resolved(root_cause="", fix="", now=now) if of.status.running else of


def reopen(held: dict[str, Promise], of: Incident, now: datetime) -> Incident:
    if of.status.running:
        return of
    held |= {
        each.key: remade(held.get(each.key), each, now)
        for each in severity_promises(of, SEVERITY, now)
    }
    return of.reopened()


@given(
    events=st.lists(
        st.tuples(
            st.sampled_from([look, look, milden, resolve, reopen]),
            st.integers(1, 50_000).map(lambda seconds: timedelta(seconds=seconds)),
        ),
        max_size=30,
    ),
    rule=st.sampled_from([RULE, SOON, AT_ONCE]),
)
def test_whatever_becomes_of_the_incident_a_backport_stays_promised_until_it_is_done(
    events: list[tuple[Event, timedelta]], rule: BackportRule
) -> None:
    promise, of, now = due_backport(rule), incident(), NOW
    held = {each.key: each for each in severity_promises(of, SEVERITY, NOW)} | {
        promise.key: promise
    }
    for event, gap in events:
        now += gap
        of = event(held, of, now)
    look(held, of, now)
    left = held[promise.key]
    assert left.open
    assert (left.due_at, left.owner, left.round) == (promise.due_at, promise.owner, 1)
    assert left.wake_at is not None
    assert (left.told > 0) == (now >= promise.due_at)
