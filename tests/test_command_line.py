"""The command line is there at once: each verb is listed with its sentence, and loads alone."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from chatops.cli.verbs import VERBS, Later, chatops
from tests.git.git_workshop import Workshop

ROOT = Path(__file__).parents[1]
#: What costs most to load, and little of what people ask for needs; Typer itself loads Pydantic to
#: read arguments, and markdown-it to show help.
HEAVY = frozenset(
    {
        "alembic",
        "apscheduler",
        "git",
        "github",
        "httpx",
        "icalendar",
        "jinja2",
        "prometheus_client",
        "pydantic_settings",
        "slack_bolt",
        "slack_sdk",
        "sqlalchemy",
        "sqlmodel",
        "starlette",
        "uvicorn",
        "yaml",
    }
)
#: What a command may load of it.
NEEDS: dict[str, set[str] | frozenset[str]] = {
    "version": set(),
    "--help": set(),
    "nonsense": set(),
    "git aligned {repository} main develop": {"git"},
    "git pick {repository} main develop": {"git"},
    "playbook --help": {"apscheduler", "jinja2", "yaml"},
    "drill check": {"yaml"},
    "incident --help": HEAVY - {"alembic", "github", "uvicorn"},
    "serve --help": HEAVY - {"alembic", "github"},
}


@pytest.mark.parametrize("command", NEEDS)
def test_a_command_loads_what_it_needs_and_no_more(command: str, workshop: Workshop) -> None:
    words = command.format(repository=workshop.place).split()
    assert (loaded(*words) & HEAVY) - NEEDS[command] == set()


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """A fix on main, and a develop that could have it."""
    workshop = Workshop(tmp_path / "workshop")
    workshop.commit({"a.txt": "start\n"}, "start")
    workshop.branch("develop")
    workshop.switch("main")
    workshop.commit({"a.txt": "fixed\n"}, "fix")
    return workshop


def loaded(*words: str) -> set[str]:
    """The packages that are loaded by the time that a command has ended."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "chatops", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},  # noqa: TID251 - for a program that we start
        capture_output=True,
        text=True,
        check=False,
    )
    modules = re.findall(r"^import time: .*\| +(\S+)$", done.stderr, re.MULTILINE)
    assert "chatops.cli.verbs" in modules, done.stderr
    return {module.partition(".")[0] for module in modules}


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_a_verb_is_listed_with_the_sentence_that_it_opens_with(verb: Later) -> None:
    assert verb.loaded().help.strip() == verb.help


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_a_verb_explains_itself(verb: Later, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        chatops([str(verb.name), "--help"], prog_name="chatops")
    told = capsys.readouterr().out
    assert f"Usage: chatops {verb.name} " in told
    assert str(verb.help).split(maxsplit=1)[0] in told
