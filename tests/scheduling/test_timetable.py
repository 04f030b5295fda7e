"""Cron expressions, read as a clock on the wall does: also when the clocks are changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.adapters.scheduling.cron import CronTimetable

BERLIN = "Europe/Berlin"
MINUTE = timedelta(minutes=1)


def moments(cron: str, zone: str, since: datetime, until: datetime) -> list[str]:
    """All newest moments that somebody sees who looks each ten minutes."""
    timetable, seen, now = CronTimetable(), dict[datetime, None](), since
    while now < until:
        newest = timetable.newest(cron, zone, now)
        assert newest is not None
        assert newest.at <= now < newest.following
        if newest.at >= since:
            seen[newest.at] = None
        now += 10 * MINUTE
    return [f"{each.astimezone(ZoneInfo(zone)):%a %d %H:%M}" for each in seen]


def test_a_time_that_the_spring_leaves_out_comes_once_on_that_day() -> None:
    since = datetime(2026, 3, 28, tzinfo=UTC)
    assert moments("30 2 * * *", BERLIN, since, since + timedelta(days=3)) == [
        "Sat 28 02:30",
        "Sun 29 03:30",
        "Mon 30 02:30",
    ]


def test_a_time_that_the_autumn_has_twice_comes_once() -> None:
    since = datetime(2026, 10, 24, tzinfo=UTC)
    assert moments("30 2 * * *", BERLIN, since, since + timedelta(days=3)) == [
        "Sat 24 02:30",
        "Sun 25 02:30",
        "Mon 26 02:30",
    ]


def test_the_time_of_day_stays_the_same_across_both_changes() -> None:
    for since in (datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 10, 23, 12, tzinfo=UTC)):
        days = moments("0 9 * * mon-fri", BERLIN, since, since + timedelta(days=5))
        assert [each[-5:] for each in days] == ["09:00"] * 3
        assert [each[:3] for each in days] == ["Mon", "Tue", "Wed"]


@pytest.mark.parametrize(
    ("cron", "at", "following"),
    [
        ("0 16 * * fri", "2026-02-27 16:00", "2026-03-06 16:00"),
        ("0 9 1 * *", "2026-03-01 09:00", "2026-04-01 09:00"),
        ("0 0 29 feb *", "2024-02-29 00:00", "2028-02-29 00:00"),
        ("* * * * *", "2026-03-02 14:00", "2026-03-02 14:01"),
    ],
)
def test_the_newest_moment_and_the_one_after_it(cron: str, at: str, following: str) -> None:
    found = CronTimetable().newest(cron, "UTC", datetime(2026, 3, 2, 14, 0, 30, tzinfo=UTC))
    assert found is not None
    assert f"{found.at:%Y-%m-%d %H:%M}" == at
    assert f"{found.following:%Y-%m-%d %H:%M}" == following


def test_what_never_comes_has_no_newest_moment() -> None:
    assert CronTimetable().newest("0 0 30 feb *", "UTC", datetime(2026, 3, 2, tzinfo=UTC)) is None


@given(
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    jumps=st.lists(st.integers(1, 3 * 24 * 60), min_size=1, max_size=30),
    zone=st.sampled_from(["UTC", BERLIN, "America/New_York", "Australia/Lord_Howe"]),
)
def test_whoever_looks_whenever_sees_moments_in_order_and_none_before_its_time(
    hour: int, minute: int, jumps: list[int], zone: str
) -> None:
    """One who keeps looking and one who looks for the first time see the same."""
    timetable, now = CronTimetable(), datetime(2026, 3, 20, 12, 34, tzinfo=UTC)
    last: datetime | None = None
    for jump in jumps:
        now += jump * MINUTE
        found = timetable.newest(f"{minute} {hour} * * *", zone, now)
        assert found is not None
        assert found == CronTimetable().newest(f"{minute} {hour} * * *", zone, now)
        assert found.at <= now < found.following
        assert now - found.at <= timedelta(hours=25)
        assert last is None or found.at >= last
        last = found.at
