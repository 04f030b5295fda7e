"""Has bots killed on their way through hotfixes, and sees that everything ends as it should."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.faults.hotfix_victim import Order

_ROOT = Path(__file__).parents[2]
#: What is run at which turn, and where it leaves a line.
COMMANDS = {"stage": "staging", "deploy": "production"}
#: What is said of a command of which nobody knows how it ended.
UNKNOWN = "it was interrupted while it ran, and whether it went through is not known"


def told(order: Order) -> Iterator[dict[str, Any]]:
    """What each strike of an order came to."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.hotfix_victim", json.dumps(asdict(order))],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        yield from map(json.loads, process.stdout)
    assert process.returncode == 0


def survives(order: Order) -> int:
    """See that everything ends as if nobody had been killed; says how many were."""
    whole: dict[str, Any] = {}
    killed = 0
    for ended in told(order):
        if ended["turn"] == "over":
            assert killed
            return killed
        if not ended["point"]:
            whole = ended
            assert whole["wrongs"] == [], whole["turn"]
            continue
        point = f"{ended['turn']}: {ended['point']}"
        assert ended["killed"], point
        assert ended["wrongs"] == [], point
        if not _asks(ended, whole):
            assert ended["ending"] == whole["ending"], point
        killed += 1
    message = "the story broke off"
    raise AssertionError(message)


def _asks(ended: dict[str, Any], whole: dict[str, Any]) -> bool:
    """Whether nobody can know how a command ended: then it is asked about, and never repeated."""
    turn, now = ended["turn"], ended["ending"]
    if turn not in COMMANDS or now == whole["ending"]:
        return False
    assert f"{turn} failed 1 [] {UNKNOWN}" in now["hotfix"]
    assert len([one for one in now["messages"] if f":failed:{turn}:1 " in one]) == 1
    assert len([one for one in now["timeline"] if UNKNOWN in one]) == 1
    where = COMMANDS[turn]
    assert now[where] in ([], whole["ending"][where])
    others = {"branches", "pushes", *COMMANDS.values()} - {where}
    assert {one: now[one] for one in others} == {one: whole["ending"][one] for one in others}
    return True
