"""What goes wrong with a hotfix's code and servers, and how it is put right."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatops.domain.hotfix.model import BackportState, HotfixState, StepState
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.playbook.pipeline import FixWay, StepKind
from chatops.domain.promises.model import PromiseState
from chatops.playground.shop import shop_app
from chatops.playground.shop.faults import CodeSwitch
from chatops.playground.shop.repository import SAM, GitSaidNo, ShopGit
from chatops.playground.shop.servers import ServerPlace
from chatops.playground.shop.shop import Push
from tests.acceptance.hotfix_walk import Walk, open_walk

BOTH, BRANCH = ("lena", "priya"), "hotfix/let-a-voucher-pay-it-all"


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    """An incident under the default playbook."""
    with open_walk(tmp_path) as opened:
        yield opened


def throw(walk: Walk, switch: CodeSwitch, *, on: bool = True) -> None:
    walk.shop.faults.throw(switch, on=on)


def went_to(walk: Walk, kind: StepKind | None) -> None:
    assert walk.starts().ok
    walk.goes_to(kind, approvers=BOTH)


def stands(walk: Walk, kind: StepKind) -> StepState:
    step = walk.hotfix.step(kind)
    assert step is not None
    return step.state


def backports(walk: Walk) -> dict[str, BackportState]:
    return {each.target: each.state for each in walk.hotfix.backports}


@pytest.mark.long
def test_who_is_outrun_by_a_colleague_overwrites_nothing(walk: Walk) -> None:
    went_to(walk, StepKind.MERGE)
    throw(walk, CodeSwitch.OUTRUN)
    walk.next()
    assert stands(walk, StepKind.MERGE) is StepState.DONE
    merged, between, *_ = walk.git("log", "--first-parent", "--format=%s", "main").splitlines()
    assert merged.startswith("Merge branch")
    assert between == "docs: opening hours over the holidays"


def test_a_protected_branch_is_told_in_its_own_words_and_tried_again(walk: Walk) -> None:
    went_to(walk, StepKind.MERGE)
    throw(walk, CodeSwitch.PROTECTED)
    before = walk.git("rev-parse", "main")
    walk.next()
    room = walk.room
    assert room.shows("⚠️ *Not done: Merge into main*", "protected", "Nothing is lost")
    assert room.shows("Changes must be made through a pull request.", walk.sam.mention)
    assert (stands(walk, StepKind.MERGE), walk.git("rev-parse", "main")) == (
        StepState.FAILED,
        before,
    )
    throw(walk, CodeSwitch.PROTECTED, on=False)
    walk.sam.clicks("Try again…", room)
    walk.agrees()
    assert stands(walk, StepKind.MERGE) is StepState.DONE


def in_conflict(walk: Walk) -> None:
    throw(walk, CodeSwitch.CONFLICT)
    went_to(walk, StepKind.BACKPORT)
    walk.next()
    [backport] = walk.hotfix.backports
    assert (backport.state, backport.owner) == (BackportState.CONFLICT, walk.sam.id)


def test_a_conflict_names_the_file_and_both_sides(walk: Walk) -> None:
    in_conflict(walk)
    assert walk.room.shows(
        "⚠️ *The fix is not on `develop` yet: conflict in 1 file.*",
        walk.sam.mention,
        "`checkout/payment.py` · both sides changed the same lines",
        "refactor(payment): amounts are decimals · Aiko Mori",
        "git merge --no-ff --no-commit",
    )


@pytest.mark.long
def test_a_conflict_that_was_settled_by_hand_is_found(walk: Walk) -> None:
    in_conflict(walk)
    [backport] = walk.hotfix.backports
    by_hand(walk, backport.commands)
    walk.stage.advance(minutes=2)
    assert backports(walk) == {"develop": BackportState.PROVEN}
    assert walk.room.shows("✅ *`develop` has the fix:*")
    walk.goes_to(None)
    assert stands(walk, StepKind.ALIGN) is StepState.DONE


def by_hand(walk: Walk, commands: tuple[str, ...]) -> None:
    """Type the very commands that the bot gave, and settle the file in between."""
    clone = walk.shop.repository.cloned()
    git, now = ShopGit(place=clone), walk.stage.clock.now()
    payment = clone / shop_app.PAYMENT
    for command in commands:
        words = shlex.split(command, comments=True)[1:]
        if words[0] == "status":
            ours = git.run("show", f"HEAD:{shop_app.PAYMENT}")
            payment.write_text(shop_app.fixed(f"{ours}\n") or "")
            git.run("add", "--all")
        elif words[0] == "merge":
            with pytest.raises(GitSaidNo, match="CONFLICT"):
                git.run(*words, author=SAM, at=now)
        else:
            git.run(*words, author=SAM, at=now)


@pytest.mark.long
def test_an_incident_is_closed_once_the_commander_waived_what_is_owed(walk: Walk) -> None:
    in_conflict(walk)
    sam, room = walk.sam, walk.room
    sam.clicks("Resolve", room)
    sam.submits({"What fixed it?": "v1.2.4", "What was the cause": "A voucher"})
    sam.types("/incident close done", room)
    sam.hears("cannot be closed: v1.2.4 is not in develop yet", "/hotfix waive", room=room)
    walk.types("waive develop it is rewritten there", "tom")
    assert "Only commander" in walk.heard("tom")
    walk.types("waive develop it is rewritten there")
    [backport] = walk.hotfix.backports
    assert (backport.state, backport.reason) == (BackportState.WAIVED, "it is rewritten there")
    assert room.shows("*`develop` goes without the fix*", "it is rewritten there")
    assert walk.count(EntryKind.WAIVED) == 1
    sam.types("/incident close done", room)
    assert room.shows("📁 *Closed:*")


@pytest.mark.long
def test_develop_that_loses_the_fix_owes_it_again(walk: Walk) -> None:
    went_to(walk, None)
    assert backports(walk) == {"develop": BackportState.PROVEN}
    walk.shop.push(Push.REVERT)
    walk.stage.advance(minutes=11)
    assert backports(walk) == {"develop": BackportState.OWED}
    assert walk.room.shows("🔴 *`develop` does not have the fix any more,*", walk.sam.mention)
    with walk.stage.bot.use_cases.sessions.storage.reading() as work:
        promise = work.promises.get(1, "backport:1:develop")
    assert promise is not None
    assert (promise.state, promise.round) == (PromiseState.OPEN, 2)


@pytest.mark.long
def test_a_version_that_does_not_start_leaves_the_old_one_running(walk: Walk) -> None:
    went_to(walk, StepKind.DEPLOY)
    throw(walk, CodeSwitch.FAILING)
    walk.next()
    assert walk.room.shows("⚠️ *Not done: Deploy to production*", "did not start", "v1.2.3")
    assert walk.production == walk.git("rev-parse", "v1.2.3^{commit}")
    throw(walk, CodeSwitch.FAILING, on=False)
    walk.next()
    walk.stage.advance(seconds=30)
    assert walk.production == walk.git("rev-parse", "v1.2.4^{commit}")


@pytest.mark.long
def test_a_sick_production_is_spoken_of_and_rolled_back(tmp_path: Path) -> None:
    with open_walk(tmp_path, "versioned") as walk:
        walk.starts()
        walk.goes_to(StepKind.MERGE, approvers=("tom",))
        throw(walk, CodeSwitch.UNHEALTHY)
        walk.stage.advance(minutes=2)
        assert walk.room.shows("🔴 *Production does not look well* with v1.2.4", "503")
        assert walk.room.count("*Production does not look well* with") == 1
        throw(walk, CodeSwitch.UNHEALTHY, on=False)
        walk.sam.clicks("Roll back…", walk.room)
        refused = walk.sam.submits({"Why?": "Every second answer is a 503"})
        assert not refused.ok
        assert walk.sam.submits({"This changes": ["yes"]}).ok
        walk.stage.advance(minutes=2)
        assert walk.production == walk.git("rev-parse", "v1.2.3^{commit}")
        assert walk.hotfix.state is HotfixState.ROLLED_BACK
        assert walk.room.shows("↩️ *Rolling back v1.2.4*", "Every second answer is a 503")
        assert walk.count(EntryKind.ROLLED_BACK) == 2


@pytest.mark.long
def test_a_rollback_by_revert_takes_the_merge_back_and_leaves_a_task(walk: Walk) -> None:
    went_to(walk, StepKind.VERIFY)
    walk.types("rollback it got worse")
    assert "Production goes back to v1.2.3" in walk.sam.reads_modal
    assert walk.sam.submits({"This changes": ["yes"]}).ok
    walk.stage.advance(minutes=2)
    revert = walk.git("log", "-1", "--format=%s", "main")
    assert revert == 'Revert "Let a voucher pay it all"'
    assert walk.git("diff", "--stat", "v1.2.3", "main", "--", shop_app.PAYMENT) == ""
    assert walk.production == walk.git("rev-parse", "main")
    assert walk.room.shows("🔄 *ROLLBACK COMPLETE", "it got worse", "`v1.2.3`")
    walk.sam.types("/incident task", walk.room)
    walk.sam.hears("was taken back: find the cause, and fix it anew", room=walk.room)


@pytest.mark.parametrize("way", [FixWay.REVERT, pytest.param(FixWay.PICK, marks=pytest.mark.long)])
def test_the_bot_makes_the_fix_from_a_commit_that_is_there(walk: Walk, way: FixWay) -> None:
    if way is FixWay.REVERT:
        commit = walk.git("log", "--format=%H", "--grep=count in cents", "-1", "main")
    else:
        commit = walk.shop.engineer.push_between("develop")
    went_to(walk, StepKind.FIX)
    walk.types(f"{way} {commit[:12]}")
    walk.next()
    assert stands(walk, StepKind.FIX) is StepState.DONE
    words = walk.git("log", "-1", "--format=%an/%cn%n%B", BRANCH)
    if way is FixWay.REVERT:
        assert words.startswith("Sam Okafor/Incident bot\nfix: Let a voucher pay it all")
        assert f"This reverts commit {commit}." in words
    else:
        assert words.startswith("Tom Becker/Incident bot\ndocs: what to do before a refund")
        assert f"(cherry picked from commit {commit})" in words
    assert "Hotfix-Step: INC-2026-001/1 fix" in words


def test_a_flag_that_is_turned_off_mends_the_trunk_without_a_commit(tmp_path: Path) -> None:
    with open_walk(tmp_path, "priority", "trunk") as walk:
        before = walk.shop.repository.marks()
        walk.starts({"How does code get": "trunk"})
        walk.goes_to(StepKind.FIX, approvers=BOTH)
        assert not walk.shop.health(ServerPlace.PRODUCTION).pays
        walk.types("flag new-checkout off")
        walk.next()
        walk.goes_to(None)
        assert walk.shop.health(ServerPlace.PRODUCTION).pays
        assert walk.shop.repository.marks() == before
        assert stands(walk, StepKind.VERIFY) is StepState.DONE


@pytest.mark.long
def test_a_step_that_takes_too_long_is_spoken_of(tmp_path: Path) -> None:
    with open_walk(tmp_path, "versioned") as walk:
        walk.starts()
        walk.goes_to(StepKind.REPRODUCE)
        walk.stage.advance(minutes=31)
        assert walk.room.shows(
            "“Reproduce the bug quickly”", "Consider a rollback", "overdue since"
        )


@pytest.mark.long
def test_a_budget_that_is_over_is_spoken_of(tmp_path: Path) -> None:
    with open_walk(tmp_path, "preview") as walk:
        walk.starts()
        walk.goes_to(StepKind.FIX)
        walk.stage.advance(minutes=31)
        assert walk.room.shows("“Implement the fix”", "overdue since")
