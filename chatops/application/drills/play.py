"""Plays drills: begins them, brings their events on time, and ends them when time is up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from chatops.application.drills.course import (
    buttons,
    course_of,
    end_drill,
    keep,
    promise_events,
    real_one,
    stand_still,
)
from chatops.application.session import IncidentSession
from chatops.domain.drills.scenario import BEGIN_KEY, COURSE_KEY, Course, DrillEvent, event_number
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.promises.model import Promise
from chatops.domain.promises.spec import Cause
from chatops.domain.promises.while_running import LATE, severity_promises

_FORGOTTEN = "nobody continued it for a day"
_TIME_IS_UP = "its time was up"


def play(session: IncidentSession, due: Sequence[Promise]) -> Sequence[Promise]:
    """Do what is due of a drill's own; gives back what else is due of it, if it still runs."""
    ours = sorted(
        (each for each in due if each.spec.cause is Cause.DRILL), key=lambda each: each.due_at
    )
    others = [each for each in due if each.spec.cause is not Cause.DRILL]
    if not ours or not session.incident.status.running:
        return due if session.incident.status.running else _cancelled(session, due)
    course = course_of(session)
    if any(each.key == BEGIN_KEY for each in ours):
        begin(session, course)
        return others
    _bring(session, course, [each for each in ours if event_number(each.key) is not None])
    if any(each.key == COURSE_KEY for each in ours):
        end_drill(session, why=_FORGOTTEN if course.paused else _TIME_IS_UP)
        return []
    return others


def _cancelled(session: IncidentSession, due: Sequence[Promise]) -> Sequence[Promise]:
    for promise in due:
        session.promise(promise.cancelled(session.now))
    return []


def begin(session: IncidentSession, course: Course) -> None:
    """Set the clocks going, from now on; while an incident is fought the drill waits for it."""
    now = session.now
    known = session.promises().get(BEGIN_KEY)
    if known is not None:
        session.promise(known.fulfilled(now))
    course = replace(course, begins_at=now)
    every = session.severity.update_every
    session.incident = replace(
        session.incident,
        declared_at=now,
        detected_at=now,
        severity_since=now,
        next_update_at=now + every if every is not None else None,
    )
    for promise in severity_promises(session.incident, session.severity, now):
        session.promise(promise)
    session.keep_role_promises()
    promise_events(session, course)
    keep(session, course)
    session.note(EntryKind.DRILL, f"The drill begins: {course.scenario.title}")
    real = real_one(session.work, session.incident.team)
    post = session.post(
        "drill_begun", course=course, waits=real is not None,
        buttons=buttons(session, paused=real is not None),
    )  # fmt: skip
    session.tell_room("drill:begun", post)
    if real is not None:
        stand_still(session, course)


def _bring(session: IncidentSession, course: Course, due: Sequence[Promise]) -> None:
    """Post what happens; what came while we were away comes in one message."""
    events: list[tuple[DrillEvent, timedelta]] = []
    for promise in due:
        number = event_number(promise.key) or 0
        session.promise(promise.fulfilled(session.now))
        if 0 < number <= len(course.scenario.events):
            event = course.scenario.events[number - 1]
            session.note(EntryKind.DRILL, f"{event.sender}: {event.say}")
            events.append((event, session.now - promise.due_at))
    late = [event for event, by in events if by > LATE]
    if len(late) > 1:
        post = session.post("drill_events", events=tuple(event for event, _ in events))
        session.tell_room(f"events:{due[0].key}", post)
        return
    for promise, (event, _) in zip(due, events, strict=False):
        post = session.post("drill_event", event=event)
        session.tell_room(f"event:{promise.key}", post)
