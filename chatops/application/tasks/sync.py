"""Brings tasks into the tracker, and looks what became of them there."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from chatops.application.git_identity import GitIdentities
from chatops.application.ports.external import ExternalError, ExternalRefused
from chatops.application.ports.tracker import Closing, Issue, Tracker, Trackers
from chatops.application.session import IncidentSession, Sessions
from chatops.application.tasks.export import ASSIGNED, News, Wanted, may_go_out, news
from chatops.application.tasks.issue_text import user_of, wanted_of
from chatops.application.tasks.tasks import promise_task
from chatops.clock import Clock
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import Effect, SyncTask
from chatops.domain.services import Service
from chatops.domain.tasks import Task

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

    def __init__(self, turns: Sessions, trackers: Trackers, names: GitIdentities) -> None:
        self._turns = turns
        self._trackers = trackers
        self._names = names

    def do(self, effect: Effect, act: SyncTask, clock: Clock) -> Seen | None:
        """Bring it there, or look; none where there is nothing to do any more.

        Raises:
            WorkLater, WorkDoubt, ExternalRefused
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
        with self._turns.store.reading() as work:
            incident = work.incidents.get(act.incident)
            task = next((t for t in work.tasks.of(incident.id) if t.number == act.number), None)
            configured = self._turns.team.tracker
            if task is None or configured is None:
                return None
            if not may_go_out(incident, task, asked=act.asked):
                return None
            ended_by = task.done_by
        name = self._names.of((ended_by,))[ended_by].name if ended_by else ""
        with self._turns.store.reading() as work:
            turn = self._turns.within(work, incident, actor=None, now=clock.now())
            service = turn.team.services.get(configured.service)
            if service is None:
                raise NoSuchTracker(configured.service)
            wanted = wanted_of(turn, task)
            words = _closing_words(turn, task, name)
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


def _closing_words(turn: IncidentSession, task: Task, name: str) -> str:
    """What is said where the issue is closed."""
    if task.done_at is None:
        return ""
    return turn.markdown("action_closing", task=task, who=name)


#: What is written into ``Task.done_in``.
GITHUB = "github"
_WHERE = "GitHub"
#: How often an open item is looked at, although nobody says that anything happened to it.
EVERY = timedelta(hours=1)


def take_in(turn: IncidentSession, act: SyncTask, seen: Seen) -> bool:
    """Change the task as its issue says; whether anything changed.

    What was changed here since the look was not seen there; the next look takes it in.
    """
    was = next((t for t in turn.work.tasks.of(act.incident) if t.number == act.number), None)
    if was is None:
        return False
    task = _linked(turn, was, seen)
    if replace(was, url="") == replace(seen.task, url="") and seen.issue is not None:
        task = _with_news(turn, task, seen, act)
    if task != was:
        turn.work.tasks.put(task)
        promise_task(turn, task, was)
    _look_again(turn, task, seen)
    return task != was


def _linked(turn: IncidentSession, task: Task, seen: Seen) -> Task:
    """The task with the address that its issue has now."""
    if seen.unasked:
        return task
    if seen.issue is None:
        return _unlinked(turn, task)
    url = seen.issue.url
    if url == task.url:
        return task
    if not task.url:
        turn.note(EntryKind.TASK, f"Task {task.number} is on {_WHERE}: {url}")
        post = turn.post("task_exported", task=replace(task, url=url))
        turn.tell_thread(f"task_exported:{task.number}:{turn.version}", post)
    elif seen.issue.elsewhere:
        turn.note(EntryKind.TASK, f"Task {task.number} was moved to {url}, out of the tracker")
    return replace(task, url=url)


def _unlinked(turn: IncidentSession, task: Task) -> Task:
    """The task without its issue, which somebody deleted."""
    if not task.url:
        return task
    turn.note(EntryKind.TASK, f"Task {task.number} is not on {_WHERE} any more: {task.url}")
    post = turn.post("task_unlinked", task=task)
    turn.tell_thread(f"task_unlinked:{task.number}:{turn.version}", post)
    return replace(task, url="")


def _with_news(turn: IncidentSession, task: Task, seen: Seen, act: SyncTask) -> Task:
    told = seen.news
    if not told:
        return task
    by = act.by
    if (told.done or told.unwanted) and seen.issue is not None:
        by = seen.issue.closed_by or by
    user = user_of(turn.team, by) if by else None
    who = f"<@{user}>" if user else by or "somebody"
    task = _ended(turn, task, told, user)
    if told.title:
        task = replace(task, text=told.title)
    owner = user_of(turn.team, told.owner) if told.owner else None
    if owner is not None:
        task = replace(task, owner=owner)
        turn.invite(owner)
    for index, line in enumerate(_lines(task, told, act, owner)):
        turn.note(EntryKind.TASK, f"{line} on {_WHERE} by {who}")
        post = turn.post("task_heard", task=task, line=line, who=who)
        turn.tell_thread(f"task_heard:{task.number}:{turn.version}:{index}", post)
    return task


def _ended(turn: IncidentSession, task: Task, told: News, user: str | None) -> Task:
    if told.done:
        return task.finished(user, turn.now, tracker=GITHUB)
    if told.unwanted:
        return task.given_up(user, turn.now, tracker=GITHUB)
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


def _look_again(turn: IncidentSession, task: Task, seen: Seen) -> None:
    """Look once an hour while it is open there and somebody is to do it."""
    elsewhere = seen.issue is not None and seen.issue.elsewhere
    if not task.url or task.done_at is not None or elsewhere:
        return
    at = turn.now + EVERY
    act = SyncTask(incident=turn.incident.id, number=task.number, heard="")
    key = f"look:{task.number}:{at:%Y%m%d%H}"
    turn.do(key, f"tracker:look:{turn.incident.id}:{task.number}", act, at=at)
