"""Block Kit's blocks as HTML: every kind has a shape, and an unknown one a grey note."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from markupsafe import Markup

from chatops.playground.page.blockkit.cards import card, plan, task_card, work_object
from chatops.playground.page.blockkit.charts import chart, table
from chatops.playground.page.blockkit.context import BlockHome, Reader
from chatops.playground.page.blockkit.html import Json, join, tag
from chatops.playground.page.blockkit.inputs import element, image
from chatops.playground.page.blockkit.mrkdwn import (
    link,
    markdown,
    mrkdwn,
    plain,
    rich_text,
    text_object,
)

_LEVELS = frozenset({"default", "info", "warning", "error", "success"})
_MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError, ArithmeticError)


def blocks(given: Iterable[Json], surface: BlockHome) -> Markup:
    """All blocks of a message, a modal or an App Home."""
    return join(block(one, surface) for one in given)


def block(given: Json, surface: BlockHome) -> Markup:
    """One block; a kind that is unknown or malformed never takes the page down with it."""
    kind = str(given.get("type"))
    render = _BLOCKS.get(kind)
    if render is None:
        return _placeholder(kind)
    try:
        inside = render(given, surface)
    except _MALFORMED:
        return _placeholder(kind)
    return tag("div", inside, class_=f"block block-{kind.replace('_', '-')}")


def _placeholder(kind: str) -> Markup:
    return tag("div", f"A block of the type “{kind}” cannot be shown here.", class_="unknown")


def _header(given: Json, surface: BlockHome) -> Markup:
    return tag("h3", text_object(given.get("text"), surface.reader))


def _divider(_given: Json, _surface: BlockHome) -> Markup:
    return tag("hr")


def _section(given: Json, surface: BlockHome) -> Markup:
    text = given.get("text")
    fields = given.get("fields") or ()
    accessory = given.get("accessory")
    words = tag(
        "div",
        tag("div", text_object(text, surface.reader), class_="text") if text else None,
        tag(
            "div",
            [tag("div", text_object(one, surface.reader), class_="text") for one in fields],
            class_="fields",
        )
        if fields
        else None,
        class_="words",
    )
    if not accessory:
        return words
    place = surface.place(given, accessory)
    return join([words, tag("div", element(accessory, place), class_="accessory")])


def _actions(given: Json, surface: BlockHome) -> Markup:
    return join(element(one, surface.place(given, one)) for one in given.get("elements", ()))


def _context(given: Json, surface: BlockHome) -> Markup:
    return join(
        image(one)
        if one.get("type") == "image"
        else tag("span", text_object(one, surface.reader), class_="text")
        for one in given.get("elements", ())
    )


def _image(given: Json, surface: BlockHome) -> Markup:
    title = given.get("title")
    caption = tag("figcaption", text_object(title, surface.reader)) if title else None
    return tag("figure", caption, image(given))


def _input(given: Json, surface: BlockHome) -> Markup:
    asked = given.get("element", {})
    place = surface.place(given, asked, is_input=True)
    optional = tag("span", " (optional)", class_="optional") if given.get("optional") else None
    label = plain(place.label)
    hint = given.get("hint")
    return tag(
        "div",
        tag("label", label, optional, id=f"{place.dom}-label", for_=f"{place.dom}-control"),
        element(asked, place),
        tag("p", place.error, id=f"{place.dom}-error", class_="error", role="alert")
        if place.error
        else None,
        tag("p", text_object(hint, surface.reader), id=f"{place.dom}-hint", class_="hint")
        if hint
        else None,
        class_="field",
        data_field=place.block_id,
    )


def _rich_text(given: Json, surface: BlockHome) -> Markup:
    return rich_text(given, surface.reader)


def _markdown(given: Json, _surface: BlockHome) -> Markup:
    return markdown(str(given.get("text", "")))


def _table(given: Json, surface: BlockHome) -> Markup:
    return table(given, surface.reader)


def _chart(given: Json, surface: BlockHome) -> Markup:
    return chart(given, surface.reader)


def _alert(given: Json, surface: BlockHome) -> Markup:
    level = given.get("level", "default")
    level = level if level in _LEVELS else "default"
    text = text_object(given.get("text"), surface.reader)
    return tag("div", text, role="note", class_=f"alert alert-{level}")


def _carousel(given: Json, surface: BlockHome) -> Markup:
    cards = [card(one, surface) for one in given.get("elements", ())]
    return tag("div", cards, class_="carousel", tabindex="0", role="region", aria_label="Cards")


def _container(given: Json, surface: BlockHome) -> Markup:
    title = given.get("rich_text_title")
    head = rich_text(title, surface.reader) if title else _title(given, surface)
    inside = blocks(given.get("child_blocks", ()), surface)
    if not given.get("is_collapsible"):
        return tag("section", tag("header", head), inside, class_="container")
    is_open = not given.get("default_collapsed")
    return tag("details", tag("summary", head), inside, class_="container", open=is_open)


def _title(given: Json, surface: BlockHome) -> Markup:
    subtitle = given.get("subtitle")
    return join(
        [
            tag("strong", text_object(given.get("title"), surface.reader)),
            tag("small", text_object(subtitle, surface.reader)) if subtitle else None,
        ]
    )


def _video(given: Json, surface: BlockHome) -> Markup:
    title = text_object(given.get("title"), surface.reader)
    about = given.get("description")
    return tag(
        "div",
        link(given.get("title_url") or given.get("video_url"), "▶ ", title, class_="file-name"),
        tag("p", text_object(about, surface.reader)) if about else None,
        class_="file",
    )


def _file(given: Json, _surface: BlockHome) -> Markup:
    name = str(given.get("external_id", "file"))
    return tag("div", tag("span", plain(f"📄 {name}"), class_="file-name"), class_="file")


_BLOCKS: Mapping[str, Callable[[Json, BlockHome], Markup]] = {
    "actions": _actions,
    "alert": _alert,
    "card": card,
    "carousel": _carousel,
    "container": _container,
    "context": _context,
    "context_actions": _actions,
    "data_table": _table,
    "data_visualization": _chart,
    "divider": _divider,
    "file": _file,
    "header": _header,
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "plan": plan,
    "rich_text": _rich_text,
    "section": _section,
    "table": _table,
    "task_card": task_card,
    "video": _video,
}


_NAMED_COLORS = {"good": "#2eb67d", "warning": "#e0a000", "danger": "#d6336c"}
_HEX_COLOR = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")


def attachments(given: Iterable[Json], surface: BlockHome) -> Markup:
    """All attachments of a message."""
    return join(
        tag(
            "div",
            _bar(str(one.get("color", ""))),
            tag("div", _inside(one, surface, position), class_="attachment-inside"),
            class_="attachment",
        )
        for position, one in enumerate(given)
    )


def _bar(color: str) -> Markup:
    """A drawing, since a style attribute would need a weaker content security policy."""
    named = _NAMED_COLORS.get(color, color)
    fill = f"#{named.lstrip('#')}" if _HEX_COLOR.fullmatch(named) else None
    inside = tag("rect", width="100%", height="100%", rx="2", fill=fill)
    return tag("svg", inside, class_="attachment-bar", aria_hidden="true")


def _inside(one: Json, surface: BlockHome, position: int) -> Markup:
    inner = replace(surface, id=f"{surface.id}-a{position}", named=Counter())
    if one.get("entity_payload"):
        return work_object(one, inner)
    if one.get("blocks"):
        return blocks(one["blocks"], inner)
    reader = surface.reader
    return join([_titles(one, reader), _text(one, reader), _fields(one, reader), _footer(one)])


def _titles(one: Json, reader: Reader) -> Markup:
    pretext, author, title = one.get("pretext"), one.get("author_name"), one.get("title")
    return join(
        [
            tag("div", mrkdwn(str(pretext), reader), class_="text") if pretext else None,
            tag("div", str(author), class_="attachment-author") if author else None,
            tag("strong", link(one.get("title_link"), plain(str(title)))) if title else None,
        ]
    )


def _text(one: Json, reader: Reader) -> Markup:
    text = one.get("text") or (None if one.get("title") else one.get("fallback"))
    picture = one.get("image_url")
    return join(
        [
            tag("div", mrkdwn(str(text), reader), class_="text") if text else None,
            tag("figure", image({"image_url": picture, "alt_text": ""})) if picture else None,
        ]
    )


def _fields(one: Json, reader: Reader) -> Markup | None:
    fields = [
        tag(
            "div",
            tag("strong", plain(str(field.get("title", "")))),
            tag("div", mrkdwn(str(field.get("value", "")), reader)),
            class_="text",
        )
        for field in one.get("fields") or ()
    ]
    return tag("div", fields, class_="fields") if fields else None


def _footer(one: Json) -> Markup | None:
    footer = one.get("footer")
    return tag("div", plain(str(footer)), class_="attachment-footer") if footer else None
