"""Troubles that people cause and mend: nothing is lost, and the leader is told what to do once."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chatops.application.session import Request
from chatops.bootstrap import Bot
from chatops.playground.slack.double import Slack
from chatops.playground.slack.faults import ANY
from chatops.playground.workspace.model import Message
from tests.faults.crew import Crew
from tests.faults.ending import key_of, keyed, wrongs
from tests.faults.story import Scene, tell, tell_all

pytestmark = pytest.mark.faults

ROOM = "incident-2026-001"


def told(crew: Crew) -> list[str]:
    """What the leader heard of troubles."""
    return [one.text for _, one in keyed(crew.workspace) if ":trouble:" in key_of(one)]


def keys(crew: Crew) -> set[str]:
    return {key_of(message) for _, message in keyed(crew.workspace)}


def message(crew: Crew, key: str) -> Message:
    [found] = [one for _, one in keyed(crew.workspace) if key_of(one) == key]
    return found


def without_scope(slack: Slack, *scopes: str) -> None:
    """Install the app anew, with some of its scopes only."""
    allowed = slack.installation.scopes - set(scopes)
    slack.api._installation = replace(slack.installation, scopes=allowed)


def take(crew: Crew, bot: Bot, step: str) -> None:
    tell(Scene(crew=crew, bot=bot), step)
    crew.work_off(bot)


def archive(crew: Crew) -> None:
    """Put the incident's channel away, as Slack does: bots are put out, and cannot take it back."""
    room = crew.workspace.channel_named(ROOM)
    crew.workspace.channel_store.archive(room.id, by=crew.id_of("sam"))
    crew.workspace.channel_store.leave(room.id, crew.workspace.bot.id)
    crew.slack.faults.fail("conversations.unarchive", "not_in_channel", times=1000)


@pytest.fixture
def bot(crew: Crew) -> Iterator[Bot]:
    """A bot that has declared an incident."""
    tell_all(crew, "declare")
    with crew.bot() as bot:
        yield bot


@pytest.mark.parametrize("error", ["token_revoked", "invalid_auth", "account_inactive"])
def test_a_token_that_is_no_good_for_a_while(crew: Crew, error: str) -> None:
    crew.slack.faults.fail(ANY, error, times=1000)
    with crew.bot() as bot:
        tell(Scene(crew=crew, bot=bot), "declare")
        crew.try_for(bot, minutes=10)
        assert keys(crew) == set()
        crew.slack.faults.clear()
        crew.work_off(bot)
    assert wrongs(crew.slack, crew.engine) == []
    assert {"1:board", "1:announcement", f"1:page_direct:2:{crew.id_of('tom')}"} <= keys(crew)
    assert told(crew) == [], "it is over, so it is no news"


@pytest.mark.parametrize(
    "scopes",
    [("pins:write",), ("channels:manage", "groups:write"), ("usergroups:read",)],
    ids=lambda scopes: scopes[0],
)
def test_a_scope_that_is_granted_later(crew: Crew, scopes: tuple[str, ...]) -> None:
    without_scope(crew.slack, *scopes)
    with crew.bot() as bot:
        tell(Scene(crew=crew, bot=bot), "declare")
        crew.try_for(bot, minutes=70)
        [trouble] = told(crew)
        assert "I could not" in trouble
        without_scope(crew.slack)
        crew.work_off(bot)
    assert wrongs(crew.slack, crew.engine) == []
    assert told(crew) == [trouble]
    assert {"1:board", f"1:page_direct:2:{crew.id_of('tom')}"} <= keys(crew)
    assert crew.workspace.pinned(crew.workspace.channel_named(ROOM).id)
    assert crew.id_of("tom") in crew.workspace.channel_named(ROOM).members


def test_a_trouble_that_follows_another_one_is_told(crew: Crew) -> None:
    crew.slack.faults.go_down()
    with crew.bot() as bot:
        tell(Scene(crew=crew, bot=bot), "declare")
        crew.try_for(bot, minutes=10)
        crew.slack.faults.come_back()
        without_scope(crew.slack, "pins:write")
        crew.try_for(bot, minutes=10)
    assert [one for one in told(crew) if "pin" in one] == told(crew) != []


def test_who_cannot_be_asked_about_is_paged_later(crew: Crew) -> None:
    crew.slack.faults.fail("usergroups.users.list", "internal_error", times=5)
    tell_all(crew, "declare")
    assert wrongs(crew.slack, crew.engine) == []
    tom = crew.id_of("tom")
    assert f"1:page_direct:2:{tom}" in keys(crew)
    assert tom in crew.workspace.channel_named(ROOM).members
    with crew.bot() as bot, bot.use_cases.sessions.storage.reading() as work:
        assert not [one for one in work.incidents.get(1).members if one.startswith("S")]
        assert tom in work.incidents.get(1).members


def test_a_channel_that_was_archived(crew: Crew, bot: Bot) -> None:
    room, sam = crew.workspace.channel_named(ROOM), crew.id_of("sam")
    archive(crew)
    take(crew, bot, "update")
    take(crew, bot, "lower")
    [trouble] = told(crew)
    assert "Unarchive" in trouble
    assert {key for key in keys(crew) if ":update_public:" in key}
    with bot.use_cases.sessions.storage.reading() as work:
        assert work.incidents.get(1).severity == "P1"
        assert work.outbox.failed(1)

    crew.slack.faults.clear()
    crew.workspace.channel_store.unarchive(room.id, by=sam)
    crew.workspace.channel_store.join(room.id, crew.workspace.bot.id)
    bot.use_cases.retry(Request(incident=1, user=sam, now=crew.clock.now()))
    crew.work_off(bot)
    assert wrongs(crew.slack, crew.engine) == []
    assert told(crew) == [trouble]


def test_what_fails_once_more_is_told_once_more(crew: Crew, bot: Bot) -> None:
    archive(crew)
    take(crew, bot, "update")
    assert len(told(crew)) == 1
    bot.use_cases.retry(Request(incident=1, user=crew.id_of("sam"), now=crew.clock.now()))
    crew.work_off(bot)
    assert len(told(crew)) == 2


@pytest.mark.parametrize("replies", [0, 1])
@pytest.mark.parametrize("limited", [0, 3])
def test_a_board_that_was_deleted(crew: Crew, bot: Bot, replies: int, limited: int) -> None:
    room = crew.workspace.channel_named(ROOM).id
    board = message(crew, "1:board")
    for _ in range(replies):
        reply = Message(channel=room, ts="", author=crew.id_of("tom"), text="?", thread_ts=board.ts)
        crew.workspace.message_store.post(reply)
    crew.workspace.message_store.delete(message(crew, "1:board"))
    crew.slack.faults.rate_limit("pins.add", times=limited)
    take(crew, bot, "update")
    take(crew, bot, "resolve")
    assert wrongs(crew.slack, crew.engine) == []
    assert [key_of(one) for one in crew.workspace.pinned(room)] == ["1:board"]
    assert told(crew) == []


@pytest.mark.parametrize("in_doubt", [False, True])
def test_a_bot_that_was_put_out_of_a_channel_comes_back(
    crew: Crew, bot: Bot, in_doubt: bool
) -> None:
    public = crew.workspace.channel_named("status-updates").id
    take(crew, bot, "acknowledge")
    take(crew, bot, "remind")
    take(crew, bot, "hold")
    tell(Scene(crew=crew, bot=bot), "update")
    if in_doubt:
        crew.slack.faults.drop_reply("chat.postMessage", times=None)
        bot.worker.drain()
        crew.slack.faults.clear()
    crew.workspace.channel_store.leave(public, crew.workspace.bot.id)
    crew.work_off(bot)
    take(crew, bot, "resolve")
    assert wrongs(crew.slack, crew.engine) == []
    assert crew.workspace.bot.id in crew.workspace.channel(public).members
    assert told(crew) == []


def test_a_bot_that_finds_itself_outside_says_what_to_do(crew: Crew) -> None:
    public = crew.workspace.channel_named("status-updates").id
    crew.workspace.channel_store.leave(public, crew.workspace.bot.id)
    tell_all(crew, "declare")
    [trouble] = told(crew)
    assert "invite me there with `/invite`" in trouble
    crew.workspace.channel_store.join(public, crew.workspace.bot.id)
    with crew.bot() as bot:
        bot.use_cases.retry(Request(incident=1, user=crew.id_of("sam"), now=crew.clock.now()))
        crew.work_off(bot)
    assert wrongs(crew.slack, crew.engine) == []


@pytest.mark.parametrize("in_doubt", [False, True])
def test_an_announcement_that_was_deleted(crew: Crew, bot: Bot, in_doubt: bool) -> None:
    crew.workspace.message_store.delete(message(crew, "1:announcement"))
    crew.slack.faults.drop_reply("chat.postMessage", times=2 if in_doubt else 0)
    take(crew, bot, "update")
    assert wrongs(crew.slack, crew.engine) == []
    assert told(crew) == []


def test_a_reminder_that_was_deleted_is_followed_by_what_became_of_it(crew: Crew, bot: Bot) -> None:
    take(crew, bot, "remind")
    [nudge] = [key for key in keys(crew) if ":nudge:" in key]
    with bot.use_cases.sessions.storage.reading() as work:
        sent = work.messages.find(nudge)
    assert sent is not None
    crew.workspace.message_store.delete(message(crew, nudge))
    take(crew, bot, "hold")
    assert "Nobody wrote an update" in message(crew, "1:held:status_update:1").text


def test_somebody_who_left_the_company_keeps_nobody_from_coming(crew: Crew) -> None:
    tom = crew.workspace.person(crew.id_of("tom"))
    crew.workspace.people_store.replace(replace(tom, deleted=True))
    crew.slack.faults.fail("conversations.open", "user_disabled")
    tell_all(crew, "declare", "page")
    members = crew.workspace.channel_named(ROOM).members
    assert {crew.id_of(handle) for handle in ("sam", "priya", "aiko")} <= set(members)
    [absent] = [one.text for _, one in keyed(crew.workspace) if ":absent:" in key_of(one)]
    assert tom.id in absent
    assert len(told(crew)) == 1
