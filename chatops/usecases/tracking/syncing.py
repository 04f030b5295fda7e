"""Brings tasks into the tracker, and looks what became of them there."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from chatops.clock import Clock
from chatops.domain.messages.effects import Effect, SyncTask
from chatops.domain.services import Service
from chatops.domain.tasks import Task
from chatops.usecases.actions.drafting import wanted_of
from chatops.usecases.actions.exporting import may_go_out
from chatops.usecases.actions.marks import News, Wanted, news
from chatops.usecases.actions.ports import Closing, Issue, Tracker, Trackers
from chatops.usecases.hotfix.naming import Names
from chatops.usecases.hotfix.ports import WorkRefused, WorkTrouble
from chatops.usecases.turn import Turn
from chatops.usecases.turns import Turns

#: The tracker's clock and ours may differ by so much.
_SKEW = timedelta(minutes=5)


class NoSuchTracker(WorkRefused):
    """What `chatops.yml` names as tracker has no issues."""

    def __init__(self, service: str) -> None:
        super().__init__(
            f"{service} has no issues that I can write: under tracker, chatops.yml must name a "
            "service with forge: github. Ask `chatops doctor`"
        )


class MovedAway(WorkRefused):
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

    def __init__(self, turns: Turns, trackers: Trackers, names: Names) -> None:
        self._turns = turns
        self._trackers = trackers
        self._names = names

    def do(self, effect: Effect, act: SyncTask, clock: Clock) -> Seen | None:
        """Bring it there, or look; none where there is nothing to do any more.

        Raises:
            WorkLater, WorkDoubt, WorkRefused
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
        except WorkTrouble:
            if heard:
                raise
            return Seen(task=matter.task, unasked=True)
        if issue is None:
            return Seen(task=matter.task)
        told = news(matter.task, matter.wanted, issue, heard=heard)
        return Seen(task=matter.task, issue=issue, news=News() if issue.elsewhere else told)


def _closing_words(turn: Turn, task: Task, name: str) -> str:
    """What is said where the issue is closed."""
    if task.done_at is None:
        return ""
    return turn.markdown("action_closing", task=task, who=name)
