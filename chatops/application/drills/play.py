"""Plays drills: begins them, brings their events on time, and ends them when time is up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from chatops.application.drills.course import (
    buttons,
    course_of,
    keep,
    promise_events,
    real_one,
    stand_still,
)
from chatops.application.drills.end import end_drill
from chatops.application.session import IncidentSession
from chatops.domain.drills.scenario import BEGIN_KEY, COURSE_KEY, Course, DrillEvent, event_number
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.promises.model import LATE, Promise, PromiseKind, promised

_FORGOTTEN = "nobody continued it for a day"
_TIME_IS_UP = "its time was up"


def play(turn: IncidentSession, due: Sequence[Promise]) -> Sequence[Promise]:
    """Do what is due of a drill's own; gives back what else is due of it, if it still runs."""
    ours = sorted(
        (each for each in due if each.kind is PromiseKind.INJECT), key=lambda each: each.due_at
    )
    others = [each for each in due if each.kind is not PromiseKind.INJECT]
    if not ours or not turn.incident.status.running:
        return due if turn.incident.status.running else _lapsed(turn, due)
    course = course_of(turn)
    if any(each.key == BEGIN_KEY for each in ours):
        begin(turn, course)
        return others
    _bring(turn, course, [each for each in ours if event_number(each.key) is not None])
    if any(each.key == COURSE_KEY for each in ours):
        end_drill(turn, why=_FORGOTTEN if course.paused else _TIME_IS_UP)
        return []
    return others


def _lapsed(turn: IncidentSession, due: Sequence[Promise]) -> Sequence[Promise]:
    for promise in due:
        turn.promise(promise.lapsed(turn.now))
    return []


def begin(turn: IncidentSession, course: Course) -> None:
    """Set the clocks going, from now on; while an incident is fought the drill waits for it."""
    now = turn.now
    known = turn.promises().get(BEGIN_KEY)
    if known is not None:
        turn.promise(known.kept(now))
    course = replace(course, begins_at=now)
    every = turn.severity.update_every
    turn.incident = replace(
        turn.incident,
        declared_at=now,
        detected_at=now,
        severity_since=now,
        next_update_at=now + every if every is not None else None,
    )
    for promise in promised(turn.incident, turn.severity, now):
        turn.promise(promise)
    turn.keep_standing()
    promise_events(turn, course)
    keep(turn, course)
    turn.note(EntryKind.DRILL, f"The drill begins: {course.scenario.title}")
    real = real_one(turn.work, turn.incident.team)
    post = turn.post(
        "drill_begun", course=course, waits=real is not None,
        buttons=buttons(turn, paused=real is not None),
    )  # fmt: skip
    turn.tell_room("drill:begun", post)
    if real is not None:
        stand_still(turn, course)


def _bring(turn: IncidentSession, course: Course, due: Sequence[Promise]) -> None:
    """Post what happens; what came while we were away comes in one message."""
    events: list[tuple[DrillEvent, timedelta]] = []
    for promise in due:
        number = event_number(promise.key) or 0
        turn.promise(promise.kept(turn.now))
        if 0 < number <= len(course.scenario.events):
            event = course.scenario.events[number - 1]
            turn.note(EntryKind.DRILL, f"{event.sender}: {event.say}")
            events.append((event, turn.now - promise.due_at))
    late = [event for event, by in events if by > LATE]
    if len(late) > 1:
        post = turn.post("drill_events", events=tuple(event for event, _ in events))
        turn.tell_room(f"events:{due[0].key}", post)
        return
    for promise, (event, _) in zip(due, events, strict=False):
        post = turn.post("drill_event", event=event)
        turn.tell_room(f"event:{promise.key}", post)
