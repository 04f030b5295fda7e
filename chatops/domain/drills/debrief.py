"""What a team did in a drill against what its playbook asks: read off the timeline, blameless."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from chatops.domain.drills.scenario import Course, DrillEvent, Expectation, event_number
from chatops.domain.incident.model import COMMANDER, Incident
from chatops.domain.incident.timeline import Entry, EntryKind
from chatops.domain.playbook.policy import Playbook, Severity
from chatops.domain.promises.model import Promise, PromiseState

_GOES_BACK = re.compile(
    r"\b(?:roll(?:ed|ing)?[ -]?back|revert\w*|previous version|go(?:ing)? back)\b", re.IGNORECASE
)
_BY_KIND: Mapping[Expectation, frozenset[EntryKind]] = {
    Expectation.ACKNOWLEDGE: frozenset({EntryKind.ACKNOWLEDGED}),
    Expectation.UPDATE: frozenset({EntryKind.UPDATE}),
    Expectation.SEVERITY: frozenset({EntryKind.SEVERITY}),
    Expectation.ROLE: frozenset({EntryKind.ROLE, EntryKind.REASSIGNED}),
    Expectation.DECIDE: frozenset({EntryKind.DECISION}),
    Expectation.PAGE: frozenset({EntryKind.PAGE}),
    Expectation.ROLLBACK: frozenset({EntryKind.ROLLED_BACK, EntryKind.DECISION}),
    Expectation.TASK: frozenset({EntryKind.TASK}),
    Expectation.NOTE: frozenset({EntryKind.NOTE, EntryKind.DECISION}),
    Expectation.HAND_OVER: frozenset({EntryKind.REASSIGNED, EntryKind.ROLE}),
    Expectation.RESOLVE: frozenset({EntryKind.RESOLVED}),
}
WANTED: Mapping[Expectation, str] = {
    Expectation.ACKNOWLEDGE: "somebody takes it up",
    Expectation.UPDATE: "a word for stakeholders",
    Expectation.SEVERITY: "the severity is changed",
    Expectation.ROLE: "a role is given",
    Expectation.DECIDE: "a decision, on record",
    Expectation.PAGE: "somebody is paged",
    Expectation.ROLLBACK: "a decision to go back",
    Expectation.TASK: "a task for somebody",
    Expectation.NOTE: "a line on the timeline",
    Expectation.HAND_OVER: "the lead is handed over",
    Expectation.RESOLVE: "word that it is over",
}


class Rating(StrEnum):
    """How something went against what is asked."""

    GOOD = "good"
    LATE = "late"
    MISSED = "missed"
    FREE = "free"


@dataclass(frozen=True, slots=True, kw_only=True)
class DebriefFinding:
    """One thing that is timed or counted; ``said`` adds to it in words."""

    what: str
    verdict: Rating
    took: timedelta | None = None
    allowed: timedelta | None = None
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An event that should make the team do something, and how long that took."""

    number: int
    event: DrillEvent
    wanted: str
    took: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Debrief:
    """What came of a drill."""

    course: Course
    lasted: timedelta
    findings: tuple[DebriefFinding, ...]
    events: tuple[Response, ...]
    decisions: tuple[Entry, ...]
    lessons: tuple[str, ...]
    begun: bool = True

    @property
    def met(self) -> int:
        """How many of the things that the playbook asks went as it asks."""
        return sum(each.verdict is Rating.GOOD for each in self.findings)

    @property
    def asked(self) -> int:
        return sum(each.verdict is not Rating.FREE for each in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tape:
    """A drill as it was recorded."""

    course: Course
    incident: Incident
    playbook: Playbook
    entries: tuple[Entry, ...]

    @property
    def severity(self) -> Severity:
        """What it began as: its clocks are the ones that count."""
        return self.playbook.severity(self.course.severity)

    def first(
        self, after: datetime, fits: Callable[[Entry], bool], *, by_people: bool = True
    ) -> timedelta | None:
        """How long after a moment something came that fits."""
        for entry in self.entries:
            by_whom = entry.actor is not None or not by_people
            if entry.written_at >= after and by_whom and fits(entry):
                return self.course.lasted(after, entry.written_at)
        return None

    def since_begin(self, moment: datetime | None) -> timedelta | None:
        return None if moment is None else self.course.lasted(self.course.begins_at, moment)

    def count(self, kind: EntryKind) -> int:
        return sum(entry.kind is kind for entry in self.entries)


def debrief(
    course: Course,
    incident: Incident,
    playbook: Playbook,
    entries: Sequence[Entry],
    promises: Iterable[Promise],
    now: datetime,
) -> Debrief:
    """Time what was done; pauses do not count."""
    written = sorted(entries, key=lambda each: (each.written_at, each.id))
    tape = _Tape(course=course, incident=incident, playbook=playbook, entries=tuple(written))
    end = incident.resolved_at or now
    findings = (
        _acknowledged(tape),
        _led(tape),
        _first_update(tape),
        _updates(tape),
        _severity(tape, promises),
        _decisions(tape),
        _resolved(tape),
    )
    return Debrief(
        course=course,
        lasted=course.lasted(course.begins_at, end),
        findings=tuple(each for each in findings if each is not None),
        events=tuple(_answers(tape, promises)),
        decisions=tuple(each for each in written if each.kind is EntryKind.DECISION),
        lessons=_lessons(tape, findings),
        begun=course.begins_at < end,
    )


def _timed(what: str, took: timedelta | None, allowed: timedelta | None) -> DebriefFinding:
    if took is None:
        verdict = Rating.MISSED
    elif allowed is None:
        verdict = Rating.FREE
    else:
        verdict = Rating.GOOD if took <= allowed else Rating.LATE
    return DebriefFinding(what=what, took=took, allowed=allowed, verdict=verdict)


def _acknowledged(tape: _Tape) -> DebriefFinding:
    took = tape.since_begin(tape.incident.acknowledged_at)
    return _timed("Taken up", took, tape.severity.respond_within)


def _led(tape: _Tape) -> DebriefFinding:
    allowed = tape.playbook.lead_within or tape.severity.respond_within
    if tape.course.led:
        return _timed("Somebody led", timedelta(), allowed)
    role = tape.playbook.role(COMMANDER)
    begins = f"{role.name if role else COMMANDER}: <@"
    given = tape.first(
        tape.course.begins_at,
        lambda entry: entry.kind is EntryKind.ROLE and entry.text.startswith(begins),
    )
    # Whoever takes up what nobody leads, leads it.
    taken = tape.since_begin(tape.incident.acknowledged_at)
    known = [each for each in (given, taken) if each is not None]
    return _timed("Somebody led", min(known, default=None), allowed)


def _first_update(tape: _Tape) -> DebriefFinding | None:
    allowed = tape.severity.update_every
    if allowed is None:
        return None
    took = tape.first(tape.course.begins_at, lambda entry: entry.kind is EntryKind.UPDATE)
    return _timed("First word for stakeholders", took, allowed)


def _updates(tape: _Tape) -> DebriefFinding | None:
    if tape.severity.update_every is None:
        return None
    people, bot = tape.count(EntryKind.UPDATE), tape.count(EntryKind.AUTOMATIC_UPDATE)
    if not people + bot:
        return None
    said = f"{people} of {people + bot} written by people, {bot} by the bot when time was up"
    verdict = Rating.LATE if bot else Rating.GOOD
    return DebriefFinding(what="Updates in time", verdict=verdict, said=said)


def _severity(tape: _Tape, promises: Iterable[Promise]) -> DebriefFinding:
    scenario = tape.course.scenario
    played = [scenario.events[number - 1] for number, _ in _played(tape, promises)]
    changed = [event.severity for event in played if event.severity is not None]
    fitting = changed[-1:] or list(scenario.severities)
    right = {level.of(tape.playbook).key for level in fitting}
    now = tape.playbook.severity(tape.incident.severity)
    good = now.key in right
    meant = " or ".join(level.of(tape.playbook).label for level in fitting)
    said = now.label if good else f"{now.label}; the scenario has it at {meant}"
    return DebriefFinding(
        what="Severity", verdict=Rating.GOOD if good else Rating.MISSED, said=said
    )


def _decisions(tape: _Tape) -> DebriefFinding:
    made = [entry for entry in tape.entries if entry.kind is EntryKind.DECISION]
    reasoned = sum(bool(entry.reason.strip()) for entry in made)
    said = f"{reasoned} of {len(made)} with a reason" if made else "none on record"
    missed = Rating.MISSED if not made else Rating.LATE
    return DebriefFinding(
        what="Decisions",
        verdict=Rating.GOOD if made and reasoned == len(made) else missed,
        said=said,
    )


def _resolved(tape: _Tape) -> DebriefFinding:
    begin = tape.course.begins_at
    took = tape.first(begin, lambda entry: entry.kind is EntryKind.RESOLVED)
    return _timed("Word that it is over", took, tape.severity.fix_within)


def _played(tape: _Tape, promises: Iterable[Promise]) -> list[tuple[int, datetime]]:
    """The events that came, by number, and when."""
    count = len(tape.course.scenario.events)
    came = (
        (number, promise.settled_at)
        for promise in promises
        if (number := event_number(promise.key)) is not None
        and number <= count
        and promise.state in {PromiseState.KEPT, PromiseState.MISSED}
        and promise.settled_at is not None
    )
    return sorted(came)


def _answers(tape: _Tape, promises: Iterable[Promise]) -> Iterable[Response]:
    for number, moment in _played(tape, promises):
        event = tape.course.scenario.events[number - 1]
        expects = event.expects
        if expects is not None:
            took = tape.first(moment, partial(fits, expects))
            yield Response(number=number, event=event, wanted=WANTED[expects], took=took)


def fits(wanted: Expectation, entry: Entry) -> bool:
    """Whether a line of the timeline is what an event should make the team do."""
    if entry.kind not in _BY_KIND[wanted]:
        return False
    if wanted is Expectation.ROLLBACK and entry.kind is EntryKind.DECISION:
        return _GOES_BACK.search(entry.text) is not None
    return True


def _lessons(tape: _Tape, findings: Sequence[DebriefFinding | None]) -> tuple[str, ...]:
    """What the playbook itself says about what did not go as it asks."""
    escalated = [entry.reason for entry in tape.entries if entry.kind is EntryKind.ESCALATED]
    short = {each.what for each in findings if each and each.verdict is not Rating.GOOD}
    role = tape.playbook.role(COMMANDER)
    duty = [f"{role.name}: {role.duty}"] if role and "Somebody led" in short else []
    unsure = [tape.playbook.when_unsure] if "Severity" in short else []
    return tuple(dict.fromkeys(filter(None, (*escalated, *duty, *unsure))))
