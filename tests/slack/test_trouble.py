import socket
from collections.abc import Callable
from datetime import timedelta

import pytest

from chatops.adapters.slack.api.errors import (
    BUSY,
    DOUBTFUL,
    DOWN,
    KINDS,
    WORDS,
    SomeRefused,
    of_answer,
    refused,
)
from chatops.adapters.slack.api.scopes import SlackMethod
from chatops.adapters.slack.api.web_api import Limits, SlackWebApi, connect, told
from chatops.application.ports.chat import (
    ChannelArchived,
    ChannelGone,
    ChannelNameTaken,
    ChatBusy,
    ChatError,
    ChatIndeterminate,
    ChatRefused,
    ChatUnreachable,
    MessageGone,
    NotInChannel,
)
from chatops.clock import MovableClock
from tests.slack.wire import Script, Wire, no, yes

GARBLED = [
    "<html>It works!</html>",
    "",
    "null",
    "[]",
    '"ok"',
    "7",
    "{}",
    '{"ok": false}',
    '{"ok": false, "error": null}',
    '{"ok": tr',
]


def post(api: SlackWebApi) -> None:
    api.call(SlackMethod.CHAT_POST_MESSAGE, channel="C1", text="hello")


def trouble_of(act: Callable[[], object]) -> ChatError:
    with pytest.raises(ChatError) as caught:
        act()
    return caught.value


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def api_at(url: str, clock: MovableClock) -> SlackWebApi:
    return SlackWebApi(connect(token="xoxb-test", url=url), limits=Limits(), clock=clock)


def test_a_call_brings_the_token_and_its_fields(api: SlackWebApi, wire: Wire) -> None:
    post(api)
    (asked,) = wire.asked
    assert (asked.method, asked.token) == ("chat.postMessage", "xoxb-test")
    assert asked.fields == {"channel": "C1", "text": "hello"}


def test_a_reading_call_sends_form_fields(api: SlackWebApi, wire: Wire) -> None:
    api.call(SlackMethod.CONVERSATIONS_HISTORY, channel="C1", include_all_metadata=True, limit=5)
    assert wire.asked[0].fields == {"channel": "C1", "include_all_metadata": "1", "limit": "5"}


def test_a_refused_connection_is_known_not_done(clock: MovableClock) -> None:
    api = api_at(f"http://127.0.0.1:{free_port()}/api/", clock)
    assert type(trouble_of(lambda: post(api))) is ChatUnreachable


def test_a_host_without_an_address_is_known_not_done(
    clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    api = api_at("http://slack.invalid/api/", clock)
    assert type(trouble_of(lambda: post(api))) is ChatUnreachable


def test_a_server_without_tls_is_known_not_done(wire: Wire, clock: MovableClock) -> None:
    api = api_at(wire.api.replace("http://", "https://"), clock)
    assert type(trouble_of(lambda: post(api))) is ChatUnreachable
    assert wire.asked == []


def test_a_dropped_reply_is_in_doubt(api: SlackWebApi, wire: Wire) -> None:
    wire.will(Script(cut=True))
    assert type(trouble_of(lambda: post(api))) is ChatIndeterminate
    assert wire.calls() == ["chat.postMessage"]


def test_a_reply_that_does_not_come_in_time_is_in_doubt(wire: Wire, clock: MovableClock) -> None:
    wire.will(Script(stall=True))
    client = connect(token="xoxb-test", url=wire.api, timeout=0.05)
    trouble = trouble_of(lambda: post(SlackWebApi(client, limits=Limits(), clock=clock)))
    assert isinstance(trouble, ChatIndeterminate)
    assert str(trouble) == "Slack did not answer in time"


def test_a_reply_cut_in_the_middle_is_in_doubt(api: SlackWebApi, wire: Wire) -> None:
    wire.will(Script(body='{"ok": true', headers={"Content-Length": "500"}))
    assert isinstance(trouble_of(lambda: post(api)), ChatIndeterminate)


@pytest.mark.parametrize("body", GARBLED)
def test_a_reply_that_makes_no_sense_is_in_doubt(api: SlackWebApi, wire: Wire, body: str) -> None:
    wire.will(Script(body=body))
    assert isinstance(trouble_of(lambda: post(api)), ChatIndeterminate)


@pytest.mark.parametrize("charset", ["utf-7", "no-such-charset"])
def test_a_reply_in_a_charset_that_nobody_reads_is_in_doubt(
    api: SlackWebApi, wire: Wire, charset: str
) -> None:
    wire.will(Script(body="+é", headers={"Content-Type": f"application/json; charset={charset}"}))
    assert isinstance(trouble_of(lambda: post(api)), ChatIndeterminate)


def test_a_yes_without_what_was_asked_for_is_in_doubt(api: SlackWebApi, wire: Wire) -> None:
    wire.will(yes(channel={"id": 7}))
    answer = api.call(SlackMethod.CONVERSATIONS_CREATE, name="x")
    assert isinstance(trouble_of(lambda: told(answer, "channel", "id")), ChatIndeterminate)
    assert isinstance(trouble_of(lambda: told(answer, "channel", "id", "x")), ChatIndeterminate)


@pytest.mark.parametrize("status", [500, 502, 504, 599])
def test_an_error_of_slacks_own_is_in_doubt(api: SlackWebApi, wire: Wire, status: int) -> None:
    wire.will(Script(status=status, body="<html>Oops</html>"))
    assert isinstance(trouble_of(lambda: post(api)), ChatIndeterminate)


@pytest.mark.parametrize("error", sorted(DOUBTFUL))
def test_an_error_that_may_come_after_the_deed_is_in_doubt(
    api: SlackWebApi, wire: Wire, error: str
) -> None:
    wire.will(no(error))
    assert isinstance(trouble_of(lambda: post(api)), ChatIndeterminate)


@pytest.mark.parametrize(
    "script",
    [Script(status=503, body=""), Script(status=408), *(no(error) for error in sorted(DOWN))],
)
def test_a_slack_that_is_down_is_known_not_done(
    api: SlackWebApi, wire: Wire, script: Script
) -> None:
    wire.will(script)
    assert type(trouble_of(lambda: post(api))) is ChatUnreachable


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30),
        ({"retry-after": "7"}, 7),
        ({"Retry-After": "0"}, 1),
        ({"Retry-After": "soon"}, 10),
        ({}, 10),
        ({"Retry-After": "999999999"}, 3600),
    ],
)
def test_too_many_requests_say_when_to_come_back(
    api: SlackWebApi, wire: Wire, headers: dict[str, str], seconds: int
) -> None:
    wire.will(Script(status=429, body='{"ok":false,"error":"ratelimited"}', headers=headers))
    trouble = trouble_of(lambda: post(api))
    assert isinstance(trouble, ChatBusy)
    assert trouble.retry_after == timedelta(seconds=seconds)


@pytest.mark.parametrize("error", sorted(BUSY))
def test_too_many_requests_are_known_without_the_status_too(
    api: SlackWebApi, wire: Wire, error: str
) -> None:
    wire.will(no(error))
    assert isinstance(trouble_of(lambda: post(api)), ChatBusy)


def test_after_429_nothing_is_asked_until_the_time_has_passed(
    api: SlackWebApi, wire: Wire, clock: MovableClock
) -> None:
    wire.will(Script(status=429, headers={"Retry-After": "30"}))
    trouble_of(lambda: post(api))
    trouble = trouble_of(lambda: post(api))
    assert isinstance(trouble, ChatBusy)
    assert trouble.retry_after == timedelta(seconds=30)
    assert len(wire.asked) == 1
    clock.advance(timedelta(seconds=30))
    post(api)
    assert len(wire.asked) == 2


def test_our_own_limit_says_when_to_come_back_and_asks_nothing(
    api: SlackWebApi, wire: Wire
) -> None:
    for _ in range(3):
        post(api)
    trouble = trouble_of(lambda: post(api))
    assert isinstance(trouble, ChatBusy)
    assert trouble.retry_after == timedelta(seconds=1)
    assert len(wire.asked) == 3


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("name_taken", ChannelNameTaken),
        ("is_archived", ChannelArchived),
        ("is_inactive", ChannelArchived),
        ("not_in_channel", NotInChannel),
        ("channel_not_found", ChannelGone),
        ("message_not_found", MessageGone),
        ("thread_not_found", MessageGone),
        ("restricted_action", ChatRefused),
        ("an_error_of_tomorrow", ChatRefused),
    ],
)
def test_a_refusal_has_its_kind_and_slacks_own_name(
    api: SlackWebApi, wire: Wire, error: str, kind: type[ChatRefused]
) -> None:
    wire.will(no(error))
    trouble = trouble_of(lambda: post(api))
    assert type(trouble) is kind
    assert isinstance(trouble, ChatRefused)
    assert trouble.code == error


def test_a_missing_scope_is_named_with_what_to_do(api: SlackWebApi, wire: Wire) -> None:
    wire.will(no("missing_scope", needed="groups:write", provided="chat:write"))
    assert str(trouble_of(lambda: post(api))) == (
        "the app lacks the scope groups:write; add it and reinstall the app with it"
    )


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive"])
def test_a_dead_token_says_which_setting_to_mend(error: str) -> None:
    assert "SLACK_BOT_TOKEN" in str(refused(error))


def test_refused_blocks_are_pointed_at() -> None:
    pointer = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    why = str(refused("invalid_blocks", {"errors": [pointer]}))
    assert why == f"Slack does not take the form of the message: {pointer}"
    metadata = {"response_metadata": {"messages": [f"[ERROR] {pointer}"]}}
    assert pointer in str(refused("invalid_arguments", metadata))


def test_people_who_are_refused_are_named() -> None:
    rows = [{"user": "U1", "ok": False, "error": "user_not_found"}, {"ok": False}]
    refusal = refused("user_not_found", {"errors": rows})
    assert isinstance(refusal, SomeRefused)
    assert refusal.people == {"U1": "user_not_found"}


def test_every_kind_of_refusal_has_words() -> None:
    assert set(KINDS) <= set(WORDS)


@pytest.mark.parametrize("why", sorted(set(WORDS.values())))
def test_words_go_after_a_colon(why: str) -> None:
    assert why[0].islower() or why.startswith("Slack")
    assert not why.endswith(".")


@pytest.mark.parametrize("status", [301, 307, 400, 403, 404, 407])
def test_somebody_between_us_and_slack_is_known_not_done(status: int) -> None:
    trouble = of_answer(status, {}, "<html>Proxy</html>")
    assert isinstance(trouble, ChatRefused)
    assert trouble.code == f"http_{status}"


@pytest.mark.parametrize("url", ["ftp://slack.invalid/", "nonsense", "http://with space/"])
def test_an_address_that_is_none_is_refused(clock: MovableClock, url: str) -> None:
    trouble = trouble_of(lambda: post(api_at(url, clock)))
    assert isinstance(trouble, ChatRefused)
    assert trouble.code == "invalid_url"


def test_half_a_character_in_a_form_field_is_refused(api: SlackWebApi, wire: Wire) -> None:
    trouble = trouble_of(lambda: api.call(SlackMethod.USERS_INFO, user="U\ud800"))
    assert isinstance(trouble, ChatRefused)
    assert wire.asked == []


def test_an_answer_goes_to_its_url(api: SlackWebApi, wire: Wire) -> None:
    wire.will(Script(body="ok"))
    api.respond(f"{wire.address}/commands/1", {"text": "done"})
    assert (wire.asked[0].path, wire.asked[0].fields) == ("/commands/1", {"text": "done"})


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (Script(cut=True), ChatIndeterminate),
        (Script(status=500, body="no_text"), ChatIndeterminate),
        (Script(status=503), ChatUnreachable),
        (Script(status=429, headers={"Retry-After": "3"}), ChatBusy),
        (Script(status=404, body="expired_url"), ChatRefused),
        (Script(status=404, body='{"ok":false,"error":"used_url"}'), ChatRefused),
        (no("invalid_blocks"), ChatRefused),
    ],
)
def test_the_same_troubles_are_told_of_a_response_url(
    api: SlackWebApi, wire: Wire, script: Script, kind: type[ChatError]
) -> None:
    wire.will(script)
    url = f"{wire.address}/commands/1"
    assert type(trouble_of(lambda: api.respond(url, {"text": "done"}))) is kind


def test_a_response_url_that_is_used_up_says_so(api: SlackWebApi, wire: Wire) -> None:
    wire.will(Script(status=404, body='{"ok":false,"error":"used_url"}'))
    trouble = trouble_of(lambda: api.respond(f"{wire.address}/x", {"text": "t"}))
    assert "five replies" in str(trouble)


def test_a_response_url_where_nobody_listens_is_known_not_done(api: SlackWebApi) -> None:
    url = f"http://127.0.0.1:{free_port()}/commands/1"
    assert type(trouble_of(lambda: api.respond(url, {"text": "t"}))) is ChatUnreachable
