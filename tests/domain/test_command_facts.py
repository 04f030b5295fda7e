"""Facts in commands and checks: each is what its name says, or is refused in words."""

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops.domain.services import COMMAND_FACTS, UnusableFact, facts_in, fill

SHA = "4f2c9e1b7d3a5c8e9f0a1b2c3d4e5f6a7b8c9d0e"
FACTS = {
    "version": "1.2.4",
    "previous": "1.2.3-rc.1",
    "branch": "hotfix/ET-1234-zahlung-schlägt-fehl",
    "sha": SHA,
    "service": "checkout",
    "reference": "INC-2026-014",
}
HOSTILE = [
    "-rf",
    "--upload-pack=evil",
    "1.2.4; reboot",
    "1.2.4\n",
    " 1.2.4",
    "$(reboot)",
    "`reboot`",
    "a|b",
    "a&b",
    "a>b",
    "a b",
    "a'b",
    'a"b',
    "a\\b",
    "a\0b",
    "*",
    "~root",
    "{version}",
    "../../etc/passwd",
    "x" * 201,
    "@secrets",
    "+main",
    "\u202e4.2.1",
]


def test_every_fact_can_be_filled_in() -> None:
    text = "|".join(f"{{{name}}}" for name in COMMAND_FACTS)
    assert fill(text, FACTS) == "|".join(FACTS[name] for name in COMMAND_FACTS)
    assert facts_in(text) == set(COMMAND_FACTS)


def test_doubled_braces_are_braces() -> None:
    assert fill('{{"image": "shop:{version}"}}', FACTS) == '{"image": "shop:1.2.4"}'


@pytest.mark.parametrize("name", COMMAND_FACTS)
@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_that_could_be_something_else_is_refused(name: str, value: str) -> None:
    with pytest.raises(UnusableFact, match="cannot stand for"):
        fill(f"{{{name}}}", {**FACTS, name: value})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{verison}", "{verison} is not known. Known are {version}, {previous}"),
        ("{}", "{} is not known"),
        ("{version", "has a brace left open. Write {{ and }} for braces."),
        ("version}", "has a brace left open"),
        ("{{version}", "has a brace left open"),
        ("{version!r}", "{version!r} is not known"),
        ("{version.__class__}", "is not known"),
    ],
)
def test_a_text_that_cannot_be_filled_in_says_why(text: str, words: str) -> None:
    with pytest.raises(UnusableFact) as refused:
        fill(text, FACTS)
    assert words in str(refused.value)


def test_what_is_not_known_yet_is_not_left_empty() -> None:
    with pytest.raises(UnusableFact) as refused:
        fill("--to={previous}", {"version": "1.2.4", "previous": ""})
    told = "{previous} cannot be filled in: the version before it is not known yet."
    assert str(refused.value) == told


def test_a_short_commit_is_no_commit() -> None:
    with pytest.raises(UnusableFact, match="the commit"):
        fill("{sha}", {"sha": SHA[:10]})


def test_digits_of_other_scripts_make_no_version() -> None:
    with pytest.raises(UnusableFact, match="the version"):
        fill("{version}", {"version": "\uff11.2.4"})


@given(st.sampled_from(COMMAND_FACTS), st.text())
def test_whatever_passes_is_one_plain_word_for_any_shell(name: str, value: str) -> None:
    try:
        filled = fill(f"{{{name}}}", {name: value})
    except UnusableFact:
        return
    assert filled == value
    assert shlex.split(filled) == [value]
    assert not filled.startswith("-")
    assert filled.isprintable()
