"""Ends drills: settles what is left of each, and says what came of it."""

from dataclasses import replace

from chatops.application.authorization import PeopleDirectory
from chatops.application.drills.course import course_of, running_course
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.drills.debrief import Debrief, debrief
from chatops.domain.drills.scenario import ARCHIVED_AFTER, Course
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import ArchiveChannel
from chatops.domain.messages.posts import ActionId, Button, Post
from chatops.domain.team import Permission

_UNFINISHED = "The drill ended before it was over"


class StopDrill:
    """Stop a drill at any time."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: Request) -> Post:
        """End it, clean up, and say what came of it.

        Raises:
            UserError, UnknownIncident, NotAllowed
        """
        authorization = self._directory.authorization(request.user, Permission.DRILL)
        with self._sessions.begin(request, authorization) as session:
            running_course(session)
            end_drill(session, why=f"<@{request.user}> stopped it")
            return session.answer("drill_stop_answer")


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
