"""Lists what is due from whom, for the command, for App Home and for the web page alike."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from chatops.application.ports.storage import Search, UnitOfWork
from chatops.application.reminders import move_buttons, waive_button
from chatops.application.session import Sessions
from chatops.domain.errors import UnknownIncident
from chatops.domain.incident.model import Incident
from chatops.domain.incident.timeline import Entry, EntryKind
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, ListItem, Post
from chatops.domain.promises.model import Promise, PromiseState
from chatops.domain.promises.spec import Cause
from chatops.domain.tasks import Task

_MOST = 200
_NEVER = datetime.max.replace(tzinfo=UTC)
_DEFERRED = frozenset({EntryKind.SNOOZED, EntryKind.WAIVED})


class Share(StrEnum):
    """Whose it is, for the one who asks; the list has it in this order."""

    MINE = "mine"
    NOBODYS = "nobodys"
    OTHERS = "others"
    OURS = "ours"
    WAIVED = "waived"


_ORDER = tuple(Share)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueItem:
    """One line: a promise or a task, and of which incident.

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


def due_items(
    work: UnitOfWork, team: str, user: str | None, now: datetime, incident: int | None
) -> tuple[DueItem, ...]:
    """What is open in one incident, or (none) in all that a person may see.

    First what is theirs, then what is nobody's, then what is others', then what the bot does by
    itself; soonest first, and what has no time at the end. Of a single incident also what was
    waived. ``user`` none is the public. What comes in a drill is listed nowhere, and what is
    promised in one there alone.
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
        and promise.spec.cause is not Cause.DRILL
        and seen.sees(promise.incident)
    ]
    promised = {(line.incident.id, line.promise.key) for line in lines if line.promise is not None}
    lines += _tasks(seen, promised, user, now)
    return tuple(sorted(lines, key=_place))


def _place(line: DueItem) -> tuple[int, datetime, int]:
    return (_ORDER.index(line.share), line.due_at or _NEVER, line.incident.id)


@dataclass(slots=True)
class _Seen:
    """The incidents that one person may see, each loaded once, with who put things off in them."""

    work: UnitOfWork
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
            self._entries[promise.incident] = tuple(
                each for each in found if each.kind in _DEFERRED
            )
        for entry in reversed(self._entries[promise.incident]):
            if entry.reason == promise.reason:
                return entry.actor
        return None


def _promise_line(seen: _Seen, promise: Promise, user: str | None, now: datetime) -> DueItem:
    ours = promise.spec.by_bot
    waived = promise.state is PromiseState.WAIVED
    share = Share.OURS if ours else _share(promise.owner, user)
    return DueItem(
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
) -> Iterator[DueItem]:
    """The open tasks; one with a promise of its own is listed as that."""
    for incident in seen.known.values():
        if incident is None:
            continue
        for task in seen.work.tasks.of(incident.id):
            if task.done_at is None and (incident.id, f"action:{task.number}") not in promised:
                yield _task_line(incident, task, user, now)


def _task_line(incident: Incident, task: Task, user: str | None, now: datetime) -> DueItem:
    return DueItem(
        incident=incident,
        name=f"task {task.number}: {task.text}",
        owner=task.owner,
        due_at=task.due_at,
        overdue=task.due_at is not None and task.due_at < now,
        share=_share(task.owner, user),
        task=task,
    )


def late(lines: tuple[DueItem, ...]) -> int:
    """How much of it is overdue."""
    return sum(line.overdue for line in lines)


def by_share(lines: tuple[DueItem, ...]) -> Mapping[Share, tuple[DueItem, ...]]:
    """The lines of each share that has some."""
    shares = {share: tuple(each for each in lines if each.share is share) for share in Share}
    return {share: found for share, found in shares.items() if found}


def promise_buttons(promise: Promise) -> tuple[Button, ...]:
    """Everything that can be done about a promise, what keeps it first."""
    if promise.spec.by_bot or not promise.open:
        return ()
    move = move_buttons(promise)
    mine = move if promise.spec.reassignable else move[1:]
    return (*promise.buttons[:1], *mine, waive_button(promise))


def task_buttons(task: Task) -> tuple[Button, ...]:
    """Everything that can be done about a task that is no promise."""
    about = f"{task.incident}:{task.number}"
    return (
        Button(ask=ActionId("task_done"), label="It is done", about=about, tone=ButtonStyle.WANTED),
    )


#: The lines that a phone shows at once.
PAGE = 10
#: What somebody can do something about before it is late.
_TO_BE_DONE = frozenset({Share.MINE, Share.NOBODYS})


class Whose(StrEnum):
    """Which part of the list somebody wants to see."""

    ALL = "all"
    MINE = "mine"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueQuestion:
    """What somebody asks: of one ``incident`` or (none) of all, and which page of it."""

    team: str
    user: str
    now: datetime
    incident: int | None = None
    whose: Whose = Whose.ALL
    page: int = 1

    @property
    def about(self) -> str:
        """The question as a button carries it, without its page."""
        return f"{self.incident}" if self.incident is not None else self.whose.value


class DueList:
    """Makes the list for the surface that it is read on."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def show(self, work: UnitOfWork, asked: DueQuestion) -> Post:
        """The page that was asked for; beyond the last one the last."""
        items = due_items(work, asked.team, asked.user, asked.now, asked.incident)
        if asked.whose is Whose.MINE:
            items = tuple(line for line in items if line.share is Share.MINE)
        pages = max(1, -(-len(items) // PAGE))
        page = min(max(1, asked.page), pages)
        shown = items[(page - 1) * PAGE : page * PAGE]
        to_do = tuple(line for line in items if line.share is not Share.WAIVED)
        facts = {"owed": len(to_do), "late": late(items), "whose": asked.whose.value}
        return self._post(
            asked.now,
            "due",
            facts,
            rows=self.rows(shown, asked.now),
            buttons=_turning(asked.about, page, pages),
            left_out=len(items) - page * PAGE,
        )

    def at_home(self, items: Sequence[DueItem], now: datetime) -> Post:
        """What one person can do something about, for their App Home."""
        every = Button(ask=ActionId("due"), label="All that is due", about=Whose.ALL.value)
        return self._post(
            now,
            "home_due",
            {"owed": len(items)},
            rows=self.rows(items[:PAGE], now),
            buttons=(every,),
            left_out=len(items) - PAGE,
        )

    def rows(self, items: Sequence[DueItem], now: datetime) -> tuple[ListItem, ...]:
        """A line for each, with a heading where a new share begins."""
        before: Share | None = None
        rows: list[ListItem] = []
        for each in items:
            text = self._say("due_line", now, each=each, first=each.share is not before)
            rows.append(ListItem(text=text, buttons=_menu(each)))
            before = each.share
        return tuple(rows)

    def _post(
        self,
        now: datetime,
        text: str,
        facts: Mapping[str, object],
        *,
        rows: tuple[ListItem, ...],
        buttons: tuple[Button, ...],
        left_out: int,
    ) -> Post:
        more = self._say("due_more", now, left_out=max(0, left_out))
        return self._sessions.word(text, now, rows=rows, buttons=buttons, footnote=more, **facts)

    def _say(self, text: str, now: datetime, **facts: object) -> str:
        playbooks = self._sessions.playbooks
        known = {"now": now, **facts}
        return playbooks.say(playbooks.current(), text, output=self._sessions.output, facts=known)


def for_home(items: Sequence[DueItem]) -> tuple[DueItem, ...]:
    """What is mine, and what is nobody's yet."""
    return tuple(line for line in items if line.share in _TO_BE_DONE)


def _menu(line: DueItem) -> tuple[Button, ...]:
    if line.share is Share.OURS:
        return ()
    show = Button(ask=ActionId("status"), label="Show the incident", about=f"{line.incident.id}")
    if line.promise is not None:
        return (*promise_buttons(line.promise), show)
    return (*task_buttons(line.task), show) if line.task is not None else (show,)


def _turning(about: str, page: int, pages: int) -> tuple[Button, ...]:
    """To the page before, and to the one after."""
    turned = {"Back": page - 1, f"Next {PAGE}": page + 1}
    return tuple(
        Button(ask=ActionId("due"), label=label, about=f"{about}:{number}")
        for label, number in turned.items()
        if 1 <= number <= pages
    )
