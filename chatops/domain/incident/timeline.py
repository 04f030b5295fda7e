"""The timeline: an append-only record of who did what, when and why, as a chain of hashes."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EntryKind(StrEnum):
    """What sort of turn an entry records."""

    DECLARED = "declared"
    ROLE = "role"
    SEVERITY = "severity"
    UPDATE = "update"
    AUTOMATIC_UPDATE = "holding"
    PAGE = "page"
    ACKNOWLEDGED = "acknowledged"
    ESCALATED = "escalated"
    NOTE = "note"
    DECISION = "decision"
    TASK = "task"
    SNOOZED = "snoozed"
    WAIVED = "waived"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CLOSED = "closed"
    RENAMED = "renamed"
    JOINED = "joined"
    TROUBLE = "trouble"
    HOTFIX = "hotfix"
    HOTFIX_REFUSED = "hotfix_refused"
    PUSHED = "pushed"
    APPROVED = "approved"
    DEPLOYED = "deployed"
    ROLLED_BACK = "rolled_back"
    BACKPORT = "backport"
    READING = "reading"
    POST_MORTEM = "post_mortem"
    REVIEW = "review"
    REASSIGNED = "handed_over"
    DRILL = "drill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of an incident's timeline.

    ``at`` is when it happened, ``written_at`` when it was put down. ``actor`` is a user id, or
    none for the bot. ``replaces`` names the entry that this one corrects; nothing is overwritten.
    ``source`` is a link, and one link is noted once. ``seal`` chains the entry to the one before.
    """

    incident: int
    at: datetime
    written_at: datetime
    kind: EntryKind
    actor: str | None
    text: str
    reason: str = ""
    source: str | None = None
    replaces: int | None = None
    id: int = 0
    seal: str = ""

    def sealed(self, previous: str) -> str:
        """The hash over this entry and the seal of the entry before it."""
        body = json.dumps(
            [
                previous,
                self.incident,
                self.at.isoformat(),
                self.written_at.isoformat(),
                self.kind,
                self.actor,
                self.text,
                self.reason,
                self.source,
                self.replaces,
            ],
            ensure_ascii=False,
        )
        return hashlib.sha256(body.encode()).hexdigest()


def first_broken(entries: Iterable[Entry]) -> Entry | None:
    """Return the first entry whose seal does not fit, in the order they were written."""
    previous = ""
    for entry in entries:
        if entry.seal != entry.sealed(previous):
            return entry
        previous = entry.seal
    return None


def current(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """What the timeline reads now: each entry in its newest wording, in order of happening."""
    newest: dict[int, Entry] = {}
    for entry in entries:
        if entry.replaces is None:
            newest[entry.id] = entry
        elif entry.replaces in newest:
            newest[entry.replaces] = entry
    return tuple(sorted(newest.values(), key=lambda entry: (entry.at, entry.id)))
