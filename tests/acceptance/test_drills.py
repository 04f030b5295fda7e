"""Tabletop drills: a room of their own, news on a clock, and a debrief; nothing leaves the room."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from chatops.playground.workspace.model import ChannelKind
from tests.acceptance.reading import words_in
from tests.acceptance.stage import Actor, Room, Stage, open_stage

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


@pytest.fixture(params=["priority", pytest.param("increment", marks=pytest.mark.long)])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """The stage under two playbooks that differ in nearly everything."""
    with open_stage(tmp_path, playbook=request.param) as opened:
        yield opened


def a_good_team_plays(stage: Stage, sam: Actor, priya: Actor) -> Room:
    """Payments fail, and everything is done as the playbook asks."""
    sam.types("/incident drill failed-payments")
    room = drill_room(stage)
    stage.advance(minutes=1)
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
    worst = stage.bot.use_cases.look.policy().severities[0].key
    priya.types(f"/incident severity {worst} nearly nobody can pay", room)
    stage.advance(minutes=5)
    priya.types("/incident update", room)
    priya.submits({"stakeholders": "Nearly no card works. Pause your campaigns."})
    stage.advance(minutes=5)
    priya.types("/incident decide roll back now because the migration fits", room)
    stage.advance(minutes=7)
    priya.types("/incident resolve The old version runs", room)
    priya.submits()
    return room


def test_payments_fail_and_a_team_goes_back(anywhere: Stage) -> None:
    room = a_good_team_plays(anywhere, anywhere.actor("sam"), anywhere.actor("priya"))
    assert room.members == {"chatops", "sam", "priya"}
    assert room.topic.startswith("(drill)")
    assert room.shows("This is a drill: Payments fail since the last deploy", "Nobody leads it yet")
    assert room.shows("In an incident", "would be")
    assert room.shows("🚨 *Monitoring (drill):* Declined payments are at 14 %")

    debrief = next(text for text in reversed(room.all) if "Debrief" in text)
    assert re.search(r"(\d) of \1 as the playbook asks", debrief)
    assert "Taken up: after 1 min" in debrief
    assert "Payments engineer: a decision to go back, " in debrief
    assert "scenario has it at" not in debrief
    assert "go back to the old version, because nobody can test now" in debrief
    assert "not seen" not in debrief
    assert "What would have let us go back in the first ten minutes?" in debrief
    assert "Closed" in room.board
    nothing_left_the_room(anywhere, "sam", "priya")


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


def test_a_real_incident_lets_the_drill_stand_still_until_somebody_continues(
    stage: Stage, sam: Actor, tom: Actor
) -> None:
    sam.types("/incident drill failed-payments")
    room = drill_room(stage)
    stage.advance(minutes=6)
    tom.types("/incident declare P0 login is down")
    assert stage.incident_room.name == "incident-2026-001"
    assert room.shows("a real incident comes first", "INC-2026-001: login is down")

    stage.advance(hours=2)
    assert room.never_shows("The last deploy changed")
    assert room.never_shows("would tell stakeholders")

    sam.clicks("Continue", room)
    assert room.shows("The drill goes on", "Every time in it is later")
    stage.advance(minutes=4)
    assert room.shows("The last deploy changed")
    stage.advance(minutes=40)
    assert room.shows("Debrief", "It lasted 45 min")
    assert stage.room("incidents").shows("login is down")
    assert stage.room("incidents").never_shows("Payments fail")


def test_a_private_incident_says_nothing_of_itself_in_the_drill(
    stage: Stage, sam: Actor, tom: Actor
) -> None:
    sam.types("/incident drill failed-payments")
    tom.types("/incident keys leaked")
    tom.submits({"How bad is it?": "P0", "Who may see it?": ["yes"]})
    room = drill_room(stage)
    assert room.shows("a real incident comes first")
    assert room.never_shows("keys leaked")
    assert room.never_shows("INC-2026-001")


def test_no_drill_starts_while_an_incident_is_fought(stage: Stage, sam: Actor) -> None:
    sam.types("/incident declare P0 login is down")
    sam.types("/incident drill failed-payments")
    sam.hears("INC-2026-001 is running, and real incidents come first")
    assert not [each for each in stage.slack.workspace.channels if each.name.startswith("drill")]


def test_a_drill_goes_on_after_a_restart_where_it_stood(tmp_path: Path) -> None:
    with open_stage(tmp_path) as stage:
        stage.actor("sam").types("/incident drill full-database")
        stage.advance(minutes=6)
    with open_stage(tmp_path) as again:
        again.clock.advance(timedelta(minutes=11))
        again.bot.keep_promises(again.clock.now())
        with again.bot.use_cases.sessions.storage.reading() as work:
            keys = {each.key for each in work.promises.of(1) if each.open}
            told = [each.text for each in work.timeline.of(1)]
        assert {"inject:4", "inject:8", "drill"} <= keys
        assert not {"inject:1", "inject:2", "inject:3"} & keys
        assert sum("The warehouse in Asia" in each for each in told) == 1
        assert sum("old_wal" in each for each in told) == 1


def test_what_came_while_the_bot_was_away_comes_in_one_message(stage: Stage, sam: Actor) -> None:
    sam.types("/incident drill failed-payments")
    stage.advance(minutes=2)
    stage.sleep(minutes=21)
    room = drill_room(stage)
    assert room.shows("While I was away (drill):", "Eleven customers", "at 61 %", "Head of Sales")
    assert room.count("Eleven customers") == 1
    stage.sleep(days=2)
    assert room.shows("Debrief")
    assert "Closed" in room.board
    nothing_left_the_room(stage, "sam")


def test_a_drill_can_be_planned_for_later(stage: Stage, sam: Actor, priya: Actor) -> None:
    sam.types("/incident drill")
    sam.submits({"What happens?": "failed-payments", "When does it begin?": "30 min"})
    room = drill_room(stage)
    assert room.shows("begins 14:30 UTC", "Until then nothing is timed")
    stage.advance(minutes=29)
    assert room.never_shows("14 %")
    stage.advance(minutes=2)
    assert room.shows("This is a drill")
    assert room.shows("Declined payments are at 14 %")
    priya.types("/incident drill stop DRILL-2026-001")
    assert room.shows("Debrief", "stopped it")


def test_a_planned_drill_waits_for_an_incident(stage: Stage, sam: Actor, tom: Actor) -> None:
    sam.types("/incident drill failed-payments in 30 min")
    tom.types("/incident declare P0 login is down")
    stage.advance(minutes=45)
    room = drill_room(stage)
    assert room.shows("A real incident is running and comes first")
    assert room.never_shows("14 %")
    sam.types("/incident drill continue", room)
    stage.advance(minutes=2)
    assert room.shows("14 %")


def test_who_would_hear_is_told_in_the_room_alone(stage: Stage, sam: Actor) -> None:
    sam.types("/incident drill full-database")
    room = drill_room(stage)
    assert room.shows("In an incident oncall would be paged now")
    sam.types("/incident page @lena we need you", room)
    assert room.shows("In an incident 1 person would be paged now", "We need you")
    sam.hears("Nobody was paged, for this is a drill", room=room)
    stage.advance(minutes=20)
    assert room.shows("In an incident engineering lead would be told now")
    assert room.shows("in an incident I would tell stakeholders that there is no news")
    sam.types("/incident update", room)
    sam.submits({"stakeholders": "Nobody can save. We are making room."})
    nothing_left_the_room(stage, "sam")


def test_nothing_real_is_touched_and_nothing_is_taken_up_again(stage: Stage, sam: Actor) -> None:
    sam.types("/incident drill full-database")
    room = drill_room(stage)
    sam.types("/incident task add look at the disk", room)
    sam.types("/incident resolve There is room", room)
    sam.submits()
    assert room.shows("Debrief of The database refuses writes")
    assert room.never_shows("post-mortem")
    sam.types("/incident reopen", room)
    sam.submits()
    assert "was a drill and is over" in sam.heard(room) or "is over" in sam.reads_modal
    sam.closes()
    sam.types("/incident due")
    sam.hears("Nothing is due")
    sam.types("/incident list")
    sam.hears("No incident is open")
    with stage.bot.use_cases.sessions.storage.reading() as work:
        assert not [each for each in work.promises.of(1) if each.open]
        assert all(each.done_at for each in work.tasks.of(1))
    nothing_left_the_room(stage, "sam")


def test_a_hotfix_in_a_drill_is_refused(stage: Stage, sam: Actor) -> None:
    sam.types("/incident drill full-database")
    room = drill_room(stage)
    sam.types("/hotfix", room)
    heard = f"{sam.heard(room)}\n{sam.reads_modal if sam.has_modal else ''}"
    assert "This is a drill" in heard


def test_drills_stand_apart_in_lists_and_are_never_similar(
    stage: Stage, sam: Actor, tom: Actor
) -> None:
    sam.types("/incident drill failed-payments")
    tom.types("/incident list")
    tom.hears("No incident is open", "*Drills*", "DRILL-2026-001")
    tom.types("/incident due")
    tom.hears("Nothing is due")
    tom.types("/incident declare P0 Payments fail since the last deploy")
    assert stage.incident_room.name == "incident-2026-001"
    metrics = stage.bot.metrics.in_text().decode()
    assert 'chatops_open_incidents{severity="P0"} 1.0' in metrics
    assert "P1" not in metrics.partition("chatops_open_incidents{")[2].partition("# ")[0]
    sam.types("/incident drill stop", drill_room(stage))
    assert "stopped it" in drill_room(stage).last


def test_a_days_after_its_end_the_room_is_archived(stage: Stage, sam: Actor) -> None:
    sam.types("/incident drill failed-payments")
    room = drill_room(stage)
    sam.types("/incident drill stop", room)
    sam.hears("is stopped and closed", room=room)
    stage.advance(hours=25)
    assert stage.slack.workspace.channel(room.id).is_archived


def test_the_debrief_can_be_read_again_and_what_is_wrong_is_said(stage: Stage, sam: Actor) -> None:
    sam.types("/incident drill stop")
    sam.hears("No drill runs now")
    sam.types("/incident drill failed-paymints")
    sam.hears("did you mean failed-payments?", "full-database")
    sam.types("/incident drill rig is on fire")
    sam.hears("/incident declare drill rig is on fire")
    sam.types("/incident drill failed-payments 2x")
    sam.types("/incident drill pause", drill_room(stage))
    sam.types("/incident drill pause", drill_room(stage))
    sam.hears("paused already", room=drill_room(stage))
    sam.types("/incident drill stop", drill_room(stage))
    sam.types("/incident drill debrief DRILL-2026-001")
    sam.hears("Debrief of Payments fail", "twice as fast")
    sam.types("/incident declare P0 login is down")
    sam.types("/incident drill debrief INC-2026-001")
    sam.hears("INC-2026-001 is no drill")


def test_a_drill_that_nobody_continues_ends_after_a_day(stage: Stage, sam: Actor) -> None:
    sam.types("/incident drill failed-payments")
    room = drill_room(stage)
    stage.advance(minutes=2)
    sam.clicks("Pause", room)
    assert room.shows("The drill stands still", "Paused by")
    stage.advance(hours=25)
    assert room.shows("Debrief", "nobody continued it for a day", "It lasted 2 min")
    assert room.count("14 %") == 1
    assert room.never_shows("Eleven customers")


def test_a_planned_drill_that_is_stopped_before_it_begins_has_nothing_to_time(
    stage: Stage, sam: Actor
) -> None:
    sam.types("/incident drill leaked-data 2x in 30 min")
    sam.types("/incident drill stop")
    assert drill_room(stage).shows("It was stopped before it began; nothing was timed")
    stage.advance(hours=1)
    assert drill_room(stage).never_shows("This is a drill")


def test_numbers_of_drills_and_incidents_are_counted_apart(stage: Stage, sam: Actor) -> None:
    for _ in range(2):
        sam.types("/incident drill failed-payments")
        sam.types("/incident drill stop")
    assert drill_room(stage).name == "drill-incident-2026-002"
    sam.types("/incident stats")
    sam.hears("No incident")
    sam.types("/incident declare P0 login is down")
    assert stage.incident_room.name == "incident-2026-001"
