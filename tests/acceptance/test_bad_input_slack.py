from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from chatops.playground.slack.faults import Outage
from tests.acceptance.stage import Actor, Room, Stage

LATE = "Slack waits three seconds for a form"


@contextmanager
def busy_for(stage: Stage, seconds: float) -> Iterator[None]:
    """Let the bot be so busy that it takes up only later what is asked meanwhile."""
    stage.listeners.before = lambda: stage.clock.advance(timedelta(seconds=seconds))
    yield
    stage.listeners.before = lambda: None


def test_a_form_that_comes_too_late_is_opened_again_with_what_was_typed(
    stage: Stage, sam: Actor
) -> None:
    with busy_for(stage, 4):
        sam.types("/incident checkout is down")
    assert not sam.has_modal
    sam.hears(LATE, "Nothing is lost")

    sam.clicks("Open again", "general")

    assert "checkout is down" in sam.reads_modal
    assert sam.submits({"How bad is it?": "P0"}).ok


def test_a_button_whose_form_comes_too_late_offers_it_again(stage: Stage, sam: Actor) -> None:
    sam.types("/incident declare P0 checkout is down")
    with busy_for(stage, 4):
        sam.clicks("Write update", stage.incident_room)
    sam.hears(LATE, room=stage.incident_room)
    sam.clicks("Open again", stage.incident_room)
    assert "Write update" in sam.reads_modal


def test_while_every_name_is_taken_the_leader_knows_and_nothing_is_lost(
    stage: Stage, sam: Actor
) -> None:
    names = ["incident-2026-001", *(f"incident-2026-001-{number}" for number in range(2, 21))]
    for name in names:
        stage.slack.users.creates_channel(sam.id, name)
    sam.types("/incident declare P0 checkout is down")
    assert "I could not open the incident's channel: another channel has that name" in sam.inbox[-1]
    assert "INC-2026-001 is saved and nothing is lost." in sam.inbox[-1]
    sam.types("/incident list")
    sam.hears("INC-2026-001", "checkout is down")

    stage.slack.users.renames_channel(sam.id, "#incident-2026-001", "an-older-story")
    stage.advance(minutes=16)

    assert "checkout is down" in stage.room("incident-2026-001").board
    sam.hears("#incident-2026-001 is open")


def test_an_update_takes_an_archived_channel_out_of_the_archive(stage: Stage, sam: Actor) -> None:
    sam.types("/incident declare P0 checkout is down")
    room = stage.incident_room
    stage.slack.users.archives_channel(sam.id, room.id)
    stage.settle()

    sam.types("/incident update INC-2026-001 we know why")
    sam.submits({})

    assert not stage.slack.workspace.channel(room.id).is_archived
    assert room.shows("we know why")
    sam.types("/incident timeline INC-2026-001")
    sam.hears("The channel was archived")


@pytest.mark.parametrize(
    ("scope", "what"),
    [("channels:manage", "open the incident's channel"), ("pins:write", "pin the board")],
)
def test_a_missing_scope_is_named_and_once_it_is_granted_all_is_caught_up(
    stage: Stage, sam: Actor, scope: str, what: str
) -> None:
    stage.slack.faults.take_away(scope)
    sam.types("/incident declare P0 checkout is down")
    stage.advance(minutes=2)
    [told] = sam.inbox
    assert f"I could not {what}: the app lacks the scope {scope}" in told
    assert "INC-2026-001 is saved and nothing is lost." in told

    stage.slack.faults.take_away()
    stage.advance(minutes=12)

    assert "checkout is down" in stage.incident_room.board
    assert stage.room("incidents").shows("checkout is down")


def test_without_the_scope_to_speak_it_is_said_as_soon_as_it_is_back(
    stage: Stage, sam: Actor
) -> None:
    stage.slack.faults.take_away("chat:write")
    sam.types("/incident declare P0 checkout is down")
    sam.hears("INC-2026-001 is declared")
    assert "sam" in stage.incident_room.members
    assert stage.incident_room.messages == []

    stage.slack.faults.take_away()
    stage.advance(minutes=12)

    assert "checkout is down" in stage.incident_room.board


@pytest.mark.parametrize("outage", list(Outage))
def test_what_is_asked_while_slack_is_down_is_done_when_it_is_back(
    stage: Stage, sam: Actor, outage: Outage
) -> None:
    sam.types("/incident declare P0 checkout is down")
    room = stage.incident_room
    stage.slack.faults.go_down(outage)
    sam.types("/incident decide roll back because the fix takes an hour", room)
    stage.advance(minutes=5)
    assert room.never_shows("roll back")

    stage.slack.faults.come_back()
    stage.advance(minutes=6)

    assert room.count("roll back") == 1


def test_a_form_handed_in_while_slack_goes_down_is_kept(stage: Stage, sam: Actor) -> None:
    sam.types("/incident declare P0 checkout is down")
    room = stage.incident_room
    sam.clicks("Write update", room)
    stage.slack.faults.go_down(Outage.UNREACHABLE)
    assert sam.submits({"For stakeholders": "We know why."}).ok

    stage.slack.faults.come_back()
    stage.advance(minutes=1)

    assert stage.room("status-updates").shows("We know why.")


def test_a_reply_that_is_lost_doubles_nothing(stage: Stage, sam: Actor) -> None:
    for method in ("conversations.create", "chat.postMessage", "conversations.invite"):
        stage.slack.faults.drop_reply(method)
    sam.types("/incident declare P0 checkout is down")
    stage.advance(minutes=3)

    rooms = [one.name for one in stage.slack.workspace.channels if "incident-" in one.name]
    assert rooms == ["incident-2026-001"]
    keys = [call_key(stage.incident_room, ts) for ts in range(len(stage.incident_room.messages))]
    assert len(keys) == len(set(keys))
    assert len(stage.room("incidents").messages) == 1


def call_key(room: Room, index: int) -> str:
    metadata = room.messages[index].metadata
    assert metadata is not None
    return str(metadata["event_payload"]["key"])


def test_a_slack_that_limits_gets_what_it_can_take_and_the_rest_later(
    stage: Stage, sam: Actor
) -> None:
    stage.slack.faults.rate_limit(times=None, retry_after=30)
    sam.types("/incident declare P0 checkout is down")
    stage.slack.faults.stop_rate_limit()
    stage.advance(minutes=2)
    assert "checkout is down" in stage.incident_room.board


def test_stakeholders_whose_channel_is_gone_hear_of_it_once_it_is_back(
    stage: Stage, sam: Actor
) -> None:
    public = stage.room("status-updates")
    stage.slack.users.renames_channel(sam.id, public.id, "news")
    sam.types("/incident declare P0 checkout is down")
    stage.advance(minutes=2)
    [told] = sam.inbox
    assert "I could not show the announcement: I am in no channel called #status-updates" in told

    stage.slack.users.renames_channel(sam.id, public.id, "status-updates")
    stage.advance(minutes=10)
    sam.clicks("Try again")

    assert public.shows("checkout is down", "Next word by 14:15 UTC")
