"""Signs of life: what on a timeline shows that people still work on an incident."""

from datetime import datetime

from chatops.domain.incident.timeline import EntryKind
from chatops.usecases.turn import Turn

#: What the bot writes down because nobody does anything.
_SILENCE = frozenset({EntryKind.HOLDING, EntryKind.ESCALATED, EntryKind.TROUBLE})
#: A day of words to stakeholders that nobody wrote, at the fastest cadence there is.
_MOST = 300


def heard_at(turn: Turn) -> datetime:
    """When the newest sign of life was written down."""
    entries = turn.work.timeline.of(turn.incident.id, limit=_MOST)
    signs = (each.written_at for each in entries if each.kind not in _SILENCE)
    return max(signs, default=turn.incident.declared_at)
