"""Texts are rendered safely for where they are read, and never run away."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from chatops.adapters.playbooks.filters import ReadableNames
from chatops.adapters.playbooks.rendering import BrokenText, environment, render
from chatops.domain.messages.templates import OutputFormat

AT = datetime(2026, 11, 21, 15, 15, tzinfo=UTC)


def rendered(source: str, output: OutputFormat = OutputFormat.SLACK, /, **facts: object) -> str:
    return together({"text": source}, output, **facts)


def together(
    sources: Mapping[str, str], output: OutputFormat = OutputFormat.SLACK, /, **facts: object
) -> str:
    names = ReadableNames(person=lambda user: f"*{user}*", room=lambda room: f"#{room}")
    sandbox = environment(sources, output, names)
    return render(sandbox, "text", output=output, facts=facts)


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (OutputFormat.SLACK, '&lt;!channel&gt; it\'s "x" &amp; *b*'),
        (OutputFormat.HTML, "&lt;!channel&gt; it&#39;s &#34;x&#34; &amp; *b*"),
        (OutputFormat.MARKDOWN, "&lt;!channel&gt; it&#39;s &#34;x&#34; &amp; \\*b\\*"),
        (OutputFormat.PLAIN, '<!channel> it\'s "x" & *b*'),
    ],
)
def test_what_people_wrote_is_escaped_for_its_surface(output: OutputFormat, said: str) -> None:
    assert rendered("{{ it }}", output, it='<!channel> it\'s "x" & *b*') == said


@pytest.mark.parametrize("written", ["&#39;", "&lt;", "&amp;#39;", "\\*", "&#x3c;script&#x3e;"])
def test_escapes_that_people_wrote_stay_what_they_wrote(written: str) -> None:
    assert rendered("{{ it }}", OutputFormat.PLAIN, it=written) == written
    assert rendered("{{ it }}", OutputFormat.SLACK, it=written) == written.replace("&", "&amp;")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("# heading", "\\# heading"),
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
        ("1.2.4", "1.2.4"),
        ("    code", "code"),
        ("one\n===", "one\n\\==="),
        ("@team fixes #12", "@\u200bteam fixes #\u200b12"),
        ("[x](y) `z` |", "\\[x\\](y) \\`z\\` \\|"),
    ],
)
def test_markdown_shows_formatting_letter_by_letter(written: str, said: str) -> None:
    assert rendered("{{ it }}", OutputFormat.MARKDOWN, it=written) == said


@pytest.mark.parametrize("source", ["{{ a ~ b }}", "{{ [a, b]|join('') }}", "{{ a }}{{ b }}"])
@pytest.mark.parametrize("output", OutputFormat)
def test_parts_are_escaped_however_they_are_put_together(source: str, output: OutputFormat) -> None:
    apart = rendered("{{ a }}{{ b }}", output, a="<*x*>", b="it's")

    assert rendered(source, output, a="<*x*>", b="it's") == apart


@pytest.mark.parametrize("output", OutputFormat)
def test_a_part_beside_a_mention_is_escaped_once(output: OutputFormat) -> None:
    apart = rendered("{{ who|mention }}{{ b }}", output, who="U0ANA", b="<*x*>")

    assert rendered("{{ who|mention ~ b }}", output, who="U0ANA", b="<*x*>") == apart


@pytest.mark.parametrize(
    ("filtered", "slack", "plain"),
    [
        ("'U0ANA'|mention", "<@U0ANA>", "*U0ANA*"),
        ("'S0TEAM'|mention", "<!subteam^S0TEAM>", "*S0TEAM*"),
        ("none|mention", "nobody yet", "nobody yet"),
        ("'C0INC'|room", "<#C0INC>", "#C0INC"),
        ("at|moment", "<!date^1795274100^{time}|15:15 UTC>", "15:15 UTC"),
        ("none|moment", "a time not yet set", "a time not yet set"),
        (
            "at|day",
            "<!date^1795274100^{date_short_pretty} {time}|2026-11-21 15:15 UTC>",
            "2026-11-21 15:15 UTC",
        ),
        ("late|duration", "1 h 23 min", "1 h 23 min"),
        ("'4f2c9e1'|code", "`4f2c9e1`", "4f2c9e1"),
        ("'a`b'|code", "`a'b`", "a'b"),
        ("'https://x.example/a_b'|link", "<https://x.example/a_b>", "https://x.example/a_b"),
        (
            "'see <@U0ANA> and <!here>'|said",
            "see <@U0ANA> and &lt;!here&gt;",
            "see *U0ANA* and <!here>",
        ),
        ("'  a   b '|line", "a b", "a b"),
        ("'abcdef'|line(4)", "abc…", "abc…"),
        ("'a\n\n\nb'|passage", "a\nb", "a\nb"),
    ],
)
def test_people_rooms_and_times_are_shown_as_the_surface_can(
    filtered: str, slack: str, plain: str
) -> None:
    facts = {"at": AT, "late": timedelta(hours=1, minutes=23)}

    assert rendered(f"{{{{ {filtered} }}}}", OutputFormat.SLACK, **facts) == slack
    assert rendered(f"{{{{ {filtered} }}}}", OutputFormat.PLAIN, **facts) == plain


def test_a_time_on_another_day_says_which() -> None:
    for now, said in (
        (AT - timedelta(hours=11), "15:15 UTC"),
        (AT - timedelta(hours=13), "2026-11-21 15:15 UTC"),
        (AT + timedelta(days=1), "2026-11-21 15:15 UTC"),
    ):
        assert rendered("{{ at|moment }}", OutputFormat.PLAIN, at=AT, now=now) == said
        assert f"|{said}>" in rendered("{{ at|moment }}", at=AT, now=now)


@pytest.mark.parametrize("identity", ["<!channel>", "U1|<!here>", "U0ANA\n", "u0ana", ""])
def test_what_is_no_id_never_becomes_a_mention(identity: str) -> None:
    for name in ("mention", "room"):
        assert "<" not in rendered(f"{{{{ it|{name} }}}}", it=identity)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://x.example/<b>", "x", ""])
def test_what_is_no_address_never_becomes_a_link(address: str) -> None:
    assert "<" not in rendered("[{{ it|link }}]", OutputFormat.SLACK, it=address)
    assert "href" not in rendered("[{{ it|link }}]", OutputFormat.HTML, it=address)


def test_unseen_marks_that_turn_the_writing_direction_are_left_out() -> None:
    assert rendered("{{ it }}", it="exe.\u202etxt\u202c\x00\x1b") == "exe.txt"
    assert rendered("{{ it }}", it="\u200f\u05d0") == "\u200f\u05d0"


def test_blank_lines_are_folded_and_ends_trimmed() -> None:
    assert rendered("\n\n a  \n\n\n\n b \n\n") == "a\n\n b"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("{{ it|safe }}", "safe"),
        ("{{ it.__class__ }}", "unsafe"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ("{{ 9 ** 9 }}", "small sums"),
        ("{{ 'x' * 999999999 }}", "small sums"),
        ("{{ range(9) }}", "'range' is undefined"),
        ("{{ nobody }}", "'nobody' is undefined"),
        ("{{ it.nothing }}", "no attribute 'nothing'"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ it|line('x') }}", "not supported"),
        ("{% include 'other' %}", "there is no text “other”"),
        ("{% include 'text' %}", "it includes itself"),
        ("{% if %}", "Expected an expression"),
        ("{% for a in big %}{% for b in big %}{{ a }}{% endfor %}{% endfor %}", "grows beyond"),
        ("{{ items.append(1) }}", "unsafe"),
    ],
)
def test_a_text_that_fails_says_why(source: str, why: str) -> None:
    with pytest.raises(BrokenText, match="cannot be shown") as broken:
        rendered(source, it="x", big=range(1000), items=[])
    assert why in broken.value.why


def test_a_text_that_fails_says_on_which_line_of_which_text() -> None:
    sources = {"text": "one\n{% include '_part' %}", "_part": "\n\n{{ it.nothing }}"}

    with pytest.raises(BrokenText) as broken:
        together(sources, it="x")

    assert (broken.value.file, broken.value.line) == ("_part", 3)


def test_small_sums_are_fine() -> None:
    assert rendered("{{ 6 * 7 }} {{ it|length - 1 }}", it="abc") == "42 2"


def test_one_text_may_include_another() -> None:
    assert together({"text": "a {% include 'part.j2' %}", "part": "b"}) == "a b"


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (OutputFormat.SLACK, '```\n&lt;!channel&gt; """\nrm\n```'),
        (OutputFormat.MARKDOWN, '```\n<!channel> """\nrm\n```'),
        (OutputFormat.HTML, "<pre>&lt;!channel&gt; &#34;&#34;&#34;\nrm</pre>"),
        (OutputFormat.PLAIN, '<!channel> """\nrm'),
    ],
)
def test_what_a_program_said_stays_in_its_frame(output: OutputFormat, said: str) -> None:
    assert rendered("{{ it|block }}", output, it=("<!channel> ```", "rm")) == said


def test_of_a_long_output_the_end_is_kept_and_escapes_count() -> None:
    said = rendered("{{ it|block(60) }}", it="\n".join(f"<{number}>" for number in range(100)))

    assert said.startswith("```\n…\n&lt;")
    assert said.endswith("&lt;99&gt;\n```")
    assert len(said) <= 60 + len("```\n\n```")


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (OutputFormat.SLACK, "<https://a.example/1|&lt;#12&gt;>"),
        (OutputFormat.MARKDOWN, "[&lt;#\u200b12&gt;](<https://a.example/1>)"),
        (
            OutputFormat.HTML,
            '<a href="https://a.example/1" rel="noopener noreferrer">&lt;#12&gt;</a>',
        ),
        (OutputFormat.PLAIN, "<#12> https://a.example/1"),
    ],
)
def test_an_address_may_have_a_name(output: OutputFormat, said: str) -> None:
    address = "https://a.example/1"

    assert rendered("{{ it|link(name) }}", output, it=address, name="<#12>") == said


def test_what_is_no_address_stays_a_text_beside_its_name() -> None:
    assert rendered("{{ it|link('#12') }}", it="javascript:alert(1)") == "#12 javascript:alert(1)"
