"""Work Objects: the card that Slack itself draws of an app's incident under a link to it."""

from collections.abc import Iterator

from markupsafe import Markup

from chatops.playground.page.blockkit.buttons import button
from chatops.playground.page.blockkit.dates import moment
from chatops.playground.page.blockkit.html import Json, tag
from chatops.playground.page.blockkit.mentions import link, user
from chatops.playground.page.blockkit.mrkdwn import plain
from chatops.playground.page.blockkit.place import Surface
from chatops.playground.page.blockkit.reader import Reader

_LABELS = {"assigned_to": "Assigned to", "date_created": "Created", "date_updated": "Updated"}
_FORM = "{date_short_pretty} {time}"


def work_object(given: Json, surface: Surface) -> Markup:
    """What it is, its title, its fields in their order, and what can be pressed."""
    payload = given["entity_payload"]
    named = payload["attributes"]
    kind = " · ".join(filter(None, [named.get("display_type"), named.get("display_id")]))
    title = link(given.get("url"), plain(str(named["title"]["text"])))
    block = {"block_id": block_id_of(given)}
    pressed = [button(one, surface.place(block, one)) for one in pressable(given)]
    return tag(
        "div",
        tag(
            "div",
            tag("span", plain(kind), class_="card-subtitle"),
            tag("strong", title, class_="card-title"),
            class_="card-words",
        ),
        tag("div", list(_fields(payload, surface.reader)), class_="fields"),
        tag("div", pressed, class_="card-actions") if pressed else None,
        class_="card work-object",
    )


def block_id_of(given: Json) -> str:
    """The block that its buttons are said to stand in."""
    return f"entity-{given['external_ref']['id']}"


def pressable(given: Json) -> list[Json]:
    """Its actions as buttons."""
    actions = given["entity_payload"].get("actions") or {}
    return [
        {**one, "type": "button", "text": {"type": "plain_text", "text": one["text"]}}
        for key in ("primary_actions", "overflow_actions")
        for one in actions.get(key) or ()
    ]


def _fields(payload: Json, reader: Reader) -> Iterator[Markup]:
    fields = dict(payload.get("fields") or {})
    fields |= {one["key"]: one for one in payload.get("custom_fields") or ()}
    for key in payload.get("display_order") or fields:
        given = fields[key]
        label = given.get("label") or _LABELS.get(key) or key.replace("_", " ").capitalize()
        value = _value(key, given, reader)
        yield tag("div", tag("strong", plain(label)), tag("div", value), class_="text")


def _value(key: str, given: Json, reader: Reader) -> Markup:
    if "user" in given:
        person = given["user"]
        known = person.get("user_id")
        return user(known, reader) if known else plain(str(person.get("text", "")))
    if key.startswith("date_") or given.get("type") == "slack#/types/timestamp":
        return moment(int(given["value"]), _FORM)
    return plain(str(given.get("value", "")))
