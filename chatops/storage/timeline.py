"""Timelines in the database: append-only, each entry chained to the one before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC

from sqlmodel import Session, col, select

from chatops.domain.errors import UnknownIncident
from chatops.domain.timeline import Entry
from chatops.storage.mapping import columns_of, value_of
from chatops.storage.tables import EntryRow, IncidentRow


class SqlTimeline:
    """All timelines."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, entry: Entry) -> Entry | None:
        self._hold(entry.incident)
        if entry.source is not None and self.has(entry.incident, entry.source):
            return None
        # The seal is over the moments as they will be read again.
        in_utc = replace(
            entry, id=0, at=entry.at.astimezone(UTC), written_at=entry.written_at.astimezone(UTC)
        )
        sealed = replace(in_utc, seal=in_utc.sealed(self._newest_seal(entry.incident)))
        row = EntryRow(**columns_of(sealed))
        self._session.add(row)
        self._session.flush()
        return value_of(Entry, row)

    def of(self, incident: int, *, limit: int | None = None) -> Sequence[Entry]:
        newest = (
            select(EntryRow)
            .where(EntryRow.incident == incident)
            .order_by(col(EntryRow.id).desc())
            .limit(limit)
        )
        return tuple(value_of(Entry, row) for row in self._session.exec(newest))[::-1]

    def get(self, id: int) -> Entry | None:  # noqa: A002 - it is the id
        row = self._session.get(EntryRow, id)
        return None if row is None else value_of(Entry, row)

    def has(self, incident: int, source: str) -> bool:
        same = select(EntryRow.id).where(EntryRow.incident == incident, EntryRow.source == source)
        return self._session.exec(same).first() is not None

    def _hold(self, incident: int) -> None:
        """Keep others from appending to the same chain until the commit."""
        held = select(IncidentRow.id).where(IncidentRow.id == incident)
        if self._session.exec(held.with_for_update(key_share=True)).one_or_none() is None:
            raise UnknownIncident(incident)

    def _newest_seal(self, incident: int) -> str:
        seals = select(EntryRow.seal).where(EntryRow.incident == incident)
        return self._session.exec(seals.order_by(col(EntryRow.id).desc()).limit(1)).first() or ""
