"""Builds HTML elements in which every text and every attribute is escaped."""

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

Json = Mapping[str, Any]
Child = str | None | Iterable["Child"]

VOID = frozenset({"br", "hr", "img", "input"})


def tag(name: str, /, *children: Child, **attributes: object) -> Markup:
    """One element; attributes that are ``None`` or ``False`` are left out.

    >>> tag("a", "1 < 2", href="/?a=1&b=2", aria_label='say "hi"', hidden=True)
    Markup('<a href="/?a=1&amp;b=2" aria-label="say &#34;hi&#34;" hidden>1 &lt; 2</a>')
    """
    opening = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    if name in VOID:
        return _trusted(opening)
    return _trusted(f"{opening}{join(children)}</{name}>")


def join(children: Iterable[Child], between: str = "") -> Markup:
    """The children one after another, with ``between`` escaped like any other text."""
    return escape(between).join(_flat(children))


def _flat(children: Iterable[Child]) -> Iterable[Markup]:
    for child in children:
        if child is None:
            continue
        if isinstance(child, str):
            yield escape(child)
        else:
            yield from _flat(child)


def _attribute(key: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(value)}"'


def _trusted(markup: str) -> Markup:
    return Markup(markup)  # noqa: S704 - every part of it was escaped above
