import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from chatops.adapters.slack.api.messages import SlackMessages
from chatops.adapters.slack.api.web_api import SlackWebApi
from chatops.application.ports.chat import (
    ChannelArchived,
    ChannelGone,
    ChatBusy,
    ChatIndeterminate,
    ChatRefused,
    ChatUnreachable,
    MessageGone,
    NotInChannel,
)
from chatops.clock import MovableClock
from chatops.playground.slack.faults import Outage
from chatops.playground.workspace.model import Message
from tests.slack.edge import Edge
from tests.slack.samples import BOARD, HOSTILE, words
from tests.slack.wire import Wire, no, yes

KEY = "14:board"


@pytest.fixture
def incidents(edge: Edge) -> str:
    return edge.channel("incidents")


def response_url(edge: Edge) -> str:
    path = edge.slack.trigger_ids.new_response_url(
        kind="commands", user=edge.id_of("sam"), channel=edge.channel("incidents")
    )
    return f"{edge.slack.address}{path}"


def whispers(edge: Edge) -> list[Message]:
    said = edge.workspace.messages(edge.channel("incidents"), viewer=edge.id_of("sam"))
    return [one for one in said if one.ephemeral_for]


def test_a_message_arrives_with_its_blocks_its_headline_and_its_key(
    edge: Edge, incidents: str
) -> None:
    ts = edge.voice.send(incidents, BOARD, key=KEY)
    message = edge.workspace.message(incidents, ts)
    assert message is not None
    assert message.text == "SEV1: checkout is down"
    assert message.metadata == {"event_type": "chatops", "event_payload": {"key": KEY}}
    assert [block["type"] for block in message.blocks] == [
        "header",
        "section",
        "section",
        "actions",
        "context",
    ]
    assert not message.unfurl


def test_a_message_goes_into_its_thread(edge: Edge, incidents: str) -> None:
    board = edge.voice.send(incidents, BOARD, key=KEY)
    reply = edge.voice.send(incidents, words("Rolled back."), key="14:r", thread=board)
    assert [one.ts for one in edge.workspace.thread(incidents, board)] == [board, reply]


def test_a_message_is_found_by_its_key(edge: Edge, incidents: str) -> None:
    since = edge.clock.now()
    edge.voice.send(incidents, words("one"), key="1")
    ts = edge.voice.send(incidents, words("two"), key="2")
    edge.voice.send(incidents, words("three"), key="3")
    assert edge.voice.find(incidents, "2", since=since, thread=None) == ts
    assert edge.voice.find(incidents, "4", since=since, thread=None) is None


def test_a_reply_is_found_in_its_thread_alone(edge: Edge, incidents: str) -> None:
    since = edge.clock.now()
    board = edge.voice.send(incidents, BOARD, key=KEY)
    reply = edge.voice.send(incidents, words("r"), key="14:r", thread=board)
    assert edge.voice.find(incidents, "14:r", since=since, thread=board) == reply
    assert edge.voice.find(incidents, "14:r", since=since, thread=None) is None


def test_nothing_is_found_in_a_thread_that_is_gone(edge: Edge, incidents: str) -> None:
    since = edge.clock.now()
    assert edge.voice.find(incidents, "14:r", since=since, thread="1.000001") is None


def test_a_message_is_found_behind_many_others(edge: Edge, incidents: str) -> None:
    since = edge.clock.now()
    ts = edge.voice.send(incidents, BOARD, key=KEY)
    someone = edge.id_of("tom")
    for number in range(450):
        edge.workspace.message_store.post(
            Message(channel=incidents, ts="", author=someone, text=f"{number}")
        )
    assert edge.voice.find(incidents, KEY, since=since, thread=None) == ts
    assert edge.calls("conversations.history") == 3


def test_what_was_said_before_is_not_looked_through(edge: Edge, incidents: str) -> None:
    edge.voice.send(incidents, BOARD, key=KEY)
    edge.clock.advance(timedelta(hours=1))
    assert edge.voice.find(incidents, KEY, since=edge.clock.now(), thread=None) is None


def test_a_message_is_found_though_slacks_clock_is_a_little_behind(
    edge: Edge, incidents: str
) -> None:
    ts = edge.voice.send(incidents, BOARD, key=KEY)
    edge.clock.advance(timedelta(seconds=50))
    assert edge.voice.find(incidents, KEY, since=edge.clock.now(), thread=None) == ts


def test_too_much_said_since_leaves_the_doubt(
    wire: Wire, api: SlackWebApi, clock: MovableClock
) -> None:
    page = yes(messages=[{"ts": "1.000001"}], response_metadata={"next_cursor": "more"})
    wire.will(*[page] * 20)
    with pytest.raises(ChatIndeterminate, match="too much was said"):
        SlackMessages(api, clock).find("C1", KEY, since=clock.now(), thread=None)
    assert len(wire.asked) == 10


def test_a_dropped_reply_is_doubted_and_then_found_so_that_nothing_is_doubled(
    edge: Edge, incidents: str
) -> None:
    since = edge.clock.now()
    edge.slack.faults.drop_reply("chat.postMessage")
    with pytest.raises(ChatIndeterminate):
        edge.voice.send(incidents, BOARD, key=KEY)
    assert edge.voice.find(incidents, KEY, since=since, thread=None) is not None
    assert edge.calls("chat.postMessage") == 1
    assert len(edge.texts(incidents)) == 1


def test_a_cut_connection_is_doubted_and_then_not_found(edge: Edge, incidents: str) -> None:
    edge.slack.faults.go_down(Outage.UNREACHABLE)
    with pytest.raises(ChatIndeterminate):
        edge.voice.send(incidents, BOARD, key=KEY)
    edge.slack.faults.come_back()
    assert edge.voice.find(incidents, KEY, since=edge.clock.now(), thread=None) is None


def test_a_slack_that_is_down_took_nothing(edge: Edge, incidents: str) -> None:
    edge.slack.faults.go_down(Outage.UNAVAILABLE)
    with pytest.raises(ChatUnreachable):
        edge.voice.send(incidents, BOARD, key=KEY)
    assert edge.texts(incidents) == []


def test_an_error_of_slacks_own_is_doubted(edge: Edge, incidents: str) -> None:
    edge.slack.faults.fail("chat.postMessage", status=500)
    with pytest.raises(ChatIndeterminate):
        edge.voice.send(incidents, BOARD, key=KEY)


def test_429_holds_back_the_channel_and_no_other(edge: Edge, incidents: str) -> None:
    edge.slack.faults.rate_limit("chat.postMessage", retry_after=20)
    for _ in range(2):
        with pytest.raises(ChatBusy) as caught:
            edge.voice.send(incidents, BOARD, key=KEY)
        assert caught.value.retry_after == timedelta(seconds=20)
    assert edge.calls("chat.postMessage") == 1
    edge.voice.send(edge.channel("status-updates"), BOARD, key="other")
    edge.clock.advance(timedelta(seconds=20))
    edge.voice.send(incidents, BOARD, key=KEY)


def test_a_storm_of_messages_never_meets_slacks_own_limit(edge: Edge, incidents: str) -> None:
    sent = 0
    while sent < 20:
        try:
            edge.voice.send(incidents, words(f"{sent}"), key=f"{sent}")
            sent += 1
        except ChatBusy as busy:
            edge.clock.advance(busy.retry_after)
    outcomes = {call.outcome for call in edge.slack.call_log.calls("chat.postMessage")}
    assert outcomes == {"ok"}
    assert len(edge.texts(incidents)) == 20


def test_an_archived_channel_is_told_apart(edge: Edge, incidents: str) -> None:
    ts = edge.voice.send(incidents, BOARD, key=KEY)
    edge.workspace.channel_store.archive(incidents, by=edge.id_of("lena"))
    with pytest.raises(ChannelArchived):
        edge.voice.send(incidents, BOARD, key="2")
    with pytest.raises(ChannelArchived):
        edge.voice.edit(incidents, ts, BOARD, key=KEY)


def test_a_channel_without_the_bot_is_told_apart(edge: Edge) -> None:
    with pytest.raises(NotInChannel):
        edge.voice.send(edge.channel("dev-alerts"), BOARD, key=KEY)


def test_a_channel_that_is_none_is_told_apart(edge: Edge) -> None:
    with pytest.raises(ChannelGone):
        edge.voice.send("C07GONE0000", BOARD, key=KEY)


def test_an_edit_shows_the_new_words_and_keeps_the_key(edge: Edge, incidents: str) -> None:
    ts = edge.voice.send(incidents, BOARD, key=KEY)
    edge.voice.edit(incidents, ts, words("All clear.", headline="Resolved"), key=KEY)
    message = edge.workspace.message(incidents, ts)
    assert message is not None
    assert (message.text, len(message.blocks)) == ("Resolved", 1)
    assert edge.voice.find(incidents, KEY, since=edge.clock.now(), thread=None) == ts
    (edit,) = edge.slack.call_log.calls("chat.update")
    assert edit.arguments["metadata"]["event_payload"] == {"key": KEY}


def test_editing_what_was_deleted_is_told_apart(edge: Edge, incidents: str) -> None:
    ts = edge.voice.send(incidents, BOARD, key=KEY)
    message = edge.workspace.message(incidents, ts)
    assert message is not None
    edge.workspace.message_store.delete(message)
    with pytest.raises(MessageGone):
        edge.voice.edit(incidents, ts, BOARD, key=KEY)


def test_pinning_twice_is_fine(edge: Edge, incidents: str) -> None:
    ts = edge.voice.send(incidents, BOARD, key=KEY)
    edge.voice.pin(incidents, ts)
    edge.voice.pin(incidents, ts)
    assert [one.ts for one in edge.workspace.pinned(incidents)] == [ts]


def test_pinning_what_is_gone_is_not_fine(edge: Edge, incidents: str) -> None:
    with pytest.raises(MessageGone):
        edge.voice.pin(incidents, "1700000000.000001")


def test_a_direct_conversation_is_opened_once(edge: Edge) -> None:
    sam = edge.id_of("sam")
    direct = edge.voice.direct(sam)
    edge.voice.send(direct, words("You are paged."), key="page")
    assert edge.voice.direct(sam) == direct
    assert edge.calls("conversations.open") == 1
    assert edge.texts(direct) == ["Something happened"]


def test_an_answer_is_seen_by_the_one_who_asked(edge: Edge) -> None:
    url = response_url(edge)
    edge.voice.answer(url, words("Nothing is open.", headline="Nothing open"))
    (whisper,) = whispers(edge)
    assert (whisper.ephemeral_for, whisper.text) == (edge.id_of("sam"), "Nothing open")
    edge.voice.answer(url, words("Really."))
    assert len(whispers(edge)) == 2


def test_an_answer_that_comes_too_late_is_refused(edge: Edge) -> None:
    url = response_url(edge)
    edge.clock.advance(timedelta(minutes=31))
    with pytest.raises(ChatRefused) as caught:
        edge.voice.answer(url, words("late"))
    assert caught.value.code == "expired_url"


def test_a_dropped_reply_to_an_answer_is_doubted(edge: Edge) -> None:
    edge.slack.faults.drop_reply("response_url")
    with pytest.raises(ChatIndeterminate):
        edge.voice.answer(response_url(edge), words("hm"))
    assert len(whispers(edge)) == 1


@pytest.mark.parametrize(
    "post",
    [
        words("x" * 4000, headline="y" * 4000),
        words(HOSTILE * 50, headline=HOSTILE),
        words("word " * 40_000),
        replace(BOARD, facts=tuple((f"{one}", "v" * 3000) for one in range(600))),
        replace(BOARD, title=HOSTILE * 20, footnote=HOSTILE * 100),
        words("", headline=""),
    ],
    ids=["long", "hostile", "endless", "facts", "title", "empty"],
)
def test_slack_takes_whatever_people_write(edge: Edge, incidents: str, post: object) -> None:
    assert isinstance(post, type(BOARD))
    ts = edge.voice.send(incidents, post, key=KEY)
    edge.voice.edit(incidents, ts, post, key=KEY)
    edge.voice.answer(response_url(edge), post)
    assert edge.calls("chat.postMessage", "chat.update", "response_url") == 3


def test_a_message_whose_blocks_are_refused_goes_as_text(
    wire: Wire, api: SlackWebApi, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    wire.will(no("invalid_blocks", errors=["unsupported type"]), yes(ts="1.000001"))
    with caplog.at_level(logging.WARNING):
        assert SlackMessages(api, clock).send("C1", BOARD, key=KEY) == "1.000001"
    first, second = (one.fields for one in wire.asked)
    assert second["blocks"] == []
    assert BOARD.text in second["text"]
    assert second["metadata"] == first["metadata"]
    assert [record.__dict__["action"] for record in caplog.records] == ["blocks_refused"]


def test_the_text_in_place_of_refused_blocks_needs_no_second_place_in_the_limits(
    wire: Wire, api: SlackWebApi, clock: MovableClock
) -> None:
    wire.will(*[no("invalid_blocks"), yes(ts="1.000001")] * 3)
    voice = SlackMessages(api, clock)
    for number in range(3):
        voice.send("C1", BOARD, key=f"{number}")
    assert len(wire.asked) == 6


@pytest.mark.parametrize("error", ["not_in_channel", "no_text", "missing_scope"])
def test_any_other_refusal_is_not_tried_again(
    wire: Wire, api: SlackWebApi, clock: MovableClock, error: str
) -> None:
    wire.will(no(error))
    with pytest.raises(ChatRefused):
        SlackMessages(api, clock).send("C1", BOARD, key=KEY)
    assert len(wire.asked) == 1


def test_an_answer_whose_blocks_are_refused_goes_as_text(
    wire: Wire, api: SlackWebApi, clock: MovableClock
) -> None:
    wire.will(no("invalid_blocks"))
    SlackMessages(api, clock).answer(f"{wire.address}/commands/1", BOARD)
    assert BOARD.text in wire.asked[1].fields["text"]
    assert "blocks" not in wire.asked[1].fields
