"""Slack's mrkdwn as HTML: everything in it is escaped, and only safe links are followed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from markupsafe import Markup

from chatops.playground.page.blockkit import emoji
from chatops.playground.page.blockkit.html import Json, join, tag
from chatops.playground.page.blockkit.mentions import angled, link, unescaped
from chatops.playground.page.blockkit.reader import Reader

_FENCE = re.compile(r"```(.+?)```\n?", re.DOTALL)
_QUOTE = re.compile(r"(?:>|&gt;) ?")
_QUOTE_REST = re.compile(r"^(?:>>>|&gt;&gt;&gt;) ?", re.MULTILINE)
_TOKEN = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|<(?P<angled>[^<>]+)>"
    r"|:(?P<emoji>[a-z0-9_+'-]+)(?:::skin-tone-\d)?:"
    r"|(?P<address>https?://[^\s<>`|]*[^\s<>`|.,:;!?)*_~'\"])"
    r"|(?P<mark>[*_~])",
)
_SHORTCODE = re.compile(r":([a-z0-9_+'-]+):")
_MARKS = {"*": "b", "_": "i", "~": "s"}
_LINE_END = Markup("<br>")


def text_object(text: Json | None, reader: Reader) -> Markup:
    """A ``plain_text`` or ``mrkdwn`` object."""
    if not text:
        return Markup()
    written = str(text.get("text", ""))
    return mrkdwn(written, reader) if text.get("type") == "mrkdwn" else plain(written)


def plain(text: str) -> Markup:
    """Plain text: shortcodes become emoji and lines end; nothing else has a meaning."""
    return _LINE_END.join(_plain_line(line) for line in unescaped(text).split("\n"))


def mrkdwn(text: str, reader: Reader) -> Markup:
    """Text with Slack's own marks."""
    return join(
        tag("pre", unescaped(part.strip("\n"))) if place % 2 else _paragraphs(part, reader)
        for place, part in enumerate(_FENCE.split(text))
    )


def _paragraphs(text: str, reader: Reader) -> Markup:
    quote = _QUOTE_REST.search(text)
    if quote:
        before, rest = text[: quote.start()], text[quote.end() :]
        return join([_paragraphs(before, reader), tag("blockquote", _lines(rest, reader))])
    return join(_quotes(text.removesuffix("\n"), reader))


def _quotes(text: str, reader: Reader) -> Iterator[Markup]:
    for quoted, run in groupby(text.split("\n"), lambda line: bool(_QUOTE.match(line))):
        if quoted:
            yield tag("blockquote", _lines("\n".join(_QUOTE.sub("", x, 1) for x in run), reader))
        else:
            yield _lines("\n".join(run), reader)


def _lines(text: str, reader: Reader) -> Markup:
    return _LINE_END.join(_inline(line, reader) for line in text.split("\n"))


def _plain_line(line: str) -> Markup:
    pieces = _SHORTCODE.split(line)
    return join(
        (emoji.shortcode(piece) or f":{piece}:") if place % 2 else emoji.with_drawings(piece)
        for place, piece in enumerate(pieces)
    )


@dataclass(slots=True)
class _Frame:
    """What was read since a mark that may still be closed."""

    mark: str = ""
    parts: list[Markup] = field(default_factory=list)


class _Line:
    """Reads one line from left to right; marks nest and what is never closed stays a character."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._frames = [_Frame()]

    def add(self, piece: Markup) -> None:
        self._frames[-1].parts.append(piece)

    def add_text(self, text: str) -> None:
        if text:
            self.add(emoji.with_drawings(unescaped(text)))

    def add_mark(self, mark: str, before: str, after: str) -> None:
        is_open = any(frame.mark == mark for frame in self._frames)
        if is_open and not before.isspace() and not _is_word(after):
            self._close(mark)
        elif not is_open and not _is_word(before) and not after.isspace() and after != mark:
            self._frames.append(_Frame(mark))
        else:
            self.add_text(mark)

    def whole(self) -> Markup:
        while len(self._frames) > 1:
            self._give_up()
        return join(self._frames[0].parts)

    def _close(self, mark: str) -> None:
        while self._frames[-1].mark != mark:
            self._give_up()
        frame = self._frames.pop()
        self.add(tag(_MARKS[mark], frame.parts))

    def _give_up(self) -> None:
        frame = self._frames.pop()
        self.add_text(frame.mark)
        self._frames[-1].parts.extend(frame.parts)


def _inline(text: str, reader: Reader) -> Markup:
    line = _Line(reader)
    position = 0
    while match := _TOKEN.search(text, position):
        line.add_text(text[position : match.start()])
        position = match.end()
        if mark := match["mark"]:
            line.add_mark(
                mark, text[match.start() - 1 : match.start()] or " ", text[position:][:1] or " "
            )
        elif (piece := _piece(match, reader)) is not None:
            line.add(piece)
        else:
            position = match.start() + 1
            line.add_text(text[match.start()])
    line.add_text(text[position:])
    return line.whole()


def _piece(match: re.Match[str], reader: Reader) -> Markup | None:
    if code := match["code"]:
        return tag("code", unescaped(code))
    if inner := match["angled"]:
        return angled(inner, reader)
    if name := match["emoji"]:
        return emoji.shortcode(name)
    address = unescaped(match["address"])
    return link(address, address)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
