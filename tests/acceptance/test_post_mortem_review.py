"""The review: planned or moved, taken into calendars from a file, and held."""

from datetime import UTC, datetime

import pytest
from icalendar import Calendar, Event

from chatops.domain.promises.model import Promise, PromiseState
from tests.acceptance.stage import Actor, Stage


@pytest.fixture
def over(stage: Stage, sam: Actor, tom: Actor) -> Stage:
    """An outage that is resolved, in which tom had a word too."""
    sam.types("/incident declare P0 checkout is down")
    stage.advance(minutes=5)
    room = stage.incident_room
    tom.types("/incident join", room)
    tom.types("/incident timeline add the pool was empty", room)
    sam.types("/incident resolve", room)
    sam.submits({"What fixed it?": "Restarted the pool"})
    return stage


def events(stage: Stage) -> list[Event]:
    """The events of the calendar files in the channel, oldest first."""
    found = []
    for one in stage.slack.workspace.files.all:
        if one.name.endswith(".ics") and one.channels:
            calendar = Calendar.from_ical(one.content.decode())
            assert calendar["method"] == "PUBLISH"
            found += [each for each in calendar.walk("VEVENT") if isinstance(each, Event)]
    return found


def owed(stage: Stage) -> Promise:
    with stage.bot.use_cases.sessions.storage.reading() as work:
        promise = work.promises.get(1, "review")
    assert promise is not None
    return promise


def test_the_form_proposes_what_the_playbook_promises(over: Stage, sam: Actor) -> None:
    promised = owed(over).due_at
    sam.types("/incident review", over.incident_room)
    sam.submits({})
    [event] = events(over)
    assert event.start == promised
    assert (event.end - event.start).total_seconds() == 60 * 60


def test_it_is_a_calendar_file_in_utc_with_everybody_who_acted(over: Stage, sam: Actor) -> None:
    room = over.incident_room
    sam.types("/incident review 2026-03-03 10:00 utc", room)
    [event] = events(over)
    assert event.start == datetime(2026, 3, 3, 10, tzinfo=UTC)
    assert event.stamp is not None
    assert event["summary"] == "Review of INC-2026-001: checkout is down"
    assert "the pool was empty" in str(event["description"])
    assert "With: " in str(event["description"])
    assert "Tom" in str(event["description"])
    assert "attendee" not in event
    shared = [m for m in over.slack.workspace.messages(room.id) if m.subtype == "file_share"]
    assert "2026-03-03 10:00 UTC" in shared[-1].text


def test_moving_it_sends_a_newer_one_of_the_same_event(over: Stage, sam: Actor) -> None:
    room = over.incident_room
    sam.types("/incident review 2026-03-03 10:00 utc", room)
    sam.clicks("Move it", room)
    sam.submits({
        "When is the review?": datetime(2026, 3, 4, 9, tzinfo=UTC),
        "How long?": "90 minutes",
    })  # fmt: skip
    first, second = events(over)
    assert first["uid"] == second["uid"]
    assert (first["sequence"], second["sequence"]) == (0, 1)
    assert second.start == datetime(2026, 3, 4, 9, tzinfo=UTC)
    assert owed(over).due_at == second.start


def test_a_time_that_is_gone_is_told_at_its_field(over: Stage, sam: Actor) -> None:
    sam.types("/incident review", over.incident_room)
    answer = sam.submits({"When is the review?": datetime(2026, 3, 1, 9, tzinfo=UTC)})
    assert not answer.ok
    assert events(over) == []


def test_a_time_that_is_none_is_told_with_examples(over: Stage, sam: Actor) -> None:
    room = over.incident_room
    sam.types("/incident review 2026-13-40 10:00", room)
    sam.hears("is no time I know", "tomorrow 10:00", room=room)
    sam.types("/incident review of the plans is broken", room)
    sam.hears("declare review of the plans is broken", room=room)


def test_held_settles_what_was_promised_and_asks_what_was_learned(over: Stage, sam: Actor) -> None:
    room = over.incident_room
    sam.types("/incident review 2026-03-03 10:00 utc", room)
    sam.types("/incident review held", room)
    sam.hears("is planned for 2026-03-03 10:00 UTC", room=room)

    over.advance(hours=21)
    sam.types("/incident review held", room)

    sam.hears("What did you learn", room=room)
    assert owed(over).state is PromiseState.KEPT
    sam.clicks("Write post-mortem", room)
    assert "Post-mortem" in sam.reads_modal


def test_the_form_says_that_it_was_held_once_its_time_has_come(over: Stage, sam: Actor) -> None:
    room = over.incident_room
    sam.types("/incident review 2026-03-03 10:00 utc", room)
    over.advance(hours=21)
    sam.types("/incident review", room)
    sam.clicks_in_modal("It was held")
    assert "What did you learn" in sam.reads_modal
    assert owed(over).state is PromiseState.KEPT


def test_a_lost_reply_shares_no_second_calendar_file(over: Stage, sam: Actor) -> None:
    over.slack.faults.drop_reply("files.completeUploadExternal")
    sam.types("/incident review 2026-03-03 10:00 utc", over.incident_room)
    over.advance(minutes=2)
    assert len(events(over)) == 1


def test_what_is_still_fought_has_no_review(stage: Stage, sam: Actor) -> None:
    sam.types("/incident declare P0 checkout is down")
    sam.types("/incident review tomorrow", stage.incident_room)
    sam.hears("is not resolved yet", room=stage.incident_room)


def test_a_private_review_names_no_title(stage: Stage, sam: Actor) -> None:
    sam.types("/incident declare a key was stolen")
    sam.submits({"How bad is it?": "P0", "Who may see it?": ["yes"]})
    room = stage.incident_room
    sam.types("/incident resolve", room)
    sam.submits({"What fixed it?": "Revoked it"})
    sam.types("/incident review 2026-03-03 10:00 utc", room)
    [event] = events(stage)
    assert event["summary"] == "Review of INC-2026-001"
    assert "stolen" not in str(event["description"])
    assert event["class"] == "PRIVATE"
