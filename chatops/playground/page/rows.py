"""Messages as rows of a list, each painted once for each reader until it changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment
from markupsafe import Markup

from chatops.playground.page.addresses import digest
from chatops.playground.page.blockkit.blocks import attachments, blocks
from chatops.playground.page.blockkit.context import BlockHome, Reader
from chatops.playground.page.blockkit.html import join, tag
from chatops.playground.page.blockkit.mrkdwn import mrkdwn
from chatops.playground.page.screen import MessageLine, Screen, in_a_row, lines
from chatops.playground.workspace.model import Message
from chatops.playground.workspace.state import Workspace

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
