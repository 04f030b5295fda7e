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
    drill_over,
    event_key,
    no_drill_here,
)
from chatops.domain.incident.model import Incident
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle
from chatops.domain.promises.decide import first_look
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise


def course_of(session: IncidentSession) -> Course:
    """How the drill is played.

    Raises:
        UserError: it is an incident.
    """
    kept = session.work.promises.get(session.incident.id, COURSE_KEY)
    if not session.incident.drill or kept is None:
        raise no_drill_here(session.incident.reference)
    return Course.unpacked(kept.detail)


def running_course(session: IncidentSession) -> Course:
    """The same while it is not over. Raises UserError."""
    course = course_of(session)
    if not session.incident.status.running:
        raise drill_over(session.incident.reference)
    return course


def has_begun(session: IncidentSession) -> bool:
    begin = session.work.promises.get(session.incident.id, BEGIN_KEY)
    return begin is None or not begin.open


def keep(session: IncidentSession, course: Course, *, wake_at: datetime | None = None) -> None:
    """Store a course, as the promise that the drill ends."""
    ends_at = course.ends_at()
    promise = _ours(session, COURSE_KEY, ends_at)
    detail = course.packed()
    session.promise(replace(promise, detail=detail, wake_at=wake_at or ends_at))


def promise_events(session: IncidentSession, course: Course) -> None:
    """Promise that each event comes at its moment."""
    for number, event in enumerate(course.scenario.events, start=1):
        session.promise(_ours(session, event_key(number), course.moment(event.at)))


def promise_begin(session: IncidentSession, course: Course) -> None:
    session.promise(_ours(session, BEGIN_KEY, course.begins_at))


def _ours(session: IncidentSession, key: str, due: datetime) -> Promise:
    return Promise(
        incident=session.incident.id,
        key=key,
        kind=PromiseKind.DRILL_EVENT,
        due_at=due,
        wake_at=due,
        made_at=session.now,
    )


def stand_still(session: IncidentSession, course: Course) -> None:
    """Pause: nothing of the drill comes, or comes due, until it is continued."""
    for promise in _open(session):
        if promise.key != COURSE_KEY:
            session.promise(replace(promise, wake_at=None))
    keep(session, course.paused_at(session.now), wake_at=session.now + FORGOTTEN_AFTER)
    session.note(EntryKind.DRILL, "The drill was paused")


def go_on(session: IncidentSession, course: Course) -> Course:
    """Continue: whatever was to come is later by as long as it stood still."""
    since = course.pauses[-1].since
    stood = session.now - since
    for promise in _open(session):
        due = promise.due_at + stood
        # What was overdue then has been told already.
        wake = _wake(session, promise, due) if promise.due_at >= since else None
        session.promise(replace(promise, due_at=due, wake_at=wake))
    if session.incident.next_update_at is not None:
        due = session.incident.next_update_at + stood
        session.incident = replace(session.incident, next_update_at=due)
    course = course.continued_at(session.now)
    keep(session, course)
    session.note(EntryKind.DRILL, "The drill was continued")
    return course


def _wake(session: IncidentSession, promise: Promise, due: datetime) -> datetime:
    if promise.nudged:
        return due
    later = replace(promise, due_at=due)
    return first_look(later, session.incident, session.playbook, session.now)


def _open(session: IncidentSession) -> Iterable[Promise]:
    return [promise for promise in session.promises().values() if promise.open]


def running_drills(work: UnitOfWork, team: str) -> Iterable[Incident]:
    search = Search(team=team, everything=True, running_only=True, drills=True, limit=50)
    return work.incidents.find(search)


def real_one(work: UnitOfWork, team: str) -> Incident | None:
    """The newest incident that is fought now, if there is one."""
    search = Search(team=team, everything=True, running_only=True, drills=False, limit=1)
    return next(iter(work.incidents.find(search)), None)


def buttons(session: IncidentSession, *, paused: bool) -> tuple[Button, ...]:
    """How people steer a drill."""
    about = str(session.incident.id)
    go = Button(
        ask=ActionId("drill_continue"), label="Continue", about=about, tone=ButtonStyle.WANTED
    )
    wait = Button(ask=ActionId("drill_pause"), label="Pause", about=about)
    stop = Button(ask=ActionId("drill_stop"), label="Stop the drill", about=about)
    return (go if paused else wait, stop)
