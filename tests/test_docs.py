"""The pages keep what they promise: links lead somewhere, commands and files exist."""

import re
from pathlib import Path

import pytest

from chatops.adapters.playbooks.folders import find_templates
from chatops.adapters.playbooks.repository import load, revived
from chatops.cli.verbs import VERBS
from chatops.commands.catalogue import HOTFIX, INCIDENT
from chatops.commands.parser import parse, vocabulary
from chatops.domain.team import Team

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
PLAYBOOK = revived(load(find_templates() / "priority"))
NAMES = [page.name for page in PAGES]
#: What stands for words of one's own.
_PLACEHOLDER = re.compile(r"<[^>]+>|…")


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def spoken(prefix: str) -> list[str]:
    """Every command that the pages show, without its explanation."""
    quoted = (each for page in PAGES for each in re.findall(r"`([^`\n]+)`", text(page)))
    return sorted({each for each in quoted if each == prefix or each.startswith(f"{prefix} ")})


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text(page))
    files = [link for link in links if not link.startswith("http")]
    assert [link for link in files if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    named = re.findall(r"`((?:chatops|tests|templates)/[\w./-]+)`", text(page))
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    readme = text(ROOT / "README.md")
    assert [
        page.name for page in PAGES[1:] if page.name not in readme and page.name != "README.md"
    ] == []


@pytest.mark.parametrize("line", spoken("/incident") + spoken("/hotfix"))
def test_every_slash_command_is_understood(line: str) -> None:
    table = HOTFIX if line.startswith("/hotfix") else INCIDENT
    words = _PLACEHOLDER.sub("because they asked", line.partition(" ")[2])
    words = re.sub(r"@(\w+)", r"<@U0123ABCD|\1>", words)
    team = Team(audiences={"oncall": ("U0123ABCD",)})
    parsed = parse(words, vocabulary(team, PLAYBOOK, table))
    declares = words.startswith(("declare", "checkout is down"))
    assert table is HOTFIX or not words or (parsed.action.words[0] == "declare") is declares


def test_every_verb_of_the_command_line_exists() -> None:
    verbs = {verb.name for verb in VERBS}
    shown = {line.split()[1] for line in spoken("chatops") if len(line.split()) > 1} - {"…"}
    assert shown <= verbs


@pytest.mark.parametrize("page", ["glossary.md", "architecture.md"])
def test_every_class_that_is_named_exists(page: str) -> None:
    named = set(re.findall(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)*)`", text(ROOT / "docs" / page)))
    known = {
        name
        for file in (ROOT / "chatops").rglob("*.py")
        for name in re.findall(r"^(?:class )?([A-Z]\w+)(?= = |[:(])", text(file), re.MULTILINE)
    }
    assert named - known == set()
