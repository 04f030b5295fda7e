"""Opens pull requests on GitHub: finds the one that is there, and asks people to look at it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from github.PullRequest import PullRequest
from github.Repository import Repository

from chatops.adapters.gitops.github_trouble import GithubRefused, NotGithubs, translated
from chatops.application.ports.external import Draft, WorkDoubt, WorkRefused, WorkTrouble
from chatops.clock import Clock

#: More pull requests between two branches than this are not looked through.
_MOST: Final = 200
_TEAM: Final = "team:"
#: What GitHub takes, in characters; a hotfix does not fail for want of a shorter text.
_LONGEST_TITLE: Final = 256
_LONGEST_BODY: Final = 65536


class NothingToBring(WorkRefused):
    """There is no difference to make a pull request of."""

    def __init__(self, draft: Draft, words: str) -> None:
        super().__init__(
            f"No pull request was opened: {draft.base} has everything that is on {draft.head} "
            "already. Push the fix first.",
            words,
        )


class NoSuchBranch(WorkRefused):
    """GitHub does not have a branch of the pull request."""

    def __init__(self, draft: Draft, field: str, words: str) -> None:
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
        for each in islice(listed, _MOST):
            # A fork's branch may have the same name.
            ours = each.head.repo is not None and each.head.repo.id == self.repository.id
            if ours and (each.head.ref, each.base.ref) == (head, base):
                yield each

    def open(self, draft: Draft) -> tuple[PullRequest, tuple[str, ...]]:
        """The one that is open, or a new one; and what people should know of it.

        Raises:
            WorkLater, WorkDoubt, WorkRefused
        """
        there = self._there(draft)
        pull, notes = (there, ()) if there else self._create(draft)
        return pull, (*notes, *self._label(pull, draft), *self._ask(pull, draft))

    def _there(self, draft: Draft) -> PullRequest | None:
        return next(self.find(head=draft.head, base=draft.base, state="open"), None)

    def _create(self, draft: Draft) -> tuple[PullRequest, tuple[str, ...]]:
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

    def _created(self, draft: Draft, *, unfinished: bool) -> PullRequest:
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

    def _label(self, pull: PullRequest, draft: Draft) -> Iterator[str]:
        """Add the labels that it lacks; GitHub makes those that it does not know."""
        has = {label.name.casefold() for label in pull.labels}
        lacks = [label for label in draft.labels if label.casefold() not in has]
        if lacks:
            try:
                with translated(self.clock, f"pull request #{pull.number}", writes=True):
                    pull.add_to_labels(*lacks)
            except (WorkRefused, WorkDoubt) as trouble:
                yield f"It may lack the labels {', '.join(lacks)}: {_first(trouble)}"

    def _ask(self, pull: PullRequest, draft: Draft) -> Iterator[str]:
        """Ask for reviews: all at once, or one after the other where somebody cannot be asked."""
        wanted = [name.removeprefix("@") for name in draft.reviewers]
        asked = set(_asked(pull)) if wanted else set()
        lacks = [name for name in wanted if _key(name) not in asked]
        if not lacks or self._requested(pull, lacks) is None:
            return
        for name in lacks:
            if trouble := self._requested(pull, [name]):
                yield f"{name} was not asked for a review: {_first(trouble)}"

    def _requested(self, pull: PullRequest, names: Iterable[str]) -> WorkTrouble | None:
        """Why they could not be asked; none if they are."""
        teams = [_key(name).removeprefix(_TEAM) for name in names if _is_team(name)]
        people = [name for name in names if not _is_team(name)]
        try:
            with translated(self.clock, f"pull request #{pull.number}", writes=True):
                pull.create_review_request(reviewers=people, team_reviewers=teams)
        except (WorkRefused, WorkDoubt) as trouble:
            return trouble
        return None


def _asked(pull: PullRequest) -> Iterator[str]:
    """Who need not be asked: those who were, those who answered, and the author."""
    yield _key(pull.user.login)
    yield from (_key(person.login) for person in pull.requested_reviewers)
    yield from (f"{_TEAM}{team.slug.casefold()}" for team in pull.requested_teams)
    yield from (_key(each.user.login) for each in islice(pull.get_reviews(), _MOST) if each.user)


def _is_team(name: str) -> bool:
    """Whether it names a team: ``acme/leads`` or ``team:leads``."""
    return "/" in name or name.startswith(_TEAM)


def _key(name: str) -> str:
    """A name as it is compared: GitHub does not tell capitals from others."""
    short = name.removeprefix(_TEAM).rpartition("/")[2].casefold()
    return f"{_TEAM}{short}" if _is_team(name) else short


def _explained(draft: Draft, refused: GithubRefused) -> WorkRefused:
    words = refused.words.lower()
    if "no commits between" in words:
        return NothingToBring(draft, refused.words)
    for field in ("head", "base"):
        if f"{field} is invalid" in words or f"{field} is missing" in words:
            return NoSuchBranch(draft, field, refused.words)
    return refused


def _first(trouble: WorkTrouble) -> str:
    """The other side's own words, or else ours."""
    return getattr(trouble, "words", "") or str(trouble)
