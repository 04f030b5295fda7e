"""Elements that are pressed: buttons, overflow menus, icon and feedback buttons."""

from collections.abc import Callable, Mapping

from markupsafe import Markup

from chatops.playground.page.blockkit.html import Json, join, tag
from chatops.playground.page.blockkit.mentions import safe_address
from chatops.playground.page.blockkit.mrkdwn import plain, text_object
from chatops.playground.page.blockkit.place import Place
from chatops.playground.page.blockkit.reader import Reader

_STYLES = frozenset({"primary", "danger"})


def button(element: Json, place: Place) -> Markup:
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


def overflow(element: Json, place: Place) -> Markup:
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


def icon_button(element: Json, place: Place) -> Markup:
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


def feedback_buttons(element: Json, place: Place) -> Markup:
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


BUTTONS: Mapping[str, Callable[[Json, Place], Markup]] = {
    "button": button,
    "workflow_button": button,
    "overflow": overflow,
    "icon_button": icon_button,
    "feedback_buttons": feedback_buttons,
}
