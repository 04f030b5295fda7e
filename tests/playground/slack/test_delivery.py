from threading import Event
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chatops.clock import FrozenClock, MovableClock
from chatops.playground.serving import ThreadedServer
from chatops.playground.slack.call_log import MOST_ENTRIES, DeliveryKind
from chatops.playground.slack.double import Slack
from chatops.playground.slack.signing import SignedRequest, encoded, signed_headers
from chatops.playground.workspace.model import Channel
from tests.playground.slack.conftest import INSTALLATION, client_of


def test_a_signature_is_what_slacks_own_verifier_expects() -> None:
    request = SignedRequest(kind=DeliveryKind.COMMAND, name="/x", payload={"text": "a b&c"})
    body, content_type = encoded(request)
    headers = signed_headers("secret", body, 1_800_000_000)

    class Then:
        def now(self) -> float:
            return 1_800_000_000

    verifier = SignatureVerifier("secret", clock=Then())  # type: ignore[arg-type]
    assert content_type == "application/x-www-form-urlencoded"
    assert verifier.is_valid_request(body, headers)
    assert not verifier.is_valid_request(f"{body}&more=1", headers)


def test_the_request_url_is_challenged(slack: Slack, app: App) -> None:
    assert app.name
    assert slack.delivery.challenge()
    slack.bot_is_at("http://127.0.0.1:9/")
    assert not slack.delivery.challenge()


def test_a_stale_signature_is_refused_by_the_bot(
    slack: Slack, app: App, clock: MovableClock
) -> None:
    stale = Slack(slack.workspace, INSTALLATION, signing_clock=FrozenClock(clock.now()))
    assert app.name
    assert slack.delivery.bot_url is not None
    stale.bot_is_at(slack.delivery.bot_url)
    stale.start()
    outcome = stale.users.types("sam", "#incidents", "/incident")
    stale.stop()
    assert outcome.status == 401
    assert outcome.problem == "dispatch_failed"


def test_a_bot_that_dawdles_is_timed_out_and_not_asked_again(slack: Slack) -> None:
    answered = Event()
    asked: list[str] = []

    async def dawdle(http: Request) -> Response:
        asked.append((await http.body()).decode())
        await run_in_threadpool(answered.wait, 30)
        return Response()

    impatient = Slack(slack.workspace, INSTALLATION, patience=0.05)
    with ThreadedServer() as server:
        server.start(Starlette(routes=[Route("/", dawdle, methods=["POST"])]))
        impatient.bot_is_at(f"{server.url}/")
        impatient.start()
        outcome = impatient.users.types("sam", "#incidents", "/incident x")
        answered.set()
        impatient.stop()

    assert outcome.problem == "operation_timeout"
    assert outcome.delivery is not None
    assert outcome.delivery.outcome == "timeout"
    assert len(asked) == 1


def test_the_bot_calls_slack_while_it_is_being_called(
    slack: Slack, app: App, client: WebClient, incidents: Channel
) -> None:
    @app.command("/incident")
    def declare(ack: Ack) -> None:
        made = client.conversations_create(name="inc-1")["channel"]["id"]
        client.chat_postMessage(channel=made, text="board")
        ack()

    def listen(event: dict[str, Any]) -> None:
        told.append(event)

    told: list[dict[str, Any]] = []
    app.event("message")(listen)
    app.event("member_joined_channel")(listen)

    assert slack.users.types("sam", "#incidents", "/incident").ok
    assert slack.dispatcher.wait_until_idle()

    kinds = [(one["type"], one.get("subtype"), one.get("text")) for one in told]
    assert kinds[-1] == ("message", None, "board")
    assert ("member_joined_channel", None, None) in kinds
    calls = [one.method for one in slack.call_log.calls() if one.method != "auth.test"]
    assert calls == ["conversations.create", "chat.postMessage"]
    assert incidents.name == "incidents"


def test_the_journal_waits_for_calls(slack: Slack) -> None:
    client_of(slack).api_test()
    assert slack.call_log.wait_for_calls("api.test")
    assert not slack.call_log.wait_for_calls("api.test", times=2, timeout=0)


def test_the_journal_forgets_the_oldest(slack: Slack) -> None:
    for _ in range(MOST_ENTRIES + 1):
        slack.call_log.call_ended(slack.call_log.call_began("x", {}), "ok")
    calls = slack.call_log.calls()
    assert len(calls) == MOST_ENTRIES
    assert calls[0].began > 1
