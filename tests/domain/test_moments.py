from datetime import UTC, datetime, timedelta

import pytest

from chatops.domain.errors import BadMoment
from chatops.domain.time.parse import moment

NOW = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)


def test_a_span_counts_from_now() -> None:
    assert moment("45 min", now=NOW, zone="UTC") == NOW + timedelta(minutes=45)


def test_a_time_of_day_is_meant_in_the_teams_zone() -> None:
    assert moment("15:30", now=NOW, zone="Europe/Berlin") == datetime(
        2026, 3, 2, 14, 30, tzinfo=UTC
    )


def test_a_time_that_has_passed_today_means_tomorrow() -> None:
    assert moment("13:00", now=NOW, zone="UTC") == datetime(2026, 3, 3, 13, 0, tzinfo=UTC)


def test_tomorrows_time_of_day_holds_when_the_clocks_change_over_night() -> None:
    evening = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
    morning = moment("09:00", now=evening, zone="Europe/Berlin")
    assert morning == datetime(2026, 3, 29, 7, 0, tzinfo=UTC)


def test_utc_can_be_named() -> None:
    assert moment("15:30 utc", now=NOW, zone="Asia/Tokyo") == datetime(
        2026, 3, 2, 15, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("odd", ["", "soon", "25:00", "-5 min", "0 min", "3 weeks", "15:3", "12"])
def test_what_is_no_time_to_come_is_refused_with_examples(odd: str) -> None:
    with pytest.raises(BadMoment, match="15 min"):
        moment(odd, now=NOW, zone="UTC")
