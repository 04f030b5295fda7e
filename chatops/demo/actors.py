"""The people of the demo: they type and fill forms in, and what the bot answers is told."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from textwrap import wrap
from typing import Any

from rich.console import Console
from rich.text import Text

from chatops.demo.simulation import Simulation
from chatops.domain.errors import UserError
from chatops.playground.slack.simulated_user.outcome import UserOutcome
from chatops.playground.workspace.model import Json, Message, View
from chatops.playground.workspace.state import Workspace

_WIDTH = 98
_TIME, _NAME = 8, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrator:
    """Prints; colours are shown on a terminal alone."""

    console: Console

    def says(self, words: str, style: str = "") -> None:
        """Print words of its own, as they are."""
        self.console.print(Text(words, style=style), soft_wrap=True, highlight=False, markup=False)

    def heading(self, title: str) -> None:
        self.says(f"\n{title}", "bold")

    def tells(self, at: datetime, who: str, words: Sequence[str], style: str = "") -> None:
        """Tell what somebody did or said, with the time, and their name before it."""
        head = f"  {at:%H:%M}".ljust(_TIME) + f" {who}".ljust(_NAME) + "  "
        for words_ in words:
            for line in wrap(words_, _WIDTH - len(head)):
                self.says(head + line, style)
                head = " " * len(head)


_DATE = re.compile(r"<!date\^\d+\^[^|>]*\|([^>]*)>")
_PERSON = re.compile(r"<@(\w+)>")
_GROUP = re.compile(r"<!subteam\^(\w+)(?:\|[^>]*)?>")
_ROOM = re.compile(r"<#(\w+)(?:\|[^>]*)?>")
_LINK = re.compile(r"<[^<>|@#!]+\|([^>]*)>")
_EMOJI = re.compile(r":[a-z_]+: ?")
_STYLE = re.compile(r"(?<!\w)([*_~])(\S(?:.*?\S)?)\1(?!\w)")
_PLAIN = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("`", ""))
#: What is there to be pressed and chosen from, not to be read.
_PRESSED = frozenset({"actions", "button", "overflow", "static_select"})


def lines_of(message: Message, workspace: Workspace) -> list[str]:
    """What stands in a message, line by line, without marks."""
    text = "\n".join(_texts(message.blocks)) if message.blocks else message.text
    plain = _shown(text, workspace)
    return [line.strip() for line in plain.splitlines() if line.strip().strip("`")]


def _shown(text: str, workspace: Workspace) -> str:
    groups = {group.id: group.handle for group in workspace.groups}
    text = _DATE.sub(r"\1", text)
    text = _PERSON.sub(lambda found: f"@{workspace.person(found[1]).handle}", text)
    text = _GROUP.sub(lambda found: f"@{groups.get(found[1], found[1])}", text)
    text = _ROOM.sub(lambda found: f"#{workspace.channel(found[1]).name}", text)
    text = _EMOJI.sub("", _LINK.sub(r"\1", text))
    text = _STYLE.sub(r"\2", text)
    for mark, plain in _PLAIN:
        text = text.replace(mark, plain)
    return text


def _texts(part: Any) -> Iterator[str]:
    """Every piece of text below a block, in the order in which it is read."""
    match part:
        case {"type": str(kind)} if kind in _PRESSED:
            return
        case {"type": "mrkdwn" | "plain_text" | "markdown", "text": str(text)}:
            yield text
        case Mapping():
            for value in part.values():
                yield from _texts(value)
        case list() | tuple():
            for value in part:
                yield from _texts(value)


def fields_in(blocks: Sequence[Json]) -> Iterator[Json]:
    """The fields of a form that can be filled in."""
    return (block for block in blocks if block.get("type") == "input")


#: So many lines of what the bot says are told.
_LINES = 3
#: What only says that more will be said, a moment later.
_ON_ITS_WAY = "is under way. What comes of it"

#: What somebody enters in a field; None to leave it as it is.
Answer = Callable[[Json], Any]


class StoryStopped(UserError):
    """The story cannot go on."""


@dataclass(slots=True, kw_only=True)
class Actors:
    """Everybody in the demo; the narrator tells what each of them does and what the bot answers."""

    simulation: Simulation
    narrator: Narrator
    #: What the bot said last.
    heard: list[str] = field(default_factory=list)
    _told: set[tuple[str, str]] = field(default_factory=set)

    def types(self, who: str, text: str) -> None:
        """Type something into the incident's channel."""
        slack, channel = self.simulation.slack, self.simulation.channel
        person = self.simulation.id_of(who)
        if person not in slack.workspace.channel(channel).members:
            slack.users.joins(person, channel)
            self._tell(who, "joins the channel")
        self._tell(who, text)
        self._after(who, slack.users.types(person, channel, text))

    def submits(self, who: str, answer: Answer) -> None:
        """Fill in the form that the bot has opened, and hand it in."""
        view = self.modal(who)
        if view is None:
            raise StoryStopped(self._why("The bot opened no form."))
        given: dict[tuple[str, str] | str, Any] = {
            _place(one): answer(one) for one in fields_in(view.blocks)
        }
        entered = {place: value for place, value in given.items() if value is not None}
        for words in _entered(view, entered):
            self._tell(who, words)
        submit = view.content["submit"]["text"]
        self._tell(who, f"presses [{submit}] in “{view.title}”")
        person = self.simulation.id_of(who)
        self._after(who, self.simulation.slack.users.submits(person, {**entered}))

    def does(self, who: str, what: str, action: Callable[[], object]) -> None:
        """Do something outside Slack."""
        self._tell(who, what)
        action()
        self.listens(who)

    def modal(self, who: str) -> View | None:
        return self.simulation.slack.workspace.modal(self.simulation.id_of(who))

    def listens(self, who: str = "sam") -> None:
        """Have told what the bot has said since."""
        self.simulation.settle()
        for message in self.simulation.said_to(who):
            lines = lines_of(message, self.simulation.slack.workspace)
            place = message.channel, message.ts
            if lines and place not in self._told:
                self._told.add(place)
                self.heard = lines
                if _ON_ITS_WAY not in lines[0]:
                    self._tell_bot(message, lines)

    def _tell(self, who: str, words: str) -> None:
        self.narrator.tells(self.simulation.clock.now(), who, [words], "cyan")

    def _tell_bot(self, message: Message, lines: list[str]) -> None:
        channel = self.simulation.slack.workspace.channel(message.channel)
        elsewhere = "" if channel.id == self.simulation.channel else f"(#{channel.name}) "
        shown = [f"{elsewhere}{lines[0]}", *lines[1:_LINES]]
        self.narrator.tells(self.simulation.clock.now(), "bot", shown)

    def _after(self, who: str, outcome: UserOutcome) -> None:
        """Raises StoryStopped: the form was not accepted, or the bot did not answer."""
        self.listens(who)
        wrong = [*outcome.errors.values(), *filter(None, [outcome.problem])]
        if wrong:
            raise StoryStopped(" ".join(wrong))

    @property
    def last_words(self) -> str:
        """What the bot said last."""
        return " ".join(["The bot said:", *self.heard[:_LINES]]) if self.heard else ""

    def _why(self, words: str) -> str:
        return f"{words} {self.last_words}".strip()


def _place(block: Json) -> tuple[str, str]:
    return str(block["block_id"]), str(block["element"]["action_id"])


def _entered(view: View, entered: Mapping[tuple[str, str] | str, Any]) -> list[str]:
    """What was entered, field by field."""
    lines = []
    for block in fields_in(view.blocks):
        value = entered.get(_place(block))
        label = block["label"]["text"]
        if isinstance(value, list):
            lines.append(f"{label} · ticks {len(value)} of {len(block['element']['options'])}")
        elif value is not None:
            options = block["element"].get("options", ())
            named = (each["text"]["text"] for each in options if each["value"] == value)
            lines.append(f"{label} · {next(named, value)}")
    return lines
