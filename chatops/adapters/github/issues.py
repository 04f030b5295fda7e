"""Issues on GitHub as the tracker of action items: found, made, changed and closed by its API."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from itertools import islice
from typing import Final

from github.Issue import Issue as Found
from github.Repository import Repository

from chatops.adapters.github.client import GithubClientFactory
from chatops.adapters.github.errors import GithubRefused, NotGithubs, translated
from chatops.application.ports.external import ExternalRefused
from chatops.application.ports.tracker import Closing, Issue, IssueDraft
from chatops.domain.services import Service, project_of

#: More issues, newest first, are not looked through for one that may have been made.
_MOST: Final = 1000
#: What GitHub takes, in characters.
_LONGEST_TITLE, _LONGEST_BODY = 256, 65536
_ADDRESS = re.compile(r"https?://[^/]+/(?P<project>[^/]+/[^/]+)/issues/(?P<number>\d{1,9})")
_UNWANTED: Final = {"not_planned", "duplicate"}
_GONE: Final = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


class NoIssueProject(ExternalRefused):
    """It is not known which repository has the issues."""

    def __init__(self, service: Service) -> None:
        super().__init__(
            f"which repository on GitHub has the issues of {service.name} cannot be told. Give it "
            "`project: owner/name` in chatops.yml"
        )


class NoIssues(ExternalRefused):
    """The repository has no issues."""

    def __init__(self, project: str) -> None:
        super().__init__(
            f"{project} has its issues turned off. Turn them on in its settings on GitHub, under "
            "Features, or name another service under tracker in chatops.yml"
        )


class GithubIssues:
    """Issues on GitHub; each call is one connection, so any thread may make it."""

    def __init__(self, clients: GithubClientFactory) -> None:
        self._clients = clients
        self._clock = clients.clock

    def find(self, service: Service, mark: str, *, since: datetime) -> Issue | None:
        with self._repository(service) as repository:
            self._must_have_issues(repository)
            listed = repository.get_issues(
                state="all", sort="created", direction="desc", since=since
            )
            with translated(self._clock, f"issues of {repository.full_name}"):
                found = [
                    each
                    for each in islice(listed, _MOST)
                    if each.pull_request is None and mark in (each.body or "")
                ]
            return _issue(found[-1], repository) if found else None

    def open(self, service: Service, draft: IssueDraft) -> Issue:
        with self._repository(service) as repository:
            self._must_have_issues(repository)
            try:
                return _issue(self._created(repository, draft, draft.assignees), repository)
            except GithubRefused as refused:
                if refused.status == HTTPStatus.GONE:
                    raise NoIssues(repository.full_name) from refused
                if not draft.assignees or refused.status != HTTPStatus.UNPROCESSABLE_ENTITY:
                    raise
                # Somebody who cannot be given issues there is no reason not to write it down.
                return _issue(self._created(repository, draft, ()), repository)

    def _created(
        self, repository: Repository, draft: IssueDraft, assignees: tuple[str, ...]
    ) -> Found:
        with translated(self._clock, f"issues of {repository.full_name}", writes=True):
            made = repository.create_issue(
                title=draft.title[:_LONGEST_TITLE],
                body=draft.body[-_LONGEST_BODY:],
                labels=list(draft.labels),
                assignees=list(assignees),
            )
            if not made.number:
                raise NotGithubs
            return made

    def read(self, service: Service, url: str) -> Issue | None:
        with self._repository(service) as repository:
            number = _number(url, service, repository)
            if number is None:
                return Issue(url=url, title="", body="", elsewhere=True)
            found = self._found(repository, number)
            return None if found is None else _issue(found, repository)

    def update(self, service: Service, url: str, draft: IssueDraft) -> Issue:
        with self._repository(service) as repository:
            found = self._must_find(repository, url, service)
            people = {each.login.casefold() for each in found.assignees}
            moved = people != {each.casefold() for each in draft.assignees}
            try:
                self._edit(found, draft, assignees=draft.assignees if moved else None)
            except GithubRefused as refused:
                if not moved or refused.status != HTTPStatus.UNPROCESSABLE_ENTITY:
                    raise
                self._edit(found, draft, assignees=None)
            return _issue(found, repository)

    def _edit(self, found: Found, draft: IssueDraft, *, assignees: tuple[str, ...] | None) -> None:
        people = {} if assignees is None else {"assignees": [*assignees]}
        # Doing it twice comes to the same: in doubt it is simply done again.
        with translated(self._clock, f"issue #{found.number}", writes=True):
            found.edit(
                title=draft.title[:_LONGEST_TITLE],
                body=draft.body[-_LONGEST_BODY:],
                labels=list(draft.labels),
                **people,  # type: ignore[arg-type]
            )

    def close(self, service: Service, url: str, closing: Closing) -> None:
        with self._repository(service) as repository:
            found = self._must_find(repository, url, service)
            with translated(self._clock, f"issue #{found.number}"):
                said = any(closing.mark in (each.body or "") for each in found.get_comments())
            with translated(self._clock, f"issue #{found.number}", writes=True):
                if not said:
                    found.create_comment(closing.words)
                reason = "not_planned" if closing.unwanted else "completed"
                found.edit(state="closed", state_reason=reason)

    def check(self, service: Service) -> None:
        with self._repository(service) as repository:
            self._must_have_issues(repository)

    @contextmanager
    def _repository(self, service: Service) -> Iterator[Repository]:
        """The repository under the name that it has now: it may have been renamed."""
        project = project_of(service)
        if not project:
            raise NoIssueProject(service)
        with self._clients.opened() as github:
            with translated(self._clock, project):
                repository = github.get_repo(project).complete()
                if not repository.id:
                    raise NotGithubs
            yield repository

    def _must_have_issues(self, repository: Repository) -> None:
        if not repository.has_issues:
            raise NoIssues(repository.full_name)

    def _found(self, repository: Repository, number: int) -> Found | None:
        """An issue; none if it is gone.

        Raises:
            NoIssues: all of them are gone for now, because they were turned off.
        """
        try:
            with translated(self._clock, f"issue #{number} in {repository.full_name}"):
                found = repository.get_issue(number).complete()
                if not found.number:
                    raise NotGithubs
                return found
        except GithubRefused as refused:
            if refused.status not in _GONE:
                raise
            self._must_have_issues(repository)
            return None

    def _must_find(self, repository: Repository, url: str, service: Service) -> Found:
        number = _number(url, service, repository)
        found = None if number is None else self._found(repository, number)
        if found is None:
            why = f"GitHub knows no issue at {url} any more"
            raise ExternalRefused(why)
        return found


def _number(url: str, service: Service, repository: Repository) -> int | None:
    """The number of an issue of this repository, under its name now or the one it is known by."""
    parts = _ADDRESS.fullmatch(url)
    names = {project_of(service).casefold(), repository.full_name.casefold()}
    return int(parts["number"]) if parts and parts["project"].casefold() in names else None


def _issue(found: Found, repository: Repository) -> Issue:
    parts = _ADDRESS.fullmatch(found.html_url)
    if parts is None:
        raise NotGithubs
    closed = found.state == "closed"
    return Issue(
        url=found.html_url,
        title=found.title or "",
        body=(found.body or "").replace("\r\n", "\n"),
        closed=closed,
        unwanted=closed and found.state_reason in _UNWANTED,
        closed_by=found.closed_by.login if closed and found.closed_by else "",
        labels=tuple(label.name for label in found.labels),
        assignees=tuple(person.login for person in found.assignees),
        elsewhere=parts["project"].casefold() != repository.full_name.casefold(),
    )
