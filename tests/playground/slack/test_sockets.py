import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk import WebClient
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from chatops.playground.slack.double import Slack, SlackServer
from chatops.playground.workspace.model import Channel
from chatops.playground.workspace.state import Workspace
from tests.machine import PATIENCE
from tests.playground.slack.conftest import INSTALLATION, bolt_app, client_of, text_modal


@pytest.fixture
def app(slack: Slack, client: WebClient, executor: ThreadPoolExecutor) -> Iterator[App]:
    """A Bolt app that is connected by Socket Mode; give it listeners."""
    app = bolt_app(client, executor)
    handler = SocketModeHandler(app, INSTALLATION.app_token, web_client=client)
    greeted = Event()
    handler.client.message_listeners.append(
        lambda _client, message, _raw: greeted.set() if message.get("type") == "hello" else None
    )
    handler.connect()  # type: ignore[no-untyped-call]  # Bolt has none here
    assert greeted.wait(PATIENCE)
    session = handler.client.current_session
    assert session is not None
    assert session.sock is not None
    session.sock.settimeout(0.05)  # closing waits for it
    yield app
    handler.close()  # type: ignore[no-untyped-call]  # same
    assert slack.sockets.wait_until_connected(0)


def test_bolt_works_over_a_socket(
    slack: Slack, app: App, client: WebClient, workspace: Workspace, incidents: Channel
) -> None:
    got: list[dict[str, Any]] = []

    @app.command("/incident")
    def declare(ack: Ack, command: dict[str, Any]) -> None:
        client.views_open(trigger_id=command["trigger_id"], view=text_modal())
        ack(f"declared {command['text']}")

    @app.view("declare")
    def check(ack: Ack) -> None:
        ack(response_action="errors", errors={"title": "Say what is broken."})

    @app.event("message")
    def listen(event: dict[str, Any]) -> None:
        got.append(event)

    command = slack.users.types("sam", "#incidents", "/incident checkout")
    submission = slack.users.submits("sam", {"title": "?"})
    event = slack.users.types("sam", "#incidents", "hello")

    sam = workspace.personas[0]
    assert all(one.delivery and one.delivery.over_socket for one in (command, submission, event))
    assert command.ok
    whispers = [one.text for one in workspace.messages(incidents.id, viewer=sam.id)]
    assert "declared checkout" in whispers
    assert submission.errors == {"title": "Say what is broken."}
    assert event.ok
    assert [one["text"] for one in got] == ["hello"]


def connection(client: WebClient) -> ClientConnection:
    return connect(client.apps_connections_open(app_token=INSTALLATION.app_token)["url"])


def test_a_client_is_greeted_and_acknowledges_by_envelope(
    slack: Slack, client: WebClient, executor: ThreadPoolExecutor
) -> None:
    with connection(client) as socket:
        hello = json.loads(socket.recv(PATIENCE))
        doing = executor.submit(slack.users.types, "sam", "#incidents", "/incident x")
        envelope = json.loads(socket.recv(PATIENCE))
        socket.send("no json")
        socket.send(json.dumps({"envelope_id": "another"}))
        socket.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
        outcome = doing.result(PATIENCE)

    assert (hello["type"], hello["num_connections"]) == ("hello", 1)
    assert hello["connection_info"]["app_id"] == INSTALLATION.app_id
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert envelope["payload"]["text"] == "x"
    assert outcome.ok


def acknowledging(client: WebClient, connected: Barrier) -> int:
    """Acknowledge everything until Slack hangs up; count it."""
    count = 0
    with connection(client) as socket:
        connected.wait(PATIENCE)
        for text in socket:
            message = json.loads(text)
            if "envelope_id" in message:
                count += 1
                socket.send(json.dumps({"envelope_id": message["envelope_id"]}))
    return count


def test_one_of_several_clients_gets_each_envelope(
    slack: Slack, client: WebClient, executor: ThreadPoolExecutor
) -> None:
    connected = Barrier(3)
    clients = [executor.submit(acknowledging, client, connected) for _ in range(2)]
    connected.wait(PATIENCE)
    assert slack.sockets.wait_until_connected(2)

    for _ in range(40):
        assert slack.users.types("sam", "#incidents", "/incident x").ok
    slack.sockets.hang_up()

    counts = [one.result(PATIENCE) for one in clients]
    assert sum(counts) == 40
    assert all(counts)


def test_an_envelope_that_is_not_acknowledged_times_out(workspace: Workspace) -> None:
    slack = Slack(workspace, INSTALLATION, patience=0.05)
    with SlackServer(slack), connection(client_of(slack)):
        assert slack.sockets.wait_until_connected(1)
        outcome = slack.users.types("sam", "#incidents", "/incident x")
    assert outcome.problem == "operation_timeout"


def test_clients_are_told_to_reconnect(slack: Slack, client: WebClient) -> None:
    with connection(client) as socket:
        socket.recv(PATIENCE)
        assert slack.sockets.disconnect("refresh_requested") == 1
        farewell = json.loads(socket.recv(PATIENCE))
    assert (farewell["type"], farewell["reason"]) == ("disconnect", "refresh_requested")


def test_a_socket_address_works_once(client: WebClient) -> None:
    url = client.apps_connections_open(app_token=INSTALLATION.app_token)["url"]
    with connect(url) as socket:
        socket.recv(PATIENCE)
    with pytest.raises(InvalidStatus):
        connect(url)


def test_deliveries_go_by_http_when_no_socket_is_left(slack: Slack, client: WebClient) -> None:
    slack.bot_is_at("http://127.0.0.1:9/")
    with connection(client):
        assert slack.sockets.wait_until_connected(1)
    assert slack.sockets.wait_until_connected(0)
    outcome = slack.users.types("sam", "#incidents", "/incident x")
    assert outcome.delivery is not None
    assert not outcome.delivery.over_socket
    assert outcome.problem == "dispatch_failed"
