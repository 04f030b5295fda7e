"""A week after an incident, for each playbook: who hears what, and when.

The tables stand in ``tests/data/afterwards``, one line for each message. Their incident was
declared on a Monday at 14:00 and resolved at 14:25; moments are UTC.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.acceptance.weeks import Weeks, open_weeks

TABLES = Path(__file__).parents[1] / "data" / "afterwards"
#: A severity of each that owes a post-mortem; where there are two such, one that is not loud.
SEVERITIES = {
    "priority": "P1",
    "preview": "High",
    "increment": "SEV2",
    "ticketed": "Emergency",
    "versioned": "CRITICAL",
}
BOOKS = pytest.mark.parametrize(
    "book",
    [
        pytest.param(book, marks=() if book in {"priority", "increment"} else pytest.mark.long)
        for book in SEVERITIES
    ],
)


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def table(name: str) -> list[str]:
    return (TABLES / f"{name}.txt").read_text().splitlines()


def assert_nobody_hears_twice(lines: list[str]) -> None:
    """Nobody gets two messages at one moment."""
    readers = [line.split(": ")[0] for line in lines if line[13:14] == "@"]
    assert readers
    assert len(readers) == len(set(readers))


def whole_week(weeks: Weeks) -> None:
    """Nobody does anything until Friday noon, when it is closed with a reason."""
    weeks.until(at(6))
    weeks.close("it is written elsewhere")
    weeks.until(at(10, 10))


@BOOKS
def test_a_week_in_which_nobody_does_anything_and_nobody_hears_twice_at_once(
    tmp_path: Path, book: str
) -> None:
    with open_weeks(tmp_path, book) as weeks:
        weeks.outage(SEVERITIES[book])
        whole_week(weeks)
        assert weeks.diary == table(f"week-{book}")
        weeks.until(at(17))
        assert_nobody_hears_twice(weeks.diary)


@BOOKS
def test_a_bot_that_is_set_up_anew_every_day_says_the_same(tmp_path: Path, book: str) -> None:
    with open_weeks(tmp_path, book) as weeks:
        weeks.outage(SEVERITIES[book])
        for day in (2, 3, 4, 5):
            weeks.until(at(day, 23))
            weeks.away(until=at(day, 23, 1))
        whole_week(weeks)
        assert weeks.diary == table(f"week-{book}")


@BOOKS
def test_after_more_than_a_day_away_each_thing_is_told_once_and_folded(
    tmp_path: Path, book: str
) -> None:
    with open_weeks(tmp_path, book) as weeks:
        weeks.outage(SEVERITIES[book])
        weeks.until(at(3, 9, 30))
        weeks.away(until=at(4, 21, 30))
        weeks.until(at(6))
        assert weeks.diary == table(f"away-{book}")


@pytest.mark.parametrize("start", ["2026-03-27", "2026-10-23"])
def test_a_week_in_which_the_clocks_of_berlin_change(tmp_path: Path, start: str) -> None:
    friday = datetime.fromisoformat(f"{start}T14:00+00:00")
    with open_weeks(tmp_path, "priority", zone="Europe/Berlin", start=friday) as weeks:
        weeks.outage("P1")
        weeks.until(friday + timedelta(days=5))
        assert weeks.diary == table(f"clocks-{start}")


def test_a_channel_goes_into_the_archive_a_week_after_it_was_closed(tmp_path: Path) -> None:
    with open_weeks(tmp_path, "priority") as weeks:
        weeks.outage("P1")
        weeks.until(at(6))
        weeks.close("it is written elsewhere")
        weeks.until(at(12, 11, 59))
        assert not any("archive" in line for line in weeks.diary)
        weeks.until(at(13, 12, 1))
        [said] = [line for line in weeks.diary if "archive" in line]
        assert said.startswith("Thu 12 12:00 #incident: 📁 This channel goes into the archive")
        room = weeks.slack.workspace.channel_named("incident-2026-001")
        assert room.is_archived
        weeks.until(at(17))
        assert weeks.slack.workspace.channel_named("incident-2026-001").is_archived
