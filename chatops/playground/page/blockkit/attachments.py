"""Attachments: the bar of colour, and blocks or the older fields beside it."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from markupsafe import Markup

from chatops.playground.page.blockkit.blocks import blocks
from chatops.playground.page.blockkit.elements import image
from chatops.playground.page.blockkit.html import Json, join, tag
from chatops.playground.page.blockkit.mentions import link
from chatops.playground.page.blockkit.mrkdwn import mrkdwn, plain
from chatops.playground.page.blockkit.place import Surface
from chatops.playground.page.blockkit.reader import Reader
from chatops.playground.page.blockkit.work_objects import work_object

_NAMED_COLORS = {"good": "#2eb67d", "warning": "#e0a000", "danger": "#d6336c"}
_HEX_COLOR = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")


def attachments(given: Iterable[Json], surface: Surface) -> Markup:
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


def _inside(one: Json, surface: Surface, position: int) -> Markup:
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
