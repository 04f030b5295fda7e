"""Nights that break off in the middle, for a later version of the bot to go on with.

``python -m tests.acceptance.nights FOLDER`` plays them with the bot as it is, and keeps each in a
file. What lies in ``tests/data/version_before`` was made so by the version before this one.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import chatops
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.services import Command
from tests.acceptance.hotfix_walk import Walk, open_walk
from tests.acceptance.kept import keep

_APPROVERS = ("lena", "priya")
_PLAYBOOK = "priority"


def before_approval(walk: Walk) -> None:
    """A hotfix that waits for approval, forms that are open, and an incident that is resolved."""
    stage, sam, room = walk.stage, walk.sam, walk.room
    priya, lena, tom = stage.actor("priya"), stage.actor("lena"), stage.actor("tom")
    sam.clicks("I am on it", room)
    priya.types("/incident join INC-2026-001")
    priya.types("/incident role commander me", room)
    priya.types("/incident decide ship a hotfix because customers cannot pay", room)
    sam.types("/incident task add write to the payment provider", room)
    sam.types("/incident timeline add the first error was seen at 13:58", room)
    walk.starts()
    walk.goes_to(StepKind.APPROVE)
    sam.types("/incident declare P1 search is slow", "general")
    slow = stage.incident_room
    sam.types("/incident task add tell the vendor", slow)
    stage.advance(minutes=10)
    sam.types("/incident resolve Restarted the index", slow)
    sam.submits({"What fixed it?": "Restarted the index"})
    stage.advance(minutes=1)
    sam.opens_home()
    tom.types("/incident update", room)
    lena.types("/hotfix approve", room)


def while_production_is_asked(walk: Walk) -> None:
    """A rollback whose deploy is over, and production is asked what it runs."""
    _shipped(walk)
    walk.sets_up(deploy=Command(run=("true",)))
    _rolls_back(walk)
    walk.stage.advance(minutes=1)


def before_a_person_deploys(walk: Walk) -> None:
    """A rollback that waits for a person to deploy the revert and to say so."""
    _shipped(walk)
    walk.sets_up(deploy=None, rollback=None, deployed=None)
    _rolls_back(walk)
    walk.stage.advance(minutes=2)


def _shipped(walk: Walk) -> None:
    walk.starts()
    walk.goes_to(StepKind.VERIFY, approvers=_APPROVERS)


def _rolls_back(walk: Walk) -> None:
    walk.types("rollback it got worse")
    assert walk.sam.submits({"This changes": ["yes"]}).ok


NIGHTS: dict[str, Callable[[Walk], None]] = {
    "approval": before_approval,
    "rollback_asked": while_production_is_asked,
    "rollback_by_hand": before_a_person_deploys,
}


def make(folder: Path) -> None:
    """Play every night, and keep each in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, night in NIGHTS.items():
        with TemporaryDirectory() as made, open_walk(Path(made), _PLAYBOOK) as walk:
            night(walk)
            file = folder / f"{name}.zip"
            keep(walk.stage, Path(made), file, playbook=_PLAYBOOK, release=chatops.__version__)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
