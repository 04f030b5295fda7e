"""The port to storage: one transaction holds state, promises and effects together."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from chatops.domain.analytics.metrics import IncidentRecord
from chatops.domain.errors import StorageError
from chatops.domain.hotfix.model import Hotfix
from chatops.domain.incident.model import Incident
from chatops.domain.incident.timeline import Entry
from chatops.domain.messages.effects import Effect
from chatops.domain.playbook.policy import Snapshot
from chatops.domain.postmortem.model import PostMortem
from chatops.domain.promises.model import Promise
from chatops.domain.tasks import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which incidents are meant; only what ``viewer`` may see is ever found.

    ``viewer`` none is the public, ``everything`` is the bot itself, which alone may look into
    every ``team`` (none). Newest first; ``before`` is the id where the page before ended.
    ``words`` stand in the title or in the reference, in whatever case. ``drills`` says whether
    drills alone are meant, or (false) none of them.
    """

    team: str | None
    viewer: str | None = None
    everything: bool = False
    running_only: bool = False
    not_closed: bool = False
    closed_only: bool = False
    involving: str | None = None
    reference: str | None = None
    severity: str | None = None
    words: str | None = None
    before: int | None = None
    drills: bool | None = None
    limit: int = 20

    def __post_init__(self) -> None:
        if self.team is None and not self.everything:
            message = "only the bot itself looks into every team"
            raise ValueError(message)


__all__ = ["Search", "StorageError"]  # those who use a store meet them


class Incidents(Protocol):
    """All incidents."""

    def add(self, incident: Incident) -> Incident:
        """Store a new one; gives it its id and saves it as version 1."""
        ...

    def next_number(self, team: str, year: int, *, drill: bool = False) -> int:
        """Take the year's next number; without gaps, and never the same twice.

        Drills are counted by themselves, below nought: -1, -2 and so on.
        """
        ...

    def get(self, id: int) -> Incident:  # noqa: A002 - it is the id
        """Load one and, in a writing transaction, hold it until the commit.

        Raises:
            UnknownIncident
        """
        ...

    def in_channel(self, channel: str) -> Incident | None:
        """The incident that lives in a channel; held like ``get``."""
        ...

    def find(self, search: Search) -> Sequence[Incident]: ...

    def save(self, incident: Incident) -> Incident:
        """Store a change; returns it with its version counted up."""
        ...


class Hotfixes(Protocol):
    """All hotfixes. Who changes one holds its incident first."""

    def add(self, hotfix: Hotfix) -> Hotfix:
        """Store a new one under its incident's next number (the number given is ignored)."""
        ...

    def get(self, id: int) -> Hotfix:  # noqa: A002 - it is the id
        """Load one and, in a writing transaction, hold it until the commit.

        Raises:
            UserError
        """
        ...

    def of(self, incident: int) -> Sequence[Hotfix]:
        """An incident's, by number."""
        ...

    def find_open(self, *, limit: int) -> Sequence[Hotfix]:
        """Those that run or still owe a backport, in every team, oldest first."""
        ...

    def save(self, hotfix: Hotfix) -> Hotfix:
        """Store a change; returns it with its version counted up."""
        ...


class Timeline(Protocol):
    """All timelines, append-only."""

    def add(self, entry: Entry) -> Entry | None:
        """Append, sealed; none if its source is on this incident's timeline already."""
        ...

    def of(self, incident: int, *, limit: int | None = None) -> Sequence[Entry]:
        """As written, oldest first; with ``limit`` the newest so many."""
        ...

    def get(self, id: int) -> Entry | None: ...  # noqa: A002 - it is the id

    def has(self, incident: int, source: str) -> bool:
        """Whether something from a source is on an incident's timeline."""
        ...


class Promises(Protocol):
    """All promises."""

    def of(self, incident: int) -> Sequence[Promise]:
        """Every promise of an incident, by due time."""
        ...

    def get(self, incident: int, key: str) -> Promise | None: ...

    def put(self, promise: Promise) -> Promise:
        """Store a new one, or the new state of the one with the same incident and key."""
        ...

    def claim(self, now: datetime, *, limit: int) -> Sequence[Promise]:
        """Open ones whose ``wake_at`` has come, oldest first, held until the commit.

        Ones that another transaction holds are left out, and so are those whose incident it
        holds. Comes with the incidents held as by ``Incidents.get``.
        """
        ...

    def due_of(self, owners: Collection[str], now: datetime) -> Sequence[Promise]:
        """What else of theirs is to be looked at now, held as by ``claim``."""
        ...

    def next_wake(self) -> datetime | None:
        """When the loop looks next at one that is open."""
        ...

    def open_of_team(self, team: str, *, limit: int) -> Sequence[Promise]:
        """What is owed anywhere, by due time."""
        ...


class Outbox(Protocol):
    """Effects waiting to be done, and what became of the others."""

    def add(self, effect: Effect) -> bool:
        """Write one down; false (and nothing written) if its key is there already."""
        ...

    def claim(self, now: datetime, *, lease: timedelta, limit: int) -> Sequence[Effect]:
        """Start the first unfinished effect of each lane that is due.

        Also those found running with their lease over: they come back doubtful. Returned as
        ``Effect.started`` makes them; skips what another transaction holds.
        """
        ...

    def complete(self, effect: Effect) -> bool:
        """Store an outcome; false if another worker has taken the effect over since."""
        ...

    def get(self, id: int) -> Effect | None: ...  # noqa: A002 - it is the id

    def failed(self, incident: int) -> Sequence[Effect]:
        """What was given up of an incident, oldest first."""
        ...

    def next_due(self) -> datetime | None:
        """When the earliest waiting effect may be done."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Where a message of ours stands, and the version of the state that it shows."""

    key: str
    channel: str
    ts: str
    version: int = 0


class SentMessages(Protocol):
    """Where our messages stand in the chat."""

    def remember(self, sent: Sent) -> None: ...

    def find(self, key: str) -> Sent | None: ...

    def at(self, channel: str, ts: str) -> Sent | None: ...


class Tasks(Protocol):
    """All tasks."""

    def add(self, task: Task) -> Task:
        """Store a new one under its incident's next number (the number given is ignored)."""
        ...

    def of(self, incident: int) -> Sequence[Task]: ...

    def put(self, task: Task) -> None: ...

    def at(self, url: str) -> Task | None:
        """The task that stands in a tracker under an address."""
        ...


class PostMortems(Protocol):
    """All post-mortems. Who changes one holds its incident first."""

    def get(self, incident: int) -> PostMortem | None: ...

    def save(self, post_mortem: PostMortem) -> PostMortem:
        """Store a new one or a change; returns it with its version counted up."""
        ...


class Deliveries(Protocol):
    """What Slack has delivered, so that nothing is taken twice."""

    def is_first(self, key: str, now: datetime) -> bool:
        """Note a delivery; false if it was noted before."""
        ...

    def forget(self, before: datetime) -> int: ...


class Alerts(Protocol):
    """Which incident an alert belongs to."""

    def hold(self, team: str, key: str) -> int | None:
        """The newest incident of an alert's key; nobody else holds the key until the commit."""
        ...

    def link(self, team: str, key: str, incident: int) -> None:
        """Let a held key belong to an incident from now on."""
        ...


class MetricsStore(Protocol):
    """What is counted, over many incidents at once."""

    def cases(
        self, team: str, viewer: str | None, *, since: datetime, until: datetime, now: datetime
    ) -> Sequence[IncidentRecord]:
        """The incidents declared from ``since`` until just before ``until``, without drills.

        Only what ``viewer`` may see is among them; none is the public. A promise that is open past
        its time at ``now`` counts as broken.
        """
        ...


class Snapshots(Protocol):
    """Playbooks as they were, by digest."""

    def keep(self, snapshot: Snapshot) -> None: ...

    def get(self, digest: str) -> Snapshot: ...


class UnitOfWork(Protocol):
    """One transaction over everything that is stored."""

    @property
    def incidents(self) -> Incidents: ...
    @property
    def hotfixes(self) -> Hotfixes: ...
    @property
    def timeline(self) -> Timeline: ...
    @property
    def promises(self) -> Promises: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def messages(self) -> SentMessages: ...
    @property
    def tasks(self) -> Tasks: ...
    @property
    def post_mortems(self) -> PostMortems: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def alerts(self) -> Alerts: ...
    @property
    def figures(self) -> MetricsStore: ...
    @property
    def snapshots(self) -> Snapshots: ...


class Storage(Protocol):
    """Opens transactions."""

    def writing(self) -> AbstractContextManager[UnitOfWork]:
        """Commit at the end, or undo everything on an error."""
        ...

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """Look, and change nothing."""
        ...
