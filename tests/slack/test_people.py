from dataclasses import replace
from datetime import timedelta

import pytest

from chatops.adapters.slack.api.people import SlackPeople
from chatops.adapters.slack.api.scopes import bot_scopes
from chatops.adapters.slack.api.web_api import SlackWebApi
from chatops.application.ports.chat import ChatRefused, ChatUnreachable, Profile
from chatops.clock import MovableClock
from chatops.domain.messages.posts import Post
from tests.slack.edge import Edge
from tests.slack.samples import BOARD, HOSTILE
from tests.slack.wire import Wire, no, yes


def test_a_profile_says_name_and_zone(edge: Edge) -> None:
    sam = edge.id_of("sam")
    profile = edge.people.profile(sam)
    assert profile is not None
    assert (profile.user, profile.zone, profile.active, profile.bot) == (
        sam,
        "Europe/London",
        True,
        False,
    )
    assert "sam" in profile.name.lower()


def test_who_left_is_not_active(edge: Edge) -> None:
    noah = edge.id_of("noah")
    edge.workspace.people_store.replace(replace(edge.workspace.person(noah), deleted=True))
    profile = edge.people.profile(noah)
    assert profile is not None
    assert not profile.active


def test_the_bot_is_a_bot(edge: Edge) -> None:
    profile = edge.people.profile(edge.workspace.bot.id)
    assert profile is not None
    assert profile.bot


def test_nobody_has_no_profile(edge: Edge) -> None:
    assert edge.people.profile("U07NOBODY") is None


def test_a_profile_is_believed_for_ten_minutes(edge: Edge) -> None:
    sam = edge.id_of("sam")
    edge.people.profile(sam)
    edge.clock.advance(timedelta(minutes=9))
    edge.people.profile(sam)
    assert edge.calls("users.info") == 1
    edge.clock.advance(timedelta(minutes=1))
    edge.people.profile(sam)
    assert edge.calls("users.info") == 2


def test_a_person_without_names_and_zone_is_still_somebody(
    api: SlackWebApi, wire: Wire, clock: MovableClock
) -> None:
    wire.will(yes(user={"id": "U1"}))
    assert SlackPeople(api, clock).profile("U1") == Profile(
        user="U1", name="U1", zone="UTC", active=True
    )


def test_slackbot_is_a_bot_though_slack_does_not_say_so(
    api: SlackWebApi, wire: Wire, clock: MovableClock
) -> None:
    wire.will(yes(user={"id": "USLACKBOT", "is_bot": False}))
    profile = SlackPeople(api, clock).profile("USLACKBOT")
    assert profile is not None
    assert profile.bot


def test_a_profile_that_may_not_be_asked_for_is_trouble_and_not_nobody(
    api: SlackWebApi, wire: Wire, clock: MovableClock
) -> None:
    wire.will(no("missing_scope", needed="users:read"))
    with pytest.raises(ChatRefused, match="users:read"):
        SlackPeople(api, clock).profile("U1")


def test_a_profile_that_cannot_be_asked_for_is_trouble_and_not_nobody(edge: Edge) -> None:
    edge.slack.faults.go_down()
    with pytest.raises(ChatUnreachable):
        edge.people.profile(edge.id_of("sam"))


def test_a_group_is_its_members(edge: Edge) -> None:
    (oncall,) = [one for one in edge.workspace.groups if one.handle == "oncall"]
    assert edge.people.group(oncall.id) == (edge.id_of("sam"), edge.id_of("tom"))
    assert edge.people.group(oncall.id) == oncall.members
    assert edge.calls("usergroups.users.list") == 1
    edge.clock.advance(timedelta(minutes=10))
    edge.people.group(oncall.id)
    assert edge.calls("usergroups.users.list") == 2


def test_a_group_that_was_refreshed_is_known_without_asking(edge: Edge) -> None:
    (oncall,) = [one for one in edge.workspace.groups if one.handle == "oncall"]
    edge.people.refresh([oncall.id])
    edge.clock.advance(timedelta(minutes=5))
    assert edge.people.group(oncall.id) == oncall.members
    assert edge.calls("usergroups.users.list") == 1


def test_a_group_that_is_none_says_where_to_look(edge: Edge) -> None:
    with pytest.raises(ChatRefused, match=r"chatops\.yml"):
        edge.people.group("S07NOGROUP")


def test_a_home_is_drawn(edge: Edge) -> None:
    sam = edge.id_of("sam")
    edge.people.show_home(sam, [BOARD, BOARD])
    home = edge.workspace.home(sam)
    assert home is not None
    assert [block["type"] for block in home.blocks].count("header") == 2


@pytest.mark.parametrize(
    "posts",
    [[], [BOARD] * 60, [Post(headline=HOSTILE, text=HOSTILE * 200)] * 30],
    ids=["empty", "many", "long"],
)
def test_slack_takes_any_home(edge: Edge, posts: list[Post]) -> None:
    edge.people.show_home(edge.id_of("sam"), posts)
    assert edge.workspace.home(edge.id_of("sam")) is not None


def test_a_home_tab_that_is_off_says_where_to_switch_it_on(
    api: SlackWebApi, wire: Wire, clock: MovableClock
) -> None:
    wire.will(no("not_enabled"))
    with pytest.raises(ChatRefused, match="Home tab is off"):
        SlackPeople(api, clock).show_home("U1", [BOARD])


def test_our_account_is_asked_for_once(edge: Edge) -> None:
    account = edge.identity.account()
    assert (account.user, account.team) == (edge.workspace.bot.id, edge.workspace.team.id)
    assert account.scopes == frozenset(bot_scopes())
    assert edge.identity.account() is account
    assert edge.calls("auth.test") == 1


def test_our_account_is_asked_for_again_if_slack_did_not_tell_it(edge: Edge) -> None:
    edge.slack.faults.go_down()
    with pytest.raises(ChatUnreachable):
        edge.identity.account()
    edge.slack.faults.come_back()
    assert edge.identity.account().user == edge.workspace.bot.id
