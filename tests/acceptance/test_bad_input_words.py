from collections.abc import Iterator
from dataclasses import replace

import pytest

from chatops.commands.catalogue import HELP, INCIDENT
from chatops.playground.slack.simulated_user.inputs import Typed
from tests.acceptance.reading import markup_in, texts_to_write
from tests.acceptance.stage import Actor, Room, Stage

#: What would call everybody, if it were let through as it is written.
BELL = "<!channel> <!here|here> @everyone <!subteam^S1|@ops> & co"
RIGHT_TO_LEFT, MIRRORED = "\u202e", "\u2067"
FIRST_TITLE = "Say in a few words what is broken"


def bells_rung(stage: Stage) -> list[str]:
    """Everything that was sent to Slack in which somebody would be called who was not meant."""
    sent = [words for call in stage.slack.call_log.calls() for words in markup_in(call.arguments)]
    return [words for words in sent if "<!c" in words or "<!h" in words or "<!e" in words
            or "<!s" in words]  # fmt: skip


@pytest.fixture
def room(stage: Stage, sam: Actor) -> Room:
    """The channel of an incident that sam leads."""
    sam.types("/incident declare P0 checkout is down")
    return stage.incident_room


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("", "Please complete this required field."),
        ("   ", FIRST_TITLE),
        ("🔥🔥 :fire: 🚨", FIRST_TITLE),
        ("\u200b\u202e", FIRST_TITLE),
        ("x" * 4000, "Please shorten this text to 150 characters or fewer."),
    ],
)
def test_a_title_that_is_none_is_told_at_its_field_and_the_rest_stays(
    stage: Stage, sam: Actor, title: str, words: str
) -> None:
    sam.types("/incident declare")
    outcome = sam.submits({
        "What is broken?": title,
        "How bad is it?": "P0",
        "In plain words": "Some customers cannot pay",
    })  # fmt: skip
    assert words in outcome.errors["title"]

    assert sam.submits({"What is broken?": "Checkout is down"}).ok

    assert "Some customers cannot pay" in stage.incident_room.board


@pytest.mark.parametrize("start", ["", "declare P0 "])
def test_a_title_of_4000_characters_is_cut_for_the_name_and_kept_for_the_story(
    stage: Stage, sam: Actor, start: str
) -> None:
    sam.types(f"/incident {start}" + "checkout is down, payments fail " * 125)
    assert sam.submits({"How bad is it?": "P0"}).ok
    board = stage.incident_room.board
    assert "checkout is down, payments fail checkout" in board.splitlines()[0]
    assert "*Seen:* checkout is down, payments fail" in board


def test_a_title_of_emoji_alone_is_asked_for_again(sam: Actor) -> None:
    sam.types("/incident declare P0 🔥🔥 :fire:")
    sam.hears(FIRST_TITLE)


def test_an_unknown_severity_names_those_there_are(sam: Actor) -> None:
    sam.types("/incident declare SEV1 checkout is down")
    sam.hears("no severity “SEV1”", "P0, P1, P2")


def test_an_unknown_severity_of_a_running_one_changes_nothing(room: Room, sam: Actor) -> None:
    sam.types("/incident severity catastrophic", room)
    sam.hears("no severity “catastrophic”", "P0, P1, P2", room=room)
    assert "P0 Critical" in room.board


@pytest.mark.parametrize(
    "command",
    ["page @samm wake up", "role commander @samm", "task assign 1 @samm", "page wholeworld"],
)
def test_an_unknown_person_is_named(room: Room, sam: Actor, command: str) -> None:
    sam.types(f"/incident {command}", room)
    sam.hears("I know nobody called “", room=room)
    assert sam.mention in room.board


def test_somebody_who_left_is_told_of_where_they_are_missed(
    stage: Stage, room: Room, sam: Actor
) -> None:
    roster = stage.slack.workspace.people_store
    roster.replace(replace(roster.person(stage.actor("aiko").id), deleted=True))
    sam.types("/incident page @aiko the database is full", room)
    assert any("could not be invited" in reply for reply in room.thread(room.pinned))


#: What must be chosen in a form before it can be handed in.
CHOICES = {"severity": "P1", "people": ["aiko"]}
FORMS = (
    "update", "severity", "page", "timeline add", "task add", "decide", "snooze", "waive",
    "resolve", "reopen", "resolve", "close", "declare",
)  # fmt: skip


def test_nobody_is_called_by_what_is_written_in_any_form(
    stage: Stage, room: Room, sam: Actor
) -> None:
    sam.types("/incident timeline add the first thing", room)
    number = sam.heard(room).split("number ")[1].rstrip(".")
    for command in (*FORMS, f"timeline edit {number}"):
        sam.types(f"/incident {command}", room)
        ring_in_every_field(sam)
    sam.opens_home()
    stage.advance(minutes=1)

    assert bells_rung(stage) == []
    assert room.shows("*Decided:* <!channel>")
    assert stage.room("status-updates").shows("<!channel>")


def ring_in_every_field(sam: Actor) -> None:
    """Write the bell wherever something can be written; times and choices are asked for again."""
    errors = hand_in(sam, dict.fromkeys(texts_to_write(sam.modal), BELL))
    if errors:
        assert hand_in(sam, {name: CHOICES.get(name, "") for name in errors}) == {}
    assert not sam.has_modal, sam.reads_modal


def hand_in(sam: Actor, values: Typed) -> dict[str, str]:
    outcome = sam.stage.slack.users.submits(sam.id, values)
    sam.stage.settle()
    assert outcome.problem is None
    return dict(outcome.errors)


def one_of_each_command() -> Iterator[str]:
    for row in INCIDENT.actions:
        if row is not HELP:
            yield " ".join([*row.words, "1" if row.words[-1] in {"edit", "assign", "done"} else ""])


def test_nobody_is_called_by_what_is_written_in_any_command(
    stage: Stage, room: Room, sam: Actor
) -> None:
    for command in one_of_each_command():
        sam.types(f"/incident {command} {BELL}", room)
        sam.closes()
    for command in ("declare P1 ", "", "nonsense ", "decide a because ", "severity P1 "):
        sam.types(f"/incident {command}{BELL}", room)
        sam.closes()
    stage.advance(minutes=1)
    assert bells_rung(stage) == []


def test_marks_that_turn_the_reading_direction_turn_nothing(stage: Stage, sam: Actor) -> None:
    sam.types("/incident declare")
    title = f"checkout {RIGHT_TO_LEFT}si{MIRRORED} down עצור"
    sam.submits({"What is broken?": title, "How bad is it?": "P0", "In plain words": title})
    room = stage.incident_room

    assert "checkout si down עצור" in room.board
    assert "checkout si down עצור" in room.topic
    sent = [words for call in stage.slack.call_log.calls() for words in markup_in(call.arguments)]
    assert not [words for words in sent if RIGHT_TO_LEFT in words or MIRRORED in words]


def test_the_longest_texts_leave_board_announcement_and_home_short(
    stage: Stage, sam: Actor
) -> None:
    longest = "Ärger & <Kummer> " * 120
    sam.types("/incident declare")
    sam.submits({
        "What is broken?": "W" * 150,
        "How bad is it?": "P0",
        "In plain words": longest[:2000],
        "What was seen": longest[:2000],
    })  # fmt: skip
    room = stage.incident_room
    sam.clicks("Write update", room)
    sam.submits({"For stakeholders": longest[:1000], "For responders": longest[:2000]})
    for number in range(5):
        sam.types(f"/incident task add {number} {'lorem ipsum ' * 24}", room)

    assert len(room.board.splitlines()) < 25
    assert len(room.board) < 2000
    [announcement] = stage.room("status-updates").messages
    assert len(stage.room("status-updates").all[0].splitlines()) <= 5
    assert "Ärger & <Kummer>" in sam.opens_home() + stage.room("status-updates").all[0]
    assert any("Kummer" in reply for reply in stage.room("status-updates").thread(announcement))
    assert stage.slack.call_log.calls("views.publish")[-1].ok
