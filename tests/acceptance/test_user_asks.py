"""What users of incident bots ask for, each as a story."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chatops.bootstrap import Bot, open_bot, open_playbooks
from chatops.domain.errors import NotAllowed
from chatops.domain.incident.timeline import first_broken
from chatops.domain.team import Permission
from tests.acceptance.stage import Actor, Room, Stage

PLAIN, NEXT = "For stakeholders", "Or at another time"


def outage(by: Actor, title: str = "checkout is down", severity: str = "P0") -> Room:
    by.types(f"/incident declare {severity} {title}")
    return by.stage.incident_room


def gives_word(by: Actor, room: Room, text: str = "We know why.") -> None:
    by.clicks("Write update", room)
    by.submits({PLAIN: text, NEXT: "20 min"})


def leaves_the_company(actor: Actor) -> None:
    roster = actor.stage.slack.workspace.people_store
    roster.replace(replace(roster.person(actor.id), deleted=True))


def another_bot(stage: Stage, **settings: Any) -> Bot:
    """Another process over the same database, as after a restart or beside the first."""
    team = replace(stage.bot.use_cases.team, **settings)
    return open_bot(
        engine=stage.bot.engine,
        playbooks=open_playbooks(team, near=Path()),
        team=team,
        access=stage.bot.access,
        outside=stage.bot.outside,
        clock=stage.clock,
    )


# Nothing twice, nothing lost


def test_two_schedulers_say_everything_once(stage: Stage, sam: Actor) -> None:
    room, public, other = outage(sam), stage.room("status-updates"), another_bot(stage)
    for _ in range(3):
        stage.clock.advance(timedelta(minutes=5))
        for bot in (other, stage.bot):
            bot.keep_promises(stage.clock.now())
        other.worker.drain()
        stage.settle()
    assert room.count("Nobody wrote an update") == 1
    [announcement] = public.messages
    assert len(public.thread(announcement)) == 1


def test_a_reminder_outlives_a_restart(stage: Stage, sam: Actor) -> None:
    room = outage(sam)
    stage.bot = another_bot(stage)
    stage.advance(minutes=10)
    assert room.shows(f"⏰ {sam.mention}", "by 14:15 UTC")


def test_a_form_that_is_handed_in_twice_posts_one_update(stage: Stage, sam: Actor) -> None:
    room = outage(sam)
    gives_word(sam, room)
    [handed_in] = stage.slack.call_log.deliveries("form_update")
    stage.slack.delivery.redeliver(handed_in)
    stage.settle()
    assert room.count("Written by") == 1


def test_an_event_that_is_delivered_again_is_taken_once(stage: Stage, sam: Actor) -> None:
    room = outage(sam)
    said = sam.types("the pool is at 100 %", room)
    sam.reacts("pushpin", room, str(said.ts))
    [event] = stage.slack.call_log.deliveries("reaction_added")
    stage.slack.delivery.redeliver(event)
    stage.settle()
    sam.types("/incident timeline", room)
    assert sam.heard(room).count("the pool is at 100 %") == 1


def test_a_channel_that_cannot_be_opened_stops_nothing_else(stage: Stage, sam: Actor) -> None:
    stage.slack.faults.fail("conversations.create", "restricted_action")
    sam.types("/incident declare P0 checkout is down")
    assert stage.room("incidents").shows("checkout is down")
    assert stage.room("status-updates").shows("checkout is down", "Next word by")
    assert any("I could not open the incident's channel" in line for line in sam.inbox)
    stage.advance(minutes=2)
    assert {"sam", "tom"} <= stage.incident_room.members
    assert "checkout is down" in stage.incident_room.board


def test_resolving_works_while_slack_is_down(stage: Stage, sam: Actor) -> None:
    room = outage(sam)
    sam.types("/incident resolve", room)
    stage.slack.faults.fail("chat.update", "internal_error", times=3)
    stage.slack.faults.fail("chat.postMessage", "internal_error", times=2)
    sam.submits({"What fixed it?": "Restarted the pool"})
    sam.types("/incident status", room)
    sam.hears("Resolved", "Restarted the pool", room=room)
    stage.advance(minutes=5)
    assert room.count("RESOLVED") == 1
    assert stage.room("status-updates").shows("Resolved: checkout is down")


def test_an_archived_channel_is_opened_again_for_what_must_be_said(
    stage: Stage, sam: Actor
) -> None:
    room = outage(sam)
    stage.slack.users.archives_channel(sam.id, room.id)
    stage.settle()
    sam.types("/incident severity INC-2026-001 P1 only some customers")
    stage.advance(minutes=1)
    assert not stage.slack.workspace.channel(room.id).is_archived
    assert room.shows("P1 High", "only some customers")
    assert "P1 High" in stage.room("status-updates").all[0]


# Channels and names


def test_a_title_of_emoji_and_odd_letters_is_shown_as_it_was_typed(sam: Actor, ines: Actor) -> None:
    room = outage(sam, "🔥 决済 & <b>checkout</b> 🔥")
    assert "🔥 决済 & <b>checkout</b> 🔥" in room.topic
    assert room.shows("🔥 决済 & <b>checkout</b> 🔥")
    ines.types("/incident list")
    ines.hears("🔥 决済 & <b>checkout</b> 🔥")


def test_a_channel_that_people_rename_keeps_its_reminders_links_and_topic(
    stage: Stage, sam: Actor, priya: Actor
) -> None:
    room = outage(sam)
    stage.slack.users.renames_channel(sam.id, room.id, "the-great-outage")
    stage.settle()

    stage.advance(minutes=10)
    assert room.shows(f"⏰ {sam.mention}")
    gives_word(sam, room)
    assert "We know why." in room.board
    sam.types("/incident severity P1 only some customers", room)
    assert room.topic.startswith("P1 High")
    assert stage.room("incidents").shows("checkout is down", f"<#{room.id}>")
    priya.types("/incident join INC-2026-001")
    priya.hears(f"<#{room.id}>")
    assert "priya" in room.members


def test_reminders_can_be_stopped_from_outside_whatever_became_of_the_channel(
    stage: Stage, sam: Actor
) -> None:
    room = outage(sam)
    stage.slack.users.renames_channel(sam.id, room.id, "the-great-outage")
    stage.slack.users.archives_channel(sam.id, room.id)
    stage.settle()
    sam.types("/incident waive INC-2026-001 the vendor tells everybody itself")
    sam.hears("Waived")
    stage.advance(minutes=40)
    assert room.never_shows("⏰")
    assert room.never_shows("Nobody wrote an update")
    sam.types("/incident timeline INC-2026-001")
    sam.hears("Waived", "the vendor tells everybody itself", sam.mention)


def test_a_bot_that_was_put_out_of_the_channel_comes_back(stage: Stage, sam: Actor) -> None:
    room = outage(sam)
    stage.slack.workspace.channel_store.leave(room.id, stage.slack.workspace.bot.id)
    sam.types("/incident severity P1 only some customers", room)
    stage.advance(minutes=1)
    assert room.shows("P1 High", "only some customers")
    assert room.topic.startswith("P1 High")


def test_nobody_lists_the_whole_workspace(stage: Stage, sam: Actor) -> None:
    room = outage(sam)
    sam.types("/incident page @aiko the database is full", room)
    stage.advance(minutes=31)
    assert stage.slack.call_log.calls("conversations.create", "conversations.invite")
    assert not stage.slack.call_log.calls("users.list", "conversations.list", "usergroups.list")


def test_a_command_in_a_direct_message_is_answered_there(
    stage: Stage, sam: Actor, ines: Actor
) -> None:
    outage(sam)
    talk = Room(stage, stage.slack.workspace.channel_store.direct([ines.id, sam.id]).id)
    ines.types("/incident list", talk)
    ines.hears("INC-2026-001", "checkout is down", room=talk)
    ines.types("/incident status INC-2026-001", talk)
    ines.hears("Investigating", room=talk)
    ines.types("/incident status", talk)
    ines.hears("INC-2026-001", room=talk)


# People


def test_a_guest_who_cannot_be_invited_keeps_nobody_out(
    stage: Stage, sam: Actor, tom: Actor, ines: Actor
) -> None:
    leaves_the_company(tom)
    ines.types("/incident declare P0 checkout is down")
    room = stage.incident_room
    assert {"ines", "sam"} <= room.members
    assert any(tom.mention in reply and "invited" in reply for reply in room.thread(room.pinned))
    assert any("You are paged" in line for line in sam.inbox)


def test_a_commander_who_has_left_is_shown_as_gone_and_another_one_is_asked_for(
    stage: Stage, sam: Actor, priya: Actor, tom: Actor
) -> None:
    room = outage(sam)
    sam.types("/incident role commander @priya", room)
    leaves_the_company(priya)
    stage.advance(minutes=11)
    assert room.shows("Incident commander is vacant", priya.mention, "Who takes it over?")
    assert room.count("is vacant") == 1
    assert "*Lead:* nobody now" in room.board
    assert room.topic.endswith("led by nobody")
    assert priya.mention not in stage.room("status-updates").all[0]

    tom.clicks("Take Incident commander", room)

    assert f"*Lead:* {tom.mention}" in room.board
    stage.advance(minutes=15)
    assert room.shows(f"{tom.mention}, the next word is promised")
    sam.types("/incident timeline", room)
    sam.hears(f"{priya.mention} has left", room=room)


def test_whoever_declared_it_and_has_left_leads_it_no_more(
    stage: Stage, sam: Actor, tom: Actor
) -> None:
    room = outage(sam)
    sam.types("/incident role communicator me", room)
    leaves_the_company(sam)
    stage.advance(minutes=11)
    assert room.count("is vacant") == 2
    assert "*Lead:* nobody now" in room.board
    tom.types("/incident snooze 45 min the vendor is working on it", room)
    tom.hears("Snoozed", room=room)


def test_nobody_loses_a_role_because_slack_is_down(stage: Stage, sam: Actor, priya: Actor) -> None:
    room = outage(sam)
    sam.types("/incident role commander @priya", room)
    leaves_the_company(priya)
    stage.slack.faults.fail("users.info", "internal_error", times=50)
    stage.advance(minutes=5)
    assert room.never_shows("is vacant")
    stage.slack.faults.clear()
    stage.advance(minutes=5)
    assert room.shows("Incident commander is vacant")


def test_a_pin_of_somebody_outside_counts_and_brings_no_error(sam: Actor, ines: Actor) -> None:
    room = outage(sam)
    said = sam.types("the pool is at 100 %", room)
    assert "ines" not in room.members
    ines.reacts("pushpin", room, str(said.ts))
    sam.types("/incident timeline", room)
    sam.hears("the pool is at 100 %", sam.mention, room=room)


def test_what_was_pinned_stays_as_it_was_said(stage: Stage, sam: Actor, tom: Actor) -> None:
    room = outage(sam)
    said = sam.types("the pool is at 100 %", room)
    sam.reacts("pushpin", room, str(said.ts))
    stage.slack.users.edits(sam.id, room.id, str(said.ts), "never mind")
    stage.settle()
    tom.reacts("round_pushpin", room, str(said.ts))
    stage.slack.users.deletes(sam.id, room.id, str(said.ts))
    stage.settle()
    sam.types("/incident timeline", room)
    sam.hears("the pool is at 100 %", room=room)
    assert "never mind" not in sam.heard(room)


def test_one_link_stands_once_on_the_timeline_however_it_came_there(sam: Actor) -> None:
    room = outage(sam)
    said = sam.types("the pool is at 100 %", room)
    sam.reacts("pushpin", room, str(said.ts))
    sam.uses("add_to_timeline", room, said.ts)
    sam.submits({})
    sam.types("/incident timeline", room)
    assert sam.heard(room).count("the pool is at 100 %") == 1


def test_times_are_typed_in_ones_own_zone(stage: Stage, sam: Actor) -> None:
    room, aiko = outage(sam), stage.actor("aiko")
    aiko.types("/incident join INC-2026-001")
    aiko.types("/incident timeline add 22:40 first alert", room)
    aiko.types("/incident timeline", room)
    [noted] = [line for line in aiko.heard(room).splitlines() if "first alert" in line]
    assert noted.startswith("13:40 UTC"), "22:40 in Tokyo"


def test_a_private_incident_is_in_no_list_of_what_is_due(sam: Actor, ines: Actor) -> None:
    sam.types("/incident somebody reads our customers data")
    sam.submits({"How bad is it?": "P0", "Who may see it?": ["yes"]})
    ines.types("/incident due")
    ines.hears("Nothing is due")
    ines.types("/incident due INC-2026-001")
    ines.hears("I know no incident")


def test_whoever_is_put_out_of_a_private_channel_sees_it_no_more(
    stage: Stage, sam: Actor, ines: Actor
) -> None:
    sam.types("/incident somebody reads our customers data")
    sam.submits({"How bad is it?": "P0", "Who may see it?": ["yes"]})
    room = stage.incident_room
    stage.slack.users.invites(sam.id, room.id, ines.id)
    stage.settle()
    ines.types("/incident list")
    ines.hears("customers data")

    stage.slack.users.leaves(ines.id, room.id)
    stage.settle()

    ines.types("/incident list")
    assert "INC-2026-001" not in ines.heard()
    sam.types("/incident timeline", room)
    sam.hears(f"{ines.mention} left the channel", room=room)


def test_whoever_left_is_brought_back_when_paged(stage: Stage, sam: Actor, tom: Actor) -> None:
    room = outage(sam)
    stage.slack.users.leaves(tom.id, room.id)
    stage.settle()
    sam.types("/incident page @tom the database is full", room)
    assert "tom" in room.members


# Policy


def test_one_of_several_groups_is_enough_and_a_denial_names_them_all(
    stage: Stage, sam: Actor, ines: Actor
) -> None:
    allowed = {Permission.RESOLVE: ("engineering_lead", "product_manager")}
    directory = another_bot(stage, permissions=allowed).use_cases.directory
    directory.authorization(ines.id, Permission.RESOLVE).require(None)
    with pytest.raises(NotAllowed, match="Only engineering lead or product manager can resolve"):
        directory.authorization(sam.id, Permission.RESOLVE).require(None)


def test_another_playbook_leaves_an_open_incident_as_it_was(stage: Stage, sam: Actor) -> None:
    room = outage(sam)
    stage.bot = another_bot(stage, playbook="increment")
    stage.advance(minutes=15)
    assert "P0 Critical" in room.board
    assert room.shows("Nobody wrote an update", "14:30 UTC")
    about = stage.bot.use_cases.look.policy().severities[0].key
    assert about != "P0", "new ones live under the new one"


def test_every_turn_is_on_a_record_that_nobody_can_change_unseen(stage: Stage, sam: Actor) -> None:
    room = outage(sam)
    gives_word(sam, room)
    sam.types("/incident severity P1 only some customers", room)
    with stage.bot.use_cases.sessions.storage.reading() as work:
        entries = work.timeline.of(1)
        assert {entry.actor for entry in entries} == {sam.id}
        assert first_broken(entries) is None
        assert first_broken([replace(entries[0], text="All is well"), *entries[1:]]) == replace(
            entries[0], text="All is well"
        )


# Words that are true for the one who reads them


def test_who_gives_the_lead_to_somebody_else_is_not_told_to_lead(
    stage: Stage, sam: Actor, priya: Actor
) -> None:
    sam.types("/incident checkout is down")
    sam.submits({"How bad is it?": "P0", "Who leads?": priya.id})
    sam.hears(f"{priya.mention} leads INC-2026-001", room="general")
    assert f"*Lead:* {priya.mention}" in stage.incident_room.board


def test_a_refusal_names_a_way_that_is_open(sam: Actor, ines: Actor) -> None:
    room = outage(sam)
    ines.types("/incident severity INC-2026-001 P1 it is not so bad")
    ines.hears("Only members can", "`/incident join`")
    assert "role commander" not in ines.heard()
    ines.types("/incident join INC-2026-001")
    ines.types("/incident waive nobody reads it", room)
    ines.hears("Only commander", sam.mention, "`/incident role commander`", room=room)


@pytest.mark.long
def test_a_board_shows_one_sign_of_its_state(stage: Stage, ines: Actor) -> None:
    ines.types("/incident declare P1 search returns nothing")
    stage.advance(hours=30)
    board = stage.incident_room.board
    assert "*Overdue:*" in board
    assert sum(board.count(sign) for sign in "🔴🟡✅⏰⏳📁⚠") == 1
