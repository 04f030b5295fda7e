import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.domain.errors import NoTitle, TooLong
from chatops.domain.incident.model import (
    CHANNEL_LIMIT,
    TITLE_LIMIT,
    channel_name,
    channel_names,
    clean_title,
    slug,
)


@pytest.mark.parametrize("empty", ["", "   ", "\n", "...", ":fire: :fire:", "🔥🔥", "\u200b"])
def test_a_title_needs_a_word(empty: str) -> None:
    with pytest.raises(NoTitle):
        clean_title(empty)


def test_a_title_that_is_too_long_says_by_how_much() -> None:
    with pytest.raises(TooLong, match="4000 characters; 150 is the most"):
        clean_title("x" * 4000)


@given(st.text())
def test_a_title_that_is_taken_is_one_clean_line(text: str) -> None:
    try:
        title = clean_title(text)
    except (NoTitle, TooLong):
        return
    assert title == " ".join(title.split())
    assert 0 < len(title) <= TITLE_LIMIT
    assert clean_title(title) == title


@given(st.text(max_size=300))
def test_a_channels_name_is_one_that_slack_takes(title: str) -> None:
    pattern = "inc-{year}-{number:03d}-{slug}"
    for name in channel_names(channel_name(pattern, year=2026, number=14, title=title)):
        assert name.startswith("inc-2026-014")
        assert len(name) <= CHANNEL_LIMIT
        assert name == name.casefold()
        assert all(char.isalnum() or char in "-_" for char in name)


def test_a_drills_channel_says_so() -> None:
    name = channel_name("inc-{number}", year=2026, number=3, title="", drill=True)
    assert name == "drill-inc-3"


def test_a_slug_ends_at_a_word() -> None:
    assert slug("The checkout page shows an error to everybody", 20) == "the-checkout-page"
