"""Working time is exact, whatever the clocks of a zone are put to."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.domain.time.business_hours import WorkingHours, WorkingTime

MINUTE = timedelta(minutes=1)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
EVERY_DAY = tuple(range(7))

moments = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - the zone is given beside it
    datetime(2026, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
).map(lambda at: at.replace(microsecond=0))
#: Around every moment of the year at which one of the zones changes its clocks.
changes = st.sampled_from(
    [
        datetime(2026, 3, 29, 1, tzinfo=UTC),
        datetime(2026, 10, 25, 1, tzinfo=UTC),
        datetime(2026, 3, 8, 7, tzinfo=UTC),
        datetime(2026, 11, 1, 6, tzinfo=UTC),
        datetime(2026, 4, 4, 15, tzinfo=UTC),
        datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    ]
).flatmap(lambda at: st.integers(-200_000, 200_000).map(lambda n: at + timedelta(seconds=n)))
clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
hours = st.builds(
    WorkingHours,
    start=clocks,
    end=clocks,
    days=st.sets(st.sampled_from(EVERY_DAY), min_size=1).map(lambda days: tuple(sorted(days))),
).filter(lambda one: one.start < one.end)
teams = st.builds(WorkingTime, zone=st.sampled_from(ZONES), hours=hours)


def shown(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


@given(at=moments | changes, zone=st.sampled_from(ZONES))
def test_an_ordinary_office_is_at_work_when_its_wall_clock_says_so(at: datetime, zone: str) -> None:
    local = shown(at, zone)
    expected = local.weekday() < 5 and time(9) <= local.time() <= time(18)
    assert WorkingTime(zone=zone, hours=WorkingHours()).is_working(at) is expected


@given(at=moments | changes, team=teams)
def test_the_next_working_moment_is_one_and_is_the_first(at: datetime, team: WorkingTime) -> None:
    following = team.next_working(at)
    assert following >= at
    assert team.is_working(following)
    assert team.next_working(following) == following
    if following > at:
        assert not team.is_working(at)
        assert not team.is_working(following - timedelta(seconds=1))
        between = at + (following - at) / 2
        assert between == at or not team.is_working(between)


@given(at=moments | changes, team=teams)
def test_the_last_working_moment_is_one_and_is_the_last(at: datetime, team: WorkingTime) -> None:
    before = team.last_working(at)
    assert before <= at
    assert team.is_working(before)
    assert team.last_working(before) == before
    if before < at:
        assert not team.is_working(at)
        assert not team.is_working(before + timedelta(seconds=1))
        between = before + (at - before) / 2
        assert between == before or not team.is_working(between)


@given(at=moments | changes, team=teams)
def test_a_day_begins_at_its_hour_or_when_the_clocks_have_skipped_it(
    at: datetime, team: WorkingTime
) -> None:
    opens = team.next_working(at)
    if opens > at:
        local = shown(opens, team.zone)
        assert local.weekday() in team.hours.days
        assert local.time() >= team.hours.start
        minute_before = shown(opens - MINUTE, team.zone).time()
        assert local.time() == team.hours.start or minute_before < team.hours.start


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        # In Berlin half past two is skipped on 29 March, and comes twice on 25 October.
        ("2026-03-29T00:00+00:00", "2026-03-29T01:00+00:00"),
        ("2026-10-24T23:00+00:00", "2026-10-25T00:30+00:00"),
        ("2026-10-25T01:45+00:00", "2026-10-26T01:30+00:00"),
    ],
)
def test_an_hour_that_is_skipped_or_comes_twice(at: str, expected: str) -> None:
    night = WorkingHours(start=time(2, 30), end=time(2, 40), days=EVERY_DAY)
    team = WorkingTime(zone="Europe/Berlin", hours=night)
    assert team.next_working(datetime.fromisoformat(at)) == datetime.fromisoformat(expected)


def test_a_shift_over_midnight_ends_on_the_next_day() -> None:
    night = WorkingHours(start=time(22), end=time(6), days=(4,))
    team = WorkingTime(zone="UTC", hours=night)
    assert team.is_working(datetime(2026, 3, 7, 5, 59, tzinfo=UTC))
    assert not team.is_working(datetime(2026, 3, 8, 5, 59, tzinfo=UTC))


def test_a_team_that_never_works_is_never_waited_for() -> None:
    team = WorkingTime(zone="UTC", hours=WorkingHours(days=()))
    at = datetime(2026, 3, 7, 12, tzinfo=UTC)
    assert (team.next_working(at), team.last_working(at), team.is_working(at)) == (at, at, False)
