"""Writes down what the bot said to whom and when, one line each, as a table that reads well."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from chatops.playground.workspace.model import Message
from chatops.playground.workspace.state import Workspace
from tests.acceptance.reading import words_in

#: A line that names one of several things, or the first line about a single one.
_OF_SEVERAL = re.compile(r"^• \*(.+?)\* of (\S+) .*?, (overdue|due)", re.MULTILINE)
_ONE = re.compile(r"^\S+ \*(.+?)\* of (\S+) is (overdue|due)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One message, and who reads it: a channel's name, or a person's handle."""

    at: datetime
    where: str
    words: str

    @property
    def what(self) -> str:
        """Its first line; of a reminder, each thing that it is about."""
        one = _ONE.match(self.words)
        things = [one] if one else list(_OF_SEVERAL.finditer(self.words))
        told = [f"{each[1]} {each[3]}" for each in things if each is not None]
        first = self.words.partition("\n")[0].replace("*", "")
        return ", ".join(told) if told else first

    @property
    def line(self) -> str:
        return f"{self.at:%a %d %H:%M} {self.where}: {self.what}"


def heard(workspace: Workspace, since: datetime) -> list[Heard]:
    """Everything that the bot said after a moment, to anybody, in order."""
    return sorted(_heard(workspace, since), key=lambda each: (each.at, each.where, each.words))


def diary(workspace: Workspace, since: datetime) -> list[str]:
    """The same, line by line."""
    return [each.line for each in heard(workspace, since)]


def _heard(workspace: Workspace, since: datetime) -> Iterator[Heard]:
    for channel in workspace.channels:
        for message in workspace.messages(channel.id):
            if message.author == workspace.bot.id and message.subtype is None:
                at = _moment(message)
                if at > since:
                    words = _named(workspace, words_in(message))
                    yield Heard(at=at, where=_reader(workspace, channel.id), words=words)


def _named(workspace: Workspace, words: str) -> str:
    """With the handles of people instead of their ids."""
    for person in workspace.people:
        words = words.replace(f"<@{person.id}>", f"@{person.handle}")
    return words


def _moment(message: Message) -> datetime:
    """To the minute: an effect may wait some seconds for Slack's limits."""
    at = datetime.fromtimestamp(float(message.ts), UTC)
    return at.replace(second=0, microsecond=0)


def _reader(workspace: Workspace, channel: str) -> str:
    room = workspace.channel(channel)
    others = [user for user in room.members if user != workspace.bot.id]
    if room.name or len(others) != 1:
        return "#incident" if room.name.startswith(("inc-", "incident-")) else f"#{room.name}"
    return f"@{workspace.person(others[0]).handle}"
