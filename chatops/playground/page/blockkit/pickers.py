"""Select menus of every kind, as one searchable combobox."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from markupsafe import Markup

from chatops.playground.page.blockkit.html import Json, tag
from chatops.playground.page.blockkit.mrkdwn import plain
from chatops.playground.page.blockkit.place import Place
from chatops.playground.page.blockkit.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One line of a menu."""

    value: str
    text: str
    description: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """What a kind of select offers, and the keys under which Slack keeps what was chosen."""

    choices: Callable[[Json, Reader], Sequence[Choice]]
    chosen_key: str
    initial_key: str


def picker(element: Json, place: Place) -> Markup:
    """A select menu; those whose type begins with ``multi_`` take several choices."""
    kind = str(element["type"])
    is_multiple = kind.startswith("multi_")
    menu = _MENUS[kind.removeprefix("multi_")]
    chosen = _chosen(element, place, menu, is_multiple=is_multiple)
    offered = menu.choices(element, place.reader)
    known = {choice.value: choice for choice in offered}
    shown = [known.get(choice.value, choice) for choice in chosen]
    listbox = f"{place.dom}-list"
    placeholder = str(element.get("placeholder", {}).get("text", "Choose…"))
    text_box = tag(
        "input",
        type="text",
        role="combobox",
        aria_expanded="false",
        aria_controls=listbox,
        aria_autocomplete="list",
        autocomplete="off",
        spellcheck="false",
        placeholder=None if is_multiple and shown else placeholder,
        data_placeholder=placeholder,
        value=shown[0].text if shown and not is_multiple else "",
        **place.control(element),
    )
    return tag(
        "div",
        [chip(choice) for choice in shown] if is_multiple else None,
        text_box,
        _clear_button() if not is_multiple and not place.required else None,
        tag(
            "ul",
            _options(offered, {choice.value for choice in shown}, listbox),
            id=listbox,
            role="listbox",
            popover="manual",
            aria_label=place.label or placeholder,
            aria_multiselectable="true" if is_multiple else None,
        ),
        id=place.dom,
        class_="picker",
        data_multiple=is_multiple,
        data_most=element.get("max_selected_items"),
        data_external=kind.endswith("external_select"),
        data_least_query=element.get("min_query_length"),
        data_chosen=shown[0].value if shown and not is_multiple else None,
        **place.names(element),
    )


def chip(choice: Choice) -> Markup:
    """One chosen line of a menu that takes several."""
    cross = tag("button", "✕", type="button", aria_label=f"Remove {choice.text}", tabindex="-1")
    return tag("span", plain(choice.text), cross, class_="chip", data_value=choice.value)


def options_markup(options: Iterable[Json], groups: Iterable[Json], listbox: str) -> Markup:
    """The lines that an app answered to a search."""
    found = _from_options({"options": options, "option_groups": groups}, Reader())
    return _options(found, frozenset(), listbox)


def _clear_button() -> Markup:
    return tag("button", "✕", type="button", class_="clear", aria_label="Clear", tabindex="-1")


def _options(choices: Sequence[Choice], chosen: Iterable[str], listbox: str) -> Markup:
    lines = []
    numbered = enumerate(choices)
    for group, run in groupby(numbered, lambda pair: pair[1].group):
        inside = [_option(choice, f"{listbox}-{n}", choice.value in chosen) for n, choice in run]
        if group:
            title = tag("span", group, class_="group-title", aria_hidden="true")
            lines.append(
                tag("li", title, tag("ul", inside, role="group", aria_label=group), role="none")
            )
        else:
            lines.append(tag("li", tag("ul", inside, role="none"), role="none"))
    return Markup().join(lines)


def _option(choice: Choice, dom: str, is_chosen: bool) -> Markup:
    return tag(
        "li",
        tag("span", plain(choice.text), class_="option-text"),
        tag("span", plain(choice.description), class_="option-more")
        if choice.description
        else None,
        id=dom,
        role="option",
        aria_selected="true" if is_chosen else "false",
        data_value=choice.value,
        data_text=choice.text,
    )


def _chosen(element: Json, place: Place, menu: Menu, *, is_multiple: bool) -> list[Choice]:
    ending = "s" if is_multiple else ""
    value = place.entered_in(element, menu.chosen_key + ending, menu.initial_key + ending)
    values: Sequence[Any] = value or () if is_multiple else [value] if value else ()
    return [_choice(one) for one in values]


def _choice(given: Any) -> Choice:
    """An option as Slack writes it, or the id of a person or a channel."""
    if isinstance(given, str):
        return Choice(value=given, text=given)
    return Choice(
        value=str(given.get("value", "")),
        text=str(given.get("text", {}).get("text", "")),
        description=str((given.get("description") or {}).get("text", "")),
    )


def _from_options(element: Json, _reader: Reader) -> Sequence[Choice]:
    grouped = [
        Choice(value=one.value, text=one.text, description=one.description, group=label)
        for group in element.get("option_groups") or ()
        for label in [str(group.get("label", {}).get("text", ""))]
        for one in map(_choice, group.get("options", ()))
    ]
    return grouped or [_choice(option) for option in element.get("options") or ()]


def _people(_element: Json, reader: Reader) -> Sequence[Choice]:
    return [Choice(value=id_, text=name) for id_, name in reader.people.items()]


def _public_channels(_element: Json, reader: Reader) -> Sequence[Choice]:
    named = reader.channels.items()
    return [Choice(value=id_, text=f"# {name}") for id_, name in named if id_ in reader.public]


def _conversations(element: Json, reader: Reader) -> Sequence[Choice]:
    include = element.get("filter", {}).get("include", ("public", "private"))
    return [
        Choice(value=id_, text=f"# {name}")
        for id_, name in reader.channels.items()
        if ("public" if id_ in reader.public else "private") in include
    ]


def _nothing(_element: Json, _reader: Reader) -> Sequence[Choice]:
    return ()


_MENUS: Mapping[str, Menu] = {
    "static_select": Menu(
        choices=_from_options, chosen_key="selected_option", initial_key="initial_option"
    ),
    "external_select": Menu(
        choices=_nothing, chosen_key="selected_option", initial_key="initial_option"
    ),
    "users_select": Menu(choices=_people, chosen_key="selected_user", initial_key="initial_user"),
    "channels_select": Menu(
        choices=_public_channels, chosen_key="selected_channel", initial_key="initial_channel"
    ),
    "conversations_select": Menu(
        choices=_conversations,
        chosen_key="selected_conversation",
        initial_key="initial_conversation",
    ),
}

PICKERS: Mapping[str, Callable[[Json, Place], Markup]] = {
    prefix + kind: picker for kind in _MENUS for prefix in ("", "multi_")
}
