"""What stands between angle brackets in Slack's texts: links, mentions and dates."""

from urllib.parse import urlsplit

from markupsafe import Markup

from chatops.playground.page.blockkit import emoji
from chatops.playground.page.blockkit.dates import moment
from chatops.playground.page.blockkit.html import Child, tag
from chatops.playground.page.blockkit.reader import Reader

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
