"""What everybody may read: current incidents in stakeholders' words, and what was over lately."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from uuid import UUID

from chatops.application.ports.storage import Search, UnitOfWork
from chatops.domain.incident.model import Incident, Status
from chatops.domain.incident.timeline import Entry, EntryKind, current

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
class TextPiece:
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


def pieces(text: str) -> Iterator[TextPiece]:
    """The text in pieces; anything in angle brackets that Slack would not write stays as it is."""
    start, cleaned = 0, clean(text)
    for found in _TOKEN.finditer(cleaned):
        piece = _meant(found[1])
        if piece is None:
            continue
        if found.start() > start:
            yield TextPiece(kind=PieceKind.WORDS, text=cleaned[start : found.start()])
        yield piece
        start = found.end()
    if start < len(cleaned):
        yield TextPiece(kind=PieceKind.WORDS, text=cleaned[start:])


def for_strangers(text: str) -> str:
    """What everybody may read of a text: nobody's id, no channel's name.

    >>> for_strangers("<@U0BEN> is on it, see <https://status.example|the status>")
    'a colleague is on it, see the status'
    """
    return "".join(_STRANGERS_READ.get(piece.kind, piece.text) for piece in pieces(text)).strip()


def _meant(token: str) -> TextPiece | None:
    body, _, label = token.partition("|")
    if person := _PERSON.fullmatch(body):
        return TextPiece(kind=PieceKind.PERSON, text=f"@{label or person[1]}", about=person[1])
    if _ROOM.fullmatch(body):
        return TextPiece(kind=PieceKind.ROOM, text=f"#{label}" if label else "a channel")
    if body.startswith("!date^"):
        return TextPiece(kind=PieceKind.WORDS, text=label)
    if body.startswith("!"):
        return TextPiece(kind=PieceKind.GROUP, text=label or "the team")
    if _ADDRESS.fullmatch(body):
        return TextPiece(kind=PieceKind.LINK, text=label or body, about=body)
    return None


#: How long what is over stays on the page.
HISTORY = timedelta(days=14)
#: How many of the newest incidents are looked through for those that ended lately.
_NEWEST = 300
_MOST_RUNNING, _MOST_RESOLVED = 100, 50
_FINDING_OUT = "We are finding out who is affected."
_WORKS_AGAIN = "Everything works again."
_BACK_AGAIN = "The problem is back, and we are working on it again."
#: What of a timeline stakeholders were told.
_TOLD = frozenset(
    {
        EntryKind.DECLARED,
        EntryKind.UPDATE,
        EntryKind.AUTOMATIC_UPDATE,
        EntryKind.RESOLVED,
        EntryKind.REOPENED,
    }
)
_HEADINGS: Mapping[EntryKind, str] = {
    EntryKind.DECLARED: "Noticed",
    EntryKind.UPDATE: "Update",
    EntryKind.AUTOMATIC_UPDATE: "No news yet",
    EntryKind.RESOLVED: "Resolved",
    EntryKind.REOPENED: "Back again",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicWord:
    """Something that stakeholders were told, and when; ``id`` never changes."""

    id: UUID
    at: datetime
    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicIncident:
    """An incident as strangers may know it: no reference, no people, no names of parts.

    References count up, so that one left out would tell of a private incident; ``id`` tells
    nothing. ``last`` is the newest plain word, ``words`` are all of them, the newest first.
    """

    id: UUID
    title: str
    status: Status
    since: datetime
    last: str
    words: tuple[PublicWord, ...]
    next_at: datetime | None
    resolved_at: datetime | None
    lasted: timedelta | None

    @property
    def changed_at(self) -> datetime:
        return self.words[0].at if self.words else self.since


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicStatus:
    """Everything that the public page shows."""

    running: tuple[PublicIncident, ...]
    resolved: tuple[PublicIncident, ...]

    @property
    def all(self) -> tuple[PublicIncident, ...]:
        return (*self.running, *self.resolved)

    @property
    def changed_at(self) -> datetime | None:
        """When something was last said; none as long as nothing was."""
        return max((each.changed_at for each in self.all), default=None)


def public_status(work: UnitOfWork, team: str, now: datetime) -> PublicStatus:
    """What everybody may know now: nothing of private incidents, and no drills."""
    running = work.incidents.find(Search(team=team, running_only=True, limit=_MOST_RUNNING))
    newest = work.incidents.find(Search(team=team, limit=_NEWEST))
    over = [each for each in newest if _ended_since(each, now - HISTORY)]
    over.sort(key=lambda each: each.resolved_at or now, reverse=True)
    return PublicStatus(
        running=tuple(_all_shown(work, running, now)),
        resolved=tuple(islice(_all_shown(work, over, now), _MOST_RESOLVED)),
    )


def _ended_since(incident: Incident, moment: datetime) -> bool:
    return incident.resolved_at is not None and incident.resolved_at >= moment


def _all_shown(
    work: UnitOfWork, incidents: Sequence[Incident], now: datetime
) -> Iterator[PublicIncident]:
    for incident in incidents:
        if not incident.drill and incident.visible_to(None):
            yield _shown(incident, work.timeline.of(incident.id), now)


def _shown(incident: Incident, entries: Sequence[Entry], now: datetime) -> PublicIncident:
    told = [entry for entry in current(entries) if entry.kind in _TOLD]
    words = tuple(_word(incident, entry, told) for entry in reversed(told))
    resolved_at = incident.resolved_at
    return PublicIncident(
        id=_named_by(entries[0]) if entries else UUID(int=incident.id),
        title=for_strangers(incident.public_title),
        status=incident.status,
        since=incident.detected_at,
        last=_last(incident),
        words=words,
        next_at=incident.next_update_at if incident.status.running else None,
        resolved_at=resolved_at,
        lasted=incident.lasted(now) if resolved_at is not None else None,
    )


def _last(incident: Incident) -> str:
    """The newest plain word, as the announcement says it."""
    if incident.last_update is not None:
        return for_strangers(incident.last_update.plain)
    if incident.status.running:
        return for_strangers(incident.impact) or _FINDING_OUT
    return _WORKS_AGAIN


def _word(incident: Incident, entry: Entry, told: Sequence[Entry]) -> PublicWord:
    return PublicWord(
        id=_named_by(entry),
        at=entry.at,
        heading=_HEADINGS[entry.kind],
        text=_text(incident, entry, newest=entry is told[-1]),
    )


def _text(incident: Incident, entry: Entry, *, newest: bool) -> str:
    """What was said outside; why, and what fixed it, is for those inside."""
    match entry.kind:
        case EntryKind.DECLARED:
            return for_strangers(incident.impact) or _FINDING_OUT
        case EntryKind.REOPENED:
            return _BACK_AGAIN
        case EntryKind.RESOLVED:
            return _last(incident) if newest else _WORKS_AGAIN
        case _:
            return for_strangers(entry.text)


def _named_by(entry: Entry) -> UUID:
    """An id that stays, and from which nothing can be read: the entry's seal."""
    return UUID(hex=entry.seal[:32], version=5)
