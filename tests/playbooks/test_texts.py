"""Every text is there, is fed, and holds in every situation, on every surface."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from chatops.adapters.playbooks.check import check, examine
from chatops.adapters.playbooks.filters import ReadableNames
from chatops.adapters.playbooks.folders import SHARED, find_templates, resolve, text_files
from chatops.adapters.playbooks.rendering import Sandbox, environment, render
from chatops.adapters.playbooks.text_checks import static_problems
from chatops.domain.messages.templates import LIMIT, LIMITS, TEMPLATES, OutputFormat
from tests.playbooks.samples.situations import Sample, scenes
from tests.playbooks.scene import NAMES, playbook

#: Inside it Markdown reads nothing, and no quote of ours is ever left open.
CODE_SPAN = re.compile(r"(?<!\\)`[^`\n]+`")
#: What programs said or are told, in a frame that nothing in it may leave.
FRAME = re.compile(r"^```\n.*?\n```$", re.DOTALL | re.MULTILINE)
#: They add a line below a list, where there is more to say than the list does.
BELOW_LISTS = frozenset({"home_due", "due_more"})
SCENES = ("fresh", "told", "resolved", "restricted", "hostile")
#: Most texts are the same in all of them: two tell of a mistake that one makes in many texts.
SOON = {"priority", "ticketed"}
playbooks = pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in SOON else pytest.mark.long) for name in NAMES],
)


def staged(name: str, situation: str) -> Iterator[Sample]:
    policy = playbook(name)
    for severity in policy.severities:
        yield from (each for each in scenes(policy, severity) if each.name == situation)


@cache
def room(name: str, output: OutputFormat) -> Sandbox:
    return environment(examine(resolve(name)).texts, output, ReadableNames())


@cache
def spoken(name: str, output: OutputFormat, situation: str) -> list[tuple[str, str]]:
    return [
        (text, render(room(name, output), text, output=output, facts=scene.facts_for(text)))
        for scene in staged(name, situation)
        for text, extras in TEMPLATES.items()
        if set(extras) <= scene.facts_for(text).keys()
    ]


def test_every_row_has_a_shared_text_and_every_shared_text_a_row() -> None:
    files = text_files(find_templates() / SHARED)

    assert {name for name in files if not name.startswith("_")} == set(TEMPLATES)


def test_every_shared_text_uses_only_what_its_row_allows() -> None:
    files = text_files(find_templates() / SHARED)
    sources = {name: file.read_text(encoding="utf-8") for name, file in files.items()}

    assert list(static_problems(files, sources)) == []


def test_every_limit_belongs_to_a_text() -> None:
    assert LIMITS.keys() <= TEMPLATES.keys()


def test_every_fact_that_a_text_may_use_has_a_sample() -> None:
    policy = playbook("priority")
    for scene in scenes(policy, policy.severities[0]):
        for text, extras in TEMPLATES.items():
            missing = set(extras) - scene.facts_for(text).keys()
            assert not missing, (
                f"add a sample of {missing} in tests/playbooks/samples/situations.py"
            )


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in {"priority", "ticketed"} else pytest.mark.long)
        for name in NAMES
    ],
)
def test_a_shipped_playbook_has_no_problems(name: str) -> None:
    assert check(resolve(name)) == []


@pytest.mark.parametrize("situation", SCENES)
@pytest.mark.parametrize("output", OutputFormat)
@playbooks
def test_every_text_says_something_that_fits(
    name: str, output: OutputFormat, situation: str
) -> None:
    for text, said in spoken(name, output, situation):
        assert said or text in BELOW_LISTS, text
        assert said == said.strip()
        assert "\n\n\n" not in said
        where, most = LIMITS.get(text, LIMIT)
        assert output is not where or len(said) <= most, text


@playbooks
def test_every_text_calls_the_commands_by_the_names_that_the_team_gave_them(name: str) -> None:
    sandbox, renamed = (
        room(name, OutputFormat.SLACK),
        {"command": "/outage", "hotfix_command": "/mend"},
    )
    said = " ".join(
        render(sandbox, text, output=OutputFormat.SLACK, facts={**scene.facts_for(text), **renamed})
        for situation in SCENES
        for scene in staged(name, situation)
        for text in TEMPLATES
    )
    assert not re.search(r"`/(incident|hotfix)\b", said)
    assert "`/mend next`" in said


@playbooks
def test_malice_is_harmless_on_slack(name: str) -> None:
    for text, said in spoken(name, OutputFormat.SLACK, "hostile"):
        assert "<!channel>" not in said, text
        assert "<!here" not in said, text
        assert "<script" not in said, text
        assert "```" not in FRAME.sub("", said), text
        assert "&#3" not in said, text
        assert "\u202e" not in said, text


@playbooks
def test_malice_is_harmless_in_html(name: str) -> None:
    for text, said in spoken(name, OutputFormat.HTML, "hostile"):
        assert "<script" not in said, text
        assert "<!channel>" not in said, text
        assert "\u202e" not in said, text


@playbooks
def test_malice_is_harmless_in_markdown(name: str) -> None:
    for text, said in spoken(name, OutputFormat.MARKDOWN, "hostile"):
        read = CODE_SPAN.sub("", FRAME.sub("", said))
        assert "<script" not in read, text
        assert "<!channel>" not in read, text
        assert "[a](javascript" not in read, text
        assert "@here" not in read, text
        assert "#1" not in read, text
        assert "\n# heading" not in read, text
        assert "\n- item" not in read, text
        assert "\n1. one" not in read, text
        assert "\u202e" not in said, text


@playbooks
def test_plain_text_shows_what_people_wrote_letter_by_letter(name: str) -> None:
    for text, said in spoken(name, OutputFormat.PLAIN, "hostile"):
        assert "&lt;" not in said, text
        assert "&#3" not in said, text
        assert "\u202e" not in said, text


@playbooks
def test_one_line_texts_have_one_line(name: str) -> None:
    for situation in SCENES:
        for text, said in spoken(name, OutputFormat.PLAIN, situation):
            one_line = LIMITS.get(text, LIMIT)[0] is OutputFormat.PLAIN
            assert not one_line or "\n" not in said, text


@playbooks
@pytest.mark.parametrize(
    "text",
    [
        "announcement",
        "update_public",
        "holding",
        "resolved_public",
        "all_clear",
        "rollback_public",
        "commit_fix",
        "tag_message",
        "pr_title",
        "pr_body",
        "backport_title",
        "backport_body",
    ],
)
def test_what_leaves_the_channel_tells_nothing_of_a_restricted_incident(
    name: str, text: str
) -> None:
    secrets = ("Checkout", "customers", "/pay", "null check", "pump", "We know why")
    for scene in staged(name, "restricted"):
        facts: dict[str, Any] = {**scene.facts_for(text), "reason": "The pump is back"}
        said = render(room(name, OutputFormat.PLAIN), text, output=OutputFormat.PLAIN, facts=facts)
        assert not [secret for secret in secrets if secret in said]


@playbooks
def test_an_announcement_has_at_most_four_lines(name: str) -> None:
    for situation in SCENES:
        for text, said in spoken(name, OutputFormat.SLACK, situation):
            assert text != "announcement" or said.count("\n") < 4
