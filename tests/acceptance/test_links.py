"""Links to the bot's pages: cards for everybody who may know, and nothing for the others."""

from typing import Any

import pytest

from chatops.application.incidents.link_previews import LinksShared
from chatops.domain.errors import Repeated
from tests.acceptance.reading import markup_in, words_in
from tests.acceptance.stage import Actor, Room, Stage


def page(stage: Stage, reference: str = "INC-2026-001") -> str:
    return f"{stage.bot.playbooks.site}/incidents/{reference}"


def attached(stage: Stage, room: Room) -> list[Any]:
    """What stands under the newest message of a person in a room."""
    bot = stage.slack.workspace.bot.id
    said = [one for one in stage.slack.workspace.messages(room.id) if one.author != bot]
    return list(said[-1].attachments)


def words(card: Any) -> str:
    return "\n".join(markup_in(card["blocks"]))


@pytest.fixture
def outage(stage: Stage, sam: Actor) -> Room:
    sam.types("/incident declare P0 checkout is down")
    return stage.room("incidents")


def test_a_link_to_an_incident_becomes_its_card(stage: Stage, sam: Actor, outage: Room) -> None:
    sam.types(f"see {page(stage)} please", outage)
    [card] = attached(stage, outage)
    payload = card["entity_payload"]
    assert card["entity_type"] == "slack#/entities/incident"
    assert payload["attributes"]["title"] == {"text": "checkout is down"}
    assert payload["attributes"]["display_id"] == "INC-2026-001"
    assert payload["fields"]["status"] == {"value": "Investigating", "tag_color": "red"}
    assert payload["fields"]["priority"] == {"value": "P0 Critical"}
    assert payload["fields"]["assigned_to"]["user"] == {"user_id": sam.id}
    assert [each["text"] for each in payload["actions"]["primary_actions"]] == ["Show", "Join"]
    assert [each["label"] for each in payload["custom_fields"]] == ["Next word by"]


def test_a_workspace_without_work_objects_gets_the_same_in_words(
    stage: Stage, sam: Actor, outage: Room
) -> None:
    stage.slack.faults.refuse_newer_blocks()
    sam.types(f"see {page(stage)} please", outage)
    [card] = attached(stage, outage)
    assert "entity_payload" not in card
    assert "checkout is down" in words(card)
    assert "P0 Critical · Investigating · led by" in words(card)


def test_a_card_that_slack_refuses_is_tried_in_the_classic_form_and_then_left(
    stage: Stage, sam: Actor, outage: Room
) -> None:
    stage.slack.faults.fail("chat.unfurl", "cannot_unfurl_url", times=2)
    sam.types(f"see {page(stage)} please", outage)
    assert attached(stage, outage) == []
    sam.types(f"again {page(stage)} please", outage)
    assert len(attached(stage, outage)) == 1


def test_a_private_incident_shows_a_card_in_its_own_room_alone(stage: Stage, sam: Actor) -> None:
    sam.types("/incident keys leaked")
    sam.submits({"How bad is it?": "P0", "Who may see it?": ["yes"]})
    own, public = stage.incident_room, stage.room("incidents")
    sam.types(f"see {page(stage)} please", public)
    assert attached(stage, public) == []
    sam.types(f"see {page(stage)} please", own)
    assert len(attached(stage, own)) == 1


@pytest.mark.parametrize(
    "link",
    ["{site}/incidents/INC-2026-999", "{site}/due", "{site}/incidents", "{site}x/incidents/X-1"],
)
def test_what_we_do_not_know_or_do_not_show_stays_a_plain_link(
    stage: Stage, sam: Actor, outage: Room, link: str
) -> None:
    sam.types(f"see {link.format(site=stage.bot.playbooks.site)} please", outage)
    assert attached(stage, outage) == []


def test_the_status_page_says_under_its_link_how_things_stand(
    stage: Stage, sam: Actor, outage: Room
) -> None:
    site = stage.bot.playbooks.site
    sam.types(f"how is it? {site}/status ", outage)
    [card] = attached(stage, outage)
    assert "checkout is down · Investigating" in words(card)
    sam.clicks("Resolve", stage.incident_room)
    sam.submits({"What fixed it?": "Restarted the pool"})
    sam.types(f"and now? {site}/status ", outage)
    [card] = attached(stage, outage)
    assert "Everything works" in words(card)


def test_the_side_pane_is_filled_for_those_who_may_see_it(
    stage: Stage, sam: Actor, outage: Room
) -> None:
    sam.types(f"see {page(stage)} please", outage)
    shown = stage.slack.workspace.messages(outage.id)[-1]
    stage.slack.users.opens_card(sam.id, outage.id, shown.ts)
    stage.settle()
    [call] = stage.slack.call_log.calls("entity.presentDetails")
    assert call.ok
    assert call.arguments["metadata"]["external_ref"] == {"id": "INC-2026-001", "type": "incident"}


def test_the_side_pane_of_a_private_incident_tells_outsiders_nothing(
    stage: Stage, sam: Actor, ines: Actor
) -> None:
    sam.types("/incident keys leaked")
    sam.submits({"How bad is it?": "P0", "Who may see it?": ["yes"]})
    own = stage.incident_room
    sam.types(f"see {page(stage)} please", own)
    card = next(one for one in stage.slack.workspace.messages(own.id) if one.attachments)
    look = stage.bot.use_cases.show_links.details
    team, now = stage.slack.workspace.team.id, stage.clock.now()
    url = card.attachments[0]["url"]
    assert look(team=team, user=ines.id, url=url, now=now) is None
    assert look(team=team, user=sam.id, url=url, now=now) is not None


def test_what_slack_tells_twice_is_shown_once(stage: Stage, outage: Room) -> None:
    shared = LinksShared(
        team=stage.slack.workspace.team.id,
        channel=outage.id,
        now=stage.clock.now(),
        once="event:Ev1",
        urls=(page(stage), page(stage)),
    )
    assert len(stage.bot.use_cases.show_links(shared)) == 1
    with pytest.raises(Repeated):
        stage.bot.use_cases.show_links(shared)


@pytest.mark.usefixtures("outage")
def test_board_and_announcement_link_to_the_incidents_page(stage: Stage) -> None:
    assert f"<{page(stage)}|All of it on one page>" in stage.incident_room.board
    [announcement] = stage.room("status-updates").messages
    assert f"<{page(stage)}|INC-2026-001>" in words_in(announcement)


def test_the_announcement_of_a_private_incident_has_no_link(stage: Stage, sam: Actor) -> None:
    sam.types("/incident keys leaked")
    sam.submits({"How bad is it?": "P0", "Who may see it?": ["yes"]})
    assert stage.room("status-updates").never_shows("/incidents/")


def test_what_stands_on_a_card_can_be_pressed(
    stage: Stage, sam: Actor, ines: Actor, outage: Room
) -> None:
    sam.types(f"see {page(stage)} please", outage)
    bot = stage.slack.workspace.bot.id
    said = [one for one in stage.slack.workspace.messages(outage.id) if one.author != bot][-1]
    stage.slack.users.clicks(ines.id, outage.id, said.ts, "status")
    stage.settle()
    ines.hears("Investigating", "P0 Critical", room=outage)
    stage.slack.users.clicks(ines.id, outage.id, said.ts, "join")
    stage.settle()
    assert "ines" in stage.incident_room.members
