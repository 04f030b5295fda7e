"""One element of any kind, by its type."""

from collections.abc import Callable, Mapping

from markupsafe import Markup

from chatops.playground.page.blockkit.buttons import BUTTONS, confirmation
from chatops.playground.page.blockkit.fields import FIELDS
from chatops.playground.page.blockkit.html import Json, join, tag
from chatops.playground.page.blockkit.mentions import safe_address
from chatops.playground.page.blockkit.pickers import PICKERS
from chatops.playground.page.blockkit.place import Place


def image(element: Json, _place: Place | None = None) -> Markup:
    """A picture by its address; without one its description stands in."""
    source = safe_address(element.get("image_url")) or safe_address(
        (element.get("slack_file") or {}).get("url")
    )
    description = str(element.get("alt_text", ""))
    if source is None:
        return tag("span", description or "image", class_="image-missing")
    return tag("img", src=source, alt=description, loading="lazy", referrerpolicy="no-referrer")


def element(given: Json, place: Place) -> Markup:
    """One element; one of an unknown kind is shown as such."""
    kind = str(given.get("type"))
    render = ELEMENTS.get(kind)
    if render is None:
        return tag("span", f"{kind} cannot be shown here", class_="unknown")
    rendered = render(given, place)
    if kind in BUTTONS or not given.get("confirm"):
        return rendered
    return join([rendered, confirmation(given["confirm"], place.reader)])


ELEMENTS: Mapping[str, Callable[[Json, Place], Markup]] = {
    **BUTTONS,
    **FIELDS,
    **PICKERS,
    "image": image,
}
