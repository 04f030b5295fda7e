"""Tabletop drills: a room of their own, news on a clock, and a debrief; nothing leaves the room."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chatops.playground.workspace_values import ChannelKind
from tests.acceptance.reading import words_in
from tests.acceptance.stage import Room, Stage, open_stage

_OUTSIDE = ("general", "incidents", "status-updates", "dev-alerts")
_CAST = ("sam", "priya", "ines", "tom", "aiko", "lena", "noah")


def drill_room(stage: Stage) -> Room:
    """The channel of the newest drill."""
    rooms = [each for each in stage.slack.workspace.channels if each.name.startswith("drill-")]
    return Room(stage, rooms[-1].id)


def nothing_left_the_room(stage: Stage, *inside: str) -> None:
    """Nobody but those in it heard anything, and whatever was said says what it is."""
    workspace = stage.slack.workspace
    for name in _OUTSIDE:
        said = [each for each in stage.room(name).messages if each.ephemeral_for is None]
        assert not said, [words_in(each) for each in said]
    for handle in set(_CAST) - set(inside):
        actor = stage.actor(handle)
        assert not actor.inbox, (handle, actor.inbox)
        assert not actor.heard(), (handle, actor.heard())
        for room in workspace.channels:
            if room.name.startswith("drill-"):
                assert actor.id not in room.members
    for channel in workspace.channels:
        if channel.name.startswith("drill-"):
            for message in Room(stage, channel.id).messages:
                first = words_in(message).removeprefix("DRILL-").split("\n")
                assert any("(drill)" in line for line in first[:2]), words_in(message)


@pytest.fixture(params=["priority", "increment"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """The stage under two playbooks that differ in nearly everything."""
    with open_stage(tmp_path, playbook=request.param) as opened:
        yield opened


def test_payments_fail_and_a_team_goes_back(anywhere: Stage) -> None:
    stage, sam, priya = anywhere, anywhere.actor("sam"), anywhere.actor("priya")
    sam.types("/incident drill failed-payments")
    room = drill_room(stage)
    assert room.members == {"chatops", "sam"}
    assert room.topic.startswith("(drill)")
    assert room.shows("This is a drill: Payments fail since the last deploy", "Nobody leads it yet")
    assert room.shows("In an incident", "would be")

    stage.advance(minutes=1)
    assert room.shows("🚨 *Monitoring (drill):* Declined payments are at 14 %")
    sam.clicks("I am on it", room)
    priya.types("/incident join DRILL-2026-001")
    sam.types("/incident role commander @priya", room)
    stage.advance(minutes=4, seconds=30)
    priya.types("/incident update", room)
    priya.submits({"stakeholders": "Some cards are declined. We are on it."})
    priya.hears("In an incident stakeholders would read it now", room=room)
    stage.advance(minutes=5)
    priya.types("/incident decide go back to the old version because nobody can test now", room)
    stage.advance(minutes=5)
    worst = stage.bot.desk.look.policy().severities[0].key
    priya.types(f"/incident severity {worst} nearly nobody can pay", room)
    stage.advance(minutes=10)
    priya.types("/incident decide roll back now because the migration fits", room)
    stage.advance(minutes=7)
    priya.types("/incident resolve The old version runs", room)
    priya.submits()

    debrief = next(text for text in reversed(room.all) if "Debrief" in text)
    assert "Taken up: after 1 min" in debrief
    assert "a decision to go back, after 30 s" in debrief or "a decision to go back" in debrief
    assert "Severity: " in debrief
    assert "scenario has it at" not in debrief
    assert "go back to the old version, because nobody can test now" in debrief
    assert "not seen" not in debrief.partition("Head of Sales")[0]
    assert "What would have let us go back in the first ten minutes?" in debrief
    assert "Closed" in room.board
    nothing_left_the_room(stage, "sam", "priya")


def test_a_leak_is_played_in_private(anywhere: Stage) -> None:
    stage, sam = anywhere, anywhere.actor("sam")
    sam.types("/incident drill leaked-data 4x")
    room = drill_room(stage)
    assert stage.slack.workspace.channel(room.id).kind is ChannelKind.PRIVATE
    stage.advance(minutes=8)
    assert room.shows("Journalist (drill)")
    stage.actor("ines").types("/incident drill list")
    stage.actor("ines").hears("Scenarios to play")
    assert "DRILL-2026-001" not in stage.actor("ines").heard()
    stage.advance(minutes=6)
    assert room.shows("Debrief of A stranger reads other customers' invoices", "four times as fast")
    nothing_left_the_room(stage, "sam", "ines")


def test_a_night_with_a_full_database_asks_for_a_hand_over(anywhere: Stage) -> None:
    stage, sam, tom = anywhere, anywhere.actor("sam"), anywhere.actor("tom")
    sam.types("/incident drill")
    assert "who is on call is worn out" in sam.reads_modal
    sam.submits({"What happens?": "full-database", "Who leads?": sam.id, "How fast": "2"})
    room = drill_room(stage)
    stage.advance(minutes=8, seconds=30)
    assert room.shows("🔀 *Engineer on call (drill):* Sorry")
    tom.types("/incident join DRILL-2026-001")
    sam.types("/incident role commander @tom", room)
    stage.advance(minutes=20)
    assert room.shows("Debrief", "the lead is handed over, at once")
    assert room.shows("Somebody led: at once")
    nothing_left_the_room(stage, "sam", "tom")
