"""Opening pull requests on GitHub: once, whoever asks and however often."""

from dataclasses import replace

import pytest

from chatops.application.ports.external import (
    ExternalIndeterminate,
    ExternalRefused,
    PullRequestDraft,
    PullState,
)
from tests.github.conftest import BRANCH, DRAFT, NAME, Shop
from tests.github.double import BOT


def refusal(shop: Shop, draft: PullRequestDraft) -> ExternalRefused:
    with pytest.raises(ExternalRefused) as caught:
        shop.forge.open(shop.service, draft)
    return caught.value


def test_a_pull_request_is_opened_and_told_as_it_stands(shop: Shop) -> None:
    pull = shop.forge.open(shop.service, DRAFT)
    (there,) = shop.github.pulls(NAME)
    assert (there.title, there.body, there.author) == ("Fix: empty cart", "Why and how.", BOT)
    assert (pull.number, pull.state, pull.head) == (1, PullState.OPEN, shop.tip(BRANCH))
    assert (pull.head_branch, pull.base, pull.mergeable) == (BRANCH, "main", True)
    assert pull.url == f"{shop.github.url}/acme/shop/pull/1"
    assert pull.notes == ()


def test_a_second_start_finds_what_the_first_one_opened(shop: Shop) -> None:
    first = shop.forge.open(shop.service, DRAFT)
    assert shop.forge.open(shop.service, replace(DRAFT, title="again")) == first
    assert len(shop.github.pulls(NAME)) == 1


def test_what_a_person_opened_is_taken_over_as_it_is(shop: Shop) -> None:
    shop.github.open(NAME, head=BRANCH, base="main", by="ann", title="mine")
    pull = shop.forge.open(shop.service, DRAFT)
    assert pull.title == "mine"
    assert shop.writes() == []


def test_two_who_open_at_once_get_the_same(shop: Shop) -> None:
    shop.github.open(NAME, head=BRANCH, base="main")
    shop.github.babble_next(b"[]", path="/pulls")
    assert shop.forge.open(shop.service, DRAFT).number == 1


def test_another_target_gets_a_pull_request_of_its_own(shop: Shop) -> None:
    shop.engineer.git("push", "-q", "origin", "main:develop")
    first = shop.forge.open(shop.service, DRAFT)
    second = shop.forge.open(shop.service, replace(DRAFT, base="develop"))
    assert (first.number, second.number) == (1, 2)


def test_labels_are_set_and_made_where_they_are_missing(shop: Shop) -> None:
    shop.github.named(NAME).labels.append("Hotfix")
    shop.forge.open(shop.service, replace(DRAFT, labels=("hotfix", "sev1")))
    assert shop.github.pull(NAME).labels == ["Hotfix", "sev1"]
    assert shop.github.named(NAME).labels == ["Hotfix", "sev1"]


def test_a_label_that_is_there_is_not_set_again(shop: Shop) -> None:
    draft = replace(DRAFT, labels=("hotfix",))
    shop.forge.open(shop.service, draft)
    shop.forge.open(shop.service, draft)
    assert sum(each.endswith("/labels") for each in shop.writes()) == 1


def test_a_label_that_github_refuses_is_told_and_stops_nothing(shop: Shop) -> None:
    pull = shop.forge.open(shop.service, replace(DRAFT, labels=("x" * 51,)))
    assert pull.state is PullState.OPEN
    assert pull.notes == (f"It may lack the labels {'x' * 51}: Validation Failed: name is invalid",)


def test_people_and_teams_are_asked_for_reviews(shop: Shop) -> None:
    reviewers = ("ann", "@bob", "acme/leads")
    shop.forge.open(shop.service, replace(DRAFT, reviewers=reviewers))
    there = shop.github.pull(NAME)
    assert (there.reviewers, there.teams) == (["ann", "bob"], ["leads"])


def test_a_team_may_be_named_without_its_organization(shop: Shop) -> None:
    shop.forge.open(shop.service, replace(DRAFT, reviewers=("team:leads",)))
    assert shop.github.pull(NAME).teams == ["leads"]


def test_one_unknown_reviewer_does_not_keep_the_others_from_being_asked(shop: Shop) -> None:
    pull = shop.forge.open(shop.service, replace(DRAFT, reviewers=("ann", "nobody", "team:leads")))
    there = shop.github.pull(NAME)
    assert (there.reviewers, there.teams) == (["ann"], ["leads"])
    (note,) = pull.notes
    assert note.startswith("nobody was not asked for a review: Reviews may only be requested from")


def test_who_was_asked_or_has_answered_is_not_asked_again(shop: Shop) -> None:
    draft = replace(DRAFT, reviewers=("Ann", "bob", "leads", "acme/leads", BOT))
    shop.github.named(NAME).collaborators = ("ann", "Ann", "bob", "leads", BOT)
    shop.forge.open(shop.service, draft)
    shop.github.review(NAME, 1, by="bob")
    before = shop.writes()
    shop.forge.open(shop.service, draft)
    assert shop.writes() == before
    assert BOT not in shop.github.pull(NAME).reviewers


def test_an_unfinished_one_is_a_draft(shop: Shop) -> None:
    pull = shop.forge.open(shop.service, replace(DRAFT, unfinished=True))
    assert shop.github.pull(NAME).draft
    assert pull.notes == ("It is a draft: mark it as ready on GitHub before it is merged.",)


def test_where_there_are_no_drafts_it_is_an_ordinary_one_with_a_note(shop: Shop) -> None:
    shop.github.named(NAME).drafts = False
    pull = shop.forge.open(shop.service, replace(DRAFT, unfinished=True))
    assert not shop.github.pull(NAME).draft
    assert pull.notes == ("It is not marked as a draft: GitHub offers none in this repository.",)


def test_a_text_that_is_too_long_is_cut(shop: Shop) -> None:
    shop.forge.open(shop.service, replace(DRAFT, title="x" * 300, body="y" * 70_000))
    there = shop.github.pull(NAME)
    assert (len(there.title), len(there.body)) == (256, 65536)


def test_a_branch_without_a_commit_of_its_own_is_refused_in_words(shop: Shop) -> None:
    shop.engineer.git("push", "-q", "-f", "origin", f"main:{BRANCH}")
    refused = refusal(shop, DRAFT)
    assert str(refused).startswith("No pull request was opened: main has everything that is on")
    assert refused.words == f"Validation Failed: No commits between main and {BRANCH}"


@pytest.mark.parametrize("side", ["head", "base"])
def test_a_branch_that_github_does_not_have_is_named(shop: Shop, side: str) -> None:
    draft = replace(DRAFT, head="lost") if side == "head" else replace(DRAFT, base="lost")
    assert "GitHub has no branch lost." in str(refusal(shop, draft))


def test_a_lost_reply_is_in_doubt_and_settled_by_asking_again(shop: Shop) -> None:
    shop.github.lose_next_reply()
    with pytest.raises(ExternalIndeterminate):
        shop.forge.open(shop.service, DRAFT)
    found = shop.forge.find(shop.service, head=BRANCH, base="main")
    assert found is not None
    assert shop.forge.open(shop.service, DRAFT) == found
    assert len(shop.github.pulls(NAME)) == 1


def test_a_lost_reply_to_a_label_does_not_hide_the_pull_request(shop: Shop) -> None:
    shop.github.lose_next_reply("POST", "/labels")
    pull = shop.forge.open(shop.service, replace(DRAFT, labels=("hotfix",)))
    assert pull.number == 1
    assert pull.notes[0].startswith("It may lack the labels hotfix: GitHub did not answer")


def test_nothing_is_found_where_there_is_nothing(shop: Shop) -> None:
    assert shop.forge.find(shop.service, head=BRANCH, base="main") is None


def test_what_was_closed_unmerged_does_not_count(shop: Shop) -> None:
    shop.forge.open(shop.service, DRAFT)
    shop.github.close_pull(NAME, 1)
    assert shop.forge.find(shop.service, head=BRANCH, base="main") is None
    assert shop.forge.open(shop.service, DRAFT).number == 2


def test_what_was_merged_is_found(shop: Shop) -> None:
    shop.forge.open(shop.service, DRAFT)
    shop.github.merge(NAME, 1)
    found = shop.forge.find(shop.service, head=BRANCH, base="main")
    assert found is not None
    assert (found.state, found.merged) == (PullState.MERGED, shop.tip("main"))


def test_the_newest_of_many_is_found_across_pages(shop: Shop) -> None:
    shop.github.longest_page = 2
    for number in range(1, 6):
        shop.forge.open(shop.service, DRAFT)
        shop.github.close_pull(NAME, number)
    shop.github.pulls(NAME)[0].merged_at = shop.github.now()
    shop.github.pulls(NAME)[0].merged_sha = shop.tip("main")
    found = shop.forge.find(shop.service, head=BRANCH, base="main")
    assert found is not None
    assert found.number == 1


def test_a_renamed_repository_is_found_under_its_old_name(shop: Shop) -> None:
    shop.github.rename(NAME, "acme/store")
    pull = shop.forge.open(shop.service, replace(DRAFT, labels=("hotfix",)))
    assert pull.url.endswith("/acme/store/pull/1")
    assert shop.forge.find(shop.service, head=BRANCH, base="main") == pull


@pytest.mark.parametrize(
    "text", ["--force", "a\nb", "\u202eevil", "<!channel> *x*", "$(id)", "é" * 50, "\x00"]
)
def test_words_of_people_arrive_as_they_are(shop: Shop, text: str) -> None:
    pull = shop.forge.open(shop.service, replace(DRAFT, title=f"Fix {text}", body=text))
    assert pull.title == f"Fix {text}"
    assert shop.github.pull(NAME).body == text
