"""A double on a clock that stands still, served over real HTTP, and a Bolt app behind it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.request import BoltRequest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chatops.clock import FrozenClock, MovableClock
from chatops.playground.serving import ThreadedServer
from chatops.playground.slack.double import Slack, SlackServer
from chatops.playground.slack.installation import (
    Installation,
    InstalledShortcut,
    InstalledShortcutKind,
    SlashCommand,
)
from chatops.playground.workspace.model import Channel, Message
from chatops.playground.workspace.seed import seeded
from chatops.playground.workspace.state import Workspace
from tests.machine import PATIENCE

SCOPES = frozenset(
    f"{kind}:{verb}" for kind in ("groups", "im", "mpim") for verb in ("read", "write", "history")
) | {
    "bookmarks:read",
    "bookmarks:write",
    "canvases:write",
    "channels:history",
    "channels:join",
    "channels:manage",
    "channels:read",
    "chat:write",
    "dnd:read",
    "files:write",
    "links:write",
    "pins:read",
    "pins:write",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users:read",
    "users:read.email",
}
EVENTS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "channel_archive",
        "channel_rename",
        "link_shared",
        "member_joined_channel",
        "member_left_channel",
        "message.channels",
        "message.groups",
        "message.im",
        "pin_added",
        "reaction_added",
        "reaction_removed",
    }
)
INSTALLATION = Installation(
    scopes=SCOPES,
    commands=(SlashCommand(name="/incident"), SlashCommand(name="/raw", should_escape=False)),
    shortcuts=(
        InstalledShortcut(callback_id="declare", name="Declare", kind=InstalledShortcutKind.GLOBAL),
        InstalledShortcut(
            callback_id="from_message", name="Declare from", kind=InstalledShortcutKind.MESSAGE
        ),
    ),
    events=EVENTS,
    unfurl_domains=frozenset({"status.example.com"}),
)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(FrozenClock(datetime(2026, 11, 20, 14, 0, tzinfo=UTC)))


@pytest.fixture
def workspace(clock: MovableClock) -> Workspace:
    return seeded(clock)


@pytest.fixture
def slack(workspace: Workspace) -> Iterator[Slack]:
    slack = Slack(workspace, INSTALLATION, patience=PATIENCE)
    with SlackServer(slack):
        yield slack


@pytest.fixture
def client(slack: Slack) -> WebClient:
    return client_of(slack)


def client_of(slack: Slack, token: str = INSTALLATION.bot_token) -> WebClient:
    return WebClient(token=token, base_url=f"{slack.address}/api/", retry_handlers=[])


@pytest.fixture
def incidents(workspace: Workspace) -> Channel:
    return workspace.channel_named("incidents")


@dataclass(frozen=True, slots=True)
class Refused:
    """The error name of a refused call, and all that came with it."""

    error: str
    data: dict[str, Any]


def refused(call: Any, **arguments: Any) -> Refused:
    """Make a call that must be refused."""
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    data = caught.value.response.data
    assert isinstance(data, dict)
    return Refused(error=data["error"], data=data)


def said_by_bot(workspace: Workspace, channel: Channel, **facts: Any) -> Message:
    """Let the bot have said something, without a call."""
    draft = Message(
        channel=channel.id,
        ts="",
        author=workspace.bot.id,
        bot_id=workspace.bot.bot_id,
        **({"text": "something"} | facts),
    )
    return workspace.message_store.post(draft)


def said(workspace: Workspace, channel: Channel, handle: str, text: str) -> Message:
    """Let somebody have said something, without telling the bot."""
    person = workspace.people_store.handled(handle)
    assert person is not None
    return workspace.message_store.post(
        Message(channel=channel.id, ts="", author=person.id, text=text)
    )


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as executor:
        yield executor


@pytest.fixture
def app(slack: Slack, client: WebClient, executor: ThreadPoolExecutor) -> Iterator[App]:
    """A Bolt app that answers over HTTP; give it listeners."""
    app = bolt_app(client, executor)

    async def dispatch(http: Request) -> Response:
        request = BoltRequest(body=(await http.body()).decode(), headers={**http.headers})
        answer = await run_in_threadpool(app.dispatch, request)
        return Response(answer.body, answer.status, {k: v[0] for k, v in answer.headers.items()})

    with ThreadedServer() as server:
        server.start(Starlette(routes=[Route("/slack/events", dispatch, methods=["POST"])]))
        slack.bot_is_at(f"{server.url}/slack/events")
        yield app


def bolt_app(client: WebClient, executor: ThreadPoolExecutor) -> App:
    return App(
        client=client,
        signing_secret=INSTALLATION.signing_secret,
        process_before_response=True,
        listener_executor=executor,
        raise_error_for_unhandled_request=False,
        ignoring_self_events_enabled=False,
    )


def text_modal(**changes: Any) -> dict[str, Any]:
    """Make a modal with one input, ``title``."""
    return {
        "type": "modal",
        "callback_id": "declare",
        "title": plain("Declare"),
        "submit": plain("Declare"),
        "blocks": [
            {
                "type": "input",
                "block_id": "title",
                "label": plain("Title"),
                "element": {"type": "plain_text_input", "action_id": "title"},
            }
        ],
    } | changes


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}
