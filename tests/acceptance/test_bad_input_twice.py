from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from chatops.playground.slack.simulated_user.outcome import UserOutcome
from chatops.playground.workspace.model import Message
from tests.acceptance.reading import buttons_in, words_in
from tests.acceptance.stage import Actor, Room, Stage
from tests.machine import PATIENCE


def at_once(stage: Stage, *deeds: Callable[[], UserOutcome]) -> list[UserOutcome]:
    """Let people do things at the same moment."""
    line = Barrier(len(deeds))

    def do(deed: Callable[[], UserOutcome]) -> UserOutcome:
        line.wait(PATIENCE)
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        outcomes = list(pool.map(do, deeds))
    stage.settle()
    return outcomes


@pytest.fixture
def room(stage: Stage, ines: Actor) -> Room:
    ines.types("/incident declare P0 checkout is down")
    return stage.incident_room


def paged(room: Room) -> Message:
    return next(one for one in room.messages if "Paged" in words_in(one))


def presses(stage: Stage, who: Actor, room: Room, message: Message, action: str) -> UserOutcome:
    return stage.slack.users.clicks(who.id, room.id, message.ts, action)


def test_a_double_click_is_one_click(stage: Stage, room: Room, tom: Actor) -> None:
    button = paged(room)
    press = lambda: presses(stage, tom, room, button, "acknowledge")  # noqa: E731 - it is said twice
    outcomes = at_once(stage, press, press)
    assert all(one.ok for one in outcomes)
    assert room.count("is on it") == 1
    tom.hears("You are on INC-2026-001", room=room)


def test_two_people_on_one_button_are_both_answered_and_one_is_first(
    stage: Stage, room: Room, tom: Actor, sam: Actor
) -> None:
    button = paged(room)
    at_once(
        stage,
        lambda: presses(stage, tom, room, button, "acknowledge"),
        lambda: presses(stage, sam, room, button, "acknowledge"),
    )
    assert room.count("is on it") == 1
    answers = sorted([tom.heard(room), sam.heard(room)], key=lambda words: "before" in words)
    assert answers[0].startswith("You are on INC-2026-001")
    assert "took INC-2026-001 up before" in answers[1]


def test_two_people_who_resolve_at_once_resolve_once(
    stage: Stage, room: Room, sam: Actor, ines: Actor
) -> None:
    for who in (sam, ines):
        who.types("/incident resolve restarted the pool", room)
    hands = stage.slack.users
    at_once(stage, lambda: hands.submits(sam.id), lambda: hands.submits(ines.id))

    assert room.count("RESOLVED") == 1
    loser = next(who for who in (sam, ines) if who.has_modal)
    assert "INC-2026-001 is resolved." in loser.reads_modal


def test_two_people_who_take_command_at_once_leave_one_commander(
    stage: Stage, room: Room, sam: Actor, tom: Actor
) -> None:
    hands = stage.slack.users
    at_once(
        stage,
        *(
            lambda who=who: hands.types(who.id, room.id, "/incident role commander")
            for who in (sam, tom)
        ),
    )
    [leader] = [who for who in (sam, tom) if f"*Lead:* {who.mention}" in room.board]
    assert f"led by {stage.slack.workspace.person(leader.id).handle}" in room.topic


def test_everything_on_an_old_board_is_answered_after_the_end(
    stage: Stage, room: Room, ines: Actor
) -> None:
    old = room.pinned
    ines.types("/incident resolve restarted the pool", room)
    ines.submits({})
    ines.types("/incident close the vendor owes us a report", room)
    for element in buttons_in(old.blocks):
        for choice in element.get("options", [None]):
            before = stage.slack.call_log.calls()
            presses_on_old_screen(ines, old, element, choice)
            told = ines.reads_modal if ines.has_modal else ines.heard(room)
            assert len(stage.slack.call_log.calls()) > len(before), "there was an answer"
            assert "went wrong" not in told
            ines.closes()
    assert room.count("RESOLVED") == 1


def presses_on_old_screen(
    who: Actor, old: Message, element: Mapping[str, Any], choice: Mapping[str, Any] | None
) -> None:
    """Press something on a message that their client has not redrawn since."""
    stage = who.stage
    stage.slack.workspace.message_store.edit(old, by=old.author)
    outcome = stage.slack.users.clicks(
        who.id,
        old.channel,
        old.ts,
        element["action_id"],
        choice["value"] if choice else None,
        block_id=element["block_id"],
    )
    assert outcome.ok
    stage.settle()


def a_message_with(stage: Stage, room: Room, action: str, value: str) -> Message:
    bot = stage.slack.workspace.bot
    button = {
        "type": "button", "action_id": action, "value": value,
        "text": {"type": "plain_text", "text": "Press"},
    }  # fmt: skip
    actions = {"type": "actions", "block_id": "old", "elements": [button]}
    draft = Message(channel=room.id, ts="", author=bot.id, bot_id=bot.bot_id, text="from long ago",
                    blocks=(actions,))  # fmt: skip
    return stage.slack.workspace.message_store.post(draft)


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("an_action_of_an_older_release", "1"),
        ("resolve", "not a number"),
        ("resolve", "999"),
        ("take_role", "1:janitor"),
        ("task_done", "1:77"),
        ("update", ""),
        ("declare", "P9|something else broke"),
    ],
)
def test_a_button_that_leads_nowhere_says_so(
    stage: Stage, room: Room, ines: Actor, action: str, value: str
) -> None:
    message = a_message_with(stage, room, action, value)
    assert presses(stage, ines, room, message, action).ok
    stage.settle()
    told = ines.reads_modal if ines.has_modal else ines.heard(room)
    assert any(
        words in told
        for words in ("outdated", "I know no incident", "There is no", "no role", "no severity")
    ), told


def test_a_form_of_an_older_release_says_that_it_is_outdated(
    stage: Stage, room: Room, ines: Actor
) -> None:
    ines.clicks("Write update", room)
    view = ines.modal
    old = {**view.content, "callback_id": "form_of_an_older_release"}
    stage.slack.workspace.view_store.update(view, old)
    assert ines.submits({"For stakeholders": "We know why."}).problem is None
    assert "outdated" in ines.reads_modal
    assert "Nothing was changed" in ines.reads_modal


def test_what_was_written_stays_in_its_form_when_the_state_has_moved_on(
    stage: Stage, room: Room, sam: Actor, ines: Actor
) -> None:
    ines.clicks("Write update", room)
    sam.types("/incident join INC-2026-001")
    sam.types("/incident resolve restarted the pool", room)
    sam.submits({})

    ines.submits({"For stakeholders": "We are close."})

    assert "INC-2026-001 is resolved. If it is back, reopen it first" in ines.reads_modal
    stage.slack.users.closes(ines.id)
    assert "We are close." in str(ines.modal.values)


def test_a_severity_that_somebody_else_has_just_set_is_told_at_its_field(
    room: Room, sam: Actor, ines: Actor
) -> None:
    ines.types("/incident severity", room)
    sam.types("/incident join INC-2026-001")
    sam.types("/incident severity P1 only some customers", room)

    outcome = ines.submits({"How bad is it really?": "P1"})

    assert "It is P1 High already" in outcome.errors["severity"]


def test_what_was_given_up_meanwhile_cannot_be_put_off(
    stage: Stage, room: Room, ines: Actor
) -> None:
    stage.advance(minutes=10)
    ines.clicks("Snooze…", room)
    ines.types("/incident waive nobody reads it", room)
    ines.submits({"Why?": "the vendor is working on it"})
    assert "That is settled already; nothing is owed." in ines.reads_modal
