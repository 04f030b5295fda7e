"""A drill's course: how it is moved on the clock, paused, continued and ended."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from chatops.application.authorization import PeopleDirectory
from chatops.application.ports.storage import Search, UnitOfWork
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.drills.debrief import Debrief, debrief
from chatops.domain.drills.scenario import (
    ARCHIVED_AFTER,
    BEGIN_KEY,
    COURSE_KEY,
    FORGOTTEN_AFTER,
    Course,
    drill_over,
    drill_paused,
    event_key,
    no_drill_here,
)
from chatops.domain.incident.model import Incident
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import ArchiveChannel
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.promises.decide import first_look
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise
from chatops.domain.team import Permission


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


class SteerDrill:
    """Pauses, continues and stops a drill.

    Raises everywhere: UnknownIncident, NotAllowed, and UserError where no such drill runs.
    """

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def pause(self, request: Request) -> Post:
        """Put off everything that is to come, until somebody continues."""
        with self._steering(request) as (session, course):
            if course.paused:
                raise drill_paused(paused=True)
            stand_still(session, course)
            _tell(session, None)
            return session.answer("drill_pause_answer", paused=True)

    def proceed(self, request: Request) -> Post:
        """Set its clock going again, where it stood still."""
        with self._steering(request) as (session, course):
            if not course.paused:
                raise drill_paused(paused=False)
            going = go_on(session, course)
            post = session.post(
                "drill_continued", course=going, by=request.user,
                buttons=buttons(session, paused=False),
            )  # fmt: skip
            session.tell_room(f"drill:continued:{session.version}", post)
            return session.answer("drill_pause_answer", paused=False)

    def stop(self, request: Request) -> Post:
        """End it, clean up, and say what came of it."""
        with self._steering(request) as (session, _course):
            end_drill(session, why=f"<@{request.user}> stopped it")
            return session.answer("drill_stop_answer")

    @contextmanager
    def _steering(self, request: Request) -> Iterator[tuple[IncidentSession, Course]]:
        authorization = self._directory.authorization(request.user, Permission.DRILL)
        with self._sessions.begin(request, authorization) as session:
            yield session, running_course(session)


def pause_for(sessions: Sessions, work: UnitOfWork, real: Incident, now: datetime) -> None:
    """Let every drill of the team stand still for an incident that was just declared."""
    for drill in running_drills(work, real.team):
        was = work.incidents.get(drill.id)
        session = sessions.within(work, was, actor=None, now=now)
        course = course_of(session)
        if was.status.running and not course.paused and has_begun(session):
            stand_still(session, course)
            _tell(session, real)
            session.finish(was=was)


def _tell(session: IncidentSession, real: Incident | None) -> None:
    shown = real if real is not None and real.visible_to(None) else None
    join = Button(ask=ActionId("join"), label=f"Join {shown.reference}", about=str(shown.id),
                  tone=ButtonStyle.WANTED) if shown else None  # fmt: skip
    steer = buttons(session, paused=True)
    post = session.post(
        "drill_paused",
        real=shown,
        comes_first=real is not None,
        by=session.actor,
        buttons=(join, *steer) if join else steer,
    )
    session.tell_room(f"drill:paused:{session.version}", post)


_UNFINISHED = "The drill ended before it was over"


def end_drill(session: IncidentSession, *, why: str = "") -> None:
    """Settle a drill, whether it was resolved before or not, and tell its room what came of it."""
    course = _continued(session, course_of(session))
    session.note(EntryKind.DRILL, "The drill is over", reason=why)
    if session.incident.status.running:
        session.incident = session.incident.resolved(
            root_cause="", fix=_UNFINISHED, now=session.now
        )
    came = what_came_of_it(session, course)
    session.incident = session.incident.closed(session.now)
    session.cancel_promises(lambda _promise: True)
    for task in session.work.tasks.of(session.incident.id):
        session.work.tasks.put(task.given_up(session.actor, session.now))
    again = Button(
        ask=ActionId("drill_debrief"), label="Show it to me alone", about=f"{session.incident.id}"
    )
    post = session.post("drill_debrief", debrief=came, why=why, buttons=(again,))
    session.tell_room("debrief", post)
    archive = ArchiveChannel(incident=session.incident.id)
    # In a lane of its own: what is said in the room until then must not wait for it.
    session.do(
        "archive", f"archive:{session.incident.id}", archive, at=session.now + ARCHIVED_AFTER
    )


def what_came_of_it(session: IncidentSession, course: Course) -> Debrief:
    return debrief(
        course,
        session.incident,
        session.playbook,
        session.work.timeline.of(session.incident.id),
        tuple(session.promises().values()),
        session.now,
    )


def _continued(session: IncidentSession, course: Course) -> Course:
    """A course of which a pause ends with the drill."""
    if not course.paused:
        return course
    course = course.continued_at(session.now)
    kept = session.promises()["drill"]
    session.promise(replace(kept, detail=course.packed()))
    return course
