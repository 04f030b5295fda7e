"""Gathers what the templates show, and keeps each message painted until it changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from chatops.playground.page.blockkit.blocks import attachments, blocks
from chatops.playground.page.blockkit.context import BlockHome, Reader
from chatops.playground.page.blockkit.dates import in_utc, moment
from chatops.playground.page.blockkit.html import join, tag
from chatops.playground.page.blockkit.mrkdwn import mrkdwn, plain
from chatops.playground.page.graph_layout import lay_out
from chatops.playground.page.requests import digest
from chatops.playground.page.screen import MessageLine, Screen, in_a_row, lines, name_of, sidebar
from chatops.playground.page.switches import Switchboard
from chatops.playground.shop.servers import ServerPlace
from chatops.playground.shop.shop import Shop
from chatops.playground.slack.installation import Installation
from chatops.playground.workspace.model import Channel, Message, Person, View
from chatops.playground.workspace.state import SLACKBOT, Workspace

#: Messages that Slack writes itself, by subtype.
SYSTEM = frozenset(
    {
        "channel_archive",
        "channel_join",
        "channel_leave",
        "channel_name",
        "channel_purpose",
        "channel_topic",
        "channel_unarchive",
        "pinned_item",
        "tombstone",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """One message of a list."""

    id: str
    html: Markup
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Painted:
    line: MessageLine
    reader: Reader
    row: MessageRow


class MessageRows:
    """Paints lists of messages, and remembers what it painted."""

    def __init__(self, workspace: Workspace, environment: Environment) -> None:
        self._workspace = workspace
        self._message = environment.get_template("message.html")
        self._system = environment.get_template("system.html")
        self._painted: dict[tuple[str, str, str], dict[str, _Painted]] = {}

    def of(
        self, prefix: str, messages: Sequence[Message], screen: Screen, reader: Reader
    ) -> Sequence[MessageRow]:
        """The rows of a list; ``prefix`` keeps the channel's apart from the thread's."""
        where = (prefix, screen.person.id, screen.channel.id if screen.channel else "")
        before = self._painted.get(where, {})
        now: dict[str, _Painted] = {}
        for line in lines(self._workspace, messages):
            known = before.get(line.message.ts)
            if known is None or known.line != line or known.reader is not reader:
                row = self._paint(prefix, line, screen, reader)
                known = _Painted(line=line, reader=reader, row=row)
            now[line.message.ts] = known
        self._painted[where] = now
        return [one.row for one in now.values()]

    def _paint(self, prefix: str, line: MessageLine, screen: Screen, reader: Reader) -> MessageRow:
        message = line.message
        is_system = message.subtype in SYSTEM
        template = self._system if is_system else self._message
        inside = template.render(
            line=line,
            screen=screen,
            reader=reader,
            content=system_line(line, reader) if is_system else content(prefix, message, reader),
            files=[file for one in message.files if (file := self._workspace.files.find(one))],
            in_thread=prefix == "t",
        )
        html = _item(prefix, line, Markup(inside), is_system=is_system)  # noqa: S704 - autoescaped
        return MessageRow(id=f"{prefix}{message.ts}", html=html, digest=digest(html))


def content(prefix: str, message: Message, reader: Reader) -> Markup:
    """What a message says: its blocks, or its text where it has none, and its attachments."""
    surface = BlockHome(id=f"{prefix}{message.ts}", reader=reader, is_message=True)
    text = tag("div", mrkdwn(message.text, reader), class_="text") if message.text else None
    body = blocks(message.blocks, surface) if message.blocks else text
    return join([body, attachments(message.attachments, surface)])


def system_line(line: MessageLine, reader: Reader) -> Markup:
    """What Slack itself says of somebody, beginning with the name."""
    message = line.message
    if message.subtype == "tombstone":
        return mrkdwn(message.text, reader)
    names = [one.real_name for one in (line.author, *line.also) if one is not None]
    if line.also:
        return join([tag("b", in_a_row(names)), " have joined the channel"])
    words = message.text.removeprefix(f"<@{message.author}>").strip()
    return join([tag("b", in_a_row(names)), " ", mrkdwn(words, reader)])


def _item(prefix: str, line: MessageLine, inside: Markup, *, is_system: bool) -> Markup:
    message = line.message
    states = {
        "is-continued": line.continued,
        "is-ephemeral": message.ephemeral_for is not None,
        "is-pinned": message.is_pinned,
        "is-system": is_system,
        "new-day": line.new_day,
    }
    return tag(
        "li",
        inside,
        id=f"{prefix}{message.ts}",
        class_=" ".join(["message", *(name for name, holds in states.items() if holds)]),
        tabindex="-1",
        data_surface="message",
        data_ts=message.ts,
        data_thread=message.thread_ts,
        data_at=f"{message.at:%Y-%m-%dT%H:%M:%SZ}",
        data_day=f"{message.at:%A}, {message.at.day} {message.at:%B}",
    )


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
