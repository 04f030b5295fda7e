"""A drill's course: where it is kept, and how it is moved on the clock."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from chatops.application.ports.storage import Search, UnitOfWork
from chatops.application.session import IncidentSession
from chatops.domain.drills.scenario import (
    BEGIN_KEY,
    COURSE_KEY,
    FORGOTTEN_AFTER,
    Course,
    DrillOver,
    NoDrillHere,
    event_key,
)
from chatops.domain.incident.model import Incident
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle
from chatops.domain.promises.model import Promise, PromiseKind, nudge_time


def course_of(turn: IncidentSession) -> Course:
    """How the drill is played.

    Raises:
        NoDrillHere: it is an incident.
    """
    kept = turn.work.promises.get(turn.incident.id, COURSE_KEY)
    if not turn.incident.drill or kept is None:
        raise NoDrillHere(turn.incident.reference)
    return Course.unpacked(kept.detail)


def running_course(turn: IncidentSession) -> Course:
    """The same while it is not over. Raises NoDrillHere, DrillOver."""
    course = course_of(turn)
    if not turn.incident.status.running:
        raise DrillOver(turn.incident.reference)
    return course


def has_begun(turn: IncidentSession) -> bool:
    begin = turn.work.promises.get(turn.incident.id, BEGIN_KEY)
    return begin is None or not begin.open


def keep(turn: IncidentSession, course: Course, *, wake_at: datetime | None = None) -> None:
    """Store a course, as the promise that the drill ends."""
    ends_at = course.ends_at()
    promise = _ours(turn, COURSE_KEY, ends_at)
    detail = course.packed()
    turn.promise(replace(promise, detail=detail, wake_at=wake_at or ends_at))


def promise_events(turn: IncidentSession, course: Course) -> None:
    """Promise that each event comes at its moment."""
    for number, event in enumerate(course.scenario.events, start=1):
        turn.promise(_ours(turn, event_key(number), course.moment(event.at)))


def promise_begin(turn: IncidentSession, course: Course) -> None:
    turn.promise(_ours(turn, BEGIN_KEY, course.begins_at))


def _ours(turn: IncidentSession, key: str, due: datetime) -> Promise:
    return Promise(
        incident=turn.incident.id,
        key=key,
        kind=PromiseKind.INJECT,
        due_at=due,
        wake_at=due,
        made_at=turn.now,
    )


def stand_still(turn: IncidentSession, course: Course) -> None:
    """Pause: nothing of the drill comes, or comes due, until it is continued."""
    for promise in _open(turn):
        if promise.key != COURSE_KEY:
            turn.promise(replace(promise, wake_at=None))
    keep(turn, course.paused_at(turn.now), wake_at=turn.now + FORGOTTEN_AFTER)
    turn.note(EntryKind.DRILL, "The drill was paused")


def go_on(turn: IncidentSession, course: Course) -> Course:
    """Continue: whatever was to come is later by as long as it stood still."""
    since = course.pauses[-1].since
    stood = turn.now - since
    for promise in _open(turn):
        due = promise.due_at + stood
        # What was overdue then has been told already.
        wake = _wake(turn, promise, due) if promise.due_at >= since else None
        turn.promise(replace(promise, due_at=due, wake_at=wake))
    if turn.incident.next_update_at is not None:
        due = turn.incident.next_update_at + stood
        turn.incident = replace(turn.incident, next_update_at=due)
    course = course.continued_at(turn.now)
    keep(turn, course)
    turn.note(EntryKind.DRILL, "The drill was continued")
    return course


def _wake(turn: IncidentSession, promise: Promise, due: datetime) -> datetime:
    if promise.kind is PromiseKind.STATUS_UPDATE and not promise.nudged:
        return nudge_time(turn.severity, due, turn.now)
    return due


def _open(turn: IncidentSession) -> Iterable[Promise]:
    return [promise for promise in turn.promises().values() if promise.open]


def running_drills(work: UnitOfWork, team: str) -> Iterable[Incident]:
    search = Search(team=team, everything=True, running_only=True, drills=True, limit=50)
    return work.incidents.find(search)


def real_one(work: UnitOfWork, team: str) -> Incident | None:
    """The newest incident that is fought now, if there is one."""
    search = Search(team=team, everything=True, running_only=True, drills=False, limit=1)
    return next(iter(work.incidents.find(search)), None)


def buttons(turn: IncidentSession, *, paused: bool) -> tuple[Button, ...]:
    """How people steer a drill."""
    about = str(turn.incident.id)
    go = Button(ask=ActionId.DRILL_CONTINUE, label="Continue", about=about, tone=ButtonStyle.WANTED)
    wait = Button(ask=ActionId.DRILL_PAUSE, label="Pause", about=about)
    stop = Button(ask=ActionId.DRILL_STOP, label="Stop the drill", about=about)
    return (go if paused else wait, stop)
