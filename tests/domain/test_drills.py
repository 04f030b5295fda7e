"""The clock of a drill: paces, pauses, and that nothing is lost when it is put away."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from chatops.domain.drills.scenario import (
    Course,
    DrillEvent,
    EventKind,
    Expectation,
    Level,
    Pause,
    Scenario,
    event_key,
    event_number,
    marked,
    stays_inside,
)
from chatops.domain.incident.model import Incident
from chatops.domain.messages.effects import (
    Destination,
    DestinationKind,
    Invite,
    LiveMessage,
    PostMessage,
    PublishDocs,
    RefreshMessage,
    SyncTask,
)
from chatops.domain.messages.posts import Post
from chatops.domain.promises.kinds import KINDS, PromiseKind

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_SPANS = st.integers(0, 10_000).map(lambda seconds: timedelta(seconds=seconds))
_EVENTS = st.builds(
    DrillEvent,
    at=_SPANS,
    sender=st.text(),
    say=st.text(),
    kind=st.sampled_from(EventKind),
    expects=st.none() | st.sampled_from(Expectation),
    severity=st.none() | st.sampled_from(Level),
)
_SCENARIOS = st.builds(
    Scenario,
    key=st.text(),
    title=st.text(),
    severities=st.lists(st.sampled_from(Level)).map(tuple),
    story=st.text(),
    impact=st.text(),
    symptoms=st.text(),
    events=st.lists(_EVENTS, max_size=4).map(tuple),
    ends_after=_SPANS,
    questions=st.lists(st.text(), max_size=3).map(tuple),
    private=st.booleans(),
)
_PAUSES = st.builds(Pause, since=st.just(NOW), until=st.none() | st.just(NOW + _MINUTE))
_COURSES = st.builds(
    Course,
    scenario=_SCENARIOS,
    begins_at=st.just(NOW),
    by=st.text(),
    severity=st.text(),
    pace=st.sampled_from([1, 2, 4]),
    led=st.booleans(),
    pauses=st.lists(_PAUSES, max_size=2).map(tuple),
)


def course(*pauses: Pause, pace: int = 1) -> Course:
    scenario = Scenario(
        key="lift",
        title="",
        severities=(Level.WORST,),
        story="",
        impact="",
        symptoms="",
        events=(),
        ends_after=20 * _MINUTE,
    )
    return Course(
        scenario=scenario, begins_at=NOW, by="U1", severity="P0", pace=pace, pauses=pauses
    )


def drill(*members: str) -> Incident:
    return Incident(
        id=1,
        team="T1",
        year=2026,
        number=-1,
        reference="DRILL-2026-001",
        title="",
        severity="P0",
        severity_since=NOW,
        playbook="digest",
        declared_by="U1",
        declared_at=NOW,
        detected_at=NOW,
        drill=True,
        members=frozenset(members),
    )


def said(kind: DestinationKind, id_: str = "") -> PostMessage:
    return PostMessage(to=Destination(kind=kind, id=id_), post=Post(headline="", text=""))


@given(_COURSES)
def test_a_course_comes_back_as_it_was_put_away(one: Course) -> None:
    assert Course.unpacked(one.packed()) == one


def test_a_faster_pace_brings_everything_sooner() -> None:
    assert course(pace=4).moment(20 * _MINUTE) == NOW + 5 * _MINUTE
    assert course(pace=2).ends_at() == NOW + 10 * _MINUTE


def test_what_stood_still_comes_later_by_as_long() -> None:
    stood = course(Pause(since=NOW + _MINUTE, until=NOW + 11 * _MINUTE))
    assert stood.ends_at() == NOW + 30 * _MINUTE
    assert stood.lasted(NOW, NOW + 15 * _MINUTE) == 5 * _MINUTE
    assert stood.lasted(NOW + 5 * _MINUTE, NOW + 12 * _MINUTE) == _MINUTE


def test_a_pause_that_goes_on_counts_up_to_the_moment_that_is_asked_for() -> None:
    still = course().paused_at(NOW + 2 * _MINUTE)
    assert still.paused
    assert still.lasted(NOW, NOW + 9 * _MINUTE) == 2 * _MINUTE
    gone_on = still.continued_at(NOW + 5 * _MINUTE)
    assert not gone_on.paused
    assert gone_on.ends_at() == NOW + 23 * _MINUTE


def test_an_event_is_known_by_its_key() -> None:
    assert event_number(event_key(7)) == 7
    assert event_number("drill") is None
    assert event_number("inject:x") is None


def test_a_text_is_marked_once() -> None:
    assert marked(marked("It is down\nsince noon")) == "(drill) It is down\nsince noon"


def test_only_those_inside_are_spoken_to() -> None:
    inside = drill("U2")
    assert stays_inside(inside, said(DestinationKind.INCIDENT, "1"))
    assert stays_inside(inside, said(DestinationKind.PERSON, "U2"))
    assert stays_inside(inside, Invite(incident=1, users=("U3",)))
    for outside in (
        said(DestinationKind.PERSON, "U3"),
        said(DestinationKind.INCIDENT, "2"),
        said(DestinationKind.STAKEHOLDERS),
        said(DestinationKind.ALERTS),
        said(DestinationKind.CHANNEL, "C1"),
        RefreshMessage(incident=1, screen=LiveMessage.ANNOUNCEMENT, version=1),
        PublishDocs(incident=1, version=1),
        SyncTask(incident=1, number=1),
    ):
        assert not stays_inside(inside, outside)


def test_nothing_is_promised_beyond_its_end() -> None:
    assert KINDS[PromiseKind.STATUS_UPDATE].in_drills
    assert KINDS[PromiseKind.DRILL_EVENT].in_drills
    assert not KINDS[PromiseKind.POST_MORTEM].in_drills
    assert not KINDS[PromiseKind.ARCHIVE].in_drills
