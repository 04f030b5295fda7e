"""Bringing a fix back when it is nobody's turn any more, and settling what the code leaves open."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chatops.domain.hotfix.model import BackportState
from chatops.playground.shop.shop import Push
from tests.acceptance.hotfix_walk import Walk, open_walk

BOTH = ("lena", "priya")


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    """A hotfix that has just begun, under the default playbook."""
    with open_walk(tmp_path) as opened:
        opened.starts()
        yield opened


@pytest.fixture
def done(walk: Walk) -> Walk:
    """The same when all its steps are over."""
    walk.goes_to(None, approvers=BOTH)
    return walk


def states(walk: Walk) -> dict[str, BackportState]:
    return {each.target: each.state for each in walk.hotfix.backports}


def loses_it(walk: Walk) -> None:
    walk.shop.push(Push.REVERT)
    walk.stage.advance(minutes=11)
    assert states(walk) == {"develop": BackportState.OWED}


def test_before_it_is_in_production_there_is_nothing_to_bring_back(walk: Walk) -> None:
    walk.types("backport develop")
    assert "There is nothing of the hotfix of checkout to bring back yet" in walk.heard()
    walk.types("align elsewhere")
    assert "“elsewhere” is no branch that fixes go back to here: develop" in walk.heard()


def test_what_production_got_lately_is_shown_overall_and_by_file(walk: Walk) -> None:
    walk.types("log checkout/payment.py")
    assert "Production, lately" in walk.heard()
    assert "checkout/payment.py" in walk.heard()
    walk.sam.closes()
    walk.sam.clicks("Recent production commits", walk.room)
    assert walk.git("log", "-1", "--format=%h", "main")[:7] in walk.heard()


@pytest.mark.long
def test_a_fix_that_was_lost_is_settled_by_a_person_or_brought_back(done: Walk) -> None:
    loses_it(done)
    for answer, state in (("no", BackportState.OWED), ("yes", BackportState.PROVEN)):
        done.sam.clicks("It is there…", done.room)
        said = {"contain the fix?": answer, "What shows it?": f"I say {answer}"}
        assert done.sam.submits(said).ok
        [backport] = done.hotfix.backports
        assert (backport.state, backport.by) == (state, done.sam.id)
        assert done.room.shows(f"I say {answer}")


def test_a_fix_that_was_lost_is_brought_back_by_whoever_is_named(done: Walk) -> None:
    loses_it(done)
    done.sam.clicks("Bring it back…", done.room)
    lena = done.stage.actor("lena")
    assert done.sam.submits({"Who sees to it?": lena.id}).ok
    [backport] = done.hotfix.backports
    assert backport.owner == lena.id
    done.goes_to(None)
    assert states(done) == {"develop": BackportState.PROVEN}


@pytest.mark.long
def test_a_branch_that_was_added_meanwhile_gets_the_fix_too(done: Walk) -> None:
    done.git("branch", "release/next", "develop~1")
    done.sets_up(targets=("develop", "release/next", "release/gone"))
    done.types("backport release/next")
    assert "release/next" in done.heard()
    done.stage.advance(minutes=12)
    assert states(done)["release/next"] is BackportState.PROVEN
    done.types("align")
    assert "develop" in done.heard()
    done.stage.advance(minutes=1)
    assert set(states(done).values()) == {BackportState.PROVEN}
    done.types("backport release/gone")
    done.stage.advance(minutes=2)
    assert done.room.shows("⚠️ *Not done: Merge into develop*", "release/gone")
    done.types("waive develop it is proven anyway")
    assert states(done)["develop"] is BackportState.PROVEN
