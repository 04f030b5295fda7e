"""How each kind of element keeps what a person enters, in the shapes of ``state.values``."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from chatops.playground.slack.blocks.spec import offered
from chatops.playground.slack.simulated_user.outcome import NoElementError, NotOfferedError
from chatops.playground.workspace.model import Json
from chatops.playground.workspace.state import Workspace

#: Asks the bot for the options of an external select: (element, query) → options.
Suggest = Callable[[Json, str], Sequence[Json]]


@dataclass(frozen=True, slots=True)
class InputReader:
    """What is needed to read what somebody enters."""

    workspace: Workspace
    suggest: Suggest


@dataclass(frozen=True, slots=True)
class InputKind:
    """How one kind of element keeps its value."""

    key: str
    initial: str
    read: Callable[[Json, Any, InputReader], Any]
    empty: Any = None


def _text(_element: Json, typed: Any, _reader: InputReader) -> str | None:
    return str(typed) or None


def _option(element: Json, typed: Any, reader: InputReader) -> Json:
    if isinstance(typed, Mapping):
        return typed
    options = _options_of(element, str(typed), reader)
    for one in options:
        if str(typed) in {one["value"], one["text"]["text"]}:
            return one
    raise NotOfferedError(typed, [one["value"] for one in options])


def _options(element: Json, typed: Any, reader: InputReader) -> list[Json]:
    return [_option(element, one, reader) for one in _many(typed)]


def _options_of(element: Json, query: str, reader: InputReader) -> Sequence[Json]:
    if element["type"] in {"external_select", "multi_external_select"}:
        return reader.suggest(element, query)
    return offered(element)


def _user(_element: Json, typed: Any, reader: InputReader) -> str:
    people = reader.workspace.people_store
    person = people.find(str(typed)) or people.handled(str(typed).removeprefix("@"))
    if person is None:
        raise NotOfferedError(typed, [one.handle for one in reader.workspace.people])
    return person.id


def _users(element: Json, typed: Any, reader: InputReader) -> list[str]:
    return [_user(element, one, reader) for one in _many(typed)]


def _channel(_element: Json, typed: Any, reader: InputReader) -> str:
    channels = reader.workspace.channel_store
    room = channels.find(str(typed)) or channels.named(str(typed))
    if room is None:
        raise NotOfferedError(typed, [one.name for one in channels.channels])
    return room.id


def _channels(element: Json, typed: Any, reader: InputReader) -> list[str]:
    return [_channel(element, one, reader) for one in _many(typed)]


def _date(_element: Json, typed: Any, _reader: InputReader) -> str:
    return typed.strftime("%Y-%m-%d") if isinstance(typed, date) else str(typed)


def _time(_element: Json, typed: Any, _reader: InputReader) -> str:
    return typed.strftime("%H:%M") if isinstance(typed, time | datetime) else str(typed)


def _moment(_element: Json, typed: Any, _reader: InputReader) -> int:
    return int(typed.timestamp()) if isinstance(typed, datetime) else int(typed)


def _rich_text(_element: Json, typed: Any, _reader: InputReader) -> Json:
    if isinstance(typed, Mapping):
        return typed
    words = {"type": "text", "text": str(typed)}
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [words]}],
    }


def _files(_element: Json, typed: Any, _reader: InputReader) -> list[Any]:
    return _many(typed)


def _many(typed: Any) -> list[Any]:
    return list(typed) if isinstance(typed, list | tuple | set) else [typed]


_TEXT = InputKind("value", "initial_value", _text)
_ONE = InputKind("selected_option", "initial_option", _option)
_SEVERAL = InputKind("selected_options", "initial_options", _options, ())

ENTRIES: Mapping[str, InputKind] = {
    "plain_text_input": _TEXT,
    "email_text_input": _TEXT,
    "url_text_input": _TEXT,
    "number_input": _TEXT,
    "rich_text_input": InputKind("rich_text_value", "initial_value", _rich_text),
    "static_select": _ONE,
    "external_select": _ONE,
    "radio_buttons": _ONE,
    "multi_static_select": _SEVERAL,
    "multi_external_select": _SEVERAL,
    "checkboxes": _SEVERAL,
    "users_select": InputKind("selected_user", "initial_user", _user),
    "multi_users_select": InputKind("selected_users", "initial_users", _users, ()),
    "channels_select": InputKind("selected_channel", "initial_channel", _channel),
    "multi_channels_select": InputKind("selected_channels", "initial_channels", _channels, ()),
    "conversations_select": InputKind("selected_conversation", "initial_conversation", _channel),
    "multi_conversations_select": InputKind(
        "selected_conversations", "initial_conversations", _channels, ()
    ),
    "datepicker": InputKind("selected_date", "initial_date", _date),
    "timepicker": InputKind("selected_time", "initial_time", _time),
    "datetimepicker": InputKind("selected_date_time", "initial_date_time", _moment),
    "file_input": InputKind("files", "", _files, ()),
}


def untouched(element: Json, here: str | None = None) -> Json:
    """Show what an element holds before anybody touches it; ``here`` is the current channel."""
    entry = ENTRIES[element["type"]]
    value = element.get(entry.initial, _empty(entry))
    if value in (None, []) and element.get("default_to_current_conversation") and here:
        value = [here] if isinstance(value, list) else here
    return {"type": element["type"], entry.key: value}


def entered(element: Json, typed: Any, reader: InputReader) -> Json:
    """Show what an element holds after somebody entered ``typed``; None empties it."""
    entry = ENTRIES[element["type"]]
    nothing = typed is None or typed == "" or typed in ([], ())
    value = _empty(entry) if nothing else entry.read(element, typed, reader)
    return {"type": element["type"], entry.key: value}


def held(state: Json) -> Any:
    """Take the bare value out of an element's state; None when it is empty."""
    value = state[ENTRIES[state["type"]].key]
    return None if value in (None, "", []) else value


def _empty(entry: InputKind) -> Any:
    return [] if entry.empty == () else None


REQUIRED = "Please complete this required field."
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def complaint_about(block: Json, state: Json) -> str | None:
    """Say what the client writes under an input; None when it is content."""
    value = held(state)
    if value is None:
        return None if block.get("optional") else REQUIRED
    rule = _RULES.get(state["type"])
    return rule(block["element"], value) if rule is not None else _too_many(block, value)


def _words(element: Json, value: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        return f"Please lengthen this text to {least} characters or more."
    if len(value) > most:
        return f"Please shorten this text to {most} characters or fewer."
    return None


def _number(element: Json, value: str) -> str | None:
    if not _NUMBER.fullmatch(value):
        return "Please enter a number."
    if "." in value and not element.get("is_decimal_allowed"):
        return "Please enter a whole number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and float(value) < float(least):
        return f"Please enter a number that is at least {least}."
    if most is not None and float(value) > float(most):
        return f"Please enter a number that is at most {most}."
    return None


def _email(_element: Json, value: str) -> str | None:
    return None if _EMAIL.fullmatch(value) else "Please enter a valid email address."


def _url(_element: Json, value: str) -> str | None:
    parts = urlsplit(value)
    return None if parts.scheme and parts.netloc else "Please enter a valid URL."


def _day(_element: Json, value: str) -> str | None:
    try:
        date.fromisoformat(value)
    except ValueError:
        return "Please enter a valid date."
    return None


def _too_many(block: Json, value: Any) -> str | None:
    most = block["element"].get("max_selected_items")
    if most is not None and isinstance(value, list) and len(value) > most:
        return f"Please select {most} or fewer."
    return None


_RULES: Mapping[str, Callable[[Json, Any], str | None]] = {
    "plain_text_input": _words,
    "number_input": _number,
    "email_text_input": _email,
    "url_text_input": _url,
    "datepicker": _day,
}


#: What somebody enters: by (block id, action id), by block id alone or by action id alone.
Typed = Mapping[tuple[str, str] | str, Any]
Values = dict[str, dict[str, Json]]


def elements_of(block: Json) -> Sequence[Json]:
    """List the elements that stand in a block."""
    match block["type"]:
        case "input":
            return (block["element"],)
        case "section":
            return (block["accessory"],) if "accessory" in block else ()
        case "actions" | "context_actions":
            return tuple(block["elements"])
        case "card":
            return tuple(block.get("actions", ()))
        case _:
            return ()


def places(blocks: Sequence[Json]) -> Iterator[tuple[str, Json]]:
    """Walk through (block id, element) of everything that can be clicked or filled in."""
    for block in blocks:
        if block["type"] in {"container", "carousel"}:
            yield from places(block.get("child_blocks") or block.get("elements") or ())
        for element in elements_of(block):
            if "action_id" in element:
                yield block.get("block_id", ""), element


def find_element(
    blocks: Sequence[Json], action_id: str, block_id: str | None = None
) -> tuple[str, Json]:
    """Find what is to be clicked, and the id of its block."""
    there = list(places(blocks))
    for found_id, element in there:
        if element["action_id"] == action_id and block_id in {None, found_id}:
            return found_id, element
    wanted = action_id if block_id is None else (block_id, action_id)
    raise NoElementError(wanted, [element["action_id"] for _, element in there])


def values_of(
    blocks: Sequence[Json],
    *,
    before: Mapping[str, Any],
    typed: Typed,
    reader: InputReader,
    here: str | None = None,
) -> Values:
    """Gather the state of all elements: what is typed now, was entered before, or is initial."""
    values: Values = {}
    used = set()
    for block_id, element in places(blocks):
        if element["type"] not in ENTRIES:
            continue
        action_id = element["action_id"]
        names = ((block_id, action_id), block_id, action_id)
        name = next((one for one in names if one in typed), None)
        if name is not None:
            used.add(name)
            state = entered(element, typed[name], reader)
        else:
            state = before.get(block_id, {}).get(action_id) or untouched(element, here)
        values.setdefault(block_id, {})[action_id] = state
    for name in typed:
        if name not in used:
            raise NoElementError(name, [(one, inner) for one in values for inner in values[one]])
    return values


def complaints_about(blocks: Sequence[Json], values: Values) -> dict[str, str]:
    """Say what Slack's client writes under each input before it submits; empty when content."""
    complaints = {}
    for block in blocks:
        if block["type"] == "input":
            state = values[block["block_id"]][block["element"]["action_id"]]
            complaint = complaint_about(block, state)
            if complaint is not None:
                complaints[block["block_id"]] = complaint
    return complaints
