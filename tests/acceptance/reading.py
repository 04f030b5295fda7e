"""Reads messages and views as a person does: all the words on the screen, in order."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chatops.playground.workspace.model import Message, View

_DATE = re.compile(r"<!date\^\d+\^[^|>]*\|([^>]*)>")


def words_in(message: Message) -> str:
    """What stands in a message."""
    return _shown("\n".join(_texts(message.blocks)) if message.blocks else message.text)


def words_of(view: View) -> str:
    """What stands in a modal or a home, its title first, with what its fields hold."""
    return _shown("\n".join([view.title, *_texts(view.blocks)]))


def _shown(text: str) -> str:
    return _DATE.sub(r"\1", text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _texts(part: Any) -> Iterator[str]:
    """Every piece of text below a block, in the order in which it is read."""
    match part:
        case {"type": "mrkdwn" | "plain_text" | "markdown", "text": str(text)}:
            yield text
        case {"initial_value": str(text), **rest}:
            yield from _texts(rest)
            yield text
        case Mapping():
            for value in part.values():
                yield from _texts(value)
        case list() | tuple():
            for value in part:
                yield from _texts(value)


def markup_in(part: Any) -> Iterator[str]:
    """Whatever Slack would read as markup in what is sent to it: there a mention calls people."""
    match part:
        case {"type": "mrkdwn", "text": str(text)}:
            yield text
        case {"type": "plain_text"}:
            return
        case Mapping():
            for key, value in part.items():
                if key in {"text", "topic", "purpose"} and isinstance(value, str):
                    yield value
                else:
                    yield from markup_in(value)
        case list() | tuple():
            for value in part:
                yield from markup_in(value)


def buttons_in(blocks: Iterable[Any]) -> Iterator[Mapping[str, Any]]:
    """Every element that can be pressed or chosen from, with the id of its block."""
    for block in blocks:
        elements = [*block.get("elements", ()), block.get("accessory") or {}]
        for element in elements:
            if element.get("type") in {"button", "overflow", "static_select"}:
                yield {**element, "block_id": block.get("block_id")}


def texts_to_write(view: View) -> Iterator[str]:
    """The block ids of the fields into which people write."""
    for block in view.blocks:
        if block.get("type") == "input" and block["element"]["type"] == "plain_text_input":
            yield str(block["block_id"])


def field_called(view: View, label: str) -> tuple[str, str]:
    """The block id and action id of the input with that label."""
    for block in view.blocks:
        if block.get("type") == "input" and label.casefold() in block["label"]["text"].casefold():
            return str(block["block_id"]), str(block["element"]["action_id"])
    labels = [block["label"]["text"] for block in view.blocks if block.get("type") == "input"]
    message = f"no field “{label}” in “{view.title}”; there are {labels}"
    raise AssertionError(message)
