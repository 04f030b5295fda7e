"""Keeps texts within Slack's lengths without breaking what Slack reads as one piece."""

import re
from collections.abc import Iterator

from chatops.domain.text import sendable

#: What may not be cut: a mention, date or link in angle brackets, an escaped character, a fence.
_ATOM = re.compile(r"<[^<>\n]*>|&(?:amp|lt|gt);|```")

_FENCE = "```"
_OPENED = len(_FENCE) + 1

_GROUP = re.compile(r"<!subteam\^[^<>|\n]*(?:\|@?([^<>|\n]*))?>")
_BROADCAST = re.compile(r"<!(channel|here|everyone)[^<>\n]*>")


def escape(text: str) -> str:
    """Turn plain text into mrkdwn that reads the same.

    >>> escape("<!channel> & co")
    '&lt;!channel&gt; &amp; co'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_PERSON = re.compile(r"&lt;(@[UW][A-Z0-9]{2,20})&gt;")


def named(text: str) -> str:
    """Turn plain text into mrkdwn in which people are called by their names.

    >>> named("Post-mortem (<@U0ANA>) <!here>")
    'Post-mortem (<@U0ANA>) &lt;!here&gt;'
    """
    return _PERSON.sub(r"<\1>", escape(text))


def plain(text: str, limit: int) -> str:
    """Put plain text on one line of at most ``limit`` characters.

    >>> plain("Checkout  is down, and nobody knows", 17)
    'Checkout is down…'
    """
    line = " ".join(sendable(text, instead=" ").split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip(' ,;:')}…"


def pieces(text: str, limit: int) -> Iterator[str]:
    """Split mrkdwn at paragraphs, else lines, else words, into pieces of at most ``limit``.

    A code block that is split is closed and opened again.
    """
    rest = _whole_atoms(text, limit).strip()
    while len(rest) > limit:
        at = _cut(rest, limit - _OPENED)
        piece, rest = rest[:at].rstrip(), rest[at:]
        if piece.count(_FENCE) % 2:
            yield f"{piece}\n{_FENCE}"
            rest = f"{_FENCE}\n" + rest.lstrip("\n")
        else:
            yield piece
            rest = rest.lstrip()
    if rest:
        yield rest


def clamp(text: str, limit: int) -> str:
    """Keep the beginning of a mrkdwn text, marked with … where something is missing.

    >>> clamp("Fish &amp; chips", 9)
    'Fish…'
    """
    whole = _whole_atoms(text, limit).strip()
    if len(whole) <= limit:
        return whole
    beginning = whole[: _cut(whole, limit - _OPENED - 1)].rstrip()
    closing = f"\n{_FENCE}" if beginning.count(_FENCE) % 2 else ""
    return f"{beginning}…{closing}"


def quiet(text: str) -> str:
    """Take the bell off a mrkdwn text: @channel, @ops and their like are shown and call nobody."""
    return _GROUP.sub(lambda group: f"@{group[1] or 'group'}", _BROADCAST.sub(r"@\1", text))


def _whole_atoms(text: str, limit: int) -> str:
    """Drop what cannot be sent, and what could not be kept in one piece anyway."""
    kept = sendable(text)
    longest = limit - 2 * _OPENED
    return _ATOM.sub(lambda atom: atom[0] if len(atom[0]) <= longest else "…", kept)


def _cut(text: str, limit: int) -> int:
    """Find the best place for a cut within the first ``limit`` characters."""
    end = limit
    window = list(text[:limit])
    for atom in _ATOM.finditer(text):
        if atom.start() >= limit:
            break
        if atom.end() > limit:
            end = atom.start()
        window[atom.start() : atom.end()] = "\0" * len(atom[0])
    seen = "".join(window[:end])
    for mark, least in (("\n\n", end // 2), ("\n", end // 2), (" ", end // 4)):
        at = seen.rfind(mark)
        if at > max(least, _OPENED):
            return at
    return end
