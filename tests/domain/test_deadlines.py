"""Deadlines fall where people expect them."""

from datetime import UTC, datetime, time, timedelta

import pytest

from chatops.domain.time.durations import Deadline

SIX = time(18)


def day(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 20, hour, minute, tzinfo=UTC)


def test_within_counts_from_the_start() -> None:
    due = Deadline(within=timedelta(hours=48)).by(day(15), zone="UTC", day_ends=SIX)

    assert due == day(15) + timedelta(hours=48)


def test_the_same_day_ends_with_the_working_day_in_the_teams_zone() -> None:
    due = Deadline(same_day=True).by(day(9), zone="America/New_York", day_ends=SIX)

    assert due == day(23)


def test_what_starts_after_work_is_due_before_midnight() -> None:
    due = Deadline(same_day=True).by(day(19), zone="UTC", day_ends=SIX)

    assert due == day(23, 59)


def test_a_late_evening_counts_as_the_local_day() -> None:
    due = Deadline(same_day=True).by(day(23, 30), zone="Asia/Tokyo", day_ends=SIX)

    assert due == datetime(2026, 11, 21, 9, tzinfo=UTC)


def test_no_deadline_falls_nowhere() -> None:
    assert Deadline().by(day(9), zone="UTC", day_ends=SIX) is None


@pytest.mark.parametrize(
    ("deadline", "label"),
    [
        (Deadline(same_day=True), "the same day"),
        (Deadline(within=timedelta(minutes=5)), "within 5 min"),
        (Deadline(within=timedelta()), "at once"),
        (Deadline(), "in time"),
    ],
)
def test_a_deadline_is_said_in_words(deadline: Deadline, label: str) -> None:
    assert deadline.label == label
