import pytest

from tests.acceptance.stage import Actor, Stage


@pytest.fixture(autouse=True)
def outage(sam: Actor) -> None:
    sam.types("/incident declare P0 checkout is down")


def test_a_role_is_taken_and_explained(stage: Stage, priya: Actor) -> None:
    room = stage.incident_room
    priya.types("/incident join INC-2026-001")
    priya.types("/incident role commander", room)
    if priya.has_modal:
        priya.clicks_in_modal("Take")
    assert f"*Lead:* {priya.mention}" in room.board
    assert "led by priya" in room.topic
    assert any("Incident commander" in reply for reply in room.thread(room.pinned))


def test_a_role_is_given_to_somebody_who_hears_what_it_asks(
    stage: Stage, sam: Actor, priya: Actor
) -> None:
    sam.types("/incident role communicator @priya", stage.incident_room)
    assert any("You are *Communicator*" in line for line in priya.inbox)
    assert "priya" in stage.incident_room.members


def test_an_unknown_role_names_those_there_are(stage: Stage, sam: Actor) -> None:
    sam.types("/incident role janitor @priya", stage.incident_room)
    sam.hears("janitor", "commander", room=stage.incident_room)


def test_the_reminder_follows_the_commander(stage: Stage, sam: Actor, priya: Actor) -> None:
    sam.types("/incident role commander @priya", stage.incident_room)
    stage.advance(minutes=10)
    assert stage.incident_room.shows(f"⏰ {priya.mention}")


def test_a_paged_person_who_does_not_answer_is_told_of(stage: Stage, sam: Actor) -> None:
    sam.types("/incident page @aiko the database is full", stage.incident_room)
    aiko = stage.actor("aiko")
    assert any("the database is full" in line for line in aiko.inbox)
    stage.advance(minutes=6)
    assert stage.incident_room.shows(aiko.mention, "has not answered")


def test_a_paged_person_who_answers_is_left_alone(stage: Stage, sam: Actor) -> None:
    sam.types("/incident page @aiko the database is full", stage.incident_room)
    stage.actor("aiko").clicks("I am on it")
    stage.advance(minutes=6)
    assert stage.incident_room.never_shows("has not answered")


def test_an_audience_of_the_playbook_can_be_paged(stage: Stage, sam: Actor) -> None:
    sam.types("/incident page product_manager customers ask for refunds", stage.incident_room)
    assert {"noah", "ines"} <= stage.incident_room.members


def test_a_note_goes_on_the_timeline_at_the_time_it_happened(stage: Stage, sam: Actor) -> None:
    room = stage.incident_room
    sam.types("/incident timeline add 13:40 first alert", room)
    sam.types("/incident timeline", room)
    lines = sam.heard(room).splitlines()
    noted = next(line for line in lines if "first alert" in line)
    assert noted.startswith("13:40 UTC")


def test_a_pushpin_puts_a_message_on_the_timeline_once(
    stage: Stage, sam: Actor, priya: Actor
) -> None:
    room = stage.incident_room
    said = sam.types("the pool is at 100 %", room)
    assert said.ts is not None
    sam.reacts("pushpin", room, said.ts)
    priya.types("/incident join INC-2026-001")
    priya.reacts("pushpin", room, said.ts)
    sam.types("/incident timeline", room)
    assert sam.heard(room).count("the pool is at 100 %") == 1


def test_an_own_note_can_be_corrected_and_a_strangers_not(
    stage: Stage, sam: Actor, tom: Actor
) -> None:
    room = stage.incident_room
    sam.types("/incident timeline add the pol is full", room)
    number = sam.heard(room).split("number ")[1].rstrip(".")
    tom.types(f"/incident timeline edit {number} nonsense", room)
    tom.hears("author", room=room)
    sam.types(f"/incident timeline edit {number} the pool is full", room)
    sam.types("/incident timeline", room)
    sam.hears("the pool is full", room=room)
    assert "the pol is full" not in sam.heard(room)


def test_tasks_are_shared_and_ticked_off(stage: Stage, sam: Actor, tom: Actor) -> None:
    room = stage.incident_room
    sam.types("/incident task add @tom check the pool", room)
    assert any("Task 1 of INC-2026-001 is yours: check the pool" in line for line in tom.inbox)
    assert "check the pool" in room.board
    tom.types("/incident task done 1", room)
    assert "check the pool" not in room.board
    tom.types("/incident task done 7", room)
    tom.hears("no task 7", room=room)


def test_a_decision_is_kept_with_its_reason(stage: Stage, sam: Actor) -> None:
    sam.types("/incident decide roll back because the fix takes an hour", stage.incident_room)
    assert stage.incident_room.shows("Decided:", "roll back", "the fix takes an hour")


def test_what_is_due_is_listed_soonest_first(sam: Actor) -> None:
    sam.types("/incident due")
    heard = sam.heard()
    assert heard.index("next update") < heard.index("fix in production")


def test_what_is_due_can_be_given_up_with_a_button(stage: Stage, sam: Actor) -> None:
    room = stage.incident_room
    sam.clicks("What is due", room)
    sam.clicks("Waive…", room)
    sam.submits({"Why?": "everybody sits in one room"})
    assert "Next update" not in room.board
    sam.clicks("What is due", room)
    sam.hears("Waived", "next update", "everybody sits in one room", room=room)


def test_while_nobody_is_on_it_the_board_offers_to_page(stage: Stage, ines: Actor) -> None:
    ines.types("/incident declare P1 search is down")
    ines.clicks("Page", stage.incident_room)
    assert "Whom?" in ines.reads_modal


def test_open_incidents_are_listed_anywhere(ines: Actor) -> None:
    ines.types("/incident list")
    ines.hears("INC-2026-001", "checkout is down", "P0")


def test_home_shows_what_is_mine_and_what_is_due(sam: Actor, ines: Actor) -> None:
    assert "checkout is down" in sam.opens_home()
    assert "next update" in sam.opens_home()
    assert "checkout is down" in ines.opens_home()


def test_home_asks_nobody_for_what_the_bot_does_by_itself(sam: Actor) -> None:
    home = sam.opens_home()
    assert "next update" in home
    assert "escalation" not in home


def test_who_is_on_it_and_says_so_again_is_told_that_they_are(stage: Stage, ines: Actor) -> None:
    ines.types("/incident declare P0 search is down")
    tom = stage.actor("tom")
    for _ in range(2):
        tom.clicks("I am on it")
        assert "You are on INC-2026-002" in tom.inbox[-1]


def test_a_command_that_needs_an_incident_says_where_there_is_one(sam: Actor) -> None:
    sam.types("/incident task done 1")
    sam.hears("incident")
