from pathlib import Path

from chatops.playground.shop import shop_app
from chatops.playground.shop.repository import make_repository
from chatops.playground.shop.shop import Shop
from tests.playground.shop.bot_at_work import NOW


def test_the_shop_has_the_branches_and_tags_that_teams_have(shop: Shop) -> None:
    refs = shop.repository.bare.run(
        "for-each-ref", "--format=%(objecttype) %(refname)"
    ).splitlines()

    assert refs == [
        "commit refs/heads/develop",
        "commit refs/heads/main",
        "tag refs/tags/v1.2.0",
        "tag refs/tags/v1.2.1",
        "tag refs/tags/v1.2.2",
        "tag refs/tags/v1.2.3",
    ]
    assert shop.repository.tip("main") == shop.repository.tagged("v1.2.3")
    assert shop.repository.bare.run("fsck", "--strict") == ""


def test_every_release_states_its_version_everywhere(shop: Shop) -> None:
    for version in ("1.2.0", "1.2.1", "1.2.2", "1.2.3"):
        read = {
            name: shop.repository.read(f"v{version}", name) for name in shop_app.version_files("")
        }
        assert read == shop_app.version_files(version)
        assert f"## {version}\n" in (shop.repository.read(f"v{version}", shop_app.CHANGELOG) or "")


def test_payments_work_until_the_last_release(shop: Shop) -> None:
    pays = {
        name: shop_app.can_pay(shop.repository.read(name, shop_app.PAYMENT))
        for name in ("v1.2.1", "v1.2.2", "v1.2.3", "main", "develop")
    }

    assert pays == {
        "v1.2.1": True,
        "v1.2.2": True,
        "v1.2.3": False,
        "main": False,
        "develop": False,
    }


def test_develop_is_ahead_with_other_work_on_the_same_file(shop: Shop) -> None:
    changed = shop.repository.bare.run("diff", "--name-only", "main...develop").splitlines()

    assert {shop_app.PAYMENT, shop_app.CART, shop_app.VERSION} <= set(changed)
    assert shop.repository.bare.run("merge-base", "main", "develop")


def test_the_commit_that_brought_the_bug_can_be_reverted(shop: Shop, tmp_path: Path) -> None:
    git = shop.repository.bare
    culprit = git.run(
        "log", "--format=%H", "-1", "-S", "amount * 100", "main", "--", shop_app.PAYMENT
    )
    assert culprit in git.run("log", "--format=%H", "-n", "10", "main").splitlines()

    git.run("worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"), "main")
    shop.repository.bare.run("-C", str(tmp_path / "tree"), "revert", "--no-commit", culprit)

    assert shop_app.can_pay((tmp_path / "tree" / shop_app.PAYMENT).read_text())


def test_the_same_moment_makes_the_same_commits(tmp_path: Path) -> None:
    one = make_repository(tmp_path / "one", now=NOW)
    other = make_repository(tmp_path / "other", now=NOW)

    assert [one.tip(name) for name in ("main", "develop")] == [
        other.tip(name) for name in ("main", "develop")
    ]


def test_a_shop_that_is_there_is_taken_up_as_it_is(shop: Shop) -> None:
    shop.engineer.push_between("main")
    tip = shop.repository.tip("main")

    again = make_repository(shop.repository.folder, now=NOW)

    assert again.tip("main") == tip


def test_the_next_release_may_grow_on_a_branch_of_another_name(tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "code", now=NOW, develop="development")

    assert repository.tip("development") is not None
    assert repository.tip("develop") is None
