"""The strict double of Slack: one workspace, one installed app, and the server of both."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from chatops.clock import Clock, SystemClock
from chatops.playground.serving import ThreadedServer
from chatops.playground.slack.api import WebApi
from chatops.playground.slack.call_log import CallLog
from chatops.playground.slack.delivery import EventDelivery, Responder
from chatops.playground.slack.events import EventDispatcher, EventMaker
from chatops.playground.slack.faults import SlackFaults
from chatops.playground.slack.installation import Installation
from chatops.playground.slack.methods.content import checked_view
from chatops.playground.slack.signing import HttpTransport
from chatops.playground.slack.simulated_user.user import SimulatedUser
from chatops.playground.slack.sockets import SocketHub
from chatops.playground.slack.trigger_ids import TriggerIds
from chatops.playground.slack.web import slack_routes
from chatops.playground.workspace.state import Workspace

#: How long Slack waits for the bot, in real seconds.
PATIENCE = 3.0


class Slack:
    """What ``SlackServer`` serves and tests drive.

    ``users`` are the people, ``call_log`` tells what went to and fro, ``faults`` makes it go
    wrong. The bot is found where ``bot_is_at`` says, or where it connects by Socket Mode.
    """

    def __init__(
        self,
        workspace: Workspace,
        installation: Installation,
        *,
        patience: float = PATIENCE,
        signing_clock: Clock | None = None,
    ) -> None:
        """``signing_clock`` dates signatures: it is the bot's clock, not the workspace's."""
        self.workspace = workspace
        self.installation = installation
        #: Where the server is reached, once there is one.
        self.address = "http://127.0.0.1"
        self.call_log = CallLog(workspace.clock)
        self.faults = SlackFaults()
        self.trigger_ids = TriggerIds(workspace.clock, workspace.team.id)
        self.sockets = SocketHub(app_id=installation.app_id, patience=patience)
        self._transport = HttpTransport(
            secret=installation.signing_secret,
            patience=patience,
            clock=signing_clock or SystemClock(),
        )
        self.delivery = EventDelivery(
            transport=self._transport, sockets=self.sockets, call_log=self.call_log
        )
        self.dispatcher = EventDispatcher(
            workspace=workspace,
            installation=installation,
            maker=EventMaker(workspace, installation),
            delivery=self.delivery,
        )
        self.api = WebApi(
            workspace=workspace,
            installation=installation,
            trigger_ids=self.trigger_ids,
            faults=self.faults,
            call_log=self.call_log,
            address=lambda: self.address,
        )
        self.responder = Responder(
            workspace=workspace, trigger_ids=self.trigger_ids, request=self.api.request
        )
        self.users = SimulatedUser(
            workspace=workspace,
            installation=installation,
            trigger_ids=self.trigger_ids,
            delivery=self.delivery,
            dispatcher=self.dispatcher,
            responder=self.responder,
            check_view=lambda view: checked_view(self.api.request({}), view),
            address=lambda: self.address,
        )

    def bot_is_at(self, url: str) -> None:
        """Deliver to this request URL, such as ``http://127.0.0.1:3000/slack/events``."""
        self.delivery.bot_url = url

    def sends_back_to(self, url: str) -> None:
        """Let people who sign in be sent back to this address, as the app's settings do."""
        self.trigger_ids.grants.redirect_urls.add(url)

    def start(self) -> None:
        self.dispatcher.start()

    def stop(self) -> None:
        self.dispatcher.stop()
        self._transport.close()


class SlackServer:
    """Runs a double of Slack on 127.0.0.1; a context manager."""

    def __init__(self, slack: Slack, *, port: int = 0, routes: Sequence[BaseRoute] = ()) -> None:
        self.slack = slack
        self._port = port
        self._routes = routes
        self._server: ThreadedServer | None = None

    @property
    def url(self) -> str:
        """Where the server is reached, without a slash at the end."""
        return self.slack.address

    @property
    def api_url(self) -> str:
        """What the bot is given as ``SLACK_API_URL``."""
        return f"{self.url}/api/"

    def start(self) -> None:
        self._server = ThreadedServer(port=self._port)
        self.slack.address = self._server.url
        self._server.start(Starlette(routes=[*slack_routes(self.slack), *self._routes]))
        self.slack.start()

    def stop(self) -> None:
        self.slack.stop()
        if self._server is not None:
            self._server.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
