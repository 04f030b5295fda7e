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
from chatops.domain.drills.scenario import DrillPaused
from chatops.domain.incident.model import Incident
from chatops.domain.messages.posts import ActionId, Button, ButtonStyle, Post
from chatops.domain.team import Permission


class PauseDrill:
    """Let a drill stand still."""

    def __init__(self, turns: Sessions, directory: PeopleDirectory) -> None:
        self._turns = turns
        self._directory = directory

    def __call__(self, request: Request) -> Post:
        """Put off everything that is to come, until somebody continues.

        Raises:
            NoDrillHere, DrillOver, DrillPaused, UnknownIncident, NotAllowed
        """
        standing = self._directory.standing(request.user, Permission.DRILL)
        with self._turns.turn(request, standing) as turn:
            course = running_course(turn)
            if course.paused:
                raise DrillPaused(paused=True)
            stand_still(turn, course)
            _tell(turn, None)
            return turn.answer("drill_pause_answer", paused=True)


class ContinueDrill:
    """Let a drill go on."""

    def __init__(self, turns: Sessions, directory: PeopleDirectory) -> None:
        self._turns = turns
        self._directory = directory

    def __call__(self, request: Request) -> Post:
        """Set its clock going again, where it stood still.

        Raises:
            NoDrillHere, DrillOver, DrillPaused, UnknownIncident, NotAllowed
        """
        standing = self._directory.standing(request.user, Permission.DRILL)
        with self._turns.turn(request, standing) as turn:
            course = running_course(turn)
            if not course.paused:
                raise DrillPaused(paused=False)
            course = go_on(turn, course)
            post = turn.post(
                "drill_continued", course=course, by=request.user,
                buttons=buttons(turn, paused=False),
            )  # fmt: skip
            turn.tell_room(f"drill:continued:{turn.version}", post)
            return turn.answer("drill_pause_answer", paused=False)


def pause_for(turns: Sessions, work: UnitOfWork, real: Incident, now: datetime) -> None:
    """Let every drill of the team stand still for an incident that was just declared."""
    for drill in running_drills(work, real.team):
        was = work.incidents.get(drill.id)
        turn = turns.within(work, was, actor=None, now=now)
        course = course_of(turn)
        if was.status.running and not course.paused and has_begun(turn):
            stand_still(turn, course)
            _tell(turn, real)
            turn.finish(was=was)


def _tell(turn: IncidentSession, real: Incident | None) -> None:
    shown = real if real is not None and real.visible_to(None) else None
    join = Button(ask=ActionId.JOIN, label=f"Join {shown.reference}", about=str(shown.id),
                  tone=ButtonStyle.WANTED) if shown else None  # fmt: skip
    steer = buttons(turn, paused=True)
    post = turn.post(
        "drill_paused",
        real=shown,
        comes_first=real is not None,
        by=turn.actor,
        buttons=(join, *steer) if join else steer,
    )
    turn.tell_room(f"drill:paused:{turn.version}", post)
