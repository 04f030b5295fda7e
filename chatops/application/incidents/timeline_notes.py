"""Keeps the record that people write: notes, corrections, decisions with their reasons."""

from dataclasses import dataclass
from datetime import datetime

from chatops.application.authorization import PeopleDirectory
from chatops.application.session import Request, Sessions
from chatops.domain.errors import (
    NothingWritten,
    ReasonMissing,
    TooLong,
    not_your_entry,
    unknown_entry,
)
from chatops.domain.incident.timeline import Entry, EntryKind
from chatops.domain.messages.posts import Post
from chatops.domain.team import Permission

NOTE_LIMIT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRequest(Request):
    """Something to put on record; ``source`` links where it was said, ``author`` who said it."""

    text: str
    at: datetime | None = None
    source: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRequest(Request):
    """What an entry should have said."""

    entry: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRequest(Request):
    """What was decided, and why."""

    decision: str
    reason: str


def written(text: str, *, what: str, limit: int = NOTE_LIMIT) -> str:
    """The text without blanks around it.

    Raises:
        NothingWritten, TooLong
    """
    trimmed = text.strip()
    if not trimmed:
        raise NothingWritten(what=what)
    if len(trimmed) > limit:
        raise TooLong(what=what, limit=limit, length=len(trimmed))
    return trimmed


class AddNote:
    """Put something on the timeline."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, request: NoteRequest) -> Post:
        """Note it once; a message that is on the timeline already is not noted again.

        Raises:
            NothingWritten, TooLong, UnknownIncident
        """
        text = written(request.text, what="note")
        at = min(request.at or request.now, request.now)
        with self._sessions.begin(request) as session:
            said = f"<@{request.author}>: {text}" if request.author else text
            entry = session.note(EntryKind.NOTE, said, at=at, source=request.source)
            return session.answer("note_answer", entry=entry)


class CorrectNote:
    """Correct an entry of one's own; the first wording stays on record."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def __call__(self, request: CorrectionRequest) -> Post:
        """Write the correction down.

        Raises:
            UserError, NothingWritten, TooLong
        """
        text = written(request.text, what="correction")
        with self._sessions.begin(request) as session:
            entry = session.work.timeline.get(request.entry)
            if entry is None or entry.incident != request.incident:
                raise unknown_entry(request.entry)
            if entry.kind is not EntryKind.NOTE or entry.actor != request.user:
                raise not_your_entry()
            corrected = session.note(
                EntryKind.NOTE, text, at=entry.at, replaces=entry.replaces or entry.id
            )
            return session.answer("note_answer", entry=corrected)


class Decide:
    """Put a decision and its reason on record."""

    def __init__(self, sessions: Sessions, directory: PeopleDirectory) -> None:
        self._sessions = sessions
        self._directory = directory

    def __call__(self, request: DecisionRequest) -> Post:
        """Note it, and tell the channel.

        Raises:
            NothingWritten, ReasonMissing, TooLong, NotAllowed
        """
        decision = written(request.decision, what="decision")
        if not request.reason.strip():
            raise ReasonMissing(deed=Permission.DECIDE)
        reason = written(request.reason, what="reason")
        authorization = self._directory.authorization(request.user, Permission.DECIDE)
        with self._sessions.begin(request, authorization) as session:
            session.note(EntryKind.DECISION, decision, reason=reason)
            post = session.post("decided", decision=decision, reason=reason)
            session.tell_room(f"decision:{session.incident.version}", post)
            return session.answer("decide_answer", decision=decision)


def is_correctable(entry: Entry, user: str) -> bool:
    """Whether ``user`` may correct the entry."""
    return entry.kind is EntryKind.NOTE and entry.actor == user
