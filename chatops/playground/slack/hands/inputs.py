"""How each kind of element keeps what a person enters, in the shapes of ``state.values``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from chatops.playground.slack.blocks.objects import offered
from chatops.playground.slack.hands.outcome import NotOfferedError
from chatops.playground.workspace import Workspace
from chatops.playground.workspace_values import Json

#: Asks the bot for the options of an external select: (element, query) → options.
Suggest = Callable[[Json, str], Sequence[Json]]


@dataclass(frozen=True, slots=True)
class Desk:
    """What is needed to read what somebody enters."""

    workspace: Workspace
    suggest: Suggest


@dataclass(frozen=True, slots=True)
class Entry:
    """How one kind of element keeps its value."""

    key: str
    initial: str
    read: Callable[[Json, Any, Desk], Any]
    empty: Any = None


def _text(_element: Json, typed: Any, _desk: Desk) -> str | None:
    return str(typed) or None


def _option(element: Json, typed: Any, desk: Desk) -> Json:
    if isinstance(typed, Mapping):
        return typed
    options = _options_of(element, str(typed), desk)
    for one in options:
        if str(typed) in {one["value"], one["text"]["text"]}:
            return one
    raise NotOfferedError(typed, [one["value"] for one in options])


def _options(element: Json, typed: Any, desk: Desk) -> list[Json]:
    return [_option(element, one, desk) for one in _many(typed)]


def _options_of(element: Json, query: str, desk: Desk) -> Sequence[Json]:
    if element["type"] in {"external_select", "multi_external_select"}:
        return desk.suggest(element, query)
    return offered(element)


def _user(_element: Json, typed: Any, desk: Desk) -> str:
    person = desk.workspace.roster.find(str(typed)) or desk.workspace.roster.handled(
        str(typed).removeprefix("@")
    )
    if person is None:
        raise NotOfferedError(typed, [one.handle for one in desk.workspace.people])
    return person.id


def _users(element: Json, typed: Any, desk: Desk) -> list[str]:
    return [_user(element, one, desk) for one in _many(typed)]


def _channel(_element: Json, typed: Any, desk: Desk) -> str:
    rooms = desk.workspace.rooms
    room = rooms.find(str(typed)) or rooms.named(str(typed))
    if room is None:
        raise NotOfferedError(typed, [one.name for one in rooms.channels])
    return room.id


def _channels(element: Json, typed: Any, desk: Desk) -> list[str]:
    return [_channel(element, one, desk) for one in _many(typed)]


def _date(_element: Json, typed: Any, _desk: Desk) -> str:
    return typed.strftime("%Y-%m-%d") if isinstance(typed, date) else str(typed)


def _time(_element: Json, typed: Any, _desk: Desk) -> str:
    return typed.strftime("%H:%M") if isinstance(typed, time | datetime) else str(typed)


def _moment(_element: Json, typed: Any, _desk: Desk) -> int:
    return int(typed.timestamp()) if isinstance(typed, datetime) else int(typed)


def _rich_text(_element: Json, typed: Any, _desk: Desk) -> Json:
    if isinstance(typed, Mapping):
        return typed
    words = {"type": "text", "text": str(typed)}
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [words]}],
    }


def _files(_element: Json, typed: Any, _desk: Desk) -> list[Any]:
    return _many(typed)


def _many(typed: Any) -> list[Any]:
    return list(typed) if isinstance(typed, list | tuple | set) else [typed]


_TEXT = Entry("value", "initial_value", _text)
_ONE = Entry("selected_option", "initial_option", _option)
_SEVERAL = Entry("selected_options", "initial_options", _options, ())

ENTRIES: Mapping[str, Entry] = {
    "plain_text_input": _TEXT,
    "email_text_input": _TEXT,
    "url_text_input": _TEXT,
    "number_input": _TEXT,
    "rich_text_input": Entry("rich_text_value", "initial_value", _rich_text),
    "static_select": _ONE,
    "external_select": _ONE,
    "radio_buttons": _ONE,
    "multi_static_select": _SEVERAL,
    "multi_external_select": _SEVERAL,
    "checkboxes": _SEVERAL,
    "users_select": Entry("selected_user", "initial_user", _user),
    "multi_users_select": Entry("selected_users", "initial_users", _users, ()),
    "channels_select": Entry("selected_channel", "initial_channel", _channel),
    "multi_channels_select": Entry("selected_channels", "initial_channels", _channels, ()),
    "conversations_select": Entry("selected_conversation", "initial_conversation", _channel),
    "multi_conversations_select": Entry(
        "selected_conversations", "initial_conversations", _channels, ()
    ),
    "datepicker": Entry("selected_date", "initial_date", _date),
    "timepicker": Entry("selected_time", "initial_time", _time),
    "datetimepicker": Entry("selected_date_time", "initial_date_time", _moment),
    "file_input": Entry("files", "", _files, ()),
}


def untouched(element: Json, here: str | None = None) -> Json:
    """Show what an element holds before anybody touches it; ``here`` is the current channel."""
    entry = ENTRIES[element["type"]]
    value = element.get(entry.initial, _empty(entry))
    if value in (None, []) and element.get("default_to_current_conversation") and here:
        value = [here] if isinstance(value, list) else here
    return {"type": element["type"], entry.key: value}


def entered(element: Json, typed: Any, desk: Desk) -> Json:
    """Show what an element holds after somebody entered ``typed``; None empties it."""
    entry = ENTRIES[element["type"]]
    nothing = typed is None or typed == "" or typed in ([], ())
    value = _empty(entry) if nothing else entry.read(element, typed, desk)
    return {"type": element["type"], entry.key: value}


def held(state: Json) -> Any:
    """Take the bare value out of an element's state; None when it is empty."""
    value = state[ENTRIES[state["type"]].key]
    return None if value in (None, "", []) else value


def _empty(entry: Entry) -> Any:
    return [] if entry.empty == () else None
