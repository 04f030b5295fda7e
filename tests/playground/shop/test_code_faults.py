"""The switches, as the bot's own git engine meets them."""

from pathlib import Path

import pytest

from chatops.adapters.git.objects.mirror import Mirror, Remote, mirror_place
from chatops.adapters.git.objects.push import (
    PushReport,
    PushResult,
    create_branch,
    move_branch,
    push,
)
from chatops.adapters.git.objects.repository import GitRunner
from chatops.clock import MovableClock
from chatops.domain.errors import UserError
from chatops.domain.git.names import BranchName, CommitId
from chatops.domain.git.urls import RemoteUrl
from chatops.playground.shop import shop_app
from chatops.playground.shop.faults import CodeSwitch
from chatops.playground.shop.shop import Shop
from tests.playground.shop.bot_at_work import BotAtWork

MAIN = BranchName("main")


@pytest.fixture
def mirror(shop: Shop, tmp_path: Path) -> Mirror:
    url = RemoteUrl(str(shop.repository.remote))
    made = Mirror(
        place=mirror_place(tmp_path / "mirrors", url), remote=Remote(url=url), runner=GitRunner()
    )
    made.fetch()
    return made


def push_something(mirror: Mirror, branch: BranchName = MAIN) -> PushReport:
    tip = mirror.tip(branch)
    tree = mirror.repo.run("rev-parse", f"{tip}^{{tree}}").text
    env = {
        f"GIT_{role}_{fact}": "bot"
        for role in ("AUTHOR", "COMMITTER")
        for fact in ("NAME", "EMAIL")
    }
    made = mirror.repo.with_env(**env).run("commit-tree", tree, "-p", str(tip), "-m", "a change")
    return push(mirror, [move_branch(branch, expected=tip, new=CommitId(made.text))])


def test_a_protected_main_refuses_in_the_words_of_a_forge(shop: Shop, mirror: Mirror) -> None:
    shop.faults.throw(CodeSwitch.PROTECTED, on=True)

    refused = push_something(mirror)

    assert refused.any(PushResult.REFUSED)
    assert "Protected branch update failed for refs/heads/main" in refused.words
    shop.faults.throw(CodeSwitch.PROTECTED, on=False)
    assert push_something(mirror).done


def test_a_protected_main_leaves_other_branches_open(shop: Shop, mirror: Mirror) -> None:
    shop.faults.throw(CodeSwitch.PROTECTED, on=True)

    assert push_something(mirror, BranchName("develop")).done
    with pytest.raises(UserError, match="Changes must be made through a pull request"):
        shop.engineer.push_between("main")


def test_a_push_is_outrun_once_by_a_real_commit(shop: Shop, mirror: Mirror) -> None:
    before = shop.repository.tip("main")
    shop.faults.throw(CodeSwitch.OUTRUN, on=True)

    raced = push_something(mirror)

    assert raced.any(PushResult.RACED)
    assert shop.repository.bare.run("log", "--format=%an %s", f"{before}..main") == (
        "Aiko Mori docs: opening hours over the holidays"
    )
    assert not shop.faults.is_on(CodeSwitch.OUTRUN)
    mirror.fetch()
    assert push_something(mirror).done
    assert shop.repository.bare.run("fsck", "--strict", "--no-dangling") == ""


def test_the_race_waits_for_a_push_to_a_branch_that_is_there(shop: Shop, mirror: Mirror) -> None:
    shop.faults.throw(CodeSwitch.OUTRUN, on=True)
    new = create_branch(BranchName("hotfix/new"), at=mirror.tip(MAIN))

    assert push(mirror, [new]).done

    assert shop.faults.is_on(CodeSwitch.OUTRUN)


def test_a_conflict_is_made_and_taken_back(shop: Shop) -> None:
    shop.faults.throw(CodeSwitch.CONFLICT, on=True)
    assert shop_app.REWRITTEN in (shop.repository.read("develop", shop_app.PAYMENT) or "")

    shop.faults.throw(CodeSwitch.CONFLICT, on=False)

    assert shop_app.REWRITTEN not in (shop.repository.read("develop", shop_app.PAYMENT) or "")


def test_every_switch_is_shown_and_can_be_thrown_twice(shop: Shop) -> None:
    for on in (True, True, False, False):
        for switch in CodeSwitch:
            shop.faults.throw(switch, on=on)
        assert {lever.name: lever.is_on for lever in shop.faults.levers} == dict.fromkeys(
            CodeSwitch, on
        )


def test_whoever_works_by_plain_git_meets_the_same_trouble(shop: Shop, clock: MovableClock) -> None:
    bot = BotAtWork.on(shop.repository, clock)
    bot.branches()
    shop.engineer.push_fix("hotfix/payment-crash")
    shop.faults.throw(CodeSwitch.OUTRUN, on=True)

    with pytest.raises(Exception, match="failed to push"):
        bot.merges(into="main")

    bot.merges(into="main")
    assert shop_app.can_pay(shop.repository.read("main", shop_app.PAYMENT))
