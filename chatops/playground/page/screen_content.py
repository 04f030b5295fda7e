"""Gathers what the templates show from the workspace's state."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from markupsafe import Markup

from chatops.playground.page.blockkit.blocks import blocks
from chatops.playground.page.blockkit.context import BlockHome, Reader
from chatops.playground.page.blockkit.dates import in_utc, moment
from chatops.playground.page.blockkit.mrkdwn import mrkdwn, plain
from chatops.playground.page.graph_layout import lay_out
from chatops.playground.page.rows import content
from chatops.playground.page.screen import Screen, name_of, sidebar
from chatops.playground.page.switches import Switchboard
from chatops.playground.shop.servers import ServerPlace
from chatops.playground.shop.shop import Shop
from chatops.playground.slack.installation import Installation
from chatops.playground.workspace.model import Channel, Message, Person, View
from chatops.playground.workspace.state import SLACKBOT, Workspace

#: How far the clock can be advanced at once: seconds, on the button, read aloud.
STEPS = (
    (60, "1 min", "1 minute"),
    (15 * 60, "15 min", "15 minutes"),
    (60 * 60, "1 h", "1 hour"),
    (24 * 60 * 60, "1 day", "1 day"),
)
LONGEST_STEP = timedelta(seconds=STEPS[-1][0])


class ScreenContent:
    """What the page shows to one person at one moment, under the templates' names."""

    def __init__(
        self,
        *,
        workspace: Workspace,
        installation: Installation,
        switchboard: Switchboard,
        refused: Mapping[str, Mapping[str, str]],
        links: Mapping[str, Mapping[str, str]],
        shop: Shop | None = None,
    ) -> None:
        self._workspace = workspace
        self._installation = installation
        self._switchboard = switchboard
        #: What the bot refused in a modal: by view, then by block.
        self._refused = refused
        self._links = links
        self._shop = shop

    def of(self, screen: Screen, reader: Reader) -> dict[str, Any]:
        return {
            "screen": screen,
            "reader": reader,
            **self._bar(),
            **self._sides(screen),
            **self._head(screen, reader),
            **self._writing(screen),
            **self._home(screen, reader),
            **self._code(),
        }

    def modal(self, screen: Screen, reader: Reader) -> dict[str, Any]:
        """The modal on top of the person's stack, if one is open."""
        stack = self._workspace.modals(screen.person.id)
        if not stack:
            return {"view": None}
        view = stack[-1]
        return {
            "view": view,
            "depth": len(stack),
            "title": plain(view.title),
            "submit": _label(view, "submit"),
            "close": _label(view, "close") or "Cancel",
            "content": self._view(view, reader),
        }

    def _bar(self) -> dict[str, Any]:
        now = self._workspace.clock.now()
        levers = self._switchboard.levers
        return {
            "now": f"{now:%Y-%m-%dT%H:%M:00Z}",
            "clock_text": in_utc(now, "{clock}"),
            "steps": STEPS,
            "switches": levers,
            "troubles": sum(lever.is_on for lever in levers),
            "personas": [(one, self._unread(one)) for one in self._workspace.personas],
        }

    def _code(self) -> dict[str, Any]:
        shop = self._shop
        if shop is None:
            return {"shop": None}
        view = shop.view()
        return {
            "shop": view,
            "drawing": lay_out(view.graph),
            "places": [shop.health(place) for place in ServerPlace],
            "remote": str(shop.repository.remote),
            "code_troubles": sum(lever.is_on for lever in view.levers),
        }

    def _unread(self, person: Person) -> int:
        mine = self._workspace.channels_for(person.id)
        return sum(self._workspace.unread(person.id, one.id) for one in mine)

    def _sides(self, screen: Screen) -> dict[str, Any]:
        shown = sidebar(self._workspace, screen)
        app_channel = shown.app.channel if shown.app else None
        return {"sidebar": shown, "app_channel": app_channel, "links": self._links}

    def _head(self, screen: Screen, reader: Reader) -> dict[str, Any]:
        channel = screen.channel
        if channel is None:
            return {"name": "", "pinned": (), "members": (), "topic": "", "purpose": ""}
        people = (self._workspace.people_store.find(one) for one in channel.members)
        return {
            "name": name_of(self._workspace, channel, screen.person),
            "pinned": self._pinned(channel, reader),
            "members": [one for one in people if one is not None],
            "topic": mrkdwn(channel.topic, reader),
            "purpose": mrkdwn(channel.purpose, reader),
        }

    def _pinned(self, channel: Channel, reader: Reader) -> Sequence[tuple[Message, Markup, Markup]]:
        return [
            (one, moment(one.at.timestamp(), "{date_short} {time}"), content("p", one, reader))
            for one in reversed(self._workspace.pinned(channel.id))
        ]

    def _writing(self, screen: Screen) -> dict[str, Any]:
        """What the box for messages completes: commands, people and channels."""
        commands = [
            {"name": one.name, "about": one.description, "usage": one.usage_hint}
            for one in self._installation.commands
        ]
        people = [
            {"name": f"@{one.handle}", "about": one.real_name}
            for one in self._workspace.people
            if one.id not in {screen.person.id, SLACKBOT} and not one.deleted
        ]
        groups = [{"name": f"@{one.handle}", "about": one.name} for one in self._workspace.groups]
        everyone = [
            {"name": "@here", "about": "everybody who is here"},
            {"name": "@channel", "about": "everybody in this channel"},
        ]
        return {
            "commands": commands,
            "people": [*people, *groups, *everyone],
            "channels": [
                {"name": f"#{one.name}", "about": one.topic}
                for one in self._workspace.channels_for(screen.person.id)
                if not one.is_direct
            ],
        }

    def _home(self, screen: Screen, reader: Reader) -> dict[str, Any]:
        view = self._workspace.home(screen.person.id) if screen.is_home else None
        return {"home": view, "home_content": self._view(view, reader) if view else Markup()}

    def _view(self, view: View, reader: Reader) -> Markup:
        surface = BlockHome(
            id=view.id,
            reader=reader,
            values=view.values,
            errors=self._refused.get(view.id, {}),
        )
        return blocks(view.blocks, surface)


def _label(view: View, key: str) -> Markup | None:
    text = (view.content.get(key) or {}).get("text")
    return plain(text) if text else None
