"""A whole playground for one test: the double, a small bot, and the page, on real ports."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.routing import Mount

from chatops.clock import FrozenClock, MovableClock
from chatops.playground.page.app import play_app
from chatops.playground.serving import ThreadedServer
from chatops.playground.shop.shop import Shop, open_shop
from chatops.playground.slack.double import Slack, SlackServer
from chatops.playground.slack.installation import (
    Installation,
    InstalledShortcut,
    InstalledShortcutKind,
    SlashCommand,
)
from chatops.playground.workspace.model import Channel, Person
from chatops.playground.workspace.seed import seeded
from tests.machine import PATIENCE
from tests.playground.page.demo_bot import DemoBot

NOW = datetime(2026, 11, 21, 14, 32, tzinfo=UTC)
INSTALLATION = Installation(
    scopes=frozenset(
        {
            "app_mentions:read",
            "channels:history",
            "channels:manage",
            "channels:read",
            "chat:write",
            "chat:write.public",
            "commands",
            "groups:write",
            "im:write",
            "pins:write",
            "reactions:read",
            "users:read",
        }
    ),
    commands=(
        SlashCommand(
            name="/incident",
            description="Declare an incident, or run one",
            usage_hint="[title | update | severity | resolve | help]",
        ),
        SlashCommand(name="/slow", description="Never answers", usage_hint=""),
    ),
    shortcuts=(
        InstalledShortcut(
            callback_id="declare_global",
            name="Declare an incident",
            kind=InstalledShortcutKind.GLOBAL,
        ),
        InstalledShortcut(
            callback_id="declare_from_message",
            name="Declare from this message",
            kind=InstalledShortcutKind.MESSAGE,
        ),
    ),
    events=frozenset({"app_home_opened"}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything that runs, and the people and places in it."""

    slack: Slack
    clock: MovableClock
    bot: DemoBot
    url: str
    shop: Shop | None = None

    def person(self, handle: str) -> Person:
        found = self.slack.workspace.people_store.handled(handle)
        assert found is not None
        return found

    def channel(self, name: str) -> Channel:
        return self.slack.workspace.channel_named(name)

    def address(self, handle: str = "sam", channel: str = "incidents", **more: str) -> str:
        asked = {"as": self.person(handle).id, "channel": self.channel(channel).id, **more}
        return f"{self.url}/?" + "&".join(f"{name}={value}" for name, value in asked.items())


@contextmanager
def world(*, patience: float = PATIENCE, code: Path | None = None) -> Iterator[World]:
    """``code`` is the folder of the shop; without it there is none."""
    clock = MovableClock(FrozenClock(NOW))
    slack = Slack(seeded(clock), INSTALLATION, patience=patience)
    changed = slack.workspace.touch
    shop = open_shop(code, clock, pace=timedelta(), changed=changed) if code else None
    links = {"Web pages": {"Status page": "http://127.0.0.1:9/status"}}
    page = play_app(slack, clock, links=links, shop=shop)
    with SlackServer(slack, routes=[Mount("/", app=page)]) as server, ThreadedServer() as serving:
        bot = DemoBot(INSTALLATION.bot_token, INSTALLATION.signing_secret, server.api_url)
        serving.start(bot.asgi)
        slack.bot_is_at(f"{serving.url}/slack/events")
        try:
            yield World(slack=slack, clock=clock, bot=bot, url=server.url, shop=shop)
        finally:
            bot.released.set()
