"""What is due: the same list for the command and for App Home, with a menu on each line."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.acceptance.reading import buttons_in
from tests.acceptance.stage import Actor, Stage


@pytest.fixture
def outage(stage: Stage, sam: Actor) -> None:
    sam.types("/incident declare P0 checkout is down")
    stage.advance(minutes=3)


def menus(blocks: Sequence[Any]) -> list[list[str]]:
    """The labels of each menu, from the top."""
    return [
        [option["text"]["text"] for option in one["options"]]
        for one in buttons_in(blocks)
        if one["type"] == "overflow"
    ]


@pytest.mark.usefixtures("outage")
def test_mine_comes_first_then_nobodys_and_what_the_bot_does_by_itself_comes_last(
    stage: Stage, sam: Actor
) -> None:
    sam.types("/incident role commander me", stage.incident_room)
    sam.types("/incident task add call the bank", stage.incident_room)
    sam.types("/incident due all")
    heard = sam.heard()
    places = [heard.index(each) for each in ("Due from you", "Nobody's yet", "do by myself")]
    assert places == sorted(places)
    assert heard.index("next update") < heard.index("call the bank") < heard.index("escalation")


@pytest.mark.usefixtures("outage")
def test_what_others_owe_names_them(stage: Stage, sam: Actor, tom: Actor) -> None:
    sam.types("/incident role commander @tom", stage.incident_room)
    sam.types("/incident due", stage.incident_room)
    sam.hears("Due from others", "next update", tom.mention, room=stage.incident_room)


@pytest.mark.usefixtures("outage")
def test_what_is_overdue_says_since_when_and_is_counted(stage: Stage, sam: Actor) -> None:
    stage.advance(hours=2)
    sam.types("/incident due all")
    sam.hears("of which *1 overdue*", "overdue since 16:00 UTC* · fix in production")


@pytest.mark.usefixtures("outage")
def test_a_line_can_be_put_off_from_its_own_menu_and_says_by_whom_and_why(
    stage: Stage, sam: Actor
) -> None:
    room = stage.incident_room
    sam.types("/incident role commander me", room)
    sam.types("/incident due", room)
    sam.clicks("Snooze…", room)
    assert "Next update" in sam.reads_modal
    sam.submits({"Or at another time": "45 min", "Why?": "the vendor is asleep"})
    sam.types("/incident due", room)
    sam.hears("put off until then by", sam.mention, "the vendor is asleep", room=room)


@pytest.mark.usefixtures("outage")
def test_what_was_waived_stays_in_the_incidents_list_with_its_reason(
    stage: Stage, sam: Actor
) -> None:
    room = stage.incident_room
    sam.types("/incident role commander me", room)
    sam.types("/incident waive the vendor speaks for us", room)
    sam.types("/incident due", room)
    sam.hears("Waived", "next update", "by " + sam.mention, "the vendor speaks for us", room=room)


@pytest.mark.usefixtures("outage")
def test_only_mine_when_i_ask_for_mine(stage: Stage, sam: Actor, tom: Actor) -> None:
    sam.types("/incident role commander @tom", stage.incident_room)
    sam.types("/incident due mine")
    sam.hears("Nothing is due from you", "/incident due all")
    tom.types("/incident due mine")
    tom.hears("Due from you", "next update")


def test_nothing_due_says_what_would_show(sam: Actor) -> None:
    sam.types("/incident due")
    sam.hears("Nothing is due")


@pytest.mark.usefixtures("outage")
def test_ten_lines_a_page_and_a_button_for_the_next(stage: Stage, sam: Actor) -> None:
    for number in range(14):
        sam.types(f"/incident task add thing {number}", stage.incident_room)
    sam.types("/incident due all")
    first = sam.heard()
    sam.clicks("Next 10", "general")
    second = sam.heard()
    assert first.count(" · INC-2026-001") == second.count(" · INC-2026-001") == 10
    assert "… and 10 more" in first
    assert not set(lines(first)) & set(lines(second))
    sam.clicks("Back", "general")
    assert sam.heard() == first


def lines(heard: str) -> list[str]:
    return [line for line in heard.splitlines() if "INC-2026-001" in line]


@pytest.mark.usefixtures("outage")
def test_home_tells_what_is_late_and_lets_one_settle_it(stage: Stage, sam: Actor) -> None:
    sam.types("/incident role commander me", stage.incident_room)
    stage.advance(hours=2)
    home = sam.opens_home()
    assert "1 thing is overdue from you" in home
    assert "Due from you" in home
    view = stage.slack.workspace.home(sam.id)
    assert view is not None
    assert any("Write update" in menu for menu in menus(view.blocks))


def test_home_without_incidents_says_the_next_step(sam: Actor) -> None:
    home = sam.opens_home()
    assert "Nothing is due from you" in home
    assert "No incident is open" in home


def test_a_private_incident_is_due_for_its_people_alone(sam: Actor, ines: Actor) -> None:
    sam.types("/incident keys leaked")
    sam.submits({"How bad is it?": "P0", "Who may see it?": ["yes"]})
    sam.types("/incident due all")
    sam.hears("INC-2026-001", "next update")
    ines.types("/incident due all")
    ines.hears("Nothing is due")
    assert "INC-2026-001" not in ines.opens_home()
