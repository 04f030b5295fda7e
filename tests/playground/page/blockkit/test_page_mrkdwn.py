from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from chatops.playground.page.blockkit.context import Reader
from chatops.playground.page.blockkit.mrkdwn import mrkdwn, plain

Reading = Callable[[Markup], Any]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("*bold*", "<b>bold</b>"),
        ("_italic_ ~gone~", "<i>italic</i> <s>gone</s>"),
        ("*bold _and italic_*", "<b>bold <i>and italic</i></b>"),
        ("*not closed", "*not closed"),
        ("*a _b* c", "<b>a _b</b> c"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake_case_name", "snake_case_name"),
        ("a*b*c", "a*b*c"),
        ("**two**", "*<b>two</b>*"),
        ("(*in brackets*)", "(<b>in brackets</b>)"),
        ("*bold*\n_next_", "<b>bold</b><br><i>next</i>"),
        ("*over\nlines*", "*over<br>lines*"),
        ("`*code*`", "<code>*code*</code>"),
        ("```\nfirst\n *x*\n```\nafter", "<pre>first\n *x*</pre>after"),
        ("> one\n> two\nthree", "<blockquote>one<br>two</blockquote>three"),
        ("&gt; escaped", "<blockquote>escaped</blockquote>"),
        ("a\n>>> b\nc", "a<blockquote>b<br>c</blockquote>"),
        ("• one\n• two", "• one<br>• two"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 &lt; 2 &amp;&amp; 3 &gt; 2"),
        ("&amp;lt;", "&amp;lt;"),
        ("10:30:45", "10:30:45"),
        ("a:nonsense:b", "a:nonsense:b"),
    ],
)
def test_marks(written: str, shown: str, reader: Reader) -> None:
    assert mrkdwn(written, reader) == shown


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("<@U2>", "@Priya Nair"),
        ("<@U2|priya>", "@Priya Nair"),
        ("<@U9>", "@U9"),
        ("<#C1>", "#incidents"),
        ("<#C9|secret>", " private channel"),
        ("<!subteam^S1>", "@oncall"),
        ("<!subteam^S9|@leads>", "@leads"),
        ("<!here>", "@here"),
        ("<!channel|channel>", "@channel"),
        ("<!date^1392734382^{date_num} {time_secs}|then>", "2014-02-18 14:39:42 UTC"),
        ("<!date^nonsense^{date}|then>", "then"),
        ("<!date^1794480000^{date}|then>", "November 12th, 2026"),
        ("<!unheard|of>", "of"),
        ("<https://[broken|link>", "<https://[broken|link>"),
        ("<https://example.com|the *site*>", "the *site*"),
        ("<mailto:a@example.com>", "a@example.com"),
    ],
)
def test_references(written: str, words: str, reader: Reader, page: Reading) -> None:
    assert page(mrkdwn(written, reader)).words == words


def test_a_mention_of_the_reader_stands_out(reader: Reader, page: Reading) -> None:
    (mention,) = page(mrkdwn("<@U1>", reader)).all("span")

    assert mention["class"] == "mention mention-me"


def test_a_channel_leads_there_as_the_same_person(reader: Reader, page: Reading) -> None:
    (link,) = page(mrkdwn("<#C1>", reader)).all("a")

    assert link["href"] == "/?as=U1&channel=C1"


def test_a_date_can_be_a_link(reader: Reader, page: Reading) -> None:
    read = page(mrkdwn("<!date^0^{date}^https://example.com/|then>", reader))

    assert [one["href"] for one in read.all("a")] == ["https://example.com/"]
    assert [one["datetime"] for one in read.all("time")] == ["1970-01-01T00:00:00Z"]
    assert [one["data-format"] for one in read.all("time")] == ["{date}"]


def test_a_bare_address_is_a_link_without_the_full_stop(reader: Reader, page: Reading) -> None:
    read = page(mrkdwn("see https://example.com/a?b=1&amp;c=2.", reader))

    assert [one["href"] for one in read.all("a")] == ["https://example.com/a?b=1&c=2"]


def test_an_unsafe_link_is_not_one(reader: Reader, page: Reading) -> None:
    read = page(mrkdwn("<javascript:alert(1)|click me>", reader))

    assert list(read.all("a")) == []


def test_emoji_are_drawn_or_written(reader: Reader, page: Reading) -> None:
    read = page(mrkdwn(":rotating_light: 🟢 :seedling:", reader))

    assert [one["alt"] for one in read.all("img")] == ["🚨", "🟢"]
    assert [one["aria-label"] for one in read.all("span")] == ["seedling"]


def test_plain_text_keeps_its_marks(page: Reading) -> None:
    read = page(plain("*a* <b>\n:tada:"))

    assert read.words == "*a* <b>"
    assert [one["alt"] for one in read.all("img")] == ["🎉"]


def test_hostile_text_stays_text(hostile: str, reader: Reader, page: Reading) -> None:
    page(mrkdwn(hostile, reader))
    page(plain(hostile))


ALPHABET = "*_~`<>@#!|^&;: \nab1.:/U2C"


@given(st.text(ALPHABET, max_size=60))
def test_any_text_gives_whole_elements(written: str) -> None:
    opened = str(mrkdwn(written, Reader()))

    for name in ("b", "i", "s", "code", "pre", "blockquote", "a", "span"):
        starts = opened.count(f"<{name}>") + opened.count(f"<{name} ")
        assert starts == opened.count(f"</{name}>")


def test_a_long_line_of_marks_is_read_in_one_go(reader: Reader) -> None:
    written = "*a _b ~c " * 4000

    assert mrkdwn(written, reader).startswith("*a _b ~c *a")
