"""Text as Slack shows it: its own Markdown, the standard one, and rich text."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markupsafe import Markup

from chatops.playground.page.blockkit import emoji
from chatops.playground.page.blockkit.context import Reader
from chatops.playground.page.blockkit.dates import moment
from chatops.playground.page.blockkit.html import Child, Json, join, tag

SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_BROADCASTS = frozenset({"here", "channel", "everyone"})
_DATE_PARTS = 3


def unescaped(text: str) -> str:
    """The text that Slack's three escapes stand for."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def safe_address(address: object) -> str | None:
    """An address that may be followed from the page, or nothing (``javascript:`` and the like)."""
    if not isinstance(address, str):
        return None
    try:
        scheme = urlsplit(address.strip()).scheme
    except ValueError:
        return None
    return address.strip() if scheme.lower() in SAFE_SCHEMES else None


def link(address: object, *label: Child, class_: str | None = None) -> Markup:
    """A link that opens in a tab of its own; an unsafe address leaves the label alone."""
    href = safe_address(address)
    if href is None:
        return tag("span", *label, class_=class_)
    return tag("a", *label, class_=class_, href=href, target="_blank", rel="noopener noreferrer")


def user(user_id: str, reader: Reader) -> Markup:
    """``@name``, in another colour when it is the reader's own."""
    name = reader.people.get(user_id, user_id)
    mine = " mention-me" if user_id == reader.id else ""
    return tag("span", f"@{name}", class_=f"mention{mine}", data_user=user_id)


def channel(channel_id: str, reader: Reader) -> Markup:
    """``#name``, as a link; a channel that the reader cannot see has no name."""
    name = reader.channels.get(channel_id)
    if name is None:
        return tag("span", emoji.with_drawings("🔒 private channel"), class_="mention")
    return tag("a", f"#{name}", class_="mention", href=reader.link_to(channel_id))


def group(group_id: str, reader: Reader, label: str = "") -> Markup:
    """``@handle`` of a user group."""
    handle = reader.groups.get(group_id) or label.removeprefix("@") or group_id
    return tag("span", f"@{handle}", class_="mention mention-group")


def broadcast(range_: str) -> Markup:
    """``@here`` and its like: it calls on everybody."""
    return tag("span", f"@{range_}", class_="mention mention-me")


def angled(inner: str, reader: Reader) -> Markup | None:
    """What ``<inner>`` stands for; nothing when it is not one of Slack's forms."""
    target, _, label = inner.partition("|")
    match target[:1]:
        case "@":
            return user(target[1:], reader)
        case "#":
            return channel(target[1:], reader)
        case "!":
            return _special(target[1:], unescaped(label), reader)
        case _:
            address = safe_address(unescaped(target))
            shown = unescaped(label or target.removeprefix("mailto:"))
            return None if address is None else link(address, emoji.with_drawings(shown))


def _special(target: str, label: str, reader: Reader) -> Markup | None:
    kind, *rest = target.split("^")
    if kind in _BROADCASTS:
        return broadcast(kind)
    if kind == "subteam" and rest:
        return group(rest[0], reader, label)
    if kind == "date":
        return _date(rest, label)
    return tag("span", label or target)


def _date(rest: list[str], fallback: str) -> Markup:
    seconds, pattern, address = (*rest, "", "", "")[:_DATE_PARTS]
    try:
        written = moment(int(seconds), unescaped(pattern))
    except (ValueError, OverflowError, OSError):
        return tag("span", fallback)
    return link(unescaped(address), written) if safe_address(unescaped(address)) else written


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


_PARSER_OPTIONS = {"html": False, "linkify": False, "typographer": False, "breaks": True}


def markdown(text: str) -> Markup:
    """Render Markdown; addresses that are not safe to follow stay text."""
    parser = MarkdownIt("commonmark", _PARSER_OPTIONS).enable(["table", "strikethrough"])
    parser.disable("image")
    html = parser.render(text)
    return Markup(f'<div class="markdown">{html}</div>')  # noqa: S704 - the parser escapes HTML


_STYLES = {"bold": "b", "italic": "i", "strike": "s", "underline": "u", "code": "code"}
_LIST_MARKS = ("1", "a", "i")


def rich_text(block: Json, reader: Reader) -> Markup:
    """A whole ``rich_text`` block; lists that follow one another nest by their indent."""
    pieces: list[Markup] = []
    for is_list, run in groupby(block.get("elements", ()), _is_list):
        if is_list:
            pieces.append(_lists(list(run), reader))
        else:
            pieces.extend(_element(element, reader) for element in run)
    return tag("div", pieces, class_="rich-text")


def _is_list(element: Json) -> bool:
    return element.get("type") == "rich_text_list"


def _element(element: Json, reader: Reader) -> Markup:
    inside = _parts(element, reader)
    match element.get("type"):
        case "rich_text_preformatted":
            return tag("pre", inside)
        case "rich_text_quote":
            return tag("blockquote", inside)
        case _:
            return tag("p", inside)


def _lists(elements: Sequence[Json], reader: Reader) -> Markup:
    """Lists of one run: deeper ones go into the last item of the list before them."""
    first, *rest = elements
    deeper: list[Json] = []
    beside: list[Json] = []
    for element in rest:
        is_deeper = not beside and element.get("indent", 0) > first.get("indent", 0)
        (deeper if is_deeper else beside).append(element)
    items = [tag("li", _parts(item, reader)) for item in first.get("elements", ())]
    if deeper and items:
        last = first["elements"][-1]
        items[-1] = tag("li", _parts(last, reader), _lists(deeper, reader))
    return join([_list(first, items), _lists(beside, reader) if beside else None])


def _list(element: Json, items: Sequence[Markup]) -> Markup:
    start = int(element.get("offset", 0)) + 1
    if element.get("style") == "ordered":
        mark = _LIST_MARKS[int(element.get("indent", 0)) % len(_LIST_MARKS)]
        return tag("ol", items, type=mark, start=start if start > 1 else None)
    return tag("ul", items)


def _parts(element: Json, reader: Reader) -> Markup:
    return join(_styled(part, reader) for part in element.get("elements", ()))


def _styled(part: Json, reader: Reader) -> Markup:
    written = _PARTS.get(str(part.get("type")), _unknown)(part, reader)
    style = part.get("style") or {}
    for name, element in _STYLES.items():
        if style.get(name):
            written = tag(element, written)
    return written


def _text(part: Json, _reader: Reader) -> Markup:
    lines = str(part.get("text", "")).split("\n")
    return _LINE_END.join(emoji.with_drawings(line) for line in lines)


def _link(part: Json, _reader: Reader) -> Markup:
    return link(part.get("url"), str(part.get("text") or part.get("url", "")))


def _emoji(part: Json, _reader: Reader) -> Markup:
    return emoji.reaction(str(part.get("name", "")))


def _date_part(part: Json, _reader: Reader) -> Markup:
    try:
        written = moment(int(part["timestamp"]), str(part.get("format", "{date_short}")))
    except (KeyError, ValueError, OverflowError, OSError):
        return tag("span", str(part.get("fallback", "")))
    return link(part["url"], written) if part.get("url") else written


def _color(part: Json, _reader: Reader) -> Markup:
    value = str(part.get("value", ""))
    return join([swatch(value), tag("code", value)])


def swatch(color: str) -> Markup:
    """A small square of a colour."""
    square = tag("rect", width="10", height="10", rx="2", fill=color)
    return tag("svg", square, class_="swatch", viewBox="0 0 10 10", aria_hidden="true")


def _unknown(part: Json, _reader: Reader) -> Markup:
    return tag("span", str(part.get("text") or part.get("type", "")))


_PARTS: Mapping[str, Callable[[Json, Reader], Markup]] = {
    "text": _text,
    "link": _link,
    "emoji": _emoji,
    "date": _date_part,
    "color": _color,
    "user": lambda part, reader: user(str(part.get("user_id")), reader),
    "channel": lambda part, reader: channel(str(part.get("channel_id")), reader),
    "usergroup": lambda part, reader: group(str(part.get("usergroup_id")), reader),
    "broadcast": lambda part, _reader: broadcast(str(part.get("range"))),
}
