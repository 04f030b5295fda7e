"""Merging on GitHub: exactly what was approved, once, and told in plain words where it is not."""

from dataclasses import replace

import pytest

from chatops.application.ports.external import (
    ExternalBusy,
    ExternalIndeterminate,
    ExternalRefused,
    Pull,
    PullState,
)
from chatops.domain.playbook.pipeline import MergeWay
from tests.github.conftest import BRANCH, DRAFT, NAME, Shop
from tests.github.double import TOKEN

MESSAGE = "Merge the fix\n\nIncident: INC-2026-014"


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.forge.open(shop.service, DRAFT)
    return shop


def merge(shop: Shop, *, sha: str = "", way: MergeWay = MergeWay.MERGE) -> Pull:
    tip = sha or shop.tip(BRANCH)
    return shop.forge.merge(shop.service, 1, way=way, sha=tip, message=MESSAGE)


def refusal(shop: Shop, *, sha: str = "", way: MergeWay = MergeWay.MERGE) -> ExternalRefused:
    before = shop.tip("main")
    with pytest.raises(ExternalRefused) as caught:
        merge(shop, sha=sha, way=way)
    assert shop.tip("main") == before
    return caught.value


def on_main(shop: Shop, what: str) -> str:
    shop.engineer.git("fetch", "-q", "origin")
    return shop.engineer.git("log", "-1", f"--format={what}", "origin/main")


@pytest.mark.parametrize("way", [MergeWay.MERGE, MergeWay.NO_FF])
def test_a_merge_brings_both_histories_together(shop: Shop, way: MergeWay) -> None:
    before, head = shop.tip("main"), shop.tip(BRANCH)
    pull = merge(shop, way=way)
    assert (pull.state, pull.merged) == (PullState.MERGED, shop.tip("main"))
    assert on_main(shop, "%P").split() == [before, head]
    assert on_main(shop, "%B") == MESSAGE


def test_a_squash_is_one_commit_on_top(shop: Shop) -> None:
    shop.push("second.py")
    before = shop.tip("main")
    pull = merge(shop, way=MergeWay.SQUASH)
    assert pull.merged == shop.tip("main")
    assert on_main(shop, "%P") == before
    assert on_main(shop, "%B") == MESSAGE


def test_what_is_told_after_a_merge_is_what_is_read_later(shop: Shop) -> None:
    told = merge(shop)
    assert shop.forge.read(shop.service, 1) == told


def test_one_that_is_merged_already_is_as_good(shop: Shop) -> None:
    first = merge(shop)
    assert merge(shop) == first
    assert shop.writes().count("PUT /repos/acme/shop/pulls/1/merge") == 1


def test_a_lost_reply_is_in_doubt_and_settled_by_asking_again(shop: Shop) -> None:
    shop.github.lose_next_reply()
    with pytest.raises(ExternalIndeterminate, match="may have been done or not"):
        merge(shop)
    pull = merge(shop)
    assert (pull.state, pull.merged) == (PullState.MERGED, shop.tip("main"))
    assert on_main(shop, "%B") == MESSAGE


def test_a_lost_request_is_in_doubt_and_done_when_asked_again(shop: Shop) -> None:
    shop.github.lose_next_request()
    with pytest.raises(ExternalIndeterminate):
        merge(shop)
    assert shop.forge.read(shop.service, 1).state is PullState.OPEN
    assert merge(shop).state is PullState.MERGED


def test_a_strange_answer_to_a_merge_leaves_it_in_doubt(shop: Shop) -> None:
    for raw in (b"", b"{}", b'{"merged": false}', b"<html>Please sign in</html>"):
        shop.github.babble_next(raw, method="PUT")
        with pytest.raises(ExternalIndeterminate):
            merge(shop)


def test_what_came_after_the_approval_is_never_merged(shop: Shop) -> None:
    approved = shop.tip(BRANCH)
    new = shop.push("sneaked-in.py")
    refused = refusal(shop, sha=approved)
    assert str(refused).startswith(
        f"#1 was not merged: its branch has moved from {approved[:10]} to {new[:10]}."
    )
    assert shop.writes() == ["POST /repos/acme/shop/pulls"]


def test_a_head_that_moves_at_the_last_moment_is_not_merged(shop: Shop) -> None:
    words = "Head branch was modified. Review and try the merge again."
    shop.github.answer_next(409, words, method="PUT")
    with pytest.raises(ExternalBusy) as caught:
        merge(shop)
    assert caught.value.retry_after is not None


def test_a_base_that_moves_at_the_last_moment_is_tried_again(shop: Shop) -> None:
    words = "Base branch was modified. Review and try the merge again."
    shop.github.answer_next(405, words, method="PUT")
    with pytest.raises(ExternalBusy, match="others merged at the same moment"):
        merge(shop)
    assert merge(shop).state is PullState.MERGED


def test_what_github_has_not_found_out_yet_is_tried_again(shop: Shop) -> None:
    shop.github.answer_next(405, "Pull Request is not mergeable", method="PUT")
    shop.github.never_decides = True
    with pytest.raises(ExternalBusy, match="still finding out"):
        merge(shop)
    assert merge(shop).state is PullState.MERGED


def test_a_conflict_says_how_it_is_settled(shop: Shop) -> None:
    shop.push("cart.py", branch="main")
    refused = refusal(shop)
    assert str(refused).startswith(
        f"#1 was not merged: it conflicts with main. Bring main into {BRANCH}"
    )
    assert refused.words == "Pull Request is not mergeable"


def test_missing_reviews_are_named(shop: Shop) -> None:
    shop.github.protect(NAME, "main", reviews=1)
    refused = refusal(shop)
    assert "want a review that approves it. Ask for one" in str(refused)
    assert refused.words.startswith("At least 1 approving review is required")
    shop.github.review(NAME, 1, by="ann")
    assert merge(shop).state is PullState.MERGED


def test_checks_that_do_not_pass_are_named(shop: Shop) -> None:
    shop.github.protect(NAME, "main", checks=["unit"])
    refused = refusal(shop)
    assert "want checks to pass first" in str(refused)
    assert refused.words == 'Required status check "unit" is expected.'


def test_a_way_of_merging_that_is_not_allowed_is_named(shop: Shop) -> None:
    shop.github.named(NAME).methods = frozenset({"squash"})
    assert "does not allow this way of merging" in str(refusal(shop))
    assert merge(shop, way=MergeWay.SQUASH).state is PullState.MERGED


def test_a_draft_is_not_merged(shop: Shop) -> None:
    shop.github.pull(NAME).draft = True
    assert str(refusal(shop)).startswith("#1 was not merged: it is a draft.")


def test_a_closed_one_is_not_merged(shop: Shop) -> None:
    shop.github.close_pull(NAME, 1)
    assert str(refusal(shop)).startswith("#1 was not merged: it is closed.")


def test_any_other_rule_is_told_in_githubs_own_words(shop: Shop) -> None:
    words = "Repository rule violations found\n\nCannot update this protected ref."
    shop.github.protect(NAME, "main", words=words)
    refused = refusal(shop)
    assert "the rules for its target do not let the bot merge it" in str(refused)
    assert refused.words == words


def test_a_token_that_may_not_merge_says_which_rights_it_needs(shop: Shop) -> None:
    shop.github.account("chatops-bot", TOKEN, without=["merge"])
    refused = refusal(shop)
    assert "GitHub does not let the bot do this to pull request #1" in str(refused)
    assert refused.words == "Resource not accessible by personal access token"


def test_a_message_may_be_one_line_or_none(shop: Shop) -> None:
    head = shop.tip(BRANCH)
    shop.forge.merge(shop.service, 1, way=MergeWay.MERGE, sha=head, message="")
    assert on_main(shop, "%s") == f"Merge pull request #1 from acme/{BRANCH}"
    shop.push("second.py")
    shop.forge.open(shop.service, replace(DRAFT, title="second"))
    tip = shop.tip(BRANCH)
    shop.forge.merge(shop.service, 2, way=MergeWay.SQUASH, sha=tip, message="--amend")
    assert on_main(shop, "%B") == "--amend"
