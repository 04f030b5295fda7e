"""Reads messages and forms as people do: the words without the buttons, and the fields by name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chatops.playground.workspace import Workspace
from chatops.playground.workspace_values import Json, Message

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
