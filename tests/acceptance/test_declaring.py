from tests.acceptance.stage import Actor, Stage


def test_a_title_opens_the_form_prefilled_and_the_form_opens_the_incident(
    stage: Stage, sam: Actor
) -> None:
    sam.types("/incident checkout is down")
    assert "Declare an incident" in sam.reads_modal
    assert "checkout is down" in sam.reads_modal

    assert sam.submits({"How bad is it?": "P0", "In plain words": "Some customers cannot pay"}).ok

    room = stage.incident_room
    assert room.name == "incident-2026-001"
    assert {"sam", "tom"} <= room.members
    assert "Some customers cannot pay" in room.board
    assert "14:15 UTC" in room.board
    assert room.topic.startswith("P0 Critical · Investigating · checkout is down")
    assert stage.room("status-updates").shows("Some customers cannot pay", "Next word by 14:15 UTC")
    assert stage.room("incidents").shows("checkout is down", f"<#{room.id}>")
    sam.hears("is open", "First update by 14:15 UTC")


def test_a_severity_and_a_title_declare_at_once(stage: Stage, sam: Actor) -> None:
    sam.types("/incident declare p1 search returns nothing")
    assert not sam.has_modal
    assert stage.incident_room.shows("Investigating", "P1 High")


def test_an_on_call_engineer_who_declares_it_is_on_it(stage: Stage, sam: Actor) -> None:
    sam.types("/incident declare P0 checkout is down")
    assert "Nobody has said yet" not in stage.incident_room.board
    stage.advance(minutes=6)
    assert stage.incident_room.never_shows("Nobody has taken it up")


def test_everybody_on_call_is_paged_for_the_worst_and_answers_with_a_button(
    stage: Stage, ines: Actor, tom: Actor
) -> None:
    ines.types("/incident declare P0 checkout is down")
    assert "Nobody has said yet" in stage.incident_room.board
    assert "You are paged for INC-2026-001: checkout is down" in tom.inbox[-1]

    tom.clicks("I am on it")

    assert stage.incident_room.shows(f"👍 {tom.mention} is on it")
    assert "Nobody has said yet" not in stage.incident_room.board


def test_who_is_named_to_lead_hears_of_it_and_what_it_asks(
    stage: Stage, sam: Actor, priya: Actor
) -> None:
    sam.types("/incident checkout is down")
    sam.submits({"How bad is it?": "P1", "Who leads?": priya.id})
    assert any("You are *Incident commander*" in line for line in priya.inbox)
    assert "priya" in stage.incident_room.members


def test_a_severity_that_pages_later_tells_on_call_softly_first(
    stage: Stage, ines: Actor, tom: Actor
) -> None:
    ines.types("/incident declare P1 search returns nothing")
    assert "paged" not in tom.inbox[-1]
    assert "search returns nothing" in tom.inbox[-1]

    stage.advance(minutes=31)

    assert any("You are paged for INC-2026-001" in line for line in tom.inbox)


def test_a_title_like_an_open_incident_asks_before_there_are_two(
    stage: Stage, sam: Actor, priya: Actor
) -> None:
    sam.types("/incident declare P0 checkout is down")

    priya.types("/incident declare P0 checkout down for everybody")
    priya.hears("Nothing is declared yet", "INC-2026-001")
    priya.clicks("Join INC-2026-001", "general")

    assert "priya" in stage.incident_room.members
    assert stage.incident_room.name == "incident-2026-001"


def test_what_looks_alike_can_still_be_declared(stage: Stage, sam: Actor, priya: Actor) -> None:
    sam.types("/incident declare P0 checkout is down")
    priya.types("/incident declare P0 checkout down for everybody")
    priya.clicks("Declare a new one", "general")
    if priya.has_modal:
        priya.submits({"How bad is it?": "P0"})
    assert stage.incident_room.name == "incident-2026-002"


def test_the_form_shows_what_a_severity_means(sam: Actor) -> None:
    sam.types("/incident checkout is down")
    for words in ("P0 Critical", "P1 High", "P2 Medium", "outage", "updates every 15 min"):
        assert words in sam.reads_modal


def test_an_incident_can_be_declared_from_a_message(stage: Stage, sam: Actor) -> None:
    [alert] = [m for m in stage.slack.workspace.messages(stage.room("dev-alerts").id)
               if "Replica lag" in m.text]  # fmt: skip
    sam.uses("declare_from_message", stage.room("dev-alerts"), alert.ts)
    assert "Replica lag" in sam.reads_modal
    sam.submits({"What is broken?": "Replica lags again", "How bad is it?": "P1"})
    assert stage.incident_room.shows("P1 High")


def test_an_incident_can_be_declared_from_the_menu_of_shortcuts(stage: Stage, sam: Actor) -> None:
    sam.uses("declare")
    sam.submits({"What is broken?": "Login fails", "How bad is it?": "P1"})
    assert stage.room("incidents").shows("Login fails")
    # On a slow machine the form itself says in the end what came of it.
    told = [*sam.inbox, sam.reads_modal if sam.has_modal else ""]
    assert any("is open" in line or "declared" in line for line in told)


def test_a_name_that_is_taken_gets_the_next_one(stage: Stage, sam: Actor) -> None:
    stage.slack.users.creates_channel(sam.id, "incident-2026-001")
    sam.types("/incident declare P0 checkout is down")
    assert stage.incident_room.name == "incident-2026-001-2"


def test_typing_the_same_thing_in_a_burst_makes_one_incident_a_title(
    stage: Stage, sam: Actor
) -> None:
    sam.types("/incident declare P0 checkout is down")
    sam.types("/incident declare P0 checkout is down")
    sam.hears("Nothing is declared yet")
    rooms = [each.name for each in stage.slack.workspace.channels]
    assert "incident-2026-002" not in rooms


def test_help_lists_every_sub_command(sam: Actor) -> None:
    sam.types("/incident")
    sam.hears("update", "severity", "timeline", "resolve", "snooze")
    sam.types("/incident help")
    sam.hears("due")


def test_a_slip_of_the_finger_is_understood_as_one(sam: Actor) -> None:
    sam.types("/incident resolv")
    sam.hears("resolve")
    assert not sam.has_modal
