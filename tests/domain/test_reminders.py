"""People are reminded ahead, told when it is overdue, and never at night for what can wait."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chatops.domain.incident.model import Incident
from chatops.domain.playbook.policy import Playbook
from chatops.domain.promises.after_resolution import (
    action_promise,
    archive_promise,
    resolution_promises,
)
from chatops.domain.promises.decide import (
    ArchiveIncident,
    DueAction,
    RemindOwner,
    TellOverdue,
    decide,
)
from chatops.domain.promises.kinds import KINDS, PromiseKind
from chatops.domain.promises.model import Promise
from chatops.domain.promises.reminder_policy import ReminderPolicy
from chatops.domain.promises.while_running import role_promises
from chatops.domain.tasks import Task
from chatops.domain.time.business_hours import WorkingHours, WorkingTime
from tests.domain.reminder_samples import DAY, FOLLOW_UPS, MONDAY, PLAYBOOK, resolved
from tests.domain.samples import HOUR, MINUTE, incident

Said = tuple[type[DueAction], str]


def the(kind: PromiseKind, at: datetime = MONDAY) -> Promise:
    return next(
        each for each in resolution_promises(resolved(at), PLAYBOOK, at) if each.kind is kind
    )


def course(
    promise: Promise, of: Incident, *, until: timedelta, book: Playbook = PLAYBOOK
) -> Iterator[tuple[DueAction, datetime]]:
    """What is said of a promise until then, and when."""
    end = promise.made_at + until
    policy, severity = ReminderPolicy.of(book), book.severity(of.severity)
    while promise.open and promise.wake_at is not None and promise.wake_at <= end:
        now = promise.wake_at
        decision = decide(promise, of, severity, now, policy=policy)
        if decision.action is not None:
            yield decision.action, now
        promise = decision.promise


def said(promise: Promise, of: Incident, days: int = 7) -> list[Said]:
    return [(type(step), f"{at:%a %H:%M}") for step, at in course(promise, of, until=days * DAY)]


def test_a_post_mortem_is_asked_for_ahead_and_then_every_morning() -> None:
    assert said(the(PromiseKind.POST_MORTEM), resolved(), days=5) == [
        (RemindOwner, "Tue 17:00"),
        (TellOverdue, "Wed 09:30"),
        (TellOverdue, "Thu 08:00"),
        (TellOverdue, "Fri 08:00"),
    ]


def test_a_reminder_at_night_comes_at_the_end_of_the_day_and_an_overdue_one_in_the_morning() -> (
    None
):
    evening = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)
    promise = the(PromiseKind.POST_MORTEM, evening)
    assert said(promise, resolved(evening), days=3) == [
        (RemindOwner, "Thu 16:00"),
        (TellOverdue, "Fri 08:00"),
    ]


def test_over_the_weekend_nobody_hears_of_what_can_wait() -> None:
    friday = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
    assert said(the(PromiseKind.POST_MORTEM, friday), resolved(friday), days=4) == [
        (RemindOwner, "Fri 17:00"),
        (TellOverdue, "Mon 08:00"),
        (TellOverdue, "Tue 08:00"),
    ]


def test_a_loud_severity_is_spoken_of_at_any_hour() -> None:
    friday = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
    loud = resolved(friday, severity="P0")
    [promise] = [
        each
        for each in resolution_promises(loud, PLAYBOOK, friday)
        if each.kind is PromiseKind.POST_MORTEM
    ]
    assert said(promise, loud, days=3) == [
        (RemindOwner, "Sun 08:00"),
        (TellOverdue, "Sun 12:00"),
        (TellOverdue, "Mon 08:00"),
    ]


def test_an_action_item_of_a_loud_incident_waits_for_monday_too() -> None:
    friday = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
    loud = resolved(friday, severity="P0")
    item = Task(incident=1, number=1, text="x", made_by="U1", made_at=friday, due_at=friday + DAY)
    promise = action_promise(loud, item, PLAYBOOK, friday)
    assert promise is not None
    assert said(promise, loud, days=3) == [(RemindOwner, "Fri 17:00"), (TellOverdue, "Mon 08:00")]


def test_a_review_is_asked_about_when_it_is_over() -> None:
    assert said(the(PromiseKind.REVIEW), resolved(), days=2) == [
        (RemindOwner, "Mon 17:00"),
        (TellOverdue, "Tue 10:00"),
        (TellOverdue, "Wed 08:00"),
    ]


def test_closing_is_asked_for_when_its_time_has_come_and_not_before() -> None:
    assert said(the(PromiseKind.CLOSE), resolved(), days=8) == [
        (TellOverdue, "Mon 09:30"),
        (TellOverdue, "Tue 08:00"),
    ]


def test_each_time_one_more_hears_of_it() -> None:
    policy = ReminderPolicy.of(PLAYBOOK)
    heard = [policy.heard_by(told) for told in (1, 2, 3, 9)]
    assert heard == [
        ("owner",),
        ("owner", "commander"),
        ("owner", "commander", "lead"),
        ("owner", "commander", "lead"),
    ]


def test_the_channel_hears_of_the_archive_a_day_before_and_not_without() -> None:
    closed = replace(resolved().closed(MONDAY))
    promise = archive_promise(closed, PLAYBOOK, MONDAY)
    assert promise is not None
    assert said(promise, closed, days=9) == [
        (RemindOwner, "Fri 17:00"),
        (ArchiveIncident, "Mon 09:30"),
    ]
    away = decide(
        promise,
        closed,
        PLAYBOOK.severity("P1"),
        MONDAY + 8 * DAY,
        policy=ReminderPolicy.of(PLAYBOOK),
    )
    assert isinstance(away.action, RemindOwner)
    assert away.promise.due_at == MONDAY + 9 * DAY


def test_who_leads_nobody_is_asked_first_in_the_channel_and_then_further_up() -> None:
    uncommanded = incident(roles={})
    [promise] = [
        each
        for each in role_promises({}, uncommanded, PLAYBOOK, MONDAY)
        if each.kind is PromiseKind.NO_COMMANDER
    ]
    moments = [at - MONDAY for _, at in course(promise, uncommanded, until=3 * HOUR)]
    assert moments == [10 * MINUTE, 20 * MINUTE, 80 * MINUTE, 140 * MINUTE]


def test_who_leads_ends_the_search_and_who_goes_starts_it_anew() -> None:
    uncommanded, led = incident(roles={}), incident()
    held = {each.key: each for each in role_promises({}, uncommanded, PLAYBOOK, MONDAY)}
    assert "unled" in held
    held |= {each.key: each for each in role_promises(held, led, PLAYBOOK, MONDAY + MINUTE)}
    assert not held["unled"].open
    held |= {each.key: each for each in role_promises(held, uncommanded, PLAYBOOK, MONDAY + HOUR)}
    assert held["unled"].open
    assert held["unled"].due_at == MONDAY + HOUR + 10 * MINUTE


def test_somebody_who_has_been_at_it_for_long_is_asked_for_a_shift_change_and_again() -> None:
    running = incident()
    held = {each.key: each for each in role_promises({}, running, PLAYBOOK, MONDAY)}
    promise = held["hand_over:commander"]
    moments = [at - MONDAY for _, at in course(promise, running, until=9 * HOUR)]
    assert moments == [4 * HOUR, 6 * HOUR, 8 * HOUR]
    other = running.with_role("commander", "UBEN")
    [changed] = role_promises(held, other, PLAYBOOK, MONDAY + 5 * HOUR)
    assert (changed.owner, changed.due_at) == ("UBEN", MONDAY + 9 * HOUR)


def test_silence_is_asked_about_and_any_sign_of_life_puts_it_off() -> None:
    running, severity = incident(), PLAYBOOK.severity("P1")
    held = {each.key: each for each in role_promises({}, running, PLAYBOOK, MONDAY)}
    policy = ReminderPolicy.of(PLAYBOOK)
    lively = decide(
        held["stale"], running, severity, MONDAY + DAY, policy=policy, active_at=MONDAY + HOUR
    )
    assert lively.action is None
    assert lively.promise.wake_at == MONDAY + DAY + HOUR
    silent = decide(
        lively.promise, running, severity, MONDAY + DAY + HOUR, policy=policy,
        active_at=MONDAY + HOUR,
    )  # fmt: skip
    assert isinstance(silent.action, TellOverdue)
    assert silent.promise.wake_at == MONDAY + 2 * DAY + HOUR


@given(
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    days=st.sets(st.integers(0, 6), min_size=1),
    hour=st.integers(0, 24 * 360),
    severity=st.sampled_from(["P0", "P1"]),
    due=st.integers(1, 200),
)
def test_nobody_is_woken_for_what_can_wait(
    zone: str, days: set[int], hour: int, severity: str, due: int
) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + hour * HOUR
    book = replace(PLAYBOOK, zone=zone, working_hours=WorkingHours(days=tuple(sorted(days))))
    policy, over = ReminderPolicy.of(book), resolved(at, severity=severity)
    task = Task(
        incident=7, number=1, text="x", made_by="UOLA", made_at=at, owner="UOLA",
        due_at=at + due * HOUR,
    )  # fmt: skip
    action = action_promise(over, task, book, at)
    assert action is not None
    for promise in (*resolution_promises(over, book, at), action):
        for step, said_at in course(promise, over, until=14 * DAY, book=book):
            assert severity == "P0" or policy.hours.is_working(said_at)
            assert not isinstance(step, TellOverdue) or said_at >= promise.due_at
            assert said_at > at


@given(
    at=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
    kind=st.sampled_from(sorted(FOLLOW_UPS)),
)
def test_not_even_a_loud_severity_is_spoken_of_at_night(at: datetime, kind: PromiseKind) -> None:
    loud = resolved(at, severity="P0")
    everyday = WorkingTime(
        zone=PLAYBOOK.zone, hours=replace(PLAYBOOK.working_hours, days=tuple(range(7)))
    )
    assert everyday.is_working(KINDS[kind].policy(ReminderPolicy.of(PLAYBOOK)).forward(loud, at))
