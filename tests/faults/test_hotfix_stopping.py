"""A bot that is stopped while it deploys: it stops at once, and the next one asks."""

from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine

from chatops.domain.hotfix.model import StepState
from chatops.domain.playbook.pipeline import StepKind
from tests.faults.hotfix_crew import crew_with_a_shop
from tests.faults.hotfix_story import turns
from tests.faults.hotfix_strikes import UNKNOWN

pytestmark = pytest.mark.faults

#: A program that ships, and never comes to its end.
_NEVER_ENDS = """\
#!/bin/sh
echo "$2" >> "{folder}/begun"
sleep 86400
"""
_MOMENT = 0.01


def test_a_bot_that_is_stopped_does_not_wait_for_a_deploy(engine: Engine, tmp_path: Path) -> None:
    with crew_with_a_shop(engine, tmp_path / "shop", "priority") as crew:
        with crew.bot() as bot:
            for turn in turns(crew, bot):
                if turn.name == "stage":
                    break
                turn.tell(bot)
                crew.work_off(bot)
            (crew.folder / "ship").write_text(_NEVER_ENDS.format(folder=crew.folder))
            with bot.running():
                turn.tell(bot)
                while not (crew.folder / "begun").exists():
                    Event().wait(_MOMENT)
        with crew.bot() as bot:
            crew.work_off(bot)
        step = crew.hotfix.step(StepKind.STAGE)
        assert step is not None
        assert (step.state, step.trouble) == (StepState.FAILED, UNKNOWN)
        assert (crew.folder / "begun").read_text().count("\n") == 1
