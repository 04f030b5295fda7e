"""Reads how a pull request stands on GitHub: its state, who approved what, which checks pass."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from typing import Final

from github.CommitStatus import CommitStatus
from github.PaginatedList import PaginatedList
from github.PullRequest import PullRequest
from github.PullRequestReview import PullRequestReview
from github.Repository import Repository

from chatops.adapters.gitops.github_trouble import GithubRefused, NotGithubs, translated
from chatops.application.ports.external import Pull, PullState
from chatops.clock import Clock

#: More reviews, checks or statuses of one pull request than this are not read.
_MOST: Final = 1000
#: Those whose word counts: on a public repository anybody may write a review.
_TRUSTED: Final = {"OWNER", "MEMBER", "COLLABORATOR"}
_OPINIONS: Final = {"APPROVED", "CHANGES_REQUESTED", "DISMISSED"}
_PENDING: Final = "pending"
_PASSED: Final = {"success", "neutral", "skipped"}
_UNSEEN: Final = "The bot's token may not read checks on GitHub: look at them there."
_WORDS: Final = {
    "failure": "failed",
    "error": "failed",
    "timed_out": "ran too long",
    "cancelled": "was cancelled",
    "action_required": "waits for a person",
    "startup_failure": "could not start",
    "stale": "was given up",
}
_HELD_BACK: Final = {
    "blocked": "GitHub's rules for the branch do not let it in yet.",
    "behind": "It must be brought up to date with its target first.",
    "draft": "It is a draft: mark it as ready on GitHub before it is merged.",
}


def read_pull(found: PullRequest, repository: Repository, clock: Clock, *notes: str) -> Pull:
    """Everything about one pull request; checks and rules matter while it is open."""
    state = _state(found)
    head = found.head.sha
    approved, unhappy, older = _opinions(found, head)
    is_open = state is PullState.OPEN
    checks = _checks(repository, head, clock) if is_open else _Checks()
    if is_open:
        notes = (*notes, *filter(None, [_HELD_BACK.get(found.mergeable_state)]))
    return Pull(
        number=found.number,
        url=found.html_url,
        title=found.title,
        state=state,
        head=head,
        head_branch=found.head.ref,
        base=found.base.ref,
        mergeable=found.mergeable if is_open else None,
        approved_by=tuple(approved),
        wants_changes=tuple(unhappy),
        failing=checks.failing,
        pending=checks.pending,
        merged=(found.merge_commit_sha or "") if state is PullState.MERGED else "",
        notes=(*notes, *older, *checks.notes),
    )


def _state(found: PullRequest) -> PullState:
    if found.merged:
        return PullState.MERGED
    return PullState.OPEN if found.state == "open" else PullState.CLOSED


def _opinions(found: PullRequest, head: str) -> tuple[list[str], list[str], list[str]]:
    """Who approved ``head``, who wants changes, and notes on approvals of something older."""
    newest = {
        review.user.login: review
        for review in islice(found.get_reviews(), _MOST)
        if _readable(review.state) in _OPINIONS and _counts(review)
    }
    approvals = [(name, each) for name, each in newest.items() if each.state == "APPROVED"]
    approved = [name for name, each in approvals if each.commit_id == head]
    older = [
        f"{name} approved {_short(each.commit_id)}, and it has changed since."
        for name, each in approvals
        if each.commit_id != head
    ]
    unhappy = [name for name, each in newest.items() if each.state == "CHANGES_REQUESTED"]
    return approved, unhappy, older


def _readable(text: str | None) -> str:
    """What stands in every entry of a list of GitHub's: an answer without it is somebody else's."""
    if not text:
        raise NotGithubs
    return text


def _short(commit: str | None) -> str:
    return commit[:10] if commit else "an older commit"


def _counts(review: PullRequestReview) -> bool:
    """Whether it is the review of somebody who is still there, and belongs to the team."""
    return review.user is not None and review.author_association in _TRUSTED


@dataclass(frozen=True, slots=True)
class _Checks:
    """What checks and statuses say of a commit: the names of those that pass are left out."""

    failing: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def _checks(repository: Repository, sha: str, clock: Clock) -> _Checks:
    """Ask for both kinds; a token that may not see them is no reason to stop."""
    try:
        with translated(clock, f"checks of {sha:.10}"):
            found = dict.fromkeys((*_runs(repository, sha), *_statuses(repository, sha)))
    except GithubRefused as refused:
        if refused.status != HTTPStatus.FORBIDDEN:
            raise
        return _Checks(notes=(_UNSEEN,))
    return _Checks(
        failing=tuple(
            f"{name} {_WORDS.get(outcome, outcome)}"
            for name, outcome in found
            if outcome not in {*_PASSED, _PENDING}
        ),
        pending=tuple(name for name, outcome in found if outcome == _PENDING),
    )


def _runs(repository: Repository, sha: str) -> Iterator[tuple[str, str]]:
    """The newest run of each check."""
    for run in islice(repository.get_commit(sha).get_check_runs(), _MOST):
        yield (
            _readable(run.name),
            run.conclusion or _PENDING if run.status == "completed" else _PENDING,
        )


def _statuses(repository: Repository, sha: str) -> Iterator[tuple[str, str]]:
    """The newest status of each sort: PyGithub's own way to them reads the first page alone."""
    url = f"{repository.url}/commits/{sha}/status"
    listed = PaginatedList(CommitStatus, repository.requester, url, list_item="statuses")
    for status in islice(listed, _MOST):
        yield _readable(status.context), _readable(status.state)
