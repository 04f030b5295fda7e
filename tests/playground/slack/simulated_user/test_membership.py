from typing import Any

import pytest
from slack_bolt import App

from chatops.playground.slack.double import Slack
from chatops.playground.slack.simulated_user.outcome import NotAMemberError, NotVisibleError
from chatops.playground.workspace.model import Channel
from chatops.playground.workspace.state import Workspace


@pytest.fixture
def events(app: App) -> list[dict[str, Any]]:
    """The events about channels and App Home that the bot got."""
    got: list[dict[str, Any]] = []

    def listen(event: dict[str, Any]) -> None:
        got.append(event)

    for name in (
        "member_joined_channel",
        "member_left_channel",
        "channel_rename",
        "channel_archive",
        "app_home_opened",
    ):
        app.event(name)(listen)
    app.event("message")(lambda: None)
    return got


def test_joining_and_leaving_are_events(
    slack: Slack, events: list[dict[str, Any]], workspace: Workspace, incidents: Channel
) -> None:
    ines = workspace.personas[2]

    slack.users.joins("ines", "#incidents")
    slack.users.leaves("ines", "#incidents")

    assert [(one["type"], one["user"], one["channel"]) for one in events] == [
        ("member_joined_channel", ines.id, incidents.id),
        ("member_left_channel", ines.id, incidents.id),
    ]


def test_inviting_the_bot_is_an_event_with_its_inviter(
    slack: Slack, events: list[dict[str, Any]], workspace: Workspace
) -> None:
    slack.users.invites("sam", "#general", workspace.bot.id)
    assert events[0]["user"] == workspace.bot.id
    assert events[0]["inviter"] == workspace.personas[0].id


def test_renaming_and_archiving_are_events(
    slack: Slack, events: list[dict[str, Any]], workspace: Workspace, incidents: Channel
) -> None:
    slack.users.renames_channel("sam", "#incidents", "outages")
    slack.users.archives_channel("sam", "#outages")

    renamed, archived = events
    assert (renamed["type"], renamed["channel"]["name"]) == ("channel_rename", "outages")
    assert (archived["type"], archived["channel"]) == ("channel_archive", incidents.id)
    assert workspace.channel(incidents.id).is_archived
    slack.users.unarchives_channel("sam", incidents.id)
    assert not workspace.channel(incidents.id).is_archived


def test_opening_home_is_an_event_without_a_view_at_first(
    slack: Slack, events: list[dict[str, Any]], workspace: Workspace
) -> None:
    slack.users.opens_home("sam")
    workspace.view_store.publish(workspace.personas[0].id, {"type": "home", "blocks": []})
    slack.users.opens_home("sam")
    slack.users.opens_home("sam", tab="messages")

    assert [(one["tab"], "view" in one) for one in events] == [
        ("home", False),
        ("home", True),
        ("messages", False),
    ]
    assert events[0]["channel"].startswith("D")


def test_reading_a_channel_takes_its_unread_mark_away(slack: Slack, workspace: Workspace) -> None:
    general = workspace.channel_named("general")
    slack.users.types("priya", "#general", "lunch?")
    sam, priya, _ = workspace.personas

    assert workspace.unread(sam.id, general.id) == 1
    assert workspace.unread(priya.id, general.id) == 0
    slack.users.reads("sam", "#general")
    assert workspace.unread(sam.id, general.id) == 0


def test_a_private_channel_is_not_joined_or_renamed_from_outside(slack: Slack) -> None:
    slack.users.creates_channel("sam", "secret", private=True)
    with pytest.raises(NotVisibleError):
        slack.users.joins("priya", "#secret")
    with pytest.raises(NotAMemberError):
        slack.users.renames_channel("priya", "#secret", "open")
