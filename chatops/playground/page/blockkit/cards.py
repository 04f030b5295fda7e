"""The ``card``, ``plan`` and ``task_card`` blocks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from chatops.playground.page.blockkit.context import BlockHome, Reader
from chatops.playground.page.blockkit.dates import moment
from chatops.playground.page.blockkit.html import Json, join, tag
from chatops.playground.page.blockkit.inputs import button, element, image
from chatops.playground.page.blockkit.mrkdwn import link, plain, rich_text, text_object, user


@dataclass(frozen=True, slots=True, kw_only=True)
class CardStatus:
    """How a task's state is shown and said."""

    sign: str
    words: str


_STATUSES: Mapping[str, CardStatus] = {
    "pending": CardStatus(sign="○", words="pending"),
    "in_progress": CardStatus(sign="◐", words="in progress"),
    "complete": CardStatus(sign="✓", words="done"),
    "error": CardStatus(sign="✕", words="failed"),
}


def card(given: Json, surface: BlockHome) -> Markup:
    """A card with a picture, titles, a text and buttons, each of which may be missing."""
    hero, icon = given.get("hero_image"), given.get("icon")
    titles = [
        tag(name, text_object(given.get(key), surface.reader), class_=f"card-{key}")
        for name, key in (("strong", "title"), ("span", "subtitle"), ("p", "body"))
        if given.get(key)
    ]
    pressed = [element(one, surface.place(given, one)) for one in given.get("actions") or ()]
    return tag(
        "div",
        tag("div", image(hero), class_="card-hero") if hero else None,
        tag("div", image(icon), class_="card-icon") if icon else None,
        tag("div", titles, class_="card-words"),
        tag("div", pressed, class_="card-actions") if pressed else None,
        class_="card",
    )


def plan(given: Json, surface: BlockHome) -> Markup:
    """A title and its tasks, with how many of them are done."""
    tasks = given.get("tasks") or ()
    done = sum(task.get("status") == "complete" for task in tasks)
    title = tag("strong", plain(_words(given.get("title"))))
    count = tag("span", f"{done} of {len(tasks)} done", class_="plan-count")
    lines = [tag("li", _task(task, surface.reader)) for task in tasks]
    return tag("details", tag("summary", title, count), tag("ol", lines), class_="plan", open=True)


def task_card(given: Json, surface: BlockHome) -> Markup:
    return _task(given, surface.reader)


def _task(given: Json, reader: Reader) -> Markup:
    status = str(given.get("status"))
    shown = _STATUSES.get(status, _STATUSES["pending"])
    sources = [
        link(one.get("url"), str(one.get("text") or one.get("url")), class_="source")
        for one in given.get("sources") or ()
    ]
    return tag(
        "div",
        tag("span", shown.sign, class_="task-sign", role="img", aria_label=shown.words),
        tag(
            "div",
            tag("span", plain(_words(given.get("title"))), class_="task-title"),
            [rich_text(given[key], reader) for key in ("details", "output") if given.get(key)],
            join(sources, " "),
        ),
        class_=f"task task-{status.replace('_', '-')}",
    )


def _words(title: object) -> str:
    return str(title.get("text", "")) if isinstance(title, Mapping) else str(title or "")


_LABELS = {"assigned_to": "Assigned to", "date_created": "Created", "date_updated": "Updated"}
_FORM = "{date_short_pretty} {time}"


def work_object(given: Json, surface: BlockHome) -> Markup:
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
