"""Reads what pages show from the store, each for one pair of eyes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chatops.application.hotfix.session import HotfixSession
from chatops.application.hotfix.views import StepLine, step_line
from chatops.application.pages.public import PublicStatus, public_status
from chatops.application.ports.storage import Search, UnitOfWork
from chatops.application.promises.due_list import DueItem, due_items
from chatops.application.session import IncidentSession, Sessions
from chatops.domain.errors import UnknownIncident
from chatops.domain.hotfix.model import Hotfix
from chatops.domain.incident.model import Incident
from chatops.domain.incident.timeline import Entry, current
from chatops.domain.playbook.policy import Playbook
from chatops.domain.promises.model import Promise
from chatops.domain.tasks import Task

#: Lines of history on a page.
PAGE_LENGTH = 50
_MOST_OPEN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEntry:
    """An entry of the timeline as it reads now, and how it read before it was corrected."""

    entry: Entry
    earlier: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HotfixShown:
    """A hotfix with its steps, each against its budget."""

    fix: Hotfix
    steps: tuple[StepLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    """Everything about an incident that its page shows; ``entries`` are as they were written."""

    incident: Incident
    playbook: Playbook
    promises: tuple[Promise, ...]
    tasks: tuple[Task, ...]
    hotfixes: tuple[HotfixShown, ...]
    entries: tuple[Entry, ...]

    @property
    def story(self) -> tuple[ShownEntry, ...]:
        """The timeline as it reads now, with what was corrected."""
        wordings: dict[int, list[Entry]] = {}
        for entry in self.entries:
            wordings.setdefault(entry.replaces or entry.id, []).append(entry)
        return tuple(
            ShownEntry(entry=entry, earlier=tuple(wordings[entry.replaces or entry.id][:-1]))
            for entry in current(self.entries)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFilter:
    """Which incidents somebody wants to see; empty where they do not mind."""

    state: str = ""
    severity: str = ""
    words: str = ""
    before: int | None = None

    @property
    def narrowed(self) -> bool:
        return bool(self.state or self.severity or self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of incidents: the open ones on the first page, then history.

    ``next`` is where the next page begins; none on the last one.
    """

    open: tuple[Incident, ...]
    closed: tuple[Incident, ...]
    next: int | None


class Pages:
    """Answers what web pages ask."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def status(self, *, team: str, now: datetime) -> PublicStatus:
        """What everybody may know."""
        with self._sessions.storage.reading() as work:
            return public_status(work, team, now)

    def severities(self) -> Sequence[tuple[str, str]]:
        """The severities in force, by key and label."""
        return tuple((each.key, each.label) for each in self._sessions.playbook.severities)

    def listed(self, wanted: IncidentFilter, *, team: str, user: str) -> Listing:
        """The incidents that somebody wants to see, as far as they may; drills while they run."""
        severity, words = wanted.severity or None, wanted.words.strip() or None
        with self._sessions.storage.reading() as work:
            opened: Sequence[Incident] = ()
            closed: Sequence[Incident] = ()
            if wanted.state != "closed" and wanted.before is None:
                opened = work.incidents.find(
                    Search(
                        team=team,
                        viewer=user,
                        not_closed=True,
                        severity=severity,
                        words=words,
                        limit=_MOST_OPEN,
                    )
                )
            if wanted.state != "open":
                closed = work.incidents.find(
                    Search(
                        team=team,
                        viewer=user,
                        closed_only=True,
                        drills=False,
                        severity=severity,
                        words=words,
                        before=wanted.before,
                        limit=PAGE_LENGTH + 1,
                    )
                )
        page = tuple(closed[:PAGE_LENGTH])
        more = len(closed) > PAGE_LENGTH
        return Listing(open=tuple(opened), closed=page, next=page[-1].id if more else None)

    def named(self, *, team: str, user: str, reference: str) -> int:
        """The id of the incident of that reference. Raises UnknownIncident, as ``record`` does."""
        with self._sessions.storage.reading() as work:
            return _named(work, team, user, reference).id

    def record(self, *, team: str, user: str, reference: str, now: datetime) -> IncidentPage:
        """Everything about one incident.

        Raises:
            UnknownIncident: there is none, or not for this person.
        """
        with self._sessions.storage.reading() as work:
            incident = _named(work, team, user, reference)
            session = self._sessions.within(work, incident, actor=user, now=now)
            return IncidentPage(
                incident=incident,
                playbook=session.playbook,
                promises=tuple(work.promises.of(incident.id)),
                tasks=tuple(work.tasks.of(incident.id)),
                hotfixes=tuple(_hotfixes(session)),
                entries=tuple(work.timeline.of(incident.id)),
            )

    def due(self, *, team: str, user: str, now: datetime) -> tuple[DueItem, ...]:
        """What is owed by whom, in all that the person may see."""
        with self._sessions.storage.reading() as work:
            return due_items(work, team, user, now, None)


def _named(work: UnitOfWork, team: str, user: str, reference: str) -> Incident:
    search = Search(team=team, viewer=user, reference=reference.strip(), limit=1)
    for incident in work.incidents.find(search):
        if incident.visible_to(user):
            return incident
    raise UnknownIncident(reference)


def _hotfixes(session: IncidentSession) -> Iterator[HotfixShown]:
    for fix in session.work.hotfixes.of(session.incident.id):
        hotfix = HotfixSession(session, fix)
        yield HotfixShown(fix=fix, steps=tuple(step_line(hotfix, run) for run in fix.steps))


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """Whom Slack vouches for, and in which workspace."""

    user: str
    team: str


class NotVouchedFor(Exception):
    """Slack does not vouch for whoever came back; ``str()`` says why, for the log."""


class IdentityProvider(Protocol):
    """Lets people in who can show that they are in the workspace."""

    def address(self, *, state: str, nonce: str) -> str:
        """Where a browser goes to sign in; it comes back with ``state`` and a code."""
        ...

    def identify(self, code: str, *, nonce: str) -> Identified:
        """Find out who came back with a code.

        Raises:
            NotVouchedFor: the code is worn out, or what stands behind it is not meant for us.
            ChatError
        """
        ...
