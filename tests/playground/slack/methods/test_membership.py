import pytest
from slack_sdk import WebClient

from chatops.playground.workspace.model import Channel, ChannelKind
from chatops.playground.workspace.state import Workspace
from tests.playground.slack.conftest import refused


@pytest.fixture
def room(client: WebClient, workspace: Workspace) -> Channel:
    return workspace.channel(client.conversations_create(name="inc-1")["channel"]["id"])


def test_invited_people_are_members_and_listed(
    client: WebClient, workspace: Workspace, room: Channel
) -> None:
    sam, priya, _ = workspace.personas

    client.conversations_invite(channel=room.id, users=[sam.id, priya.id])

    expected = [workspace.bot.id, sam.id, priya.id]
    assert client.conversations_members(channel=room.id)["members"] == expected


def test_each_reason_against_an_invitation_is_named_and_nobody_is_invited(
    client: WebClient, workspace: Workspace, room: Channel
) -> None:
    sam, priya, _ = workspace.personas
    client.conversations_invite(channel=room.id, users=sam.id)

    answer = refused(
        client.conversations_invite,
        channel=room.id,
        users=f"{sam.id},{priya.id},{workspace.bot.id},U00000000",
    )

    assert answer.error == "already_in_channel"
    assert [(one["user"], one["error"]) for one in answer.data["errors"]] == [
        (sam.id, "already_in_channel"),
        (workspace.bot.id, "cant_invite_self"),
        ("U00000000", "user_not_found"),
    ]
    assert priya.id not in workspace.channel(room.id).members


def test_force_invites_those_who_can_be(
    client: WebClient, workspace: Workspace, room: Channel
) -> None:
    sam = workspace.personas[0]
    client.conversations_invite(channel=room.id, users=f"{sam.id},U00000000", force=True)
    assert sam.id in workspace.channel(room.id).members


def test_only_a_member_invites(client: WebClient, workspace: Workspace) -> None:
    general = workspace.channel_named("general")
    error = refused(
        client.conversations_invite, channel=general.id, users=workspace.personas[0].id
    ).error
    assert error == "not_in_channel"


def test_joining_twice_warns(client: WebClient, workspace: Workspace) -> None:
    general = workspace.channel_named("general")

    assert "warning" not in client.conversations_join(channel=general.id).data
    assert client.conversations_join(channel=general.id)["warning"] == "already_in_channel"
    assert workspace.bot.id in workspace.channel(general.id).members


def test_a_private_channel_cannot_be_joined(client: WebClient) -> None:
    made = client.conversations_create(name="secret", is_private=True)["channel"]
    error = refused(client.conversations_join, channel=made["id"]).error
    assert error == "method_not_supported_for_channel_type"


def test_the_bot_leaves_but_not_as_the_last_one_of_a_private_channel(
    client: WebClient, workspace: Workspace, room: Channel
) -> None:
    secret = client.conversations_create(name="secret", is_private=True)["channel"]["id"]
    general = workspace.channel_named("general")

    client.conversations_leave(channel=room.id)

    assert workspace.channel(room.id).members == ()
    assert client.conversations_leave(channel=room.id)["not_in_channel"] is True
    assert refused(client.conversations_leave, channel=secret).error == "last_member"
    assert refused(client.conversations_leave, channel=general.id).error == "cant_leave_general"


def test_kicking_needs_a_member_who_is_somebody_else(
    client: WebClient, workspace: Workspace, incidents: Channel
) -> None:
    sam, _, ines = workspace.personas

    client.conversations_kick(channel=incidents.id, user=sam.id)

    assert sam.id not in workspace.channel(incidents.id).members
    for user, error in (
        (workspace.bot.id, "cant_kick_self"),
        (ines.id, "not_in_channel"),
        ("U00000000", "user_not_found"),
    ):
        answer = refused(client.conversations_kick, channel=incidents.id, user=user)
        assert answer.error == error


def test_a_direct_message_is_opened_once(client: WebClient, workspace: Workspace) -> None:
    sam = workspace.personas[0]

    first = client.conversations_open(users=sam.id)["channel"]["id"]
    second = client.conversations_open(users=[sam.id], return_im=True)["channel"]

    assert first == second["id"]
    assert second["user"] == sam.id
    assert workspace.channel(first).kind is ChannelKind.DIRECT
    assert refused(client.conversations_open, users="").error == "users_list_not_supplied"
    assert refused(client.conversations_open, users="U00000000").error == "user_not_found"


def test_several_people_share_a_group_conversation(client: WebClient, workspace: Workspace) -> None:
    sam, priya, _ = workspace.personas
    made = client.conversations_open(users=[sam.id, priya.id])["channel"]["id"]
    assert workspace.channel(made).kind is ChannelKind.GROUP


def test_marking_needs_a_time_stamp(client: WebClient, incidents: Channel) -> None:
    client.conversations_mark(channel=incidents.id, ts="1.000000")
    answer = refused(client.conversations_mark, channel=incidents.id, ts="yesterday")
    assert answer.error == "invalid_timestamp"
