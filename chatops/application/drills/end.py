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

    def __init__(self, turns: Sessions, directory: PeopleDirectory) -> None:
        self._turns = turns
        self._directory = directory

    def __call__(self, request: Request) -> Post:
        """End it, clean up, and say what came of it.

        Raises:
            NoDrillHere, DrillOver, UnknownIncident, NotAllowed
        """
        standing = self._directory.standing(request.user, Permission.DRILL)
        with self._turns.turn(request, standing) as turn:
            running_course(turn)
            end_drill(turn, why=f"<@{request.user}> stopped it")
            return turn.answer("drill_stop_answer")


def end_drill(turn: IncidentSession, *, why: str = "") -> None:
    """Settle a drill, whether it was resolved before or not, and tell its room what came of it."""
    course = _continued(turn, course_of(turn))
    turn.note(EntryKind.DRILL, "The drill is over", reason=why)
    if turn.incident.status.running:
        turn.incident = turn.incident.resolved(root_cause="", fix=_UNFINISHED, now=turn.now)
    came = what_came_of_it(turn, course)
    turn.incident = turn.incident.closed(turn.now)
    turn.lapse(lambda _promise: True)
    for task in turn.work.tasks.of(turn.incident.id):
        turn.work.tasks.put(task.given_up(turn.actor, turn.now))
    again = Button(
        ask=ActionId.DRILL_DEBRIEF, label="Show it to me alone", about=f"{turn.incident.id}"
    )
    post = turn.post("drill_debrief", debrief=came, why=why, buttons=(again,))
    turn.tell_room("debrief", post)
    archive = ArchiveChannel(incident=turn.incident.id)
    # In a lane of its own: what is said in the room until then must not wait for it.
    turn.do("archive", f"archive:{turn.incident.id}", archive, at=turn.now + ARCHIVED_AFTER)


def what_came_of_it(turn: IncidentSession, course: Course) -> Debrief:
    return debrief(
        course,
        turn.incident,
        turn.playbook,
        turn.work.timeline.of(turn.incident.id),
        tuple(turn.promises().values()),
        turn.now,
    )


def _continued(turn: IncidentSession, course: Course) -> Course:
    """A course of which a pause ends with the drill."""
    if not course.paused:
        return course
    course = course.continued_at(turn.now)
    kept = turn.promises()["drill"]
    turn.promise(replace(kept, detail=course.packed()))
    return course
