import pytest

from tests.acceptance.stage import Actor, Stage


@pytest.fixture(autouse=True)
def breach(sam: Actor) -> None:
    sam.types("/incident somebody reads our customers data")
    sam.submits({
        "How bad is it?": "P0",
        "In plain words": "Addresses leak",
        "Who may see it?": ["yes"],
    })  # fmt: skip


def private_words(stage: Stage) -> list[str]:
    """Everything that was said outside the incident's own channel and its people's inboxes."""
    return [
        words for name in ("general", "incidents", "status-updates", "dev-alerts")
        for words in stage.room(name).all
    ]  # fmt: skip


def test_the_channel_is_private_and_its_name_says_nothing(stage: Stage) -> None:
    room = stage.incident_room
    assert stage.slack.workspace.channel(room.id).kind == "private"
    assert room.name == "incident-2026-001"
    assert "ines" not in room.members


def test_outside_a_neutral_text_is_all_there_is(stage: Stage) -> None:
    public = stage.room("status-updates")
    assert public.shows("restricted incident")
    assert not [words for words in private_words(stage) if "customers data" in words]
    assert not [words for words in private_words(stage) if "leak" in words]


def test_outsiders_see_it_in_no_list_and_cannot_ask_for_it(stage: Stage, ines: Actor) -> None:
    ines.types("/incident list")
    assert "INC-2026-001" not in ines.heard()
    ines.types("/incident status INC-2026-001")
    ines.hears("I know no incident")
    assert "INC-2026-001" not in ines.opens_home()
    ines.types("/incident join INC-2026-001")
    assert "ines" not in stage.incident_room.members


def test_insiders_see_it(sam: Actor) -> None:
    sam.types("/incident list")
    sam.hears("INC-2026-001", "customers data")


def test_the_promised_word_is_kept_without_a_word_about_it(stage: Stage) -> None:
    stage.advance(minutes=16)
    public = stage.room("status-updates")
    assert "Next word by 14:30 UTC" in public.all[0]
    [announcement] = public.messages
    assert public.thread(announcement) == []


def test_it_is_escalated_to_nobody_outside_and_says_so(stage: Stage, priya: Actor) -> None:
    stage.advance(minutes=16)
    room = stage.incident_room
    assert room.shows("Nobody outside was told", "engineering_lead", "within 15 minutes")
    assert priya.inbox == []
    assert "priya" not in room.members


def test_insiders_hear_of_its_escalation(stage: Stage, sam: Actor, priya: Actor) -> None:
    sam.types("/incident page @priya come and help", stage.incident_room)
    stage.advance(minutes=16)
    assert stage.incident_room.shows("Escalated", priya.mention)
    assert any("within 15 minutes" in line for line in priya.inbox)


def test_somebody_who_is_invited_by_hand_belongs_to_it(
    stage: Stage, sam: Actor, ines: Actor
) -> None:
    stage.slack.users.invites(sam.id, stage.incident_room.id, ines.id)
    stage.settle()
    ines.types("/incident list")
    ines.hears("INC-2026-001")
