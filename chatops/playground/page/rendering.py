"""Paints what a person sees as pieces of HTML, so that only what changed has to travel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from chatops.playground.page.blockkit.context import Reader
from chatops.playground.page.blockkit.dates import moment
from chatops.playground.page.blockkit.emoji import PICKED_FOR_REACTIONS, reaction
from chatops.playground.page.blockkit.mrkdwn import link, markdown, plain
from chatops.playground.page.requests import HOME, address, digest
from chatops.playground.page.screen import Screen, color, in_a_row, initials, reader
from chatops.playground.page.screen_content import MessageRow, MessageRows, ScreenContent
from chatops.playground.slack.installation import Installation, InstalledShortcutKind
from chatops.playground.workspace.model import Bookmark, Channel, File, Message, Person
from chatops.playground.workspace.state import Workspace

TEMPLATES = Path(__file__).with_name("templates")
#: The pieces of the page that are replaced as a whole, and their templates.
REGIONS = {
    "topbar": "topbar.html",
    "trouble": "trouble.html",
    "sidebar": "sidebar.html",
    "head": "head.html",
    "intro": "intro.html",
    "home": "home.html",
    "composer": "composer.html",
    "thread-head": "thread_head.html",
    "thread-composer": "composer.html",
    "modal": "modal.html",
    "code": "code.html",
}
#: How many bytes of a file are shown.
_PREVIEW = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Everything one person sees, in pieces."""

    screen: Screen
    revision: int
    title: str
    now: str
    regions: Mapping[str, Markup]
    lists: Mapping[str, Sequence[MessageRow]]

    @property
    def digests(self) -> dict[str, str]:
        """What each piece is called; a browser that has it need not get it again."""
        rows = {row.id: row.digest for rows in self.lists.values() for row in rows}
        regions = {name: digest(html) for name, html in self.regions.items()}
        lists = {
            name: digest("".join(row.id + row.digest for row in rows))
            for name, rows in self.lists.items()
        }
        return regions | lists | rows

    @property
    def place(self) -> dict[str, str]:
        """Where the person stands, as the page's script knows it."""
        return {
            "as": self.screen.person.id,
            "channel": self.screen.channel.id if self.screen.channel else HOME,
            "thread": self.screen.thread or "",
            "view": "home" if self.screen.is_home else "channel",
            "zone": self.screen.person.tz,
        }


class ScreenRenderer:
    """Paints pictures of one workspace."""

    def __init__(
        self, *, workspace: Workspace, installation: Installation, content: ScreenContent
    ) -> None:
        self._workspace = workspace
        self._content = content
        self._environment = _environment(workspace, installation)
        self._rows = MessageRows(workspace, self._environment)
        self._readers: dict[str, Reader] = {}

    def page(self, screen: Screen, *, unread_from: str = "") -> str:
        """The whole page; a line stands before the message ``unread_from``."""
        picture = self.picture(screen)
        template = self._environment.get_template("page.html")
        return template.render(picture=picture, unread_from=unread_from)

    def canvas(self, file: File) -> str:
        """A page with a canvas on it."""
        template = self._environment.get_template("canvas.html")
        return template.render(file=file, words=_written(file))

    def picture(self, screen: Screen) -> Picture:
        """The page in pieces; a change while it is painted is told by the next revision."""
        revision = self._workspace.revision
        seen_by = self._reader(screen.person)
        context = self._content.of(screen, seen_by)
        modal = self._content.modal(screen, seen_by)
        regions = {
            name: self._region(template, {**context, **_slot(name, screen), **modal})
            for name, template in REGIONS.items()
        }
        return Picture(
            screen=screen,
            revision=revision,
            title=_title(self._workspace, context["name"], screen),
            now=context["now"],
            regions=regions,
            lists=self._lists(screen, seen_by),
        )

    def _reader(self, person: Person) -> Reader:
        """The same object as long as no name changed, so that rows are painted only once."""
        now = reader(self._workspace, person)
        if self._readers.get(person.id) != now:
            self._readers[person.id] = now
        return self._readers[person.id]

    def _region(self, template: str, context: Mapping[str, object]) -> Markup:
        return _trusted(self._environment.get_template(template).render(context))

    def _lists(self, screen: Screen, seen_by: Reader) -> dict[str, Sequence[MessageRow]]:
        said: Sequence[Message] = ()
        thread: Sequence[Message] = ()
        if screen.channel is not None:
            said = self._workspace.messages(screen.channel.id, screen.person.id)
            if screen.thread:
                thread = self._workspace.thread(screen.channel.id, screen.thread, screen.person.id)
        return {
            "messages": self._rows.of("m", said, screen, seen_by),
            "thread-messages": self._rows.of("t", thread, screen, seen_by),
        }


def _slot(region: str, screen: Screen) -> dict[str, object]:
    """Which of the two boxes for messages is painted."""
    in_thread = region == "thread-composer"
    shown = screen.channel if screen.thread or not in_thread else None
    return {"slot": region, "channel": shown, "thread": screen.thread if in_thread else None}


def _title(workspace: Workspace, name: str, screen: Screen) -> str:
    if screen.channel is None:
        name = workspace.bot.real_name
    sign = "" if screen.channel is None or screen.channel.is_direct else "#"
    return f"{sign}{name} · {workspace.team.name}"


class _Compiled(BytecodeCache):
    """What templates compile to, for every workspace of this process."""

    def __init__(self) -> None:
        self._codes: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key + bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def _environment(workspace: Workspace, installation: Installation) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        bytecode_cache=_COMPILED,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shortcuts = {
        kind: [one for one in installation.shortcuts if one.kind is kind]
        for kind in InstalledShortcutKind
    }
    find = workspace.people_store.find

    def link_to(person: Person, channel: Channel | None = None) -> str:
        return address(person.id, channel.id if channel else "")

    def link_to_thread(screen: Screen, message: Message) -> str:
        return address(screen.person.id, message.channel, message.thread_ts or message.ts)

    def other(channel: Channel, person: Person) -> Person | None:
        return next((find(one) for one in channel.members if one != person.id), person)

    def names(people: Sequence[str]) -> str:
        return in_a_row([one.real_name for user in people if (one := find(user))])

    def bookmark(mark: Bookmark) -> Markup:
        return link(mark.link, plain(f"{mark.emoji} {mark.title}".strip()))

    def preview(file: File) -> str:
        return file.content[:_PREVIEW].decode("utf-8", "replace")

    environment.globals |= {
        "HOME": HOME,
        "address": address,
        "bookmark": bookmark,
        "bot": workspace.bot,
        "color": partial(color, workspace),
        "global_shortcuts": shortcuts[InstalledShortcutKind.GLOBAL],
        "initials": initials,
        "link_to": link_to,
        "link_to_thread": link_to_thread,
        "message_shortcuts": shortcuts[InstalledShortcutKind.MESSAGE],
        "moment": moment,
        "names": names,
        "other": other,
        "person": find,
        "preview": preview,
        "reaction": reaction,
        "reactions": PICKED_FOR_REACTIONS,
        "team": workspace.team,
    }
    return environment


def _written(file: File) -> Markup:
    """What stands on a canvas."""
    return markdown(file.content.decode("utf-8", "replace"))


def _trusted(markup: str) -> Markup:
    return Markup(markup)  # noqa: S704 - the templates escape
