"""The digests: what responders read in the morning, and stakeholders at the end of the week."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.acceptance.stage import Actor, Stage


def until(stage: Stage, moment: datetime) -> None:
    """Let time pass, and have the digests that come due meanwhile posted."""
    while stage.clock.now() < moment:
        stage.sleep(minutes=min(60, (moment - stage.clock.now()) / timedelta(minutes=1)))
        stage.bot.send_digests(stage.clock.now())
        stage.settle()


TUESDAY, FRIDAY = datetime(2026, 3, 3, 9, 30, tzinfo=UTC), datetime(2026, 3, 6, 16, 30, tzinfo=UTC)


def resolve(stage: Stage, sam: Actor) -> None:
    sam.clicks("Resolve", stage.incident_room)
    sam.submits({"What fixed it?": "Restarted the pool", "What was the cause": "Pool exhausted"})


def test_responders_read_in_the_morning_what_is_open_and_who_owes_what(
    stage: Stage, sam: Actor
) -> None:
    sam.types("/incident declare P1 search is slow")
    sam.types("/incident role commander me", stage.incident_room)
    until(stage, TUESDAY)
    room = stage.room("incidents")
    assert room.shows("The day ahead", "INC-2026-001", "search is slow", sam.mention)
    assert room.shows("Overdue, or due today", "fix in production of INC-2026-001 (due 14:00 UTC)")
    assert room.count("The day ahead") == 1


def test_stakeholders_read_at_the_end_of_the_week_what_happened(stage: Stage, sam: Actor) -> None:
    sam.types("/incident declare P0 nobody can pay")
    stage.advance(minutes=25)
    resolve(stage, sam)
    until(stage, FRIDAY)
    public = stage.room("status-updates")
    assert public.shows("The week behind", "Everything works", "nobody can pay", "it lasted 25 min")
    assert public.count("The week behind") == 1, public.all
    assert public.never_shows("Pool exhausted")


def test_a_week_without_incidents_says_nothing(stage: Stage) -> None:
    until(stage, FRIDAY)
    assert not stage.room("incidents").count("The day ahead")
    assert not stage.room("status-updates").count("The week behind")


def test_a_private_incident_stands_in_no_digest(stage: Stage, sam: Actor) -> None:
    sam.types("/incident keys leaked")
    sam.submits({"How bad is it?": "P2", "Who may see it?": ["yes"]})
    until(stage, FRIDAY)
    for room in ("incidents", "status-updates"):
        assert not stage.room(room).count("The day ahead")
        assert not stage.room(room).count("The week behind")


def test_after_downtime_only_the_newest_comes_and_says_that_it_is_late(
    stage: Stage, sam: Actor
) -> None:
    sam.types("/incident declare P1 search is slow")
    stage.sleep(days=3, hours=-2)
    stage.bot.send_digests(stage.clock.now())
    stage.settle()
    assert stage.room("incidents").count("The day ahead") == 1
    assert stage.room("incidents").shows("The day ahead", "3 h late, for I was away")


@pytest.mark.long
def test_a_channel_that_cannot_be_written_to_stops_nothing_and_is_told_to_the_log(
    stage: Stage, sam: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    sam.types("/incident declare P1 search is slow")
    until(stage, TUESDAY - timedelta(hours=1))
    workspace = stage.slack.workspace
    workspace.channel_store.archive(workspace.channel_named("incidents").id, by=sam.id)
    stage.slack.faults.fail("conversations.unarchive", "restricted_action")
    until(stage, TUESDAY)
    assert "It was not done as asked" in caplog.text
    sam.types("/incident due", stage.incident_room)
    sam.hears("next update", room=stage.incident_room)


def test_anybody_sees_a_digest_beforehand_alone(stage: Stage, sam: Actor, ines: Actor) -> None:
    sam.types("/incident declare P1 search is slow")
    ines.types("/incident digest")
    ines.hears("The day ahead", "search is slow")
    ines.types("/incident digest weekly")
    ines.hears("The week behind", "search is slow", "it is not over yet")
    assert not stage.room("incidents").count("The day ahead")


def test_a_digest_with_nothing_to_tell_says_so_to_who_asks(ines: Actor) -> None:
    ines.types("/incident digest daily")
    ines.hears("The day ahead", "nothing to tell")


def test_a_digest_that_there_is_not_is_told_with_those_that_there_are(ines: Actor) -> None:
    ines.types("/incident digest monthly")
    ines.hears("no digest “monthly”", "daily, weekly")
