"""Reads what people wrote in Slack piece by piece: words, and the tokens that stand for something.

A page shows a person's name where it may, and “a colleague” where strangers read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_TOKEN = re.compile(r"<([^<>\s][^<>\n]*)>")
#: Control characters, and the marks that turn the direction of everything after them.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_PERSON = re.compile(r"@([UW][A-Z0-9]{1,40})")
_ROOM = re.compile(r"#[CG][A-Z0-9]{1,40}")
_ADDRESS = re.compile(r"(?:https?://|mailto:)\S+")


class PieceKind(StrEnum):
    """What a piece of a text stands for."""

    WORDS = "words"
    PERSON = "person"
    GROUP = "group"
    ROOM = "room"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of a text: ``text`` as it is read, ``about`` the person or the address meant."""

    kind: PieceKind
    text: str
    about: str = ""


_STRANGERS_READ = {
    PieceKind.PERSON: "a colleague",
    PieceKind.GROUP: "the team",
    PieceKind.ROOM: "a channel",
}


def clean(text: str) -> str:
    """The text without what cannot be seen but does something, and without what no XML may hold."""
    return _SURROGATE.sub("\ufffd", _UNSEEN.sub("", text.replace("\r\n", "\n")))


def pieces(text: str) -> Iterator[Piece]:
    """The text in pieces; anything in angle brackets that Slack would not write stays as it is."""
    start, cleaned = 0, clean(text)
    for found in _TOKEN.finditer(cleaned):
        piece = _meant(found[1])
        if piece is None:
            continue
        if found.start() > start:
            yield Piece(kind=PieceKind.WORDS, text=cleaned[start : found.start()])
        yield piece
        start = found.end()
    if start < len(cleaned):
        yield Piece(kind=PieceKind.WORDS, text=cleaned[start:])


def for_strangers(text: str) -> str:
    """What everybody may read of a text: nobody's id, no channel's name.

    >>> for_strangers("<@U0BEN> is on it, see <https://status.example|the status>")
    'a colleague is on it, see the status'
    """
    return "".join(_STRANGERS_READ.get(piece.kind, piece.text) for piece in pieces(text)).strip()


def _meant(token: str) -> Piece | None:
    body, _, label = token.partition("|")
    if person := _PERSON.fullmatch(body):
        return Piece(kind=PieceKind.PERSON, text=f"@{label or person[1]}", about=person[1])
    if _ROOM.fullmatch(body):
        return Piece(kind=PieceKind.ROOM, text=f"#{label}" if label else "a channel")
    if body.startswith("!date^"):
        return Piece(kind=PieceKind.WORDS, text=label)
    if body.startswith("!"):
        return Piece(kind=PieceKind.GROUP, text=label or "the team")
    if _ADDRESS.fullmatch(body):
        return Piece(kind=PieceKind.LINK, text=label or body, about=body)
    return None
