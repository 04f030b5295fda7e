"""Our side of Slack over real HTTP, with the double on the other side."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from chatops.adapters.slack.api.channels import SlackChannels
from chatops.adapters.slack.api.messages import SlackMessages
from chatops.adapters.slack.api.people import Identity, SlackPeople
from chatops.adapters.slack.api.scopes import bot_scopes
from chatops.adapters.slack.api.web_api import Limits, SlackWebApi, connect
from chatops.clock import MovableClock
from chatops.playground.slack.double import Slack, SlackServer
from chatops.playground.slack.installation import Installation
from chatops.playground.workspace.seed import seeded
from chatops.playground.workspace.state import Workspace
from tests.machine import PATIENCE


@dataclass(frozen=True, kw_only=True)
class Edge:
    """The adapters, and the Slack they talk to."""

    slack: Slack
    api: SlackWebApi
    identity: Identity
    voice: SlackMessages
    rooms: SlackChannels
    people: SlackPeople
    clock: MovableClock

    @property
    def workspace(self) -> Workspace:
        return self.slack.workspace

    def id_of(self, handle: str) -> str:
        person = self.workspace.people_store.handled(handle)
        assert person is not None
        return person.id

    def channel(self, name: str) -> str:
        return self.workspace.channel_named(name).id

    def texts(self, channel: str) -> list[str]:
        """What the bot said in a channel."""
        ours = self.workspace.bot.id
        said = self.workspace.messages(channel)
        return [one.text for one in said if one.author == ours and one.subtype is None]

    def calls(self, *methods: str) -> int:
        return len(self.slack.call_log.calls(*methods))


@contextmanager
def edge_of_slack(
    clock: MovableClock, scopes: frozenset[str] = frozenset(bot_scopes())
) -> Iterator[Edge]:
    slack = Slack(seeded(clock), Installation(scopes=scopes), patience=PATIENCE)
    slack.faults.honest_limits()
    with SlackServer(slack) as server:
        client = connect(token=slack.installation.bot_token, url=server.api_url)
        api = SlackWebApi(client, limits=Limits(), clock=clock)
        identity = Identity(api)
        yield Edge(
            slack=slack,
            api=api,
            identity=identity,
            voice=SlackMessages(api, clock),
            rooms=SlackChannels(api, identity, clock),
            people=SlackPeople(api, clock),
            clock=clock,
        )
