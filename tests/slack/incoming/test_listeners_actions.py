"""Buttons and menus, on whatever message, in forms and in App Home."""

import json

import pytest

from chatops.domain.incident.model import Incident
from chatops.domain.messages.posts import ActionId, Button
from chatops.playground.workspace.model import Message
from tests.slack.incoming.bench import Bench, shown


@pytest.fixture
def incident(bench: Bench) -> Incident:
    return bench.declared("sam")


def button(ask: ActionId, about: str) -> Button:
    return Button(ask=ask, label="Press me", about=about)


@pytest.mark.parametrize(
    ("ask", "title"),
    [
        (ActionId("update"), "Write update"),
        (ActionId("severity"), "Change severity"),
        (ActionId("role"), "Roles"),
        (ActionId("page"), "Page people"),
        (ActionId("decide"), "Record a decision"),
        (ActionId("resolve"), "Resolve"),
        (ActionId("snooze"), "Snooze"),
        (ActionId("waive"), "Waive"),
    ],
)
def test_a_button_opens_the_form_of_its_incident(
    bench: Bench, incident: Incident, ask: ActionId, title: str
) -> None:
    bench.posts(incident.channel_name, button(ask, str(incident.id)))

    bench.presses("sam", "Press me", incident.channel_name)

    assert bench.sees("sam").title == title
    assert incident.reference in shown(bench.sees("sam").blocks)


@pytest.mark.parametrize(
    ("ask", "about", "title"),
    [
        (ActionId("timeline"), ":add", "Add to timeline"),
        (ActionId("task"), ":add", "Add a task"),
    ],
)
def test_what_is_listed_can_be_added_to(
    bench: Bench, incident: Incident, ask: ActionId, about: str, title: str
) -> None:
    bench.posts(incident.channel_name, button(ask, f"{incident.id}{about}"))

    bench.presses("sam", "Press me", incident.channel_name)

    assert bench.sees("sam").title == title


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (ActionId("status"), "Nobody has said yet that they are on it"),
        (ActionId("timeline"), "Declared P1"),
        (ActionId("task"), "task"),
        (ActionId("due"), "next update"),
        (ActionId("list"), "INC-2026-001"),
    ],
)
def test_a_button_shows_something_to_the_one_who_pressed_it(
    bench: Bench, incident: Incident, ask: ActionId, words: str
) -> None:
    bench.posts(incident.channel_name, button(ask, str(incident.id)))

    bench.presses("sam", "Press me", incident.channel_name)

    assert words in bench.told("sam", incident.channel_name)


def test_on_it_is_said_once_however_often_it_is_pressed(bench: Bench, incident: Incident) -> None:
    bench.posts("incidents", button(ActionId("acknowledge"), str(incident.id)))

    bench.presses("priya", "Press me")
    bench.presses("priya", "Press me")
    bench.presses("tom", "Press me")

    now = bench.again(incident)
    assert now.acknowledged_by == bench.id_of("priya")
    entries = [each for each in bench.timeline(incident.id) if each.kind == "acknowledged"]
    assert len(entries) == 2
    assert "took INC-2026-001 up before" in bench.told("tom")


def test_people_join_from_the_announcement(bench: Bench, incident: Incident) -> None:
    bench.posts("incidents", button(ActionId("join"), str(incident.id)))

    bench.presses("priya", "Press me")

    assert bench.id_of("priya") in bench.again(incident).members


def test_a_role_is_taken_from_a_message(bench: Bench, incident: Incident) -> None:
    bench.posts("incidents", button(ActionId("take_role"), f"{incident.id}:scribe"))

    bench.presses("priya", "Press me")

    assert bench.again(incident).roles["scribe"] == bench.id_of("priya")


def test_a_task_is_done_from_the_list(bench: Bench, incident: Incident) -> None:
    room = incident.channel_name
    bench.types("sam", "/incident task add ask the vendor", room)
    bench.types("sam", "/incident task", room)

    bench.presses("sam", "1 is done", room)

    with bench.storage.reading() as work:
        assert work.tasks.of(incident.id)[0].done_at is not None


def test_a_menu_asks_for_what_its_choice_says(bench: Bench, incident: Incident) -> None:
    room = incident.channel_name
    bench.types("sam", "/incident status", room)
    message = bench.whispers("sam", room)[-1]

    bench.slack.users.clicks("sam", room, message.ts, "more", "Record a decision")
    bench.executor.settle()

    assert bench.sees("sam").title == "Record a decision"


def test_the_second_button_of_its_kind_works_like_the_first(
    bench: Bench, incident: Incident
) -> None:
    other = bench.declared("sam", title="Search is slow")
    bench.posts(
        "incidents",
        Button(ask=ActionId("join"), label="One", about=str(incident.id)),
        Button(ask=ActionId("join"), label="Two", about=str(other.id)),
    )

    bench.presses("priya", "Two")

    assert bench.id_of("priya") in bench.again(other).members
    assert bench.id_of("priya") not in bench.again(incident).members


@pytest.mark.parametrize(
    ("ask", "about"),
    [
        (ActionId("update"), ""),
        (ActionId("join"), "x:y"),
        (ActionId("take_role"), "{}"),
        (ActionId("more"), "?"),
        (ActionId("open_form"), ""),
        (ActionId("update"), '{"form": "form_of_old"}'),
    ],
)
def test_a_button_that_carries_nothing_we_know_is_outdated(
    bench: Bench, ask: ActionId, about: str
) -> None:
    bench.posts("incidents", button(ask, about))

    bench.presses("sam", "Press me")

    assert "This button is outdated; use `/incident`" in bench.told("sam")


def test_a_button_of_another_release_is_outdated(bench: Bench) -> None:
    bench.workspace.message_store.post(
        Message(
            channel=bench.channel("incidents"),
            ts="",
            author=bench.workspace.bot.id,
            text="old",
            blocks=(
                {
                    "type": "actions",
                    "block_id": "b",
                    "elements": [
                        {
                            "type": "button",
                            "action_id": "escalate_v1",
                            "text": {"type": "plain_text", "text": "Escalate"},
                            "value": "1",
                        }
                    ],
                },
            ),
        )
    )

    bench.presses("sam", "Escalate")

    assert "This button is outdated" in bench.told("sam")


def test_a_button_whose_time_has_passed_is_answered_politely(
    bench: Bench, incident: Incident
) -> None:
    bench.posts(incident.channel_name, button(ActionId("acknowledge"), str(incident.id)))
    bench.types("sam", "/incident resolve done", incident.channel_name)
    bench.submits("sam")

    bench.presses("sam", "Press me", incident.channel_name)

    assert "is resolved. If it is back" in bench.told("sam", incident.channel_name)


def test_a_private_incident_tells_nothing_to_who_presses_from_outside(bench: Bench) -> None:
    incident = bench.declared("sam", private=True)
    bench.posts("incidents", button(ActionId("status"), str(incident.id)))

    bench.presses("priya", "Press me")

    assert "I know no incident" in bench.told("priya")


def test_answers_do_not_replace_what_was_pressed(bench: Bench, incident: Incident) -> None:
    room = incident.channel_name
    bench.posts(room, button(ActionId("status"), str(incident.id)))
    before = len(bench.workspace.messages(bench.channel(room)))

    bench.presses("sam", "Press me", room)

    assert len(bench.workspace.messages(bench.channel(room))) == before


def test_an_answer_goes_on_where_the_address_for_it_is_used_up(bench: Bench) -> None:
    bench.declared("sam")
    bench.slack.faults.fail("response_url", "used_url", status=404)
    bench.types("sam", "/incident list")
    assert "INC-2026-001" in bench.told("sam")
    assert bench.calls("chat.postEphemeral")


def test_an_answer_goes_to_a_direct_message_where_the_bot_is_not_in_the_channel(
    bench: Bench,
) -> None:
    bench.declared("sam")
    bench.slack.faults.fail("response_url", "used_url", status=404)

    bench.types("sam", "/incident list", "general")

    (direct,) = [
        room
        for room in bench.workspace.channels_for(bench.id_of("sam"))
        if room.is_direct and bench.workspace.bot.id in room.members
    ]
    assert "INC-2026-001" in shown(bench.workspace.messages(direct.id)[-1].blocks)


def test_a_slack_that_is_down_loses_the_answer_and_nothing_else(
    bench: Bench, incident: Incident
) -> None:
    bench.slack.faults.fail("response_url", "internal_error", status=503)

    bench.types("sam", "/incident timeline add it began", incident.channel_name)

    assert bench.timeline(incident.id)[-1].text == "it began"


def test_home_shows_what_is_mine_and_acts(bench: Bench, incident: Incident) -> None:
    bench.slack.users.opens_home("sam")
    bench.is_quiet()
    home = bench.workspace.home(bench.id_of("sam"))
    assert home is not None
    assert incident.reference in shown(home.blocks)

    bench.presses_in_form("sam", "Write update", home=True)
    assert bench.sees("sam").title == "Write update"
    assert bench.submits("sam", plain="some cannot pay") == {}
    update = bench.again(incident).last_update
    assert update is not None
    assert update.plain == "some cannot pay"


def test_home_answers_in_a_direct_message(bench: Bench) -> None:
    bench.declared("sam")
    bench.slack.users.opens_home("sam")
    bench.is_quiet()

    bench.presses_in_form("sam", "Show", home=True)

    (direct,) = [
        room
        for room in bench.workspace.channels_for(bench.id_of("sam"))
        if room.is_direct and bench.workspace.bot.id in room.members
    ]
    assert "Nobody has said yet" in shown(bench.workspace.messages(direct.id)[-1].blocks)


def test_declaring_from_home_opens_the_form(bench: Bench) -> None:
    bench.slack.users.opens_home("sam")
    bench.is_quiet()

    bench.presses_in_form("sam", "Declare an incident", home=True)

    assert bench.sees("sam").title == "Declare an incident"


def test_home_does_not_show_what_is_private_to_others(bench: Bench) -> None:
    bench.declared("sam", title="Cards leak", private=True)

    bench.slack.users.opens_home("priya")
    bench.is_quiet()

    home = bench.workspace.home(bench.id_of("priya"))
    assert home is not None
    assert "Cards leak" not in json.dumps(list(home.blocks))


def test_what_was_given_up_is_tried_again(bench: Bench, incident: Incident) -> None:
    bench.posts(incident.channel_name, button(ActionId("retry"), str(incident.id)))

    bench.presses("sam", "Press me", incident.channel_name)

    assert bench.told("sam", incident.channel_name)
