"""The one grammar for the times that people type."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatops.domain.time.parse import (
    PLANNED,
    Direction,
    InvalidTime,
    TypedTime,
    read_time,
    take_time,
)
from chatops.domain.time.zones import CERTAIN, UNCERTAIN

AHEAD, BACK = Direction.AHEAD, Direction.BACK
#: A Monday.
NOW = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
SPRING = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)


def ahead(text: str, *, now: datetime = NOW, zone: str = "UTC") -> str:
    return f"{read_time(text, now=now, zone=zone, direction=AHEAD).at:%a %d %H:%M:%S}"


def back(text: str, *, now: datetime = NOW, zone: str = "UTC") -> str:
    return f"{read_time(text, now=now, zone=zone, direction=BACK).at:%a %d %H:%M:%S}"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("15:30", "Mon 02 15:30:00"),
        ("3:30 pm", "Mon 02 15:30:00"),
        ("3:30 PM", "Mon 02 15:30:00"),
        ("3:30pm", "Mon 02 15:30:00"),
        ("3:30 p.m.", "Mon 02 15:30:00"),
        ("3pm", "Mon 02 15:00:00"),
        ("3 pm", "Mon 02 15:00:00"),
        ("12 am", "Tue 03 00:00:00"),
        ("12:15 pm", "Tue 03 12:15:00"),
        ("15.30", "Mon 02 15:30:00"),
        ("15:30:20", "Mon 02 15:30:20"),
        ("until 15:30", "Mon 02 15:30:00"),
        ("13:00", "Tue 03 13:00:00"),
        ("15:50Z", "Mon 02 15:50:00"),
        ("15:50 CET", "Mon 02 14:50:00"),
        ("15:50 (CET)", "Mon 02 14:50:00"),
        ("15:50 cest", "Tue 03 13:50:00"),
        ("15:50 Europe/Berlin", "Mon 02 14:50:00"),
        ("15:50 europe/berlin", "Mon 02 14:50:00"),
        ("15:50+01:00", "Mon 02 14:50:00"),
        ("15:50 +0100", "Mon 02 14:50:00"),
        ("15:50 UTC+1", "Mon 02 14:50:00"),
        ("tomorrow 10:00", "Tue 03 10:00:00"),
        ("tomorrow at 10:00", "Tue 03 10:00:00"),
        ("10:00 tomorrow", "Tue 03 10:00:00"),
        ("3 pm today", "Mon 02 15:00:00"),
        ("2026-03-05 10:00", "Thu 05 10:00:00"),
        ("2026-03-05T10:00Z", "Thu 05 10:00:00"),
        ("2026-03-05T10:00:12.345+01:00", "Thu 05 09:00:12"),
        ("monday 9:00", "Mon 09 09:00:00"),
        ("Mon 14:30", "Mon 02 14:30:00"),
        ("on Thursday at 9:00", "Thu 05 09:00:00"),
        ("9:00 on thursday", "Thu 05 09:00:00"),
        ("1 day", "Tue 03 14:05:00"),
        ("2 h 30 min", "Mon 02 16:35:00"),
        ("in 20 min", "Mon 02 14:25:00"),
        ("for 20 min", "Mon 02 14:25:00"),
    ],
)
def test_a_time_ahead_is_the_next_one(text: str, meant: str) -> None:
    assert ahead(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("13:50", "Mon 02 13:50:00"),
        ("14:30", "Sun 01 14:30:00"),
        ("14:05", "Mon 02 14:05:00"),
        ("1:50 PM", "Mon 02 13:50:00"),
        ("13:50:20", "Mon 02 13:50:20"),
        ("13:50 CET", "Mon 02 12:50:00"),
        ("yesterday 13:50", "Sun 01 13:50:00"),
        ("13:50 yesterday", "Sun 01 13:50:00"),
        ("yesterday 13:50 CET", "Sun 01 12:50:00"),
        ("sunday 23:10", "Sun 01 23:10:00"),
        ("Mon 13:00", "Mon 02 13:00:00"),
        ("Mon 15:00", "Mon 23 15:00:00"),
        ("20 min ago", "Mon 02 13:45:00"),
        ("1 h 30 min ago", "Mon 02 12:35:00"),
        ("2026-02-27 22:00", "Fri 27 22:00:00"),
    ],
)
def test_a_time_back_is_the_last_one(text: str, meant: str) -> None:
    assert back(text) == meant


def test_a_clock_without_a_zone_is_one_of_where_the_person_works() -> None:
    assert ahead("15:30", zone="Europe/Berlin") == "Mon 02 14:30:00"
    assert ahead("tomorrow 00:30", zone="Asia/Tokyo") == "Mon 02 15:30:00"


def test_tomorrows_clock_holds_when_the_clocks_change_over_night() -> None:
    assert ahead("09:00", now=SPRING, zone="Europe/Berlin") == "Sun 29 07:00:00"


def test_a_day_alone_means_the_usual_time_of_it() -> None:
    usual = read_time("tomorrow", now=NOW, zone="UTC", direction=AHEAD, usual=time(10))
    assert usual.at == datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
    with pytest.raises(InvalidTime, match=r"no time of day\. Write it as `tomorrow 10:00`"):
        ahead("tomorrow")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("13:50 IST", "`13:50 Asia/Kolkata`, `13:50 Asia/Jerusalem` or `13:50 Europe/Dublin`"),
        ("13:50 CST", "`13:50 America/Chicago`"),
        ("3 pm ET", "`15:00 America/New_York`"),
        ("13:50 Europe/Berln", "no certain time zone"),
        ("13:50+25:00", "no certain time zone"),
        ("3", "no time I know"),
        ("at 3", "no time I know"),
        ("1530", "no time I know"),
        ("2h30", "no time I know"),
        ("25:00", "no time of day. Write it as `15:30` or `3:30 pm`"),
        ("13 pm", "no time of day"),
        ("3:30 in the afternoon", "no certain hour"),
        ("15:3", "no time I know"),
        ("13:50 tomorrow or so", "no time I know"),
        ("05/03/2026 10:00", "no time I know"),
        ("2026-02-30 10:00", "no time I know"),
        ("today 13:00", "lies in the past"),
        ("20 min ago", "lies in the past"),
        ("0 min", "is no time to come"),
        ("3 weeks", "too far ahead"),
        ("2027-01-01 10:00", "too far ahead"),
        ("", "no time I know"),
        ("soon", "Write it as `15:30`, `20 min` or `tomorrow 10:00`"),
        ("-5 min", "no time I know"),
    ],
)
def test_what_is_not_certain_is_asked_back_with_what_would_be(text: str, words: str) -> None:
    with pytest.raises(InvalidTime) as refused:
        ahead(text)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "text", ["tomorrow 10:00", "in 20 min", "20 min", "yesterday", "today 15:00"]
)
def test_what_lies_ahead_is_no_time_in_the_past(text: str) -> None:
    with pytest.raises(InvalidTime):
        back(text)


def test_an_hour_that_the_clocks_skip_or_have_twice_is_asked_back() -> None:
    with pytest.raises(InvalidTime, match="`2026-03-29 00:30 UTC` or `2026-03-29 01:30 UTC`"):
        ahead("2:30", now=SPRING, zone="Europe/Berlin")
    with pytest.raises(InvalidTime, match="`2026-10-25 00:30 UTC` or `2026-10-25 01:30 UTC`"):
        ahead("2:30", now=AUTUMN, zone="Europe/Berlin")
    assert ahead("2:30 CEST", now=AUTUMN, zone="Europe/Berlin") == "Sun 25 00:30:00"


def test_tomorrow_of_a_zone_where_it_is_tomorrow_already_is_asked_back() -> None:
    evening = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
    with pytest.raises(InvalidTime, match="`2026-03-03 10:00 Asia/Tokyo` or `2026-03-04 10:00"):
        ahead("tomorrow 10:00 Asia/Tokyo", now=evening, zone="Europe/London")


@pytest.mark.parametrize(
    ("text", "taken", "rest"),
    [
        ("20 min waiting for the vendor", "20 min", "waiting for the vendor"),
        ("for 1 h 30 min waiting", "1 h 30 min", "waiting"),
        ("15:30, the vendor calls back", "15:30", "the vendor calls back"),
        ("3:30 PM the vendor calls", "3:30 PM", "the vendor calls"),
        ("tomorrow 10:00 CET: they are asleep", "tomorrow 10:00 CET", "they are asleep"),
        ("at 15.30 they call", "15.30", "they call"),
        ("3 people are asleep", "", "3 people are asleep"),
        ("the vendor is slow", "", "the vendor is slow"),
        ("", "", ""),
    ],
)
def test_the_longest_beginning_is_the_time_and_the_rest_the_reason(
    text: str, taken: str, rest: str
) -> None:
    assert take_time(text, direction=AHEAD) == (taken, rest)


@pytest.mark.parametrize(
    ("text", "taken", "rest"),
    [
        ("13:50 CET rolled back", "13:50 CET", "rolled back"),
        ("13:50 Europe/Berlin rolled back", "13:50 Europe/Berlin", "rolled back"),
        ("13:50: rolled back", "13:50", "rolled back"),
        ("13:50 - rolled back", "13:50", "rolled back"),
        ("1:50 pm rolled back", "1:50 pm", "rolled back"),
        ("yesterday 13:50 rolled back", "yesterday 13:50", "rolled back"),
        ("13:50 yesterday rolled back", "13:50 yesterday", "rolled back"),
        ("20 min ago, rolled back", "20 min ago", "rolled back"),
        ("13:50 met the vendor", "13:50", "met the vendor"),
        ("13:50 sun sets", "13:50", "sun sets"),
        ("13:50 DB restarted", "13:50", "DB restarted"),
        ("13:50 api/v1 is back", "13:50", "api/v1 is back"),
        ("20 min of errors", "", "20 min of errors"),
        ("yesterday we saw it first", "", "yesterday we saw it first"),
        ("3 servers are down", "", "3 servers are down"),
        ("v1.2.3 deployed", "", "v1.2.3 deployed"),
        ("1.2.3 deployed", "", "1.2.3 deployed"),
        ("10.0.0.1 is down", "", "10.0.0.1 is down"),
    ],
)
def test_a_note_may_begin_with_when_it_was(text: str, taken: str, rest: str) -> None:
    assert take_time(text, direction=BACK) == (taken, rest)


@pytest.mark.parametrize(
    "text",
    [
        "25:99 hm",
        "13:50-14:10 errors",
        "13:50 IST rolled back",
        "2.10 deployed",
        "3",
        "3:30 in the afternoon it began",
        "3:30 p it began",
        "(13:50) it began",
        "about 13:50 it began",
        "an hour ago it began",
        "5 March 13:50 it began",
        "13:50 on March 5 it began",
        "13:50 last night it began",
        "last monday 13:50 it began",
        "05.03.2026 13:50 it began",
    ],
)
def test_no_note_keeps_a_doubtful_time_as_text(text: str) -> None:
    with pytest.raises(InvalidTime):
        take_time(text, direction=BACK)


@pytest.mark.parametrize(
    "text", ["tomorrow", "tomorrow the vendor calls", "until 3 waiting", "3", "5 months", "1.5 h"]
)
def test_no_reason_keeps_a_doubtful_time_as_text(text: str) -> None:
    with pytest.raises(InvalidTime):
        take_time(text, direction=AHEAD)


def test_an_abbreviation_is_certain_where_the_tz_database_has_one_meaning_for_it() -> None:
    meanings: dict[str, set[float]] = {}
    for name in available_timezones():
        for month in (1, 4, 7, 10):
            local = datetime(2026, month, 15, 12, tzinfo=ZoneInfo(name))
            hours = (local.utcoffset() or timedelta()) / timedelta(hours=1)
            meanings.setdefault(f"{local.tzname()}".upper(), set()).add(hours)
    for short, hours in CERTAIN.items():
        assert meanings[short] == {hours}, short
    several = {short for short, found in meanings.items() if len(found) > 1}
    assert several <= set(UNCERTAIN)
    assert not set(CERTAIN) & set(UNCERTAIN)


ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Etc/GMT+8"])
MOMENTS = st.integers(1_577_836_800_000, 1_893_456_000_000).map(
    lambda thousandths: datetime.fromtimestamp(thousandths / 1000, UTC)
)
PIECES = st.sampled_from(
    ["15:30", "3", "3pm", "3:30", "pm", "PM", "13:50:20", "Z", "CET", "IST", "Europe/Berlin", "Mon",
     "tomorrow", "yesterday", "monday", "2026-03-05", "2026-03-29", "2:30", "1 day", "20 min",
     "2 h", "ago", "in", "at", "until", ",", ":", "T", "+01:00", "rolled back", "9999-12-31",
     "0:00", "0001-01-01", "999999 s", "(CET)"]
)  # fmt: skip
TYPED = st.one_of(
    st.text(max_size=40), st.lists(PIECES, max_size=5).map(" ".join), st.lists(PIECES).map("".join)
)


def read_or_refused(
    text: str, now: datetime, zone: str, direction: Direction
) -> TypedTime | InvalidTime:
    try:
        return read_time(text, now=now, zone=zone, direction=direction, farthest=PLANNED)
    except InvalidTime as refused:
        return refused


@given(TYPED, MOMENTS, ZONES, st.sampled_from(Direction))
@example("0001-01-01 0:00", NOW, "Europe/Berlin", BACK)
@example("9999-12-31 23:59 -0500", NOW, "UTC", AHEAD)
def test_any_text_is_a_moment_on_the_right_side_of_now_or_the_one_error(
    text: str, now: datetime, zone: str, direction: Direction
) -> None:
    found = read_or_refused(text, now, zone, direction)

    if isinstance(found, TypedTime):
        assert found.at.tzinfo is UTC
        assert found.at > now if direction is AHEAD else found.at <= now


@given(TYPED, st.sampled_from(Direction))
def test_a_text_is_split_at_a_time_or_kept_or_refused(text: str, direction: Direction) -> None:
    try:
        taken, rest = take_time(text, direction=direction)
    except InvalidTime:
        return
    assert rest == text if not taken else taken in text
    assert rest in text


@given(TYPED, MOMENTS, ZONES, st.sampled_from(Direction))
@example("1 h", datetime(2026, 10, 24, 23, 40, tzinfo=UTC), "Europe/Berlin", AHEAD)
@example("15:30", NOW, "Etc/GMT+8", AHEAD)
def test_what_is_said_of_a_time_can_be_typed_again(
    text: str, now: datetime, zone: str, direction: Direction
) -> None:
    found = read_or_refused(text, now, zone, direction)

    if isinstance(found, TypedTime):
        again = read_time(
            found.understood, now=now, zone=zone, direction=direction, farthest=PLANNED
        )
        assert again.at == found.at.replace(microsecond=0)
        assert again.understood == found.understood
