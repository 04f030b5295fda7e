"""What was not typed for certain is asked back, and done once somebody says what they meant."""

import pytest

from tests.acceptance.stage import Actor, Room, Stage


@pytest.fixture
def room(stage: Stage, sam: Actor) -> Room:
    """The channel of an incident that sam leads."""
    sam.types("/incident declare P0 checkout is down")
    return stage.incident_room


def test_a_slip_is_asked_back_pressed_and_done(stage: Stage, room: Room, sam: Actor) -> None:
    sam.types("/incident sevrity P1 only some customers", room)

    sam.hears("Did you mean `/incident severity P1 only some customers`?", room=room)
    assert not sam.has_modal
    assert "P0 Critical" in room.board

    sam.clicks("/incident severity P1 only some customers", room)

    assert "P1 High" in room.board
    assert stage.incident_room.id == room.id


def test_a_title_that_begins_like_a_command_is_asked_back_pressed_and_declared(
    stage: Stage, room: Room, priya: Actor
) -> None:
    priya.types("/incident status page down")
    priya.hears("Did you mean `/incident status`?", "`/incident declare status page down`")

    priya.clicks("Declare “status page down”", "general")
    priya.submits({"How bad is it?": "P1"})

    assert stage.incident_room.id != room.id
    assert "status page down" in stage.incident_room.board


def test_a_time_that_is_not_certain_is_asked_back_typed_and_understood(
    room: Room, sam: Actor
) -> None:
    sam.types("/incident snooze 3 waiting for the vendor", room)
    sam.closes()
    sam.types("/incident snooze 15:30 IST waiting for the vendor", room)
    sam.hears("names no certain time zone", "15:30 Asia/Kolkata", room=room)

    sam.types("/incident snooze 3:30 PM waiting for the vendor", room)

    sam.hears("15:30 UTC", room=room)
    assert "15:30 UTC" in room.board


def test_a_page_is_acknowledged_with_a_word(room: Room, sam: Actor, tom: Actor) -> None:
    sam.types("/incident page @tom the pool is full", room)

    tom.types("/incident ack", room)

    tom.hears(f"{sam.mention} took INC-2026-001 up before; you are in", room=room)
    assert "tom" in room.members
