"""The ``markdown`` block: standard Markdown, with raw HTML shown as text."""

from markdown_it import MarkdownIt
from markupsafe import Markup

_PARSER_OPTIONS = {"html": False, "linkify": False, "typographer": False, "breaks": True}


def markdown(text: str) -> Markup:
    """Render Markdown; addresses that are not safe to follow stay text."""
    parser = MarkdownIt("commonmark", _PARSER_OPTIONS).enable(["table", "strikethrough"])
    parser.disable("image")
    html = parser.render(text)
    return Markup(f'<div class="markdown">{html}</div>')  # noqa: S704 - the parser escapes HTML
