from slack_sdk import WebClient

from chatops.playground.workspace.state import SLACKBOT, Workspace
from tests.playground.slack.conftest import refused


def test_the_token_says_who_the_bot_is(client: WebClient, workspace: Workspace) -> None:
    answer = client.auth_test()
    assert answer["user_id"] == workspace.bot.id
    assert answer["bot_id"] == workspace.bot.bot_id
    assert answer["team_id"] == workspace.team.id
    assert client.team_info()["team"]["id"] == workspace.team.id


def test_people_are_found_by_id_and_by_address(client: WebClient, workspace: Workspace) -> None:
    sam = workspace.personas[0]

    assert client.users_info(user=sam.id)["user"]["real_name"] == "Sam Okafor"
    assert client.users_lookupByEmail(email="SAM@example.com")["user"]["id"] == sam.id
    assert refused(client.users_info, user="U00000000").error == "user_not_found"
    assert refused(client.users_lookupByEmail, email="x@example.com").error == "users_not_found"


def test_everybody_is_listed_page_by_page_with_slackbot_and_the_bot(
    client: WebClient, workspace: Workspace
) -> None:
    first = client.users_list(limit=5)
    second = client.users_list(limit=5, cursor=first["response_metadata"]["next_cursor"])

    ids = [one["id"] for one in [*first["members"], *second["members"]]]
    assert ids == [one.id for one in workspace.people]
    assert {SLACKBOT, workspace.bot.id} < set(ids)


def test_user_groups_have_handles_and_members(client: WebClient, workspace: Workspace) -> None:
    groups = {
        one["handle"]: one for one in client.usergroups_list(include_users=True)["usergroups"]
    }

    assert set(groups) == {"oncall", "eng-leads", "product"}
    oncall = groups["oncall"]
    assert client.usergroups_users_list(usergroup=oncall["id"])["users"] == oncall["users"]
    assert workspace.personas[0].id in oncall["users"]
    assert refused(client.usergroups_users_list, usergroup="S0").error == "no_such_subteam"


def test_the_bot_can_be_looked_up(client: WebClient, workspace: Workspace) -> None:
    assert client.bots_info(bot=workspace.bot.bot_id)["bot"]["user_id"] == workspace.bot.id
    assert refused(client.bots_info, bot="B0").error == "bot_not_found"


def test_nobody_has_notifications_paused(client: WebClient, workspace: Workspace) -> None:
    answer = client.dnd_info(user=workspace.personas[0].id)
    assert answer["dnd_enabled"] is False
    assert refused(client.dnd_info, user="U00000000").error == "user_not_found"


def test_api_test_echoes(client: WebClient) -> None:
    assert client.api_test(foo="bar")["args"]["foo"] == "bar"
    assert refused(client.api_test, error="my_error").error == "my_error"
