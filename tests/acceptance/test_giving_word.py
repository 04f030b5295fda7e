import pytest

from tests.acceptance.stage import Actor, Stage

PLAIN, TECHNICAL, NEXT = "For stakeholders", "For responders", "Or at another time"


@pytest.fixture(autouse=True)
def outage(sam: Actor) -> None:
    sam.types("/incident declare P0 checkout is down")


def test_an_update_tells_both_readers_and_promises_the_next_one(stage: Stage, sam: Actor) -> None:
    sam.clicks("Write update", stage.incident_room)
    sam.submits({
        PLAIN: "Some customers cannot pay. We know why.",
        TECHNICAL: "Pool exhausted since 13:58.",
        NEXT: "20 min",
    })  # fmt: skip

    room, public = stage.incident_room, stage.room("status-updates")
    assert room.shows("Pool exhausted since 13:58.")
    assert public.shows("We know why.", "Next word by 14:20 UTC")
    [announcement] = public.messages
    assert any("We know why." in reply for reply in public.thread(announcement))
    assert public.never_shows("Pool exhausted")
    assert "14:20 UTC" in room.board


def test_an_update_without_a_next_time_cannot_be_posted(stage: Stage, sam: Actor) -> None:
    sam.types("/incident update we know why", stage.incident_room)
    outcome = sam.submits({PLAIN: "We know why.", NEXT: "yesterday"})
    assert not outcome.ok
    assert sam.has_modal
    assert "time" in " ".join(outcome.errors.values())


def test_the_commander_is_reminded_and_if_nobody_writes_the_bot_keeps_the_word(
    stage: Stage, sam: Actor
) -> None:
    room, public = stage.incident_room, stage.room("status-updates")

    stage.advance(minutes=10)
    assert room.shows(f"⏰ {sam.mention}", "by 14:15 UTC")

    stage.advance(minutes=5)
    [announcement] = public.messages
    assert "Next word by 14:30 UTC" in public.all[0]
    assert public.thread(announcement)
    assert room.shows("Nobody wrote an update", "14:30 UTC")
    assert room.count("by 14:15 UTC") == 0, "the reminder became what came of it"


def test_a_written_update_settles_the_reminder(stage: Stage, sam: Actor) -> None:
    stage.advance(minutes=11)
    sam.clicks("Write update", stage.incident_room)
    sam.submits({PLAIN: "We know why.", NEXT: "15 min"})
    stage.advance(minutes=4)
    assert stage.incident_room.shows("reminder is settled")
    assert stage.incident_room.never_shows("Nobody wrote an update")


def test_missed_updates_climb_the_ladder(stage: Stage, sam: Actor) -> None:
    stage.advance(minutes=31)
    assert stage.incident_room.shows("Escalated", "had none")
    assert sam.id in stage.incident_room.board


def test_after_a_night_of_downtime_one_late_word_is_given(stage: Stage) -> None:
    public = stage.room("status-updates")
    stage.sleep(hours=8)
    stage.advance(seconds=30)
    [announcement] = public.messages
    thread = public.thread(announcement)
    assert len(thread) == 1
    assert "7 h 45 min late" in thread[0]
    assert "Next word by 22:15 UTC" in public.all[0]


def test_an_update_can_be_put_off_with_a_reason_that_all_can_read(stage: Stage, sam: Actor) -> None:
    room = stage.incident_room
    sam.types("/incident snooze 45 min the vendor is working on it", room)
    stage.advance(minutes=30)
    assert room.never_shows("Nobody wrote an update")
    sam.types("/incident timeline", room)
    sam.hears("Snoozed", "the vendor is working on it", room=room)


def test_an_update_put_off_has_a_reminder_of_its_own(stage: Stage, sam: Actor) -> None:
    room = stage.incident_room
    sam.types("/incident snooze 1 h we wait for the vendor", room)
    stage.advance(minutes=54)
    assert room.never_shows("stakeholders were promised")
    stage.advance(minutes=2)
    assert room.shows("stakeholders were promised a word by 15:00 UTC")


def test_an_update_put_off_leaves_nothing_to_settle(stage: Stage, sam: Actor) -> None:
    room = stage.incident_room
    sam.types("/incident snooze 1 h we wait for the vendor", room)
    sam.clicks("Write update", room)
    sam.submits({"For stakeholders": "The vendor has answered"})
    assert room.never_shows("reminder is settled")


def test_nobody_is_told_of_a_missed_word_that_was_given_up_for_a_reason(
    stage: Stage, sam: Actor
) -> None:
    room = stage.incident_room
    stage.advance(minutes=20)
    assert room.count("Nobody wrote an update") == 1
    sam.types("/incident waive everybody sits in one room", room)
    stage.advance(minutes=30)
    assert room.never_shows("Stakeholders were promised a word every 15 minutes")


def test_putting_off_needs_a_reason(stage: Stage, sam: Actor) -> None:
    stage.advance(minutes=10)
    sam.clicks("Snooze…", stage.incident_room)
    outcome = sam.submits({})
    assert not outcome.ok


def test_only_the_commander_may_put_an_update_off(stage: Stage, sam: Actor, tom: Actor) -> None:
    tom.types("/incident waive nobody reads it", stage.incident_room)
    tom.hears("Only", "commander", sam.mention, room=stage.incident_room)


def test_raising_the_severity_changes_cadence_people_and_the_announcement(
    stage: Stage, sam: Actor
) -> None:
    room, public = stage.incident_room, stage.room("status-updates")
    sam.types("/incident severity P1 only some customers", room)
    assert room.shows("⬇️", "P1 High", "only some customers", "Updates every 30 min")
    [announcement] = public.messages
    assert "P1 High" in public.all[0]
    assert any("less severe" in reply for reply in public.thread(announcement))
    assert room.topic.startswith("P1 High")


def test_raising_it_pages_at_once_whom_the_milder_one_told_softly(
    stage: Stage, ines: Actor, tom: Actor
) -> None:
    ines.types("/incident declare P1 refunds are slow")
    assert not any("You are paged" in line for line in tom.inbox[-1:])
    ines.types("/incident severity P0 nobody gets a refund", stage.incident_room)
    assert "You are paged for INC-2026-002" in tom.inbox[-1]
    assert "tom" in stage.incident_room.members


def test_the_same_severity_again_changes_nothing(stage: Stage, sam: Actor) -> None:
    sam.types("/incident severity P0", stage.incident_room)
    sam.hears("already", room=stage.incident_room)


def test_lead_and_executives_hear_when_it_lasts(stage: Stage) -> None:
    stage.advance(minutes=16)
    assert stage.incident_room.shows("Escalated", "Engineering Lead")
    assert "priya" in stage.incident_room.members
    stage.advance(hours=4)
    assert stage.incident_room.shows("Escalated", "CEO")
