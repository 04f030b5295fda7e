import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from chatops.adapters.slack.rendering import mrkdwn

LIMITS = st.integers(min_value=40, max_value=300)
BITS = st.sampled_from(
    [
        "<@U012AB3CD>",
        "<#C1|general>",
        "<!date^1700000000^{time}|15:15 UTC>",
        "<https://example.com/a?b=c&amp;d|a link with words>",
        "&amp;",
        "&lt;",
        "&gt;",
        "`code`",
        "```",
        "\n",
        "\n\n",
        " ",
        "word ",
        "*bold* ",
        "unbroken" * 20,
        "🚒",
        "\u202e",
    ]
)
RENDERED = st.lists(BITS | st.text(alphabet="ab \n", max_size=30), max_size=120).map("".join)
TOKEN = re.compile(r"<[^<>\n]*>|&(?:amp|lt|gt);")


def squeezed(text: str) -> str:
    return re.sub(r"\s|```", "", text)


@given(text=RENDERED, limit=LIMITS)
def test_pieces_fit_their_limit_and_none_is_empty(text: str, limit: int) -> None:
    assert all(0 < len(piece) <= limit for piece in mrkdwn.pieces(text, limit))


@given(text=RENDERED, limit=st.integers(min_value=80, max_value=300))
def test_pieces_hold_every_word_in_order(text: str, limit: int) -> None:
    assert squeezed("".join(mrkdwn.pieces(text, limit))) == squeezed(text)


@given(text=RENDERED, limit=st.integers(min_value=80, max_value=300))
def test_pieces_keep_every_token_whole(text: str, limit: int) -> None:
    found = [token for piece in mrkdwn.pieces(text, limit) for token in TOKEN.findall(piece)]
    assert found == TOKEN.findall(text)


@given(text=st.text(max_size=2000), limit=LIMITS)
@example(text="```\nx" + "<" + "y" * 290 + ">" + "z" * 400, limit=300)
@example(text="```" + " ```" * 200, limit=40)
@example(text="``` " + "x" * 300, limit=40)
@example(text="<" + "y" * 295 + ">" + " b" * 200, limit=300)
def test_any_text_at_all_is_split_within_the_limit(text: str, limit: int) -> None:
    assert all(0 < len(piece) <= limit for piece in mrkdwn.pieces(text, limit))


@given(text=RENDERED, limit=LIMITS)
def test_no_piece_leaves_a_code_block_open(text: str, limit: int) -> None:
    assume(text.count("```") % 2 == 0)
    assert all(piece.count("```") % 2 == 0 for piece in mrkdwn.pieces(text, limit))


@given(text=RENDERED | st.text(max_size=2000), limit=LIMITS)
def test_a_clamped_text_fits(text: str, limit: int) -> None:
    assert len(mrkdwn.clamp(text, limit)) <= limit


@given(text=RENDERED, limit=st.integers(min_value=80, max_value=300))
def test_a_clamped_text_breaks_no_token(text: str, limit: int) -> None:
    clamped = mrkdwn.clamp(text, limit)
    kept = TOKEN.findall(clamped)
    assert kept == TOKEN.findall(text)[: len(kept)]
    assert not set("<>&") & set(TOKEN.sub("", clamped))


@given(text=RENDERED, limit=st.integers(min_value=80, max_value=300))
def test_a_clamped_text_says_whether_something_is_missing(text: str, limit: int) -> None:
    clamped = mrkdwn.clamp(text, limit)
    assert ("…" in clamped) == (len(text.strip()) > limit)


@given(text=st.text(max_size=500), limit=st.integers(min_value=1, max_value=200))
def test_plain_text_is_one_line_within_its_limit(text: str, limit: int) -> None:
    line = mrkdwn.plain(text, limit)
    assert len(line) <= limit
    assert "\n" not in line
    line.encode()


def test_paragraphs_stay_together_where_they_can() -> None:
    first, second = "a" * 60, "b" * 60
    assert list(mrkdwn.pieces(f"{first}\n\n{second}", 100)) == [first, second]


def test_lines_stay_together_where_paragraphs_cannot() -> None:
    lines = [f"line {number} " + "x" * 30 for number in range(6)]
    pieces = list(mrkdwn.pieces("\n".join(lines), 100))
    assert [line for piece in pieces for line in piece.splitlines()] == [
        line.strip() for line in lines
    ]


def test_a_split_code_block_is_closed_and_opened_again() -> None:
    output = "\n".join(f"    row {number}" for number in range(20))
    pieces = list(mrkdwn.pieces(f"```\n{output}\n```", 120))
    assert len(pieces) > 1
    assert all(piece.startswith("```\n") and piece.endswith("\n```") for piece in pieces)
    rows = [line for piece in pieces for line in piece.splitlines() if line != "```"]
    assert rows == output.splitlines()


def test_the_words_of_a_link_are_no_place_for_a_cut() -> None:
    link = "<https://example.com|two words>"
    assert list(mrkdwn.pieces(f"{'y' * 50}{link}{'z' * 80}", 100)) == [
        f"{'y' * 50}{link}{'z' * 15}",
        "z" * 65,
    ]


def test_a_link_that_could_not_be_kept_whole_is_left_out() -> None:
    link = f"<https://example.com/{'x' * 500}|logs>"
    assert list(mrkdwn.pieces(f"see {link} there", 200)) == ["see … there"]


def test_half_characters_and_controls_are_dropped() -> None:
    assert list(mrkdwn.pieces("a\ud800b\x00c\r\nd", 100)) == ["abc\nd"]


@pytest.mark.parametrize(
    "bell", ["<!channel>", "<!everyone>", "<!here|@here>", "<!subteam^S1>", "<!subteam^S1|@ops>"]
)
def test_a_quiet_text_calls_nobody(bell: str) -> None:
    assert "<!" not in mrkdwn.quiet(f"all {bell} hands")


def test_a_quiet_text_keeps_dates_and_mentions() -> None:
    text = "<@U1> until <!date^1700000000^{time}|15:15>"
    assert mrkdwn.quiet(text) == text
