"""Elements into which something is typed or ticked: texts, numbers, dates, boxes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from markupsafe import Markup

from chatops.playground.page.blockkit.html import Json, tag
from chatops.playground.page.blockkit.mrkdwn import text_object
from chatops.playground.page.blockkit.place import Place, slug


def plain_text_input(element: Json, place: Place) -> Markup:
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


def number_input(element: Json, place: Place) -> Markup:
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


def email_input(element: Json, place: Place) -> Markup:
    value = place.entered_in(element, "value", "initial_value")
    return tag("input", type="email", value=value, **_typed(element, place))


def url_input(element: Json, place: Place) -> Markup:
    value = place.entered_in(element, "value", "initial_value")
    return tag("input", type="url", value=value, **_typed(element, place))


def rich_text_input(element: Json, place: Place) -> Markup:
    """Rich text is entered as plain lines here; they become sections."""
    value = place.entered_in(element, "rich_text_value", "initial_value") or {}
    return tag("textarea", _plain_lines(value), rows="5", **_typed(element, place))


def datepicker(element: Json, place: Place) -> Markup:
    value = place.entered_in(element, "selected_date", "initial_date")
    return tag("input", type="date", value=value, **_typed(element, place))


def timepicker(element: Json, place: Place) -> Markup:
    value = place.entered_in(element, "selected_time", "initial_time")
    return tag("input", type="time", value=value, **_typed(element, place))


def datetimepicker(element: Json, place: Place) -> Markup:
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


def file_input(element: Json, place: Place) -> Markup:
    return tag("input", type="file", multiple=True, **_typed(element, place))


def checkboxes(element: Json, place: Place) -> Markup:
    chosen = place.entered_in(element, "selected_options", "initial_options") or ()
    return _boxes(element, place, kind="checkbox", chosen=[one.get("value") for one in chosen])


def radio_buttons(element: Json, place: Place) -> Markup:
    chosen = place.entered_in(element, "selected_option", "initial_option") or {}
    return _boxes(element, place, kind="radio", chosen=[chosen.get("value")])


def _boxes(element: Json, place: Place, *, kind: str, chosen: Sequence[object]) -> Markup:
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


def _typed(element: Json, place: Place) -> dict[str, object]:
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


FIELDS: Mapping[str, Callable[[Json, Place], Markup]] = {
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
