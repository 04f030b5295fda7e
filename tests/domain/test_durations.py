"""Durations are read and said as people say them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.domain.time.durations import UnknownDuration, parse, spoken


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("15 min", 900),
        ("15min", 900),
        ("15 m", 900),
        ("1 h 30 min", 5400),
        ("1h30m", 5400),
        ("1 hour, 30 minutes", 5400),
        ("4 h", 14400),
        ("2 days", 172800),
        ("1 DAY", 86400),
        ("30 s", 30),
        ("0 min", 0),
        ("1 week 2 d", 777600),
        ("  45 minutes  ", 2700),
    ],
)
def test_people_write_durations_in_many_ways(text: str, seconds: int) -> None:
    assert parse(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "15",
        "min",
        "15 parsecs",
        "-5 min",
        "1.5 h",
        "5 min 5 min",
        "5 min or so",
        "about 5 min",
        "15 min!",
        "99999 days",
        "\u0665 min",
        "9" * 5000 + " min",
        "PT15M",
        "00:15",
    ],
)
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UnknownDuration, match="such as 15 min, 1 h 30 min or 2 days") as refused:
        parse(text)
    assert len(str(refused.value)) < 150


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(), "0 s"),
        (timedelta(seconds=-3), "0 s"),
        (timedelta(seconds=59, milliseconds=900), "59 s"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=1, minutes=23, seconds=45), "1 h 23 min"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=1, minutes=59), "1 day"),
        (timedelta(days=2, hours=3, minutes=4), "2 days 3 h"),
    ],
)
def test_a_duration_is_said_in_its_two_largest_units(duration: timedelta, words: str) -> None:
    assert spoken(duration) == words


@given(st.integers(0, 23), st.integers(1, 59))
def test_what_is_said_can_be_read_again(hours: int, minutes: int) -> None:
    duration = timedelta(hours=hours, minutes=minutes)

    assert parse(spoken(duration)) == duration


@given(st.text())
def test_any_text_is_either_a_duration_or_refused(text: str) -> None:
    try:
        duration = parse(text)
    except UnknownDuration:
        return
    assert duration >= timedelta()
