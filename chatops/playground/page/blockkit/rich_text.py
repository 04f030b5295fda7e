"""The ``rich_text`` block: sections, lists, quotes and code, and everything that stands in them."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from markupsafe import Markup

from chatops.playground.page.blockkit import emoji, mrkdwn
from chatops.playground.page.blockkit.context import Reader
from chatops.playground.page.blockkit.dates import moment
from chatops.playground.page.blockkit.html import Json, join, tag

_LINE_END = Markup("<br>")
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
    return mrkdwn.link(part.get("url"), str(part.get("text") or part.get("url", "")))


def _emoji(part: Json, _reader: Reader) -> Markup:
    return emoji.reaction(str(part.get("name", "")))


def _date(part: Json, _reader: Reader) -> Markup:
    try:
        written = moment(int(part["timestamp"]), str(part.get("format", "{date_short}")))
    except (KeyError, ValueError, OverflowError, OSError):
        return tag("span", str(part.get("fallback", "")))
    return mrkdwn.link(part["url"], written) if part.get("url") else written


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
    "date": _date,
    "color": _color,
    "user": lambda part, reader: mrkdwn.user(str(part.get("user_id")), reader),
    "channel": lambda part, reader: mrkdwn.channel(str(part.get("channel_id")), reader),
    "usergroup": lambda part, reader: mrkdwn.group(str(part.get("usergroup_id")), reader),
    "broadcast": lambda part, _reader: mrkdwn.broadcast(str(part.get("range"))),
}
