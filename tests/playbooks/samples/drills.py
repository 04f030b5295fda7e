"""Made-up drills, tame and hostile, to try every text about drills on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from chatops.domain.drills.debrief import Debrief, DebriefFinding, Rating, Response
from chatops.domain.drills.scenario import Course, DrillEvent, EventKind, Level, Scenario
from chatops.domain.incident.model import TITLE_LIMIT, Incident
from chatops.domain.incident.timeline import Entry, EntryKind
from chatops.domain.messages.templates import DRILL_TEXTS

_MINUTE = timedelta(minutes=1)
#: What scenarios may be at most.
_SAY, _SENDER, _STORY, _QUESTION = 1000, 60, 2000, 300
_EVENTS, _QUESTIONS = 40, 12


def drill_facts(
    incident: Incident, words: str, many: int, now: datetime
) -> Mapping[str, Mapping[str, object]]:
    """What the texts about drills speak of, by text."""
    drill = replace(incident, drill=True, reference="DRILL-2026-001", number=-1)
    course = _course(incident, words, many, now)
    events = course.scenario.events
    known: dict[str, object] = {
        "incident": drill,
        "course": course,
        "at": now if many > 1 else None,
        "waits": bool(many),
        "event": events[0],
        "events": events,
        "number": many,
        "paged": bool(many),
        "real": incident if many else None,
        "comes_first": bool(many),
        "by": "U0ANA" if many else None,
        "paused": bool(many),
        "debrief": _debrief(course, words, many, now),
        "scenarios": (course.scenario,) * min(many, 20),
        "drills": (drill,) * min(many, 10),
    }
    return {
        text: {name: known[name] for name in ("incident", *facts) if name in known}
        for text, facts in DRILL_TEXTS.items()
    }


def _course(incident: Incident, words: str, many: int, now: datetime) -> Course:
    kinds = tuple(EventKind)
    events = tuple(
        DrillEvent(
            at=(index + 1) * _MINUTE,
            sender=words[:_SENDER],
            say=words[:_SAY],
            kind=kinds[index % len(kinds)],
        )
        for index in range(min(max(many, 1), _EVENTS))
    )
    scenario = Scenario(
        key="full-database",
        title=words[:TITLE_LIMIT],
        severities=(Level.WORST,),
        story=words[:_STORY],
        impact=words,
        symptoms=words,
        events=events,
        ends_after=60 * _MINUTE,
        questions=(words[:_QUESTION],) * min(many, _QUESTIONS),
    )
    pace = 4 if many > 1 else 1
    return Course(
        scenario=scenario, begins_at=now, by="U0ANA", severity=incident.severity, pace=pace
    )


def _debrief(course: Course, words: str, many: int, now: datetime) -> Debrief:
    findings = tuple(
        DebriefFinding(
            what="First word for stakeholders",
            verdict=verdict,
            took=None if verdict is Rating.MISSED else many * _MINUTE,
            allowed=15 * _MINUTE,
        )
        for verdict in Rating
    )
    decided = Entry(
        incident=1,
        at=now,
        written_at=now,
        kind=EntryKind.DECISION,
        actor="U0ANA",
        text=words,
        reason=words,
    )
    return Debrief(
        course=course,
        lasted=40 * _MINUTE,
        findings=findings,
        events=tuple(
            Response(number=index, event=event, wanted="a decision", took=_MINUTE * index or None)
            for index, event in enumerate(course.scenario.events)
        ),
        decisions=(decided,) * many,
        lessons=(words,) * min(many, 8),
        begun=bool(many),
    )
