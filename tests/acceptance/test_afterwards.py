"""What is owed once the fight is over is promised, asked for with manners, and settled."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.stage import Actor, Room, Stage, open_stage


@pytest.fixture
def room(stage: Stage, sam: Actor) -> Room:
    """The channel of an outage that sam has resolved on a Monday at 14:05."""
    sam.types("/incident declare P0 checkout is down")
    stage.advance(minutes=5)
    sam.clicks("Resolve", stage.incident_room)
    sam.submits({"What fixed it?": "v1.2.4"})
    return stage.incident_room


def test_a_resolution_says_when_the_review_is(stage: Stage, room: Room) -> None:
    assert room.shows("RESOLVED", "Post-incident review: 2026-03-03 10:00 UTC")
    public = stage.room("status-updates")
    assert (
        "We look into how it happened on 2026-03-03 10:00" in public.thread(public.messages[0])[-1]
    )


def test_whoever_leads_is_reminded_directly_and_then_told_that_it_is_overdue(
    stage: Stage, sam: Actor, room: Room
) -> None:
    del room
    before = len(sam.inbox)
    stage.advance(hours=19, minutes=54)
    assert "Review meeting* of INC-2026-001 is due 2026-03-03 10:00 UTC" in sam.inbox[before]
    assert len(sam.inbox) == before + 1
    stage.advance(minutes=6)
    assert "⏰ *Post-mortem* of INC-2026-001 is due 14:05 UTC" in sam.inbox[-1]
    assert "while people still remember" in sam.inbox[-1]
    for button in ("Write the post-mortem", "Hand over…", "Snooze…", "Waive…"):
        assert button in sam.inbox[-1]
    stage.advance(hours=4, minutes=5)
    assert "🔴 *Post-mortem* of INC-2026-001 is overdue since 14:05 UTC" in sam.inbox[-1]


def test_what_is_handed_over_is_asked_of_whoever_has_it_now(
    stage: Stage, sam: Actor, tom: Actor, room: Room
) -> None:
    stage.advance(hours=20)
    sam.clicks("Hand over…")
    sam.submits({"Who takes it over?": tom.id, "Why?": "he found it"})
    assert "Post-mortem* of INC-2026-001 is yours now" in tom.inbox[-1]
    assert "he found it" in tom.inbox[-1]
    said = len(sam.inbox)
    stage.advance(hours=4, minutes=5)
    assert "🔴 *Post-mortem* of INC-2026-001 is overdue" in tom.inbox[-1]
    assert not any("Post-mortem* of INC-2026-001 is overdue" in each for each in sam.inbox[said:])
    assert any("has taken over" in each for each in room.thread(room.pinned))


def test_everything_due_at_one_moment_comes_in_one_message(
    stage: Stage, sam: Actor, tom: Actor, room: Room
) -> None:
    del room
    sam.types("/incident declare P0 search is down")
    sam.types("/incident resolve", stage.incident_room)
    sam.submits({"What fixed it?": "v1.2.5"})
    before = len(sam.inbox)
    stage.advance(hours=23)
    heard = sam.inbox[before:]
    assert any("2 things need you" in each for each in heard)
    assert sum("Review meeting" in each for each in heard if "overdue" not in each) == 1
    assert not any("things need you" in each for each in tom.inbox)


def test_a_settled_incident_goes_on_file_and_its_channel_into_the_archive(
    stage: Stage, sam: Actor, room: Room
) -> None:
    refused = sam.types("/incident close", room)
    del refused
    assert f"Post-mortem (<@{sam.id}>)" in sam.reads_modal
    sam.submits({"because": "written elsewhere"})
    assert room.shows("Closed", "Post-mortem")
    before = len(sam.inbox)
    stage.advance(days=6, hours=2)
    assert room.shows("This channel goes into the archive")
    stage.advance(days=1)
    assert stage.slack.workspace.channel(room.id).is_archived
    assert not any("Post-mortem" in each for each in sam.inbox[before:])


def test_the_channel_stays_when_somebody_wants_it(stage: Stage, sam: Actor, room: Room) -> None:
    sam.types("/incident close written elsewhere", room)
    stage.advance(days=6, hours=2)
    sam.clicks("Keep the channel", room)
    stage.advance(days=3)
    assert not stage.slack.workspace.channel(room.id).is_archived


def test_reopening_takes_back_what_only_a_resolution_owes(
    stage: Stage, sam: Actor, room: Room
) -> None:
    sam.types("/incident reopen it is back", room)
    before = len(sam.inbox)
    stage.sleep(10, hours=3)
    assert not any("Post-mortem" in each for each in sam.inbox[before:])


def test_what_is_owed_is_named_in_words_where_it_is_put_off(sam: Actor, room: Room) -> None:
    sam.types("/incident snooze post-mortem 2 days the writer is ill", room)
    assert any("Snoozed: post-mortem" in each for each in room.thread(room.pinned))
    sam.types("/incident waive review because two of us can talk in the kitchen", room)
    assert any("Waived: review meeting" in each for each in room.thread(room.pinned))
    sam.types("/incident waive backport because it is not there", room)
    sam.hears("I cannot tell what you mean by “backport”", "Post-mortem", room=room)


def test_reminders_are_stopped_from_anywhere_with_the_reference(
    stage: Stage, sam: Actor, room: Room
) -> None:
    sam.types("/incident waive INC-2026-001 post-mortem because legal writes one", "general")
    sam.hears("Waived: post-mortem")
    before = len(sam.inbox)
    stage.advance(hours=30)
    assert not any("Post-mortem" in each for each in sam.inbox[before:])
    del room


def test_a_promise_is_given_to_somebody_else_by_command(
    stage: Stage, sam: Actor, tom: Actor, room: Room
) -> None:
    del stage
    sam.types("/incident handover post-mortem @tom he found it", room)
    assert "Post-mortem* of INC-2026-001 is yours now" in tom.inbox[-1]


def test_only_the_commander_waives_but_whoever_owes_it_may_snooze(
    stage: Stage, sam: Actor, tom: Actor, room: Room
) -> None:
    del stage
    sam.types("/incident handover post-mortem @tom he found it", room)
    tom.types("/incident waive post-mortem no time", room)
    tom.hears("Only commander", room=room)
    tom.types("/incident snooze post-mortem 1 day no time", room)
    assert any("Snoozed: post-mortem" in each for each in room.thread(room.pinned))


def test_somebody_who_never_led_is_asked_for_in_the_channel_until_somebody_does(
    stage: Stage, sam: Actor, priya: Actor
) -> None:
    sam.types("/incident declare P1 search is slow")
    room = stage.incident_room
    sam.types("/incident role commander nobody", room)
    stage.advance(minutes=10)
    assert room.shows("Nobody leads this incident", "Take incident commander")
    priya.clicks("Take incident commander", room)
    said = room.count("Nobody leads this incident")
    stage.advance(hours=2)
    assert room.count("Nobody leads this incident") == said


@pytest.fixture
def previews(tmp_path: Path) -> Iterator[Stage]:
    """A team that asks whoever reported it."""
    with open_stage(tmp_path, playbook="preview") as stage:
        stage.actor("sam").types("/incident declare High checkout is down")
        stage.actor("sam").types("/incident resolve", stage.incident_room)
        stage.actor("sam").submits({"What fixed it?": "v1.2.4"})
        stage.advance(hours=4)
        yield stage


def test_whoever_reported_it_is_asked_and_what_they_say_settles_it(previews: Stage) -> None:
    sam, room = previews.actor("sam"), previews.incident_room
    sam.types("/incident settle reporter", room)
    assert any("it is gone" in each for each in room.thread(room.pinned))
    before = len(sam.inbox)
    previews.advance(hours=30)
    assert not any("Word from whoever reported it" in each for each in sam.inbox[before:])


def test_what_is_not_gone_is_told_to_whoever_leads_who_may_reopen_it(previews: Stage) -> None:
    sam, room = previews.actor("sam"), previews.incident_room
    sam.types("/incident still-there the page is white", room)
    assert room.shows("it is not gone", "the page is white", "Reopen…")
    assert any("the page is white" in each for each in sam.inbox)
