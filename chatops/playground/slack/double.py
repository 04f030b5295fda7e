"""The strict double of Slack: one workspace, one installed app, and everything between them."""

from chatops.clock import Clock, SystemClock
from chatops.playground.slack.api import WebApi
from chatops.playground.slack.call_log import CallLog
from chatops.playground.slack.delivery import EventDelivery
from chatops.playground.slack.event_dispatcher import EventDispatcher
from chatops.playground.slack.events import EventMaker
from chatops.playground.slack.faults import SlackFaults
from chatops.playground.slack.installation import Installation
from chatops.playground.slack.methods.content import checked_view
from chatops.playground.slack.responses import Responder
from chatops.playground.slack.signing import HttpWire
from chatops.playground.slack.simulated_user.user import SimulatedUser
from chatops.playground.slack.sockets import SocketHub
from chatops.playground.slack.trigger_ids import TriggerIds
from chatops.playground.workspace.state import Workspace

#: How long Slack waits for the bot, in real seconds.
PATIENCE = 3.0


class Slack:
    """What ``SlackServer`` serves and tests drive.

    ``hands`` are the people, ``journal`` tells what went to and fro, ``trouble`` makes it go
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
        self.journal = CallLog(workspace.clock)
        self.trouble = SlackFaults()
        self.tickets = TriggerIds(workspace.clock, workspace.team.id)
        self.sockets = SocketHub(app_id=installation.app_id, patience=patience)
        self._wire = HttpWire(
            secret=installation.signing_secret,
            patience=patience,
            clock=signing_clock or SystemClock(),
        )
        self.courier = EventDelivery(wire=self._wire, sockets=self.sockets, journal=self.journal)
        self.announcer = EventDispatcher(
            workspace=workspace,
            installation=installation,
            maker=EventMaker(workspace, installation),
            courier=self.courier,
        )
        self.api = WebApi(
            workspace=workspace,
            installation=installation,
            tickets=self.tickets,
            trouble=self.trouble,
            journal=self.journal,
            address=lambda: self.address,
        )
        self.responder = Responder(
            workspace=workspace, tickets=self.tickets, request=self.api.request
        )
        self.hands = SimulatedUser(
            workspace=workspace,
            installation=installation,
            tickets=self.tickets,
            courier=self.courier,
            announcer=self.announcer,
            responder=self.responder,
            check_view=lambda view: checked_view(self.api.request({}), view),
            address=lambda: self.address,
        )

    def bot_is_at(self, url: str) -> None:
        """Deliver to this request URL, such as ``http://127.0.0.1:3000/slack/events``."""
        self.courier.bot_url = url

    def sends_back_to(self, url: str) -> None:
        """Let people who sign in be sent back to this address, as the app's settings do."""
        self.tickets.grants.redirect_urls.add(url)

    def start(self) -> None:
        self.announcer.start()

    def stop(self) -> None:
        self.announcer.stop()
        self._wire.close()
