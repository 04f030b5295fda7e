"""Paints pages: HTML and Atom from templates, with everything that people wrote made harmless."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from chatops.adapters.web.pages.graph import graph_of
from chatops.application.pages.public import PieceKind, clean, pieces
from chatops.domain.time import durations

#: What a page may load and do: its own style sheet, its own script, its own forms.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: The folder of what pages load, as it is called beside them.
ASSETS = "web"

Name = Callable[[str], str]


class PageRenderer:
    """Renders the templates of one folder."""

    def __init__(self, templates: Path) -> None:
        self.assets = templates / "static"
        self._environment = Environment(
            loader=FileSystemLoader(templates),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_cleaned,
        )
        self._environment.filters |= {
            "when": when,
            "iso": iso,
            "duration": durations.spoken,
            "said": _said,
            "segment": lambda text: quote(text, safe=""),
            "link": _link,
            "graph": graph_of,
            "sentence": lambda text: text[:1].upper() + text[1:],
        }
        self._environment.globals |= {"assets": f"{ASSETS}"}

    def paint(self, template: str, facts: Mapping[str, object]) -> str:
        """One page, or one feed."""
        return self._environment.get_template(template).render(facts)


def when(moment: datetime, *, day: bool = True) -> Markup:
    """A moment for people and for programs; a script may turn it into the reader's zone."""
    at = moment.astimezone(UTC)
    shown = f"{at.day} {at:%b %Y, %H:%M} UTC" if day else f"{at:%H:%M} UTC"
    return Markup('<time datetime="{}" data-form="{}">{}</time>').format(
        iso(moment), "day" if day else "time", shown
    )


def iso(moment: datetime) -> str:
    """A moment as programs read it, in UTC, to the second.

    >>> iso(datetime(2026, 3, 2, 14, 5, 6, 700, tzinfo=UTC))
    '2026-03-02T14:05:06Z'
    """
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def digest(content: bytes) -> str:
    """What a browser calls this very content."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def _cleaned(value: object) -> object:
    """Whatever enters a page, without what cannot be seen but does something."""
    return clean(value) if type(value) is str else value


def _said(text: str, name: Name) -> Markup:
    """What somebody wrote, with people by their names and links that can be followed."""
    shown = []
    for piece in pieces(text):
        match piece.kind:
            case PieceKind.PERSON:
                shown.append(Markup('<span class="person">{}</span>').format(name(piece.about)))
            case PieceKind.LINK:
                shown.append(_link(piece.about, piece.text))
            case _:
                shown.append(escape(piece.text))
    return Markup().join(shown)


def _link(address: str, label: str = "") -> Markup:
    """An address that can be followed; anything but the web stays a text."""
    text = clean(label or address)
    if not address.startswith(("http://", "https://")):
        return escape(text)
    link = Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>')
    return link.format(clean(address), text)
