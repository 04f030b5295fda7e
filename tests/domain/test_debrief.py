"""What came of a drill is read off its timeline, promises and scenario, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chatops.domain.drills.debrief import Debrief, Rating, debrief, fits
from chatops.domain.drills.scenario import (
    Course,
    DrillEvent,
    Expectation,
    Level,
    Pause,
    Scenario,
    event_key,
)
from chatops.domain.incident.model import Incident
from chatops.domain.incident.timeline import Entry, EntryKind
from chatops.domain.playbook.hotfix import HotfixPolicy, Path
from chatops.domain.playbook.policy import Playbook, RoleSpec, Severity
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise, PromiseState

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_BAD = Severity(
    key="P0",
    name="Critical",
    definition="",
    path=Path.HOTFIX,
    respond_within=5 * _MINUTE,
    update_every=15 * _MINUTE,
    fix_within=60 * _MINUTE,
)
_MILD = replace(_BAD, key="P1", name="High", respond_within=30 * _MINUTE)
_PLAYBOOK = Playbook(
    name="ours",
    title="Ours",
    source="",
    severities=(_BAD, _MILD),
    hotfix=HotfixPolicy(),
    roles=(RoleSpec(key="commander", name="Commander", duty="Decides."),),
)
_SCENARIO = Scenario(
    key="lift",
    title="The lift stands still",
    severities=(Level.SECOND,),
    story="Somebody is stuck.",
    impact="",
    symptoms="",
    events=(
        DrillEvent(at=_MINUTE, sender="Cabin", say="Hello?", expects=Expectation.UPDATE),
        DrillEvent(at=5 * _MINUTE, sender="House", say="It is dark.", severity=Level.WORST),
        DrillEvent(at=8 * _MINUTE, sender="House", say="Well?", expects=Expectation.ROLLBACK),
    ),
    ends_after=20 * _MINUTE,
)
_COURSE = Course(scenario=_SCENARIO, begins_at=NOW, by="U1", severity="P1")


def incident(**changes: object) -> Incident:
    drill = Incident(
        id=1,
        team="T1",
        year=2026,
        number=-1,
        reference="DRILL-2026-001",
        title="The lift stands still",
        severity="P1",
        severity_since=NOW,
        playbook="digest",
        declared_by="U1",
        declared_at=NOW,
        detected_at=NOW,
        drill=True,
    )
    return replace(drill, **changes)  # type: ignore[arg-type]  # each test names fields of it


def entry(
    minutes: float, kind: EntryKind, text: str = "", reason: str = "", by: str = "U1"
) -> Entry:
    at = NOW + minutes * _MINUTE
    return Entry(
        incident=1, at=at, written_at=at, kind=kind, actor=by or None, text=text, reason=reason
    )


def came(*numbers: int) -> tuple[Promise, ...]:
    """The promises of events that came on time."""
    return tuple(
        Promise(
            incident=1,
            key=event_key(number),
            kind=PromiseKind.DRILL_EVENT,
            due_at=NOW + _SCENARIO.events[number - 1].at,
            wake_at=None,
            made_at=NOW,
            state=PromiseState.KEPT,
            settled_at=NOW + _SCENARIO.events[number - 1].at,
        )
        for number in numbers
    )


def read(*entries: Entry, course: Course = _COURSE, at: Incident | None = None,
         events: tuple[int, ...] = (1, 2, 3)) -> Debrief:  # fmt: skip
    end = NOW + 20 * _MINUTE
    return debrief(course, at or incident(), _PLAYBOOK, entries, came(*events), end)


def verdicts(found: Debrief) -> dict[str, Rating]:
    return {each.what: each.verdict for each in found.findings}


def test_a_team_that_did_nothing_is_told_what_is_missing_without_blame() -> None:
    found = read()
    assert found.met == 0
    assert set(verdicts(found).values()) == {Rating.MISSED}
    assert [each.took for each in found.events] == [None, None]
    assert "Commander: Decides." in found.lessons


def test_what_was_done_in_time_counts_and_what_was_late_does_not() -> None:
    taken = incident(acknowledged_at=NOW + 2 * _MINUTE, severity="P0")
    found = read(
        entry(3, EntryKind.UPDATE, "We are on it."),
        entry(9, EntryKind.DECISION, "Roll back the controller", "it moved before"),
        entry(15, EntryKind.AUTOMATIC_UPDATE, by=""),
        entry(16, EntryKind.ESCALATED, reason="Two hours are over.", by=""),
        entry(19, EntryKind.RESOLVED, "It moves"),
        at=taken,
    )
    assert verdicts(found) == {
        "Taken up": Rating.GOOD,
        "Somebody led": Rating.GOOD,
        "First word for stakeholders": Rating.GOOD,
        "Updates in time": Rating.LATE,
        "Severity": Rating.GOOD,
        "Decisions": Rating.GOOD,
        "Word that it is over": Rating.GOOD,
    }
    assert [each.took for each in found.events] == [2 * _MINUTE, _MINUTE]
    assert found.lessons == ("Two hours are over.",)


def test_what_the_bot_did_by_itself_answers_nothing() -> None:
    found = read(entry(2, EntryKind.UPDATE, by=""))
    assert found.events[0].took is None


def test_what_came_before_an_event_does_not_answer_it() -> None:
    found = read(entry(0.5, EntryKind.UPDATE), events=(1,))
    assert found.events[0].took is None


def test_an_event_that_never_came_asks_for_nothing() -> None:
    assert [each.number for each in read(events=(1,)).events] == [1]


def test_the_time_in_which_it_stood_still_counts_nowhere() -> None:
    pause = Pause(since=NOW + 2 * _MINUTE, until=NOW + 12 * _MINUTE)
    course = replace(_COURSE, pauses=(pause,))
    found = read(entry(13, EntryKind.UPDATE), course=course, events=(1,))
    assert found.events[0].took == 2 * _MINUTE
    assert found.lasted == 10 * _MINUTE


def test_a_severity_that_was_never_raised_is_named() -> None:
    severity = next(each for each in read().findings if each.what == "Severity")
    assert severity.said == "P1 High; the scenario has it at P0 Critical"


def test_before_it_became_worse_the_severity_it_began_with_is_right() -> None:
    assert verdicts(read(events=(1,)))["Severity"] is Rating.GOOD


@pytest.mark.parametrize(
    ("text", "goes_back"),
    [
        ("roll back", True),
        ("Rolling back to v1.2", True),
        ("we go back to the old one", True),
        ("revert #12", True),
        ("back off for now", False),
        ("fix it forward", False),
    ],
)
def test_a_decision_to_go_back_is_known_by_its_words(text: str, goes_back: bool) -> None:
    decided = entry(1, EntryKind.DECISION, text)
    assert fits(Expectation.ROLLBACK, decided) is goes_back


def test_a_drill_that_never_began_has_nothing_to_time() -> None:
    later = replace(_COURSE, begins_at=NOW + 60 * _MINUTE)
    assert not read(course=later, events=()).begun
