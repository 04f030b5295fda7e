from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from chatops.adapters.slack.api.channels import SlackChannels
from chatops.adapters.slack.api.people import Identity
from chatops.adapters.slack.api.scopes import bot_scopes
from chatops.adapters.slack.api.web_api import SlackWebApi
from chatops.application.ports.chat import (
    Absentee,
    ChannelArchived,
    ChannelGone,
    ChannelNameTaken,
    ChatBusy,
    ChatIndeterminate,
    ChatRefused,
    NotInChannel,
)
from chatops.clock import MovableClock
from chatops.playground.workspace.model import ChannelKind
from tests.slack.edge import Edge, edge_of_slack
from tests.slack.wire import Wire, no, yes

NAME = "inc-2026-014-checkout"


@pytest.fixture
def room(edge: Edge) -> str:
    return edge.rooms.open(NAME, private=False).channel


@pytest.fixture
def rooms(api: SlackWebApi, clock: MovableClock) -> SlackChannels:
    return SlackChannels(api, Identity(api), clock)


def invited(wire: Wire) -> list[tuple[str, bool]]:
    return [(one.fields["users"], one.fields["force"]) for one in wire.asked]


def refusing(error: str, *users: str) -> dict[str, object]:
    return {"errors": [{"user": user, "ok": False, "error": error} for user in users]}


def test_a_channel_is_opened_under_its_name(edge: Edge, room: str) -> None:
    channel = edge.workspace.channel(room)
    assert (channel.name, channel.kind, channel.creator) == (
        NAME,
        ChannelKind.PUBLIC,
        edge.workspace.bot.id,
    )


def test_a_private_channel_is_private(edge: Edge) -> None:
    opened = edge.rooms.open(NAME, private=True)
    assert edge.workspace.channel(opened.channel).kind is ChannelKind.PRIVATE


def test_a_name_that_is_taken_is_told_apart(edge: Edge) -> None:
    with pytest.raises(ChannelNameTaken):
        edge.rooms.open("general", private=False)


def test_names_that_are_taken_leave_room_in_the_limits_for_one_that_is_not(edge: Edge) -> None:
    for _ in range(20):
        with pytest.raises(ChannelNameTaken):
            edge.rooms.open("general", private=False)

    assert edge.rooms.open(NAME, private=False).name == NAME
    edge.clock.advance(timedelta(minutes=10))
    with pytest.raises(ChannelNameTaken):
        edge.rooms.open("general", private=False)
    assert len(edge.slack.call_log.calls("conversations.create")) == 3


@pytest.mark.parametrize("name", ["", "Über alles", "x" * 81, "---", "a b"])
def test_a_name_that_slack_does_not_take_is_explained(edge: Edge, name: str) -> None:
    with pytest.raises(ChatRefused, match="name") as caught:
        edge.rooms.open(name, private=False)
    assert caught.value.code.startswith("invalid_name")


def test_a_missing_scope_is_named(clock: MovableClock) -> None:
    scopes = frozenset(bot_scopes()) - {"groups:write"}
    with edge_of_slack(clock, scopes) as edge:
        edge.rooms.open(NAME, private=False)
        with pytest.raises(ChatRefused, match="groups:write") as caught:
            edge.rooms.open("inc-secret", private=True)
    assert caught.value.code == "missing_scope"


def test_a_channel_whose_opening_was_not_answered_is_found(edge: Edge) -> None:
    since = edge.clock.now()
    edge.slack.faults.drop_reply("conversations.create")
    with pytest.raises(ChatIndeterminate):
        edge.rooms.open(NAME, private=True)
    (found,) = edge.rooms.find_own(NAME, since=since)
    assert found.name == NAME
    with pytest.raises(ChannelNameTaken):
        edge.rooms.open(NAME, private=True)


def test_a_channel_with_a_suffix_is_found_too(edge: Edge) -> None:
    since = edge.clock.now()
    opened = [edge.rooms.open(name, private=False) for name in (NAME, f"{NAME}-2", f"{NAME}x")]
    assert edge.rooms.find_own(NAME, since=since) == opened[:2]


def test_a_channel_that_others_made_or_that_is_old_is_not_ours(edge: Edge, room: str) -> None:
    edge.clock.advance(timedelta(hours=1))
    theirs = edge.workspace.channel_store.create(name=f"{NAME}-theirs", creator=edge.id_of("sam"))
    edge.workspace.channel_store.join(theirs.id, edge.workspace.bot.id)
    assert edge.rooms.find_own(NAME, since=edge.clock.now()) == []
    assert [
        one.channel
        for one in edge.rooms.find_own(NAME, since=edge.clock.now() - timedelta(hours=1))
    ] == [room]


def test_a_channel_that_was_archived_since_is_not_taken_again(edge: Edge, room: str) -> None:
    edge.workspace.channel_store.archive(room, by=edge.id_of("lena"))
    assert edge.rooms.find_own(NAME, since=edge.clock.now()) == []


def test_channels_are_looked_for_on_every_page(
    rooms: SlackChannels, wire: Wire, clock: MovableClock
) -> None:
    created = int(clock.now().timestamp())
    ours = {"id": "C2", "name": NAME, "creator": "UBOT", "created": created}
    wire.will(
        yes(user_id="UBOT", team_id="T1"),
        yes(channels=[], response_metadata={"next_cursor": "two"}),
        yes(channels=[ours], response_metadata={"next_cursor": ""}),
    )
    assert [one.channel for one in rooms.find_own(NAME, since=clock.now())] == ["C2"]
    assert wire.asked[2].fields["cursor"] == "two"


def test_channels_without_end_leave_the_doubt(
    rooms: SlackChannels, wire: Wire, clock: MovableClock
) -> None:
    wire.will(yes(user_id="UBOT", team_id="T1"))
    wire.will(*[yes(channels=[], response_metadata={"next_cursor": "more"})] * 20)
    with pytest.raises(ChatIndeterminate, match="too many channels"):
        rooms.find_own(NAME, since=clock.now())


def test_everybody_comes_in_with_one_call(edge: Edge, room: str) -> None:
    people = [edge.id_of(handle) for handle in ("sam", "priya", "tom")]
    assert edge.rooms.invite(room, people) == []
    assert set(people) <= set(edge.workspace.channel(room).members)
    assert edge.calls("conversations.invite") == 1


def test_who_is_in_already_is_no_absentee(edge: Edge, room: str) -> None:
    sam, tom = edge.id_of("sam"), edge.id_of("tom")
    edge.rooms.invite(room, [sam])
    assert edge.rooms.invite(room, [sam, tom]) == []
    assert edge.rooms.invite(room, [sam, tom]) == []
    assert tom in edge.workspace.channel(room).members


def test_a_bad_person_never_keeps_the_others_out(edge: Edge, room: str) -> None:
    sam, tom, gone = edge.id_of("sam"), edge.id_of("tom"), edge.id_of("noah")
    edge.workspace.people_store.replace(replace(edge.workspace.person(gone), deleted=True))
    absent = edge.rooms.invite(room, [gone, sam, "U07NOBODY", edge.workspace.bot.id, tom])
    assert {one.user: one.why for one in absent} == {
        gone: "Slack does not let this person be invited; the account may be deactivated",
        "U07NOBODY": "Slack does not know this person",
        edge.workspace.bot.id: "the bot is in the channel already",
    }
    assert {sam, tom} <= set(edge.workspace.channel(room).members)


def test_nobody_to_invite_is_no_call(edge: Edge, room: str) -> None:
    assert edge.rooms.invite(room, []) == []
    assert edge.calls("conversations.invite") == 0


def test_an_invitation_to_an_archived_channel_is_refused_as_a_whole(edge: Edge, room: str) -> None:
    edge.workspace.channel_store.archive(room, by=edge.id_of("lena"))
    with pytest.raises(ChannelArchived):
        edge.rooms.invite(room, [edge.id_of("sam"), edge.id_of("tom")])
    assert edge.calls("conversations.invite") == 1


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("channel_not_found", ChannelGone),
        ("missing_scope", ChatRefused),
        ("invalid_auth", ChatRefused),
    ],
)
def test_a_refusal_of_the_whole_makes_nobody_absent(
    rooms: SlackChannels, wire: Wire, error: str, kind: type[ChatRefused]
) -> None:
    wire.will(no(error))
    with pytest.raises(kind):
        rooms.invite("C1", ["U1", "U2"])
    assert len(wire.asked) == 1


def test_the_others_are_asked_again_when_slack_names_whom_it_refuses(
    rooms: SlackChannels, wire: Wire
) -> None:
    wire.will(no("user_disabled", **refusing("user_disabled", "U2")))
    assert rooms.invite("C1", ["U1", "U2", "U3"]) == [
        Absentee(user="U2", why="the account is deactivated")
    ]
    assert invited(wire) == [("U1,U2,U3", False), ("U1,U3", True)]


@pytest.mark.parametrize("error", ["user_is_restricted", "cant_invite", "an_error_of_tomorrow"])
def test_they_come_one_by_one_when_slack_names_nobody(
    rooms: SlackChannels, wire: Wire, error: str
) -> None:
    wire.will(no(error), yes(), no(error), no("already_in_channel"))
    absent = rooms.invite("C1", ["U1", "U2", "U3"])
    assert [one.user for one in absent] == ["U2"]
    assert [users for users, _ in invited(wire)] == ["U1,U2,U3", "U1", "U2", "U3"]


def test_a_pause_while_they_come_one_by_one_loses_no_ground(
    rooms: SlackChannels, wire: Wire, clock: MovableClock
) -> None:
    users = [f"U{number}" for number in range(60)]
    wire.will(*[no("cant_invite")] * 61)
    absent: Sequence[Absentee] | None = None
    while absent is None:
        try:
            absent = rooms.invite("C1", users)
        except ChatBusy as busy:
            clock.advance(busy.retry_after)
    assert [one.user for one in absent] == users
    assert len(wire.asked) == 61


def test_more_than_a_thousand_are_invited_in_batches(rooms: SlackChannels, wire: Wire) -> None:
    rooms.invite("C1", [f"U{number}" for number in range(2500)])
    assert [len(users.split(",")) for users, _ in invited(wire)] == [1000, 1000, 500]


def test_one_by_one_they_are_refused_as_a_whole_too(rooms: SlackChannels, wire: Wire) -> None:
    wire.will(no("cant_invite"), no("is_archived"))
    with pytest.raises(ChannelArchived):
        rooms.invite("C1", ["U1", "U2"])


def test_names_of_strangers_in_a_refusal_help_nobody(rooms: SlackChannels, wire: Wire) -> None:
    wire.will(no("user_not_found", **refusing("user_not_found", "U9")))
    assert rooms.invite("C1", ["U1", "U2"]) == []
    assert [users for users, _ in invited(wire)] == ["U1,U2", "U1", "U2"]


def test_one_person_named_twice_is_invited_once(rooms: SlackChannels, wire: Wire) -> None:
    rooms.invite("C1", ["U1", "U2", "U1"])
    assert invited(wire) == [("U1,U2", False)]


def test_people_whom_a_forced_invitation_left_out_are_told_of(
    rooms: SlackChannels, wire: Wire
) -> None:
    wire.will(yes(**refusing("ura_max_channels", "U2")))
    assert [one.user for one in rooms.invite("C1", ["U1", "U2"])] == ["U2"]


def test_a_topic_fits_on_its_line_and_calls_nobody(edge: Edge, room: str) -> None:
    edge.rooms.set_topic(room, "SEV1 · <!channel> checkout\nis down " + "x" * 400)
    topic = edge.workspace.channel(room).topic
    assert topic.startswith("SEV1 · @channel checkout is down xxx")
    assert len(topic) <= 250


def test_a_channel_comes_out_of_the_archive(edge: Edge, room: str) -> None:
    edge.workspace.channel_store.archive(room, by=edge.id_of("lena"))
    edge.rooms.reopen(room)
    edge.rooms.reopen(room)
    assert not edge.workspace.channel(room).is_archived


def test_a_channel_goes_into_the_archive_and_one_that_is_there_is_fine(
    edge: Edge, room: str
) -> None:
    edge.rooms.archive(room)
    edge.rooms.archive(room)
    assert edge.workspace.channel(room).is_archived


def test_what_keeps_a_channel_out_of_the_archive_is_told(rooms: SlackChannels, wire: Wire) -> None:
    wire.will(no("cant_archive_general"))
    with pytest.raises(ChatRefused):
        rooms.archive("C1")


def test_a_channel_that_only_people_can_reopen_says_how(rooms: SlackChannels, wire: Wire) -> None:
    wire.will(no("not_in_channel"))
    with pytest.raises(ChatRefused, match="choose Unarchive") as caught:
        rooms.reopen("C1")
    assert not isinstance(caught.value, NotInChannel)


def test_what_keeps_a_channel_in_the_archive_is_told(rooms: SlackChannels, wire: Wire) -> None:
    wire.will(no("restricted_action"))
    with pytest.raises(ChatRefused, match="admin"):
        rooms.reopen("C1")


def test_the_bot_enters_a_public_channel(edge: Edge) -> None:
    alerts = edge.channel("dev-alerts")
    edge.rooms.enter(alerts)
    edge.rooms.enter(alerts)
    assert edge.workspace.bot.id in edge.workspace.channel(alerts).members


def test_the_bot_cannot_enter_a_channel_that_it_does_not_see(edge: Edge) -> None:
    secret = edge.workspace.channel_store.create(
        name="secret", creator=edge.id_of("lena"), private=True
    )
    with pytest.raises(ChannelGone):
        edge.rooms.enter(secret.id)
