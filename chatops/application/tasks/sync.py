"""Brings tasks into the tracker, and looks what became of them there, when told or now and then."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chatops.application.git_identity import GitIdentities
from chatops.application.ports.external import ExternalError, ExternalRefused
from chatops.application.ports.tracker import Closing, Issue, Tracker, Trackers
from chatops.application.session import IncidentSession, Sessions, take_once
from chatops.application.tasks.export import (
    ASSIGNED,
    EDITED,
    REOPENED,
    News,
    Wanted,
    lane,
    login_of,
    may_go_out,
    news,
    tidy,
    title_of,
    user_of,
    wanted_of,
)
from chatops.application.tasks.tasks import promise_task
from chatops.clock import Clock
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import Effect, SyncTask
from chatops.domain.services import Service
from chatops.domain.tasks import Task
from chatops.domain.team import Team

#: The tracker's clock and ours may differ by so much.
_SKEW = timedelta(minutes=5)


class NoSuchTracker(ExternalRefused):
    """What `chatops.yml` names as tracker has no issues."""

    def __init__(self, service: str) -> None:
        super().__init__(
            f"{service} has no issues that I can write: under tracker, chatops.yml must name a "
            "service with forge: github. Ask `chatops doctor`"
        )


class MovedAway(ExternalRefused):
    """An issue left the tracker."""

    def __init__(self, task: Task) -> None:
        super().__init__(
            f"task {task.number} stands in another repository now ({task.url}), which I do not "
            "write to. Change it there"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A task as it was, and its issue as it is; none: it is gone, or (``unasked``) not known."""

    task: Task
    issue: Issue | None = None
    news: News = field(default_factory=News)
    unasked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matter:
    """What is to be brought into step."""

    service: Service
    task: Task
    wanted: Wanted
    words: str


class TaskSync:
    """Does one effect's work in the tracker; no transaction is open while it is asked."""

    def __init__(self, sessions: Sessions, trackers: Trackers, names: GitIdentities) -> None:
        self._sessions = sessions
        self._trackers = trackers
        self._names = names

    def do(self, effect: Effect, act: SyncTask, clock: Clock) -> Seen | None:
        """Bring it there, or look; none where there is nothing to do any more.

        Raises:
            ExternalBusy, ExternalIndeterminate, ExternalRefused
        """
        matter = self._matter(act, clock)
        if matter is None:
            return None
        if act.heard is not None:
            return self._look(matter, act.heard)
        tracker = self._tracker(matter)
        issue = self._there(tracker, matter, effect)
        if issue is None:
            return Seen(task=matter.task) if matter.task.url else None
        if issue.elsewhere:
            raise MovedAway(matter.task)
        return self._in_step(tracker, matter, issue, act.changed)

    def _matter(self, act: SyncTask, clock: Clock) -> _Matter | None:
        with self._sessions.storage.reading() as work:
            incident = work.incidents.get(act.incident)
            task = next((t for t in work.tasks.of(incident.id) if t.number == act.number), None)
            configured = self._sessions.team.tracker
            if task is None or configured is None:
                return None
            if not may_go_out(incident, task, asked=act.asked):
                return None
            ended_by = task.done_by
        name = self._names.of((ended_by,))[ended_by].name if ended_by else ""
        with self._sessions.storage.reading() as work:
            session = self._sessions.within(work, incident, actor=None, now=clock.now())
            service = session.team.services.get(configured.service)
            if service is None:
                raise NoSuchTracker(configured.service)
            wanted = wanted_of(session, task)
            words = _closing_words(session, task, name)
        return _Matter(service=service, task=task, wanted=wanted, words=words)

    def _tracker(self, matter: _Matter) -> Tracker:
        tracker = self._trackers.of(matter.service)
        if tracker is None:
            raise NoSuchTracker(matter.service.name)
        return tracker

    def _there(self, tracker: Tracker, matter: _Matter, effect: Effect) -> Issue | None:
        """The issue that there is, or a new one; none for what is over, or gone."""
        task, service = matter.task, matter.service
        if task.url:
            return tracker.read(service, task.url)
        over = task.done_at is not None
        if over and not effect.doubtful:
            return None
        found = tracker.find(service, matter.wanted.key, since=task.made_at - _SKEW)
        return found if found or over else tracker.open(service, matter.wanted.draft())

    def _in_step(
        self, tracker: Tracker, matter: _Matter, issue: Issue, changed: tuple[str, ...]
    ) -> Seen:
        """Send what was changed here; what was changed there in the meantime is news."""
        draft = matter.wanted.changed(issue, changed)
        ours = replace(issue, title=draft.title, assignees=draft.assignees) if draft else issue
        told = news(matter.task, matter.wanted, ours, heard="")
        if draft is not None:
            issue = tracker.update(matter.service, issue.url, draft)
        task = matter.task
        if task.done_at is not None and not issue.closed:
            mark = f"<!-- chatops:{matter.wanted.key} over:{task.done_at:%Y%m%d%H%M%S} -->"
            closing = Closing(words=f"{matter.words}\n\n{mark}", mark=mark, unwanted=task.dropped)
            tracker.close(matter.service, issue.url, closing)
        return Seen(task=task, issue=issue, news=told)

    def _look(self, matter: _Matter, heard: str) -> Seen | None:
        """See how it stands.

        What is not answered now is asked at the next look, unless something was heard: that is
        asked until it is known.
        """
        if not matter.task.url:
            return None
        try:
            issue = self._tracker(matter).read(matter.service, matter.task.url)
        except ExternalError:
            if heard:
                raise
            return Seen(task=matter.task, unasked=True)
        if issue is None:
            return Seen(task=matter.task)
        told = news(matter.task, matter.wanted, issue, heard=heard)
        return Seen(task=matter.task, issue=issue, news=News() if issue.elsewhere else told)


def _closing_words(session: IncidentSession, task: Task, name: str) -> str:
    """What is said where the issue is closed."""
    if task.done_at is None:
        return ""
    return session.markdown("action_closing", task=task, who=name)


#: What is written into ``Task.done_in``.
GITHUB = "github"
_WHERE = "GitHub"
#: How often an open item is looked at, although nobody says that anything happened to it.
EVERY = timedelta(hours=1)


def take_in(session: IncidentSession, act: SyncTask, seen: Seen) -> bool:
    """Change the task as its issue says; whether anything changed.

    What was changed here since the look was not seen there; the next look takes it in.
    """
    was = next((t for t in session.work.tasks.of(act.incident) if t.number == act.number), None)
    if was is None:
        return False
    task = _linked(session, was, seen)
    if replace(was, url="") == replace(seen.task, url="") and seen.issue is not None:
        task = _with_news(session, task, seen, act)
    if task != was:
        session.work.tasks.put(task)
        promise_task(session, task, was)
    _look_again(session, task, seen)
    return task != was


def _linked(session: IncidentSession, task: Task, seen: Seen) -> Task:
    """The task with the address that its issue has now."""
    if seen.unasked:
        return task
    if seen.issue is None:
        return _unlinked(session, task)
    url = seen.issue.url
    if url == task.url:
        return task
    if not task.url:
        session.note(EntryKind.TASK, f"Task {task.number} is on {_WHERE}: {url}")
        post = session.post("task_exported", task=replace(task, url=url))
        session.tell_thread(f"task_exported:{task.number}:{session.version}", post)
    elif seen.issue.elsewhere:
        session.note(EntryKind.TASK, f"Task {task.number} was moved to {url}, out of the tracker")
    return replace(task, url=url)


def _unlinked(session: IncidentSession, task: Task) -> Task:
    """The task without its issue, which somebody deleted."""
    if not task.url:
        return task
    session.note(EntryKind.TASK, f"Task {task.number} is not on {_WHERE} any more: {task.url}")
    post = session.post("task_unlinked", task=task)
    session.tell_thread(f"task_unlinked:{task.number}:{session.version}", post)
    return replace(task, url="")


def _with_news(session: IncidentSession, task: Task, seen: Seen, act: SyncTask) -> Task:
    told = seen.news
    if not told:
        return task
    by = act.by
    if (told.done or told.unwanted) and seen.issue is not None:
        by = seen.issue.closed_by or by
    user = user_of(session.team, by) if by else None
    who = f"<@{user}>" if user else by or "somebody"
    task = _ended(session, task, told, user)
    if told.title:
        task = replace(task, text=told.title)
    owner = user_of(session.team, told.owner) if told.owner else None
    if owner is not None:
        task = replace(task, owner=owner)
        session.invite(owner)
    for index, line in enumerate(_lines(task, told, act, owner)):
        session.note(EntryKind.TASK, f"{line} on {_WHERE} by {who}")
        post = session.post("task_heard", task=task, line=line, who=who)
        session.tell_thread(f"task_heard:{task.number}:{session.version}:{index}", post)
    return task


def _ended(session: IncidentSession, task: Task, told: News, user: str | None) -> Task:
    if told.done:
        return task.finished(user, session.now, tracker=GITHUB)
    if told.unwanted:
        return task.given_up(user, session.now, tracker=GITHUB)
    return task.taken_up_again() if told.reopened else task


def _lines(task: Task, told: News, act: SyncTask, owner: str | None) -> Iterator[str]:
    name = f"Task {task.number}"
    if told.done:
        yield f"{name} done"
    if told.unwanted:
        yield f"{name} dropped"
    if told.reopened:
        yield f"{name} opened again"
    if told.title:
        yield f"{name} renamed to “{told.title}”"
    if told.owner and (owner or act.heard == ASSIGNED):
        yield f"{name} given to {f'<@{owner}>' if owner else told.owner}"


def _look_again(session: IncidentSession, task: Task, seen: Seen) -> None:
    """Look once an hour while it is open there and somebody is to do it."""
    elsewhere = seen.issue is not None and seen.issue.elsewhere
    if not task.url or task.done_at is not None or elsewhere:
        return
    at = session.now + EVERY
    act = SyncTask(incident=session.incident.id, number=task.number, heard="")
    key = f"look:{task.number}:{at:%Y%m%d%H}"
    session.do(key, f"tracker:look:{session.incident.id}:{task.number}", act, at=at)


CLOSED = "closed"
#: What leaves nothing to compare: the issue is gone from where it was.
_GONE = frozenset({"deleted", "transferred"})


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueHappening:
    """What a tracker says happened to an issue: a reason to look, never what is believed.

    ``by`` and ``assignees`` are names in the tracker. ``delivery`` names this very message.
    """

    url: str
    action: str
    by: str
    title: str
    closed: bool
    assignees: tuple[str, ...]
    delivery: str


#: Takes what happened; raises Repeated where its ``delivery`` is noted already.
HeardIssue = Callable[[IssueHappening, datetime], None]


class HearIssue:
    """Takes news of an issue; what is so here already is an echo of our own, and is let go."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, happening: IssueHappening, now: datetime) -> None:
        """Have the task looked at whose issue it is.

        Raises:
            Repeated: this very message has been taken before.
        """
        with self._sessions.writing() as work:
            take_once(work, happening.delivery, now)
            task = work.tasks.at(happening.url)
            if task is not None and is_news(self._sessions.team, task, happening):
                work.outbox.add(_look(task, happening, now))


def is_news(team: Team, task: Task, happening: IssueHappening) -> bool:
    """Whether the tracker says what is not so here."""
    match happening.action:
        case action if action in _GONE:
            return True
        case action if action in {CLOSED, REOPENED}:
            return happening.closed is not (task.done_at is not None)
        case action if action == EDITED:
            return tidy(happening.title) != title_of(team, task)
        case action if action == ASSIGNED:
            known = login_of(team, task.owner).casefold()
            return known not in {each.casefold() for each in happening.assignees}
        case _:
            return False


def _look(task: Task, happening: IssueHappening, now: datetime) -> Effect:
    act = SyncTask(
        incident=task.incident, number=task.number, heard=happening.action, by=happening.by
    )
    return Effect(
        key=f"{task.incident}:task:{task.number}:heard:{happening.delivery}",
        lane=lane(task.incident),
        act=act,
        made_at=now,
        not_before=now,
        incident=task.incident,
    )
