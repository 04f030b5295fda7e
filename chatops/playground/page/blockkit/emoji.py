"""Emoji shortcodes, and the drawings that look the same on every machine."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from markupsafe import Markup

from chatops.playground.page.blockkit.html import Child, join, tag

_FOLDER = Path(__file__).parents[1] / "static" / "emoji"
_TABLE = json.loads((_FOLDER / "emoji.json").read_text(encoding="utf-8"))
#: The character of each shortcode.
CHARACTERS: Mapping[str, str] = _TABLE["characters"]
#: The name of the drawing of each character that we have drawn.
DRAWN: Mapping[str, str] = _TABLE["drawn"]

PICKED_FOR_REACTIONS = (
    "pushpin",
    "+1",
    "eyes",
    "white_check_mark",
    "rotating_light",
    "tada",
    "heart",
    "pray",
    "fire",
    "rocket",
    "-1",
    "x",
)

_VARIANT = "\ufe0f"
_DRAWN_PATTERN = re.compile(f"[{''.join(DRAWN)}]{_VARIANT}?")


def shortcode(name: str) -> Markup | None:
    """The emoji of a shortcode without its colons, or nothing when it is not in the table."""
    character = CHARACTERS.get(name.partition("::")[0])
    return None if character is None else _glyph(character, name.partition("::")[0])


def reaction(name: str) -> Markup:
    """The emoji of a reaction; one we do not know is shown by its name."""
    return shortcode(name) or tag("span", f":{name}:", class_="emoji-name")


def with_drawings(text: str) -> Markup:
    """A text, escaped, in which the emoji that we have drawn are shown as drawings."""
    return join(_pieces(text))


def _pieces(text: str) -> Iterator[Child]:
    end = 0
    for match in _DRAWN_PATTERN.finditer(text):
        yield text[end : match.start()]
        yield _glyph(match.group(), DRAWN[match.group()[0]])
        end = match.end()
    yield text[end:]


def _glyph(character: str, name: str) -> Markup:
    title = f":{name}:"
    drawing = DRAWN.get(character.removesuffix(_VARIANT))
    if drawing is None:
        label = name.replace("_", " ")
        return tag("span", character, class_="emoji", role="img", aria_label=label, title=title)
    source = f"/play/static/emoji/{drawing}.svg"
    return tag("img", class_="emoji", src=source, alt=character, title=title, draggable="false")
