"""The port to trackers, where action items stand as issues."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chatops.domain.services import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueDraft:
    """An issue as it is to read; ``assignees`` are names in the tracker."""

    title: str
    body: str
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue as the tracker has it.

    ``closed_by`` is a name in the tracker. ``unwanted`` says that it was closed because nobody is
    to do it. ``elsewhere``: it was moved out of the tracker, to ``url``.
    """

    url: str
    title: str
    body: str
    closed: bool = False
    unwanted: bool = False
    closed_by: str = ""
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The end of an issue, and what is said there once; ``mark`` tells that it was said."""

    words: str
    mark: str
    unwanted: bool


class Tracker(Protocol):
    """A server that has issues.

    Raises everywhere: ExternalBusy, ExternalIndeterminate, ExternalRefused.
    """

    def find(self, service: Service, mark: str, *, since: datetime) -> Issue | None:
        """The oldest issue made since then that carries a mark in its body, open or closed."""
        ...

    def open(self, service: Service, draft: IssueDraft) -> Issue:
        """Make one; who is in doubt whether it was made looks for it first."""
        ...

    def read(self, service: Service, url: str) -> Issue | None:
        """An issue as it is now; none if it is gone."""
        ...

    def update(self, service: Service, url: str, draft: IssueDraft) -> Issue:
        """Bring its title, body, labels and assignees up to date."""
        ...

    def close(self, service: Service, url: str, closing: Closing) -> None:
        """Say why, unless that was said, and close it."""
        ...

    def check(self, service: Service) -> None:
        """Look whether issues can be kept there. Raises ExternalRefused where they cannot."""
        ...


class Trackers(Protocol):
    """The trackers of services."""

    def of(self, service: Service) -> Tracker | None:
        """The tracker of a service, or none without issues. Raises ExternalRefused."""
        ...


class NoTrackers:
    """Where there is no way to any tracker."""

    def of(self, service: Service) -> Tracker | None:
        del service
        return None
