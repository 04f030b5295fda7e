import pytest

from tests.acceptance.stage import Actor, Stage


@pytest.fixture(autouse=True)
def outage(stage: Stage, sam: Actor) -> None:
    sam.types("/incident declare P0 checkout is down")
    stage.advance(minutes=5)


def resolve(sam: Actor, stage: Stage) -> None:
    sam.clicks("Resolve", stage.incident_room)
    sam.submits({"What fixed it?": "Restarted the pool", "What was the cause": "Pool exhausted"})


def test_resolving_tells_everybody_what_happened(stage: Stage, sam: Actor) -> None:
    resolve(sam, stage)
    room, public = stage.incident_room, stage.room("status-updates")
    assert room.shows("RESOLVED", "5 min", "Pool exhausted", "Restarted the pool")
    assert public.shows("Resolved: checkout is down", "It lasted 5 min")
    assert public.never_shows("Pool exhausted")
    assert stage.room("incidents").shows("Resolved: checkout is down")
    assert "*Resolved* after 5 min" in room.board


def test_nothing_is_promised_any_more_after_it_is_resolved(stage: Stage, sam: Actor) -> None:
    resolve(sam, stage)
    before = len(stage.incident_room.messages)
    stage.advance(hours=5)
    assert len(stage.incident_room.messages) == before


def test_an_old_button_answers_politely(stage: Stage, sam: Actor) -> None:
    room = stage.incident_room
    old = next(m for m in room.messages if "Paged" in m.text)
    resolve(sam, stage)
    stage.slack.users.clicks(sam.id, room.id, old.ts, "acknowledge")
    stage.settle()
    sam.hears("is resolved", "/incident reopen", room=room)


def test_resolving_twice_is_refused_kindly(stage: Stage, sam: Actor, tom: Actor) -> None:
    resolve(sam, stage)
    tom.types("/incident resolve", stage.incident_room)
    if tom.has_modal and "submit" in tom.modal.content:
        tom.submits({"What fixed it?": "the same"})
    heard = tom.heard(stage.incident_room) + (tom.reads_modal if tom.has_modal else "")
    assert "is resolved" in heard


def test_reopening_starts_the_clocks_anew(stage: Stage, sam: Actor) -> None:
    resolve(sam, stage)
    stage.advance(minutes=30)
    sam.types("/incident reopen the errors are back", stage.incident_room)
    if sam.has_modal:
        sam.submits({})
    room = stage.incident_room
    assert room.shows("the errors are back")
    assert "14:50 UTC" in room.board
    assert "Next word by 14:50 UTC" in stage.room("status-updates").all[0]


def test_what_is_back_is_not_said_to_work_again(stage: Stage, sam: Actor) -> None:
    resolve(sam, stage)
    assert "Everything works again" in stage.room("status-updates").all[0]
    sam.types("/incident reopen the errors are back", stage.incident_room)
    [announcement] = stage.room("status-updates").all
    assert "Everything works again" not in announcement
    assert "Restarted the pool" not in stage.incident_room.board


def test_closing_with_open_tasks_needs_a_reason(stage: Stage, sam: Actor) -> None:
    room = stage.incident_room
    sam.types("/incident task add write to the vendor", room)
    resolve(sam, stage)
    sam.clicks("Close", room)
    assert "write to the vendor" in sam.reads_modal
    assert not sam.submits({}).ok
    sam.submits({"because": "the vendor wrote to us"})
    assert room.shows("Closed", "write to the vendor", "the vendor wrote to us")


def test_a_running_incident_is_not_closed(stage: Stage, sam: Actor) -> None:
    sam.types("/incident close done", stage.incident_room)
    sam.hears("not resolved yet", room=stage.incident_room)


def test_the_last_word_is_the_commanders(stage: Stage, sam: Actor) -> None:
    sam.clicks("Resolve", stage.incident_room)
    sam.submits({
        "What fixed it?": "Restarted the pool",
        "Last word for stakeholders": "Everybody can pay again.",
    })  # fmt: skip
    assert stage.room("status-updates").shows("Resolved: checkout is down", "can pay again.")
