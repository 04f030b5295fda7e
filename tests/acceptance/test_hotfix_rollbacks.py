"""The ways back: what is said while production is not back yet, and what once it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chatops.domain.hotfix import HotfixState
from chatops.domain.hotfix_steps import StepKind
from chatops.domain.services import Command
from chatops.domain.timeline import EntryKind
from chatops.playground.code.servers import Place, Wish
from tests.acceptance.hotfix_walk import Walk, open_walk

BOTH = ("lena", "priya")


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    """A fix in production, under the default playbook."""
    with open_walk(tmp_path) as opened:
        opened.starts()
        opened.goes_to(StepKind.VERIFY, approvers=BOTH)
        yield opened


def rolls_back(walk: Walk, **fields: str) -> None:
    walk.types("rollback it got worse")
    assert walk.sam.submits({"This changes": ["yes"], **fields}).ok


def by_hand_alone(walk: Walk) -> None:
    """Servers that only people deploy to, and that do not say what they run."""
    walk.sets_up(deploy=None, rollback=None, deployed=None)


def test_a_revert_that_nobody_deployed_is_not_called_rolled_back(walk: Walk) -> None:
    by_hand_alone(walk)
    rolls_back(walk)
    walk.stage.advance(minutes=2)
    revert = walk.git("rev-parse", "main")
    assert walk.room.shows(
        f"*Not rolled back yet:* the revert is on `main` (`{revert[:7]}`)",
        "production runs v1.2.4 until that is deployed",
        "“Production is back”, or type `/hotfix back`",
    )
    assert walk.room.never_shows("ROLLBACK COMPLETE")
    assert walk.room.shows("⚠️ *Not rolled back yet:* somebody has to deploy it")
    assert walk.hotfix.state is HotfixState.RUNNING
    assert walk.count(EntryKind.ROLLED_BACK) == 1


def test_whoever_deployed_the_revert_says_so_and_production_is_asked(walk: Walk) -> None:
    by_hand_alone(walk)
    rolls_back(walk)
    walk.stage.advance(seconds=30)
    wish = Wish(to=Place.PRODUCTION, sha=walk.git("rev-parse", "main"))
    assert "Started 2 of 2" in list(walk.shop.servers.deploy(wish))
    walk.sam.clicks("Production is back", walk.room)
    walk.stage.advance(minutes=2)
    assert walk.hotfix.state is HotfixState.ROLLED_BACK
    assert walk.room.shows("*ROLLBACK COMPLETE, but production does not look well*")
    assert walk.room.shows("A test payment: ", walk.sam.mention, "start a new hotfix")
    assert walk.room.never_shows("stable")
    assert "Investigating" in walk.room.board


def test_where_nothing_can_be_asked_the_persons_word_is_told_as_theirs(walk: Walk) -> None:
    by_hand_alone(walk)
    walk.sets_up(verify=())
    walk.types("back")
    assert "V1.2.4 is not being rolled back" in walk.heard()
    rolls_back(walk)
    walk.stage.advance(seconds=30)
    walk.types("back")
    assert "v1.2.4 is rolled back, as you say" in walk.heard()
    assert walk.room.shows(
        "*ROLLBACK COMPLETE*",
        "Nothing has asked production whether it works",
        f"{walk.sam.mention} says that it runs this",
    )


def test_production_that_works_after_a_rollback_is_called_stable(walk: Walk) -> None:
    walk.shop.servers.switch_flag(on=False)
    rolls_back(walk)
    walk.stage.advance(seconds=30)
    assert walk.production == walk.git("rev-parse", "main")
    assert walk.room.shows(
        "🔄 *ROLLBACK COMPLETE*",
        "System is now stable on the previous version, `v1.2.3`",
        "Production was asked, and works: Health: ",
    )


def test_a_command_that_changed_nothing_is_no_rollback(walk: Walk) -> None:
    walk.sets_up(deploy=Command(run=("true",)))
    rolls_back(walk)
    walk.stage.advance(minutes=25)
    assert walk.room.shows(
        "🔴 *Not rolled back:* production still runs something else",
        "Production runs it: ",
        "Is production back after all?",
    )
    assert walk.room.shows("⚠️ *The rollback stopped:*")
    walk.types("back")
    assert "is being rolled back" in walk.heard()
    walk.stage.advance(minutes=2)
    assert walk.hotfix.state is HotfixState.ROLLED_BACK


def test_only_one_rollback_is_under_way_at_a_time(walk: Walk) -> None:
    walk.sets_up(deploy=Command(run=("true",)))
    rolls_back(walk)
    for words in ("back", "rollback once more"):
        walk.types(words)
        walk.agrees()
        assert "“Rolling back” is under way" in walk.heard()


def test_whoever_wants_another_version_gets_exactly_that(tmp_path: Path) -> None:
    with open_walk(tmp_path, "versioned") as walk:
        walk.starts()
        walk.goes_to(StepKind.MERGE, approvers=("tom",))
        rolls_back(walk, **{"Last good version": "v1.2.2"})
        walk.stage.advance(seconds=30)
        assert walk.production == walk.git("rev-parse", "v1.2.2^{commit}")
        assert walk.room.shows("🔄 *Rolled back to `v1.2.2`")
