"""Pauses drills and continues them; real incidents come first."""

from datetime import datetime

from chatops.application.authorization import PeopleDirectory
from chatops.application.drills.course import (
    buttons,
    course_of,
    go_on,
    has_begun,
    running_course,
    running_drills,
    stand_still,
)
from chatops.application.ports.storage import UnitOfWork
from chatops.application.session import IncidentSession, Request, Sessions
from chatops.domain.drills.scenario import drill_paused
from chatops.domain.incident.model import Incident
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.team import Permission


class PauseDrill:
    """Let a drill stand still."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: Request) -> Post:
        """Put off everything that is to come, until somebody continues.

        Raises:
            UserError, UnknownIncident, NotAllowed
        """
        authorization = self._directory.authorization(request.user, Permission.DRILL)
        with self._sessions.begin(request, authorization) as session:
            course = running_course(session)
            if course.paused:
                raise drill_paused(paused=True)
            stand_still(session, course)
            _tell(session, None)
            return session.answer("drill_pause_answer", paused=True)


class ContinueDrill:
    """Let a drill go on."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: Request) -> Post:
        """Set its clock going again, where it stood still.

        Raises:
            UserError, UnknownIncident, NotAllowed
        """
        authorization = self._directory.authorization(request.user, Permission.DRILL)
        with self._sessions.begin(request, authorization) as session:
            course = running_course(session)
            if not course.paused:
                raise drill_paused(paused=False)
            course = go_on(session, course)
            post = session.post(
                "drill_continued", course=course, by=request.user,
                buttons=buttons(session, paused=False),
            )  # fmt: skip
            session.tell_room(f"drill:continued:{session.version}", post)
            return session.answer("drill_pause_answer", paused=False)


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
