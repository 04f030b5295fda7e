"""Issues through the adapter: found by their mark, and each trouble told as the port wants it."""

from datetime import timedelta

import pytest

from chatops.adapters.github.issues import GithubIssues, NoIssues
from chatops.application.ports.external import ExternalBusy, ExternalIndeterminate, ExternalRefused
from chatops.application.ports.tracker import Closing, IssueDraft
from tests.github.conftest import NAME, NOW, Shop

DRAFT = IssueDraft(title="Alert", body="Why.\n\n<!-- mark -->", labels=("incident",))
CLOSING = Closing(words="Done. <!-- over -->", mark="<!-- over -->", unwanted=False)
BEFORE = NOW - timedelta(hours=1)


@pytest.fixture
def issues(shop: Shop) -> GithubIssues:
    return GithubIssues(shop.clients)


def test_an_issue_is_found_by_its_mark_and_pull_requests_are_none(
    shop: Shop, issues: GithubIssues
) -> None:
    shop.github.open(NAME, head="hotfix/null-cart", base="main", body="<!-- mark -->")
    assert issues.find(shop.service, "<!-- mark -->", since=BEFORE) is None
    made = issues.open(shop.service, DRAFT)
    assert issues.find(shop.service, "<!-- mark -->", since=BEFORE) == made
    assert issues.find(shop.service, "<!-- other -->", since=BEFORE) is None


def test_of_several_with_a_mark_the_oldest_is_meant(shop: Shop, issues: GithubIssues) -> None:
    shop.github.longest_page = 1
    first = issues.open(shop.service, DRAFT)
    issues.open(shop.service, DRAFT)
    assert issues.find(shop.service, "<!-- mark -->", since=BEFORE) == first


def test_closing_twice_says_it_once(shop: Shop, issues: GithubIssues) -> None:
    made = issues.open(shop.service, DRAFT)
    for _ in range(2):
        issues.close(shop.service, made.url, CLOSING)
    issue = shop.github.issue(NAME)
    assert (issue.state, len(issue.comments)) == ("closed", 1)


def test_a_lost_reply_leaves_it_in_doubt_and_a_lost_request_too(
    shop: Shop, issues: GithubIssues
) -> None:
    shop.github.lose_next_reply()
    with pytest.raises(ExternalIndeterminate):
        issues.open(shop.service, DRAFT)
    assert len(shop.github.issues(NAME)) == 1


@pytest.mark.parametrize(
    ("status", "trouble"),
    [(502, ExternalIndeterminate), (403, ExternalRefused), (404, ExternalRefused)],
)
def test_each_trouble_of_a_write_is_told(
    shop: Shop, issues: GithubIssues, status: int, trouble: type[Exception]
) -> None:
    shop.github.answer_next(status, "No.", method="POST")
    with pytest.raises(trouble):
        issues.open(shop.service, DRAFT)


def test_limits_are_kept(shop: Shop, issues: GithubIssues) -> None:
    shop.github.limit_writes(timedelta(seconds=40))
    with pytest.raises(ExternalBusy) as refused:
        issues.open(shop.service, DRAFT)
    assert refused.value.retry_after == timedelta(seconds=40)


def test_issues_that_are_turned_off_are_said_to_be(shop: Shop, issues: GithubIssues) -> None:
    made = issues.open(shop.service, DRAFT)
    shop.github.named(NAME).has_issues = False
    with pytest.raises(NoIssues):
        issues.open(shop.service, DRAFT)
    with pytest.raises(NoIssues):
        issues.read(shop.service, made.url)
    with pytest.raises(NoIssues):
        issues.check(shop.service)


def test_a_right_that_lacks_is_told_with_what_to_do(shop: Shop, issues: GithubIssues) -> None:
    shop.github.account("chatops-bot", shop.clients.token(), without=("issues",))
    with pytest.raises(ExternalRefused, match="issues if they are the tracker"):
        issues.open(shop.service, DRAFT)


def test_a_deleted_issue_and_one_of_another_repository_are_told_apart(
    shop: Shop, issues: GithubIssues
) -> None:
    made = issues.open(shop.service, DRAFT)
    other = issues.read(shop.service, made.url.replace("shop", "other"))
    assert other is not None
    assert other.elsewhere
    shop.github.issue(NAME).deleted = True
    assert issues.read(shop.service, made.url) is None


def test_a_repository_that_was_renamed_is_followed(shop: Shop, issues: GithubIssues) -> None:
    made = issues.open(shop.service, DRAFT)
    shop.github.rename(NAME, "acme/store")
    found = issues.read(shop.service, made.url)
    assert found is not None
    assert found.url.endswith("/acme/store/issues/1")
    assert not found.elsewhere
    again = issues.read(shop.service, found.url)
    assert again == found
