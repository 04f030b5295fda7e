"""Pull requests on GitHub: how they stand, merging them, and why one was not merged."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from itertools import islice
from typing import Final

from github.CommitStatus import CommitStatus
from github.GithubObject import NotSet
from github.PaginatedList import PaginatedList
from github.PullRequest import PullRequest
from github.PullRequestReview import PullRequestReview
from github.Repository import Repository

from chatops.adapters.github.errors import GithubRefused, NotGithubs, translated
from chatops.application.ports.external import (
    ExternalBusy,
    ExternalError,
    ExternalIndeterminate,
    ExternalRefused,
    Pull,
    PullRequestDraft,
    PullState,
)
from chatops.clock import Clock
from chatops.domain.playbook.pipeline import MergeWay

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


#: More pull requests between two branches than this are not looked through.
_MOST_EARLIER: Final = 200
_TEAM: Final = "team:"
#: What GitHub takes, in characters; a hotfix does not fail for want of a shorter text.
_LONGEST_TITLE: Final = 256
_LONGEST_BODY: Final = 65536


class NothingBetween(ExternalRefused):
    """There is no difference to make a pull request of."""

    def __init__(self, draft: PullRequestDraft, words: str) -> None:
        super().__init__(
            f"No pull request was opened: {draft.base} has everything that is on {draft.head} "
            "already. Push the fix first.",
            words,
        )


class NoSuchHead(ExternalRefused):
    """GitHub does not have a branch of the pull request."""

    def __init__(self, draft: PullRequestDraft, field: str, words: str) -> None:
        name = draft.head if field == "head" else draft.base
        super().__init__(
            f"No pull request was opened: GitHub has no branch {name}. Push it, or name another.",
            words,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Opens pull requests in one repository."""

    repository: Repository
    clock: Clock

    def find(self, *, head: str, base: str, state: str) -> Iterator[PullRequest]:
        """Pull requests between two branches of this repository itself, newest first."""
        owner = self.repository.full_name.partition("/")[0]
        listed = self.repository.get_pulls(
            state=state, sort="created", direction="desc", base=base, head=f"{owner}:{head}"
        )
        for each in islice(listed, _MOST_EARLIER):
            # A fork's branch may have the same name.
            ours = each.head.repo is not None and each.head.repo.id == self.repository.id
            if ours and (each.head.ref, each.base.ref) == (head, base):
                yield each

    def open(self, draft: PullRequestDraft) -> tuple[PullRequest, tuple[str, ...]]:
        """The one that is open, or a new one; and what people should know of it.

        Raises:
            ExternalBusy, ExternalIndeterminate, ExternalRefused
        """
        there = self._there(draft)
        pull, notes = (there, ()) if there else self._create(draft)
        return pull, (*notes, *self._label(pull, draft), *self._ask(pull, draft))

    def _there(self, draft: PullRequestDraft) -> PullRequest | None:
        return next(self.find(head=draft.head, base=draft.base, state="open"), None)

    def _create(self, draft: PullRequestDraft) -> tuple[PullRequest, tuple[str, ...]]:
        try:
            return self._created(draft, unfinished=draft.unfinished), ()
        except GithubRefused as refused:
            words = refused.words.lower()
            if "already exists" in words and (there := self._there(draft)):
                return there, ()
            if draft.unfinished and "draft" in words:
                note = "It is not marked as a draft: GitHub offers none in this repository."
                return self._created(draft, unfinished=False), (note,)
            raise _explained(draft, refused) from refused

    def _created(self, draft: PullRequestDraft, *, unfinished: bool) -> PullRequest:
        with translated(self.clock, self.repository.full_name, writes=True):
            made = self.repository.create_pull(
                base=draft.base,
                head=draft.head,
                title=draft.title[:_LONGEST_TITLE],
                body=draft.body[:_LONGEST_BODY],
                draft=unfinished,
            )
            if not made.number:
                raise NotGithubs
            return made

    def _label(self, pull: PullRequest, draft: PullRequestDraft) -> Iterator[str]:
        """Add the labels that it lacks; GitHub makes those that it does not know."""
        has = {label.name.casefold() for label in pull.labels}
        lacks = [label for label in draft.labels if label.casefold() not in has]
        if lacks:
            try:
                with translated(self.clock, f"pull request #{pull.number}", writes=True):
                    pull.add_to_labels(*lacks)
            except (ExternalRefused, ExternalIndeterminate) as trouble:
                yield f"It may lack the labels {', '.join(lacks)}: {_first(trouble)}"

    def _ask(self, pull: PullRequest, draft: PullRequestDraft) -> Iterator[str]:
        """Ask for reviews: all at once, or one after the other where somebody cannot be asked."""
        wanted = [name.removeprefix("@") for name in draft.reviewers]
        asked = set(_asked(pull)) if wanted else set()
        lacks = [name for name in wanted if _key(name) not in asked]
        if not lacks or self._requested(pull, lacks) is None:
            return
        for name in lacks:
            if trouble := self._requested(pull, [name]):
                yield f"{name} was not asked for a review: {_first(trouble)}"

    def _requested(self, pull: PullRequest, names: Iterable[str]) -> ExternalError | None:
        """Why they could not be asked; none if they are."""
        teams = [_key(name).removeprefix(_TEAM) for name in names if _is_team(name)]
        people = [name for name in names if not _is_team(name)]
        try:
            with translated(self.clock, f"pull request #{pull.number}", writes=True):
                pull.create_review_request(reviewers=people, team_reviewers=teams)
        except (ExternalRefused, ExternalIndeterminate) as trouble:
            return trouble
        return None


def _asked(pull: PullRequest) -> Iterator[str]:
    """Who need not be asked: those who were, those who answered, and the author."""
    yield _key(pull.user.login)
    yield from (_key(person.login) for person in pull.requested_reviewers)
    yield from (f"{_TEAM}{team.slug.casefold()}" for team in pull.requested_teams)
    yield from (
        _key(each.user.login) for each in islice(pull.get_reviews(), _MOST_EARLIER) if each.user
    )


def _is_team(name: str) -> bool:
    """Whether it names a team: ``acme/leads`` or ``team:leads``."""
    return "/" in name or name.startswith(_TEAM)


def _key(name: str) -> str:
    """A name as it is compared: GitHub does not tell capitals from others."""
    short = name.removeprefix(_TEAM).rpartition("/")[2].casefold()
    return f"{_TEAM}{short}" if _is_team(name) else short


def _explained(draft: PullRequestDraft, refused: GithubRefused) -> ExternalRefused:
    words = refused.words.lower()
    if "no commits between" in words:
        return NothingBetween(draft, refused.words)
    for field in ("head", "base"):
        if f"{field} is invalid" in words or f"{field} is missing" in words:
            return NoSuchHead(draft, field, refused.words)
    return refused


def _first(trouble: ExternalError) -> str:
    """The other side's own words, or else ours."""
    return getattr(trouble, "words", "") or str(trouble)


_METHODS: Final = {MergeWay.MERGE: "merge", MergeWay.NO_FF: "merge", MergeWay.SQUASH: "squash"}
#: How long GitHub takes to find out whether something can be merged.
_SOON: Final = timedelta(seconds=5)
_OTHER_WAY: Final = (
    "the repository does not allow this way of merging. Allow it in the settings of the "
    "repository, or choose another way in the playbook."
)
_RULES: Final = (
    ("draft", "it is a draft. Mark it as ready on GitHub, then try again."),
    (
        "commits are not allowed",
        _OTHER_WAY,
    ),
    (
        "merges are not allowed",
        _OTHER_WAY,
    ),
    (
        "merge queue",
        "its target takes pull requests from the merge queue alone. Add it to the queue on GitHub.",
    ),
    (
        "approving review",
        "the rules for its target want a review that approves it. Ask for one, then try again.",
    ),
    ("review", "the rules for its target want its reviews settled first."),
    (
        "status check",
        "the rules for its target want checks to pass first. Wait for them, or mend them.",
    ),
    ("conversation", "the rules for its target want every conversation in it resolved first."),
    ("signature", "the rules for its target want every commit of it signed."),
)
_PROTECTED: Final = (
    "the rules for its target do not let the bot merge it. Merge it on GitHub yourself, or let "
    "the bot through in the rules."
)


class NotMerged(ExternalRefused):
    """A pull request was not merged."""

    def __init__(self, number: int, reason: str, words: str = "") -> None:
        super().__init__(f"#{number} was not merged: {reason}", words)


class HeadMoved(NotMerged):
    """Something else than what was approved would have been merged."""

    def __init__(self, pull: Pull, sha: str) -> None:
        super().__init__(
            pull.number,
            f"its branch has moved from {sha:.10} to {pull.head:.10}. Look at what came to it, "
            "and have it approved again.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Merging:
    """What is to be merged, and how."""

    way: MergeWay
    sha: str
    message: str

    def do(self, found: PullRequest, pull: Pull, clock: Clock) -> Pull:
        """Merge exactly the commit that is meant.

        Raises:
            GithubRefused: ``explained`` tells why.
            ExternalBusy, ExternalIndeterminate, ExternalRefused
        """
        title, _, body = self.message.strip().partition("\n")
        with translated(clock, f"pull request #{pull.number}", writes=True):
            done = found.merge(
                commit_title=title or NotSet,
                commit_message=body.strip() if title else NotSet,
                merge_method=_METHODS[self.way],
                sha=self.sha,
            )
            if not (done.merged and done.sha):
                raise NotGithubs
        return replace(pull, state=PullState.MERGED, merged=done.sha, mergeable=None)

    def hindrance(self, pull: Pull) -> ExternalRefused | None:
        """What can be said before GitHub is asked."""
        if pull.state is PullState.CLOSED:
            reason = "it is closed. Open it again on GitHub, or start the step anew."
            return NotMerged(pull.number, reason)
        return HeadMoved(pull, self.sha) if pull.head != self.sha else None

    def explained(self, pull: Pull, refused: GithubRefused) -> ExternalError:
        """Why GitHub did not merge what looks like ``pull`` now."""
        words = refused.words.lower()
        if hindrance := self.hindrance(pull):
            return hindrance
        if refused.status == HTTPStatus.CONFLICT or "base branch was modified" in words:
            why = f"#{pull.number} was not merged: others merged at the same moment"
            return ExternalBusy(why, _SOON)
        if "not mergeable" in words and pull.mergeable is None:
            why = f"#{pull.number} was not merged: GitHub is still finding out whether it can be"
            return ExternalBusy(why, _SOON)
        if refused.status not in {HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.UNPROCESSABLE_ENTITY}:
            return refused
        return NotMerged(pull.number, _reason(pull, words), refused.words)


def _reason(pull: Pull, words: str) -> str:
    if pull.mergeable is False:
        return (
            f"it conflicts with {pull.base}. Bring {pull.base} into {pull.head_branch}, settle the "
            "conflict there, and have it approved again."
        )
    return next((reason for sign, reason in _RULES if sign in words), _PROTECTED)
