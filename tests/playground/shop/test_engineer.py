import pytest

from chatops.clock import MovableClock
from chatops.domain.errors import UserError
from chatops.playground.shop import shop_app
from chatops.playground.shop.engineer import FixedAlready, hotfix_branch
from chatops.playground.shop.repository import GitSaidNo
from chatops.playground.shop.shop import Push, Shop
from tests.playground.shop.bot_at_work import BRANCH, BotAtWork


@pytest.fixture
def bot(shop: Shop, clock: MovableClock) -> BotAtWork:
    return BotAtWork.on(shop.repository, clock)


def changes(shop: Shop, branch: str) -> tuple[int, int]:
    """So many files and lines were changed on a branch since main."""
    listed = shop.repository.bare.run("diff", "--numstat", f"main...{branch}").splitlines()
    lines = [int(count) for line in listed for count in line.split("\t")[:2]]
    return len(listed), sum(lines)


def test_the_fix_lands_on_the_branch_under_the_engineers_name(shop: Shop, bot: BotAtWork) -> None:
    bot.branches()

    pushed = shop.engineer.push_fix(BRANCH)

    assert shop.repository.tip(BRANCH) == pushed
    assert shop.repository.bare.run("log", "-1", "--format=%an <%ae> %cI", pushed) == (
        "Sam Okafor <sam@shop.example> 2026-11-21T14:32:00+00:00"
    )
    assert shop_app.can_pay(shop.repository.read(BRANCH, shop_app.PAYMENT))
    assert changes(shop, BRANCH) == (2, 6)


def test_the_fix_is_pushed_only_once(shop: Shop, bot: BotAtWork) -> None:
    bot.branches()
    shop.engineer.push_fix(BRANCH)

    with pytest.raises(FixedAlready, match=f"{BRANCH} has the fix already"):
        shop.engineer.push_fix(BRANCH)


def test_something_bigger_is_too_big_for_any_playbook(shop: Shop, bot: BotAtWork) -> None:
    bot.branches()

    shop.engineer.push_big_change(BRANCH)
    once = changes(shop, BRANCH)
    shop.engineer.push_big_change(BRANCH)

    assert once[0] > 10
    assert once[1] > 200
    assert changes(shop, BRANCH)[1] > once[1]


def test_the_other_teams_work_conflicts_with_the_fix(shop: Shop, bot: BotAtWork) -> None:
    bot.branches()
    shop.engineer.push_fix(BRANCH)
    assert shop.repository.bare.ask("merge-tree", "--write-tree", "develop", BRANCH) is not None

    shop.engineer.push_to_develop()

    assert shop.repository.bare.ask("merge-tree", "--write-tree", "develop", BRANCH) is None
    with pytest.raises(
        UserError, match=r"has other work on these lines already\. Nothing was pushed\."
    ):
        shop.engineer.push_to_develop()


def test_the_other_teams_work_is_taken_back(shop: Shop) -> None:
    before = shop.repository.read("develop", shop_app.PAYMENT)
    with pytest.raises(UserError, match=r"does not have the fix\. There is nothing to take back\."):
        shop.engineer.take_back_from_develop()

    shop.engineer.push_to_develop()
    shop.engineer.take_back_from_develop()

    assert shop.repository.read("develop", shop_app.PAYMENT) == before


@pytest.mark.parametrize("merged", [True, False], ids=["merged", "committed"])
def test_a_backport_is_reverted_on_develop(shop: Shop, bot: BotAtWork, merged: bool) -> None:
    with pytest.raises(UserError, match=r"does not have the fix\. There is nothing to take back\."):
        shop.engineer.revert_backport()
    bot.branches()
    if merged:
        shop.engineer.push_fix(BRANCH)
        bot.merges(into="develop")
    else:
        shop.engineer.push_fix("develop")

    shop.engineer.revert_backport()

    assert not shop_app.can_pay(shop.repository.read("develop", shop_app.PAYMENT))
    subject = shop.repository.bare.run("log", "-1", "--format=%s", "develop")
    assert subject.startswith('Revert "')


def test_a_revert_that_conflicts_leaves_the_clone_fit_for_work(shop: Shop) -> None:
    shop.engineer.push_to_develop()
    shop.engineer.push_fix("develop")

    with pytest.raises(GitSaidNo):
        shop.engineer.take_back_from_develop()

    assert shop.engineer.push_between("develop") == shop.repository.tip("develop")


def test_a_payment_that_people_rewrote_is_left_to_them(shop: Shop, bot: BotAtWork) -> None:
    bot.branches()
    bot.git.run("checkout", "--quiet", f"origin/{BRANCH}")
    bot.git.run("fetch", "--quiet")
    bot.git.run("checkout", "--quiet", f"origin/{BRANCH}")
    (bot.place / shop_app.PAYMENT).write_text("def amount_due(order): ...\n")
    bot._commits("rewrite")
    bot._pushes(BRANCH)

    with pytest.raises(UserError, match="does not know his way about it"):
        shop.engineer.push_fix(BRANCH)


def test_a_branch_that_is_not_there_is_named(shop: Shop) -> None:
    with pytest.raises(UserError, match="no branch hotfix/nowhere"):
        shop.engineer.push_fix("hotfix/nowhere")


def test_the_page_pushes_to_the_branch_that_moved_last(shop: Shop, bot: BotAtWork) -> None:
    with pytest.raises(UserError, match="/hotfix"):
        shop.push(Push.FIX)
    bot.branches("hotfix/older")
    bot.branches("0001-hotfix-newer")
    bot.branches("backport/newest")

    shop.push(Push.FIX)
    shop.push(Push.BIG)

    assert hotfix_branch(shop.repository) == "0001-hotfix-newer"
    assert shop_app.can_pay(shop.repository.read("0001-hotfix-newer", shop_app.PAYMENT))
    assert not shop_app.can_pay(shop.repository.read("hotfix/older", shop_app.PAYMENT))


def test_where_hotfixes_go_straight_to_main_so_does_the_fix(shop: Shop) -> None:
    shop.straight = True

    shop.push(Push.FIX)

    assert shop_app.can_pay(shop.repository.read("main", shop_app.PAYMENT))
