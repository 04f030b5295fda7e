"""Elements into which something is typed or ticked: texts, numbers, dates, boxes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from markupsafe import Markup

from chatops.playground.page.blockkit.context import BlockContext, Reader, slug
from chatops.playground.page.blockkit.html import Json, join, tag
from chatops.playground.page.blockkit.mrkdwn import plain, safe_address, text_object


def plain_text_input(element: Json, place: BlockContext) -> Markup:
    """One line, or several, with a count where the length has a limit."""
    value = place.entered_in(element, "value", "initial_value")
    shared = _typed(element, place) | {
        "minlength": element.get("min_length"),
        "maxlength": element.get("max_length"),
    }
    if element.get("multiline"):
        control = tag("textarea", _first_line_kept(value), rows="4", **shared)
    else:
        control = tag("input", type="text", value=value, **shared)
    return tag("div", control, _counter(element, value), class_="typed")


def number_input(element: Json, place: BlockContext) -> Markup:
    return tag(
        "input",
        type="number",
        inputmode="decimal",
        step="any" if element.get("is_decimal_allowed") else "1",
        min=element.get("min_value"),
        max=element.get("max_value"),
        value=place.entered_in(element, "value", "initial_value"),
        **_typed(element, place),
    )


def email_input(element: Json, place: BlockContext) -> Markup:
    value = place.entered_in(element, "value", "initial_value")
    return tag("input", type="email", value=value, **_typed(element, place))


def url_input(element: Json, place: BlockContext) -> Markup:
    value = place.entered_in(element, "value", "initial_value")
    return tag("input", type="url", value=value, **_typed(element, place))


def rich_text_input(element: Json, place: BlockContext) -> Markup:
    """Rich text is entered as plain lines here; they become sections."""
    value = place.entered_in(element, "rich_text_value", "initial_value") or {}
    return tag("textarea", _plain_lines(value), rows="5", **_typed(element, place))


def datepicker(element: Json, place: BlockContext) -> Markup:
    value = place.entered_in(element, "selected_date", "initial_date")
    return tag("input", type="date", value=value, **_typed(element, place))


def timepicker(element: Json, place: BlockContext) -> Markup:
    value = place.entered_in(element, "selected_time", "initial_time")
    return tag("input", type="time", value=value, **_typed(element, place))


def datetimepicker(element: Json, place: BlockContext) -> Markup:
    """The moment is kept in seconds; the script shows it in the reader's zone."""
    seconds = place.entered_in(element, "selected_date_time", "initial_date_time")
    at = None if seconds is None else datetime.fromtimestamp(int(seconds), UTC)
    return tag(
        "input",
        type="datetime-local",
        value=None if at is None else f"{at:%Y-%m-%dT%H:%M}",
        data_seconds=seconds,
        **_typed(element, place),
    )


def file_input(element: Json, place: BlockContext) -> Markup:
    return tag("input", type="file", multiple=True, **_typed(element, place))


def checkboxes(element: Json, place: BlockContext) -> Markup:
    chosen = place.entered_in(element, "selected_options", "initial_options") or ()
    return _boxes(element, place, kind="checkbox", chosen=[one.get("value") for one in chosen])


def radio_buttons(element: Json, place: BlockContext) -> Markup:
    chosen = place.entered_in(element, "selected_option", "initial_option") or {}
    return _boxes(element, place, kind="radio", chosen=[chosen.get("value")])


def _boxes(element: Json, place: BlockContext, *, kind: str, chosen: Sequence[object]) -> Markup:
    choices = []
    for position, option in enumerate(element.get("options", ())):
        description = option.get("description")
        box = tag(
            "input",
            type=kind,
            id=f"{place.dom}-{position}-{slug(option.get('value'))}",
            name=f"{place.dom}-{element.get('action_id')}",
            value=option.get("value"),
            checked=option.get("value") in chosen,
        )
        words = tag(
            "span",
            tag("span", text_object(option.get("text"), place.reader), class_="choice-text"),
            tag("span", text_object(description, place.reader), class_="choice-more")
            if description
            else None,
        )
        choices.append(tag("label", box, words, class_="choice"))
    role = "radiogroup" if kind == "radio" else "group"
    attributes = place.control(element) | place.names(element)
    if place.label:
        attributes["aria_labelledby"] = f"{place.dom}-label"
    attributes.pop("autofocus")
    return tag("div", choices, role=role, class_="choices", **attributes)


def _typed(element: Json, place: BlockContext) -> dict[str, object]:
    placeholder = element.get("placeholder", {}).get("text")
    return {
        "class_": "entry",
        "placeholder": placeholder,
        "required": place.required,
        "autocomplete": "off",
    } | (place.control(element) | place.names(element) | _dispatch_config(element))


def _dispatch_config(element: Json) -> dict[str, object]:
    config = element.get("dispatch_action_config", {})
    return {"data_trigger": " ".join(config.get("trigger_actions_on", ())) or None}


def _counter(element: Json, value: object) -> Markup | None:
    most = element.get("max_length")
    if most is None:
        return None
    return tag("span", f"{len(str(value or ''))}/{most}", class_="counter", aria_hidden="true")


def _first_line_kept(value: object) -> str | None:
    """HTML swallows a line end right after ``<textarea>``."""
    text = "" if value is None else str(value)
    return f"\n{text}" if text.startswith("\n") else text


def _plain_lines(value: Json) -> str:
    lines = (
        "".join(str(part.get("text", part.get("url", ""))) for part in section.get("elements", ()))
        for section in value.get("elements", ())
    )
    return "\n".join(lines)


FIELDS: Mapping[str, Callable[[Json, BlockContext], Markup]] = {
    "plain_text_input": plain_text_input,
    "number_input": number_input,
    "email_text_input": email_input,
    "url_text_input": url_input,
    "rich_text_input": rich_text_input,
    "datepicker": datepicker,
    "timepicker": timepicker,
    "datetimepicker": datetimepicker,
    "file_input": file_input,
    "checkboxes": checkboxes,
    "radio_buttons": radio_buttons,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuOption:
    """One line of a menu."""

    value: str
    text: str
    description: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """What a kind of select offers, and the keys under which Slack keeps what was chosen."""

    choices: Callable[[Json, Reader], Sequence[MenuOption]]
    chosen_key: str
    initial_key: str


def picker(element: Json, place: BlockContext) -> Markup:
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


def chip(choice: MenuOption) -> Markup:
    """One chosen line of a menu that takes several."""
    cross = tag("button", "✕", type="button", aria_label=f"Remove {choice.text}", tabindex="-1")
    return tag("span", plain(choice.text), cross, class_="chip", data_value=choice.value)


def options_markup(options: Iterable[Json], groups: Iterable[Json], listbox: str) -> Markup:
    """The lines that an app answered to a search."""
    found = _from_options({"options": options, "option_groups": groups}, Reader())
    return _options(found, frozenset(), listbox)


def _clear_button() -> Markup:
    return tag("button", "✕", type="button", class_="clear", aria_label="Clear", tabindex="-1")


def _options(choices: Sequence[MenuOption], chosen: Iterable[str], listbox: str) -> Markup:
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


def _option(choice: MenuOption, dom: str, is_chosen: bool) -> Markup:
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


def _chosen(
    element: Json, place: BlockContext, menu: Menu, *, is_multiple: bool
) -> list[MenuOption]:
    ending = "s" if is_multiple else ""
    value = place.entered_in(element, menu.chosen_key + ending, menu.initial_key + ending)
    values: Sequence[Any] = value or () if is_multiple else [value] if value else ()
    return [_choice(one) for one in values]


def _choice(given: Any) -> MenuOption:
    """An option as Slack writes it, or the id of a person or a channel."""
    if isinstance(given, str):
        return MenuOption(value=given, text=given)
    return MenuOption(
        value=str(given.get("value", "")),
        text=str(given.get("text", {}).get("text", "")),
        description=str((given.get("description") or {}).get("text", "")),
    )


def _from_options(element: Json, _reader: Reader) -> Sequence[MenuOption]:
    grouped = [
        MenuOption(value=one.value, text=one.text, description=one.description, group=label)
        for group in element.get("option_groups") or ()
        for label in [str(group.get("label", {}).get("text", ""))]
        for one in map(_choice, group.get("options", ()))
    ]
    return grouped or [_choice(option) for option in element.get("options") or ()]


def _people(_element: Json, reader: Reader) -> Sequence[MenuOption]:
    return [MenuOption(value=id_, text=name) for id_, name in reader.people.items()]


def _public_channels(_element: Json, reader: Reader) -> Sequence[MenuOption]:
    named = reader.channels.items()
    return [MenuOption(value=id_, text=f"# {name}") for id_, name in named if id_ in reader.public]


def _conversations(element: Json, reader: Reader) -> Sequence[MenuOption]:
    include = element.get("filter", {}).get("include", ("public", "private"))
    return [
        MenuOption(value=id_, text=f"# {name}")
        for id_, name in reader.channels.items()
        if ("public" if id_ in reader.public else "private") in include
    ]


def _nothing(_element: Json, _reader: Reader) -> Sequence[MenuOption]:
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

PICKERS: Mapping[str, Callable[[Json, BlockContext], Markup]] = {
    prefix + kind: picker for kind in _MENUS for prefix in ("", "multi_")
}


_STYLES = frozenset({"primary", "danger"})


def button(element: Json, place: BlockContext) -> Markup:
    """A button, or a link that looks like one; both tell the app."""
    style = element.get("style")
    class_ = f"button button-{style}" if style in _STYLES else "button"
    label = plain(str(element.get("text", {}).get("text", "")))
    spoken = element.get("accessibility_label")
    shared = place.names(element) | {
        "id": place.dom,
        "class_": class_,
        "aria_label": spoken,
        "data_value": element.get("value"),
    }
    href = safe_address(element.get("url"))
    if href is not None:
        pressed = tag("a", label, href=href, target="_blank", rel="noopener noreferrer", **shared)
    else:
        pressed = tag("button", label, type="button", **shared)
    return join([pressed, confirmation(element.get("confirm"), place.reader)])


def confirmation(confirm: Json | None, reader: Reader) -> Markup | None:
    """The question asked before the app is told; the script shows it when the time comes."""
    if not confirm:
        return None
    style = "danger" if confirm.get("style") == "danger" else "primary"
    return tag(
        "template",
        tag("h2", text_object(confirm.get("title"), reader)),
        tag("div", text_object(confirm.get("text"), reader), class_="confirm-text"),
        tag(
            "div",
            tag("button", text_object(confirm.get("deny"), reader), value="no", class_="button"),
            tag(
                "button",
                text_object(confirm.get("confirm"), reader),
                value="yes",
                class_=f"button button-{style}",
            ),
            class_="dialog-buttons",
        ),
        class_="confirm",
    )


def overflow(element: Json, place: BlockContext) -> Markup:
    """The menu behind three dots."""
    menu = f"{place.dom}-menu"
    items = [
        tag(
            "button",
            plain(str(option.get("text", {}).get("text", ""))),
            _more(option, place.reader),
            type="button",
            role="menuitem",
            tabindex="-1",
            data_value=option.get("value"),
            data_href=safe_address(option.get("url")),
        )
        for option in element.get("options", ())
    ]
    opener = tag(
        "button",
        "⋯",
        type="button",
        class_="button button-overflow",
        aria_label="More actions",
        aria_haspopup="menu",
        aria_expanded="false",
        data_menu=menu,
    )
    shown = tag("div", items, id=menu, role="menu", class_="menu", popover="manual")
    asked = confirmation(element.get("confirm"), place.reader)
    return tag(
        "span", opener, shown, asked, id=place.dom, class_="overflow", **place.names(element)
    )


def _more(option: Json, reader: Reader) -> Markup | None:
    description = option.get("description")
    return tag("small", text_object(description, reader)) if description else None


def icon_button(element: Json, place: BlockContext) -> Markup:
    label = str(element.get("text", {}).get("text", ""))
    return join(
        [
            tag(
                "button",
                _icon(str(element.get("icon"))),
                type="button",
                id=place.dom,
                class_="button button-icon",
                aria_label=element.get("accessibility_label") or label,
                title=label,
                data_value=element.get("value"),
                **place.names(element),
            ),
            confirmation(element.get("confirm"), place.reader),
        ]
    )


def _icon(name: str) -> Markup:
    drawing = tag("use", href=f"/play/static/icons.svg#{name}")
    return tag("svg", drawing, class_="icon", aria_hidden="true")


def feedback_buttons(element: Json, place: BlockContext) -> Markup:
    sides = [element.get("positive_button"), element.get("negative_button")]
    pressed = [
        tag(
            "button",
            plain(str(side.get("text", {}).get("text", ""))),
            type="button",
            id=f"{place.dom}-{position}",
            class_="button",
            aria_label=side.get("accessibility_label"),
            data_value=side.get("value"),
            **place.names(element),
        )
        for position, side in enumerate(sides)
        if side
    ]
    return tag("span", pressed, class_="feedback")


BUTTONS: Mapping[str, Callable[[Json, BlockContext], Markup]] = {
    "button": button,
    "workflow_button": button,
    "overflow": overflow,
    "icon_button": icon_button,
    "feedback_buttons": feedback_buttons,
}


def image(element: Json, _place: BlockContext | None = None) -> Markup:
    """A picture by its address; without one its description stands in."""
    source = safe_address(element.get("image_url")) or safe_address(
        (element.get("slack_file") or {}).get("url")
    )
    description = str(element.get("alt_text", ""))
    if source is None:
        return tag("span", description or "image", class_="image-missing")
    return tag("img", src=source, alt=description, loading="lazy", referrerpolicy="no-referrer")


def element(given: Json, place: BlockContext) -> Markup:
    """One element; one of an unknown kind is shown as such."""
    kind = str(given.get("type"))
    render = ELEMENTS.get(kind)
    if render is None:
        return tag("span", f"{kind} cannot be shown here", class_="unknown")
    rendered = render(given, place)
    if kind in BUTTONS or not given.get("confirm"):
        return rendered
    return join([rendered, confirmation(given["confirm"], place.reader)])


ELEMENTS: Mapping[str, Callable[[Json, BlockContext], Markup]] = {
    **BUTTONS,
    **FIELDS,
    **PICKERS,
    "image": image,
}
