"""Merges pull requests on GitHub, and explains in plain words why one was not merged."""

from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from github.GithubObject import NotSet
from github.PullRequest import PullRequest

from chatops.adapters.github.errors import GithubRefused, NotGithubs, translated
from chatops.application.ports.external import (
    ExternalBusy,
    ExternalError,
    ExternalRefused,
    Pull,
    PullState,
)
from chatops.clock import Clock
from chatops.domain.playbook.pipeline import MergeWay

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
