"""How a pull request stands on GitHub: whose word counts, what passes, what is not known yet."""

from dataclasses import replace

import pytest

from chatops.application.ports.external import ExternalRefused, PullState
from tests.github.conftest import BRANCH, DRAFT, NAME, Shop
from tests.github.double import TOKEN


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.forge.open(shop.service, DRAFT)
    return shop


def test_an_approval_of_what_the_branch_holds_now_counts(shop: Shop) -> None:
    shop.github.review(NAME, 1, by="ann")
    assert shop.forge.read(shop.service, 1).approved_by == ("ann",)


def test_an_approval_of_something_older_is_a_note(shop: Shop) -> None:
    shop.github.review(NAME, 1, by="ann")
    old = shop.tip(BRANCH)
    new = shop.push("more.py")
    pull = shop.forge.read(shop.service, 1)
    assert (pull.head, pull.approved_by) == (new, ())
    assert pull.notes == (f"ann approved {old[:10]}, and it has changed since.",)


@pytest.mark.parametrize(
    ("states", "approved", "unhappy"),
    [
        (["APPROVED", "COMMENTED"], ("ann",), ()),
        (["CHANGES_REQUESTED", "APPROVED"], ("ann",), ()),
        (["APPROVED", "CHANGES_REQUESTED"], (), ("ann",)),
        (["CHANGES_REQUESTED", "DISMISSED"], (), ()),
        (["COMMENTED"], (), ()),
        (["PENDING"], (), ()),
    ],
)
def test_the_newest_opinion_of_each_person_counts(
    shop: Shop, states: list[str], approved: tuple[str, ...], unhappy: tuple[str, ...]
) -> None:
    for state in states:
        shop.github.review(NAME, 1, by="ann", state=state)
    pull = shop.forge.read(shop.service, 1)
    assert (pull.approved_by, pull.wants_changes) == (approved, unhappy)


def test_changes_asked_for_stay_asked_for_when_the_branch_moves(shop: Shop) -> None:
    shop.github.review(NAME, 1, by="bob", state="CHANGES_REQUESTED")
    shop.push("more.py")
    assert shop.forge.read(shop.service, 1).wants_changes == ("bob",)


def test_a_stranger_approves_nothing(shop: Shop) -> None:
    for association in ("NONE", "CONTRIBUTOR", "FIRST_TIME_CONTRIBUTOR", "MANNEQUIN"):
        shop.github.review(NAME, 1, by="stranger", association=association)
    shop.github.review(NAME, 1, by="ghost")
    assert shop.forge.read(shop.service, 1).approved_by == ()


def test_an_approval_whose_commit_is_gone_does_not_count(shop: Shop) -> None:
    shop.github.review(NAME, 1, by="ann", commit=None)
    pull = shop.forge.read(shop.service, 1)
    assert pull.approved_by == ()
    assert pull.notes == ("ann approved an older commit, and it has changed since.",)


def test_many_reviews_are_read_to_the_last(shop: Shop) -> None:
    shop.github.longest_page = 3
    for number in range(10):
        shop.github.review(NAME, 1, by=f"person{number}")
    shop.github.review(NAME, 1, by="person0", state="CHANGES_REQUESTED")
    pull = shop.forge.read(shop.service, 1)
    assert len(pull.approved_by) == 9
    assert pull.wants_changes == ("person0",)


def test_checks_and_statuses_say_what_fails_and_what_still_runs(shop: Shop) -> None:
    sha = shop.tip(BRANCH)
    for name, conclusion in {
        "unit": "success",
        "docs": "skipped",
        "style": "failure",
        "slow": "timed_out",
        "browser": None,
    }.items():
        shop.github.check(NAME, sha, name, conclusion)
    shop.github.status(NAME, sha, "ci/build", "pending")
    shop.github.status(NAME, sha, "ci/build", "success")
    shop.github.status(NAME, sha, "ci/scan", "error")
    shop.github.status(NAME, sha, "ci/deploy", "pending")
    pull = shop.forge.read(shop.service, 1)
    assert pull.failing == ("style failed", "slow ran too long", "ci/scan failed")
    assert pull.pending == ("browser", "ci/deploy")


def test_a_check_that_ran_again_counts_as_it_ended_then(shop: Shop) -> None:
    sha = shop.tip(BRANCH)
    shop.github.check(NAME, sha, "unit", "failure")
    shop.github.check(NAME, sha, "unit", "success")
    pull = shop.forge.read(shop.service, 1)
    assert (pull.failing, pull.pending) == ((), ())


def test_checks_of_another_commit_say_nothing(shop: Shop) -> None:
    shop.github.check(NAME, shop.tip("main"), "unit", "failure")
    assert shop.forge.read(shop.service, 1).failing == ()


def test_checks_on_many_pages_are_all_read(shop: Shop) -> None:
    shop.github.longest_page = 2
    for number in range(7):
        shop.github.check(NAME, shop.tip(BRANCH), f"unit {number}", "failure")
        shop.github.status(NAME, shop.tip(BRANCH), f"status {number}", "failure")
    assert len(shop.forge.read(shop.service, 1).failing) == 14


def test_a_token_that_may_not_see_checks_is_a_note(shop: Shop) -> None:
    shop.github.account("chatops-bot", TOKEN, without=["checks"])
    pull = shop.forge.read(shop.service, 1)
    assert pull.notes == ("The bot's token may not read checks on GitHub: look at them there.",)


def test_whether_it_can_be_merged_may_not_be_known_yet(shop: Shop) -> None:
    shop.github.pull(NAME).decided = False
    assert shop.forge.read(shop.service, 1).mergeable is None
    assert shop.forge.read(shop.service, 1).mergeable is True


def test_a_conflict_is_seen(shop: Shop) -> None:
    shop.push("cart.py", branch="main")
    assert shop.forge.read(shop.service, 1).mergeable is False


def test_rules_that_hold_it_back_are_noted(shop: Shop) -> None:
    shop.github.protect(NAME, "main", reviews=1)
    pull = shop.forge.read(shop.service, 1)
    assert pull.mergeable is True
    assert pull.notes == ("GitHub's rules for the branch do not let it in yet.",)


def test_a_merged_one_names_the_commit_that_brought_it_in(shop: Shop) -> None:
    assert shop.forge.read(shop.service, 1).merged == ""
    shop.github.merge(NAME, 1)
    pull = shop.forge.read(shop.service, 1)
    assert (pull.state, pull.merged) == (PullState.MERGED, shop.tip("main"))


def test_one_that_was_closed_is_closed(shop: Shop) -> None:
    shop.github.close_pull(NAME, 1)
    pull = shop.forge.read(shop.service, 1)
    assert (pull.state, pull.merged, pull.mergeable) == (PullState.CLOSED, "", None)


def test_a_number_that_does_not_exist_is_named(shop: Shop) -> None:
    with pytest.raises(ExternalRefused, match="GitHub knows no pull request #99 in acme/shop"):
        shop.forge.read(shop.service, 99)


def test_a_service_may_name_its_project_itself(shop: Shop) -> None:
    service = replace(shop.service, repository="/srv/git/mirror", project="acme/shop")
    assert shop.forge.read(service, 1).number == 1
