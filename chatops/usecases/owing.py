"""Says what is owed by whom: one list for the command, for App Home and for the web page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from chatops.domain.errors import UnknownIncident
from chatops.domain.incident.model import Incident
from chatops.domain.incident.timeline import Entry, EntryKind
from chatops.domain.promises.model import OURS, Promise, PromiseKind, PromiseState
from chatops.domain.tasks import Task
from chatops.usecases.search import Search
from chatops.usecases.store import Work

_MOST = 200
_NEVER = datetime.max.replace(tzinfo=UTC)
_PUT_OFF = frozenset({EntryKind.SNOOZED, EntryKind.WAIVED})


class Share(StrEnum):
    """Whose it is, for the one who asks; the list has it in this order."""

    MINE = "mine"
    NOBODYS = "nobodys"
    OTHERS = "others"
    OURS = "ours"
    WAIVED = "waived"


_ORDER = tuple(Share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One line of what is owed: a promise or a task, and of which incident.

    ``ours`` says that the bot itself will do it when the time comes. ``put_off_by`` put it off
    until ``due_at``, or waived it, for the ``reason``.
    """

    incident: Incident
    name: str
    owner: str | None
    due_at: datetime | None
    overdue: bool
    ours: bool = False
    share: Share = Share.OTHERS
    put_off_by: str | None = None
    reason: str = ""
    promise: Promise | None = None
    task: Task | None = None


def what_is_owed(
    work: Work, team: str, user: str | None, now: datetime, incident: int | None
) -> tuple[Owed, ...]:
    """What is owed in one incident, or (none) in all that a person may see.

    First what is theirs, then what is nobody's, then what others owe, then what the bot does by
    itself; soonest first, and what has no time at the end. Of a single incident also what was
    waived. ``user`` none is the public. What comes in a drill is listed nowhere, and what is
    owed in one there alone.
    """
    seen = _Seen(work, user, drills=incident is not None)
    if incident is not None:
        promises = work.promises.of(incident) if seen.sees(incident) else ()
    else:
        search = Search(team=team, viewer=user, not_closed=True, drills=False, limit=_MOST)
        seen.known |= {each.id: each for each in work.incidents.find(search)}
        promises = work.promises.open_of_team(team, limit=_MOST)
    lines = [
        _promise_line(seen, promise, user, now)
        for promise in promises
        if promise.state in {PromiseState.OPEN, PromiseState.WAIVED}
        and promise.kind is not PromiseKind.INJECT
        and seen.sees(promise.incident)
    ]
    promised = {(line.incident.id, line.promise.key) for line in lines if line.promise is not None}
    lines += _tasks(seen, promised, user, now)
    return tuple(sorted(lines, key=_place))


def _place(line: Owed) -> tuple[int, datetime, int]:
    return (_ORDER.index(line.share), line.due_at or _NEVER, line.incident.id)


@dataclass(slots=True)
class _Seen:
    """The incidents that one person may see, each loaded once, with who put things off in them."""

    work: Work
    user: str | None
    drills: bool
    known: dict[int, Incident | None] = field(default_factory=dict)
    _entries: dict[int, tuple[Entry, ...]] = field(default_factory=dict)

    def sees(self, incident: int) -> bool:
        return self._load(incident) is not None

    def __getitem__(self, incident: int) -> Incident:
        found = self._load(incident)
        if found is None:
            raise UnknownIncident(incident)
        return found

    def _load(self, incident: int) -> Incident | None:
        if incident not in self.known:
            found = self.work.incidents.get(incident)
            shown = found.visible_to(self.user) and (self.drills or not found.drill)
            self.known[incident] = found if shown else None
        return self.known[incident]

    def put_off_by(self, promise: Promise) -> str | None:
        """Who snoozed or waived it, as the timeline has it."""
        if promise.incident not in self._entries:
            found = self.work.timeline.of(promise.incident, limit=_MOST)
            self._entries[promise.incident] = tuple(each for each in found if each.kind in _PUT_OFF)
        for entry in reversed(self._entries[promise.incident]):
            if entry.reason == promise.reason:
                return entry.actor
        return None


def _promise_line(seen: _Seen, promise: Promise, user: str | None, now: datetime) -> Owed:
    ours = promise.kind in OURS
    waived = promise.state is PromiseState.WAIVED
    share = Share.OURS if ours else _share(promise.owner, user)
    return Owed(
        incident=seen[promise.incident],
        name=promise.name,
        owner=promise.owner,
        due_at=promise.due_at,
        overdue=promise.overdue(now) and not ours,
        ours=ours,
        share=Share.WAIVED if waived else share,
        put_off_by=seen.put_off_by(promise) if promise.reason else None,
        reason=promise.reason,
        promise=promise,
    )


def _share(owner: str | None, user: str | None) -> Share:
    if owner is None:
        return Share.NOBODYS
    return Share.MINE if owner == user else Share.OTHERS


def _tasks(
    seen: _Seen, promised: set[tuple[int, str]], user: str | None, now: datetime
) -> Iterator[Owed]:
    """The open tasks; one with a promise of its own is listed as that."""
    for incident in seen.known.values():
        if incident is None:
            continue
        for task in seen.work.tasks.of(incident.id):
            if task.done_at is None and (incident.id, f"action:{task.number}") not in promised:
                yield _task_line(incident, task, user, now)


def _task_line(incident: Incident, task: Task, user: str | None, now: datetime) -> Owed:
    return Owed(
        incident=incident,
        name=f"task {task.number}: {task.text}",
        owner=task.owner,
        due_at=task.due_at,
        overdue=task.due_at is not None and task.due_at < now,
        share=_share(task.owner, user),
        task=task,
    )


def late(lines: tuple[Owed, ...]) -> int:
    """How much of it is overdue."""
    return sum(line.overdue for line in lines)


def by_share(lines: tuple[Owed, ...]) -> Mapping[Share, tuple[Owed, ...]]:
    """The lines of each share that has some."""
    shares = {share: tuple(each for each in lines if each.share is share) for share in Share}
    return {share: found for share, found in shares.items() if found}
