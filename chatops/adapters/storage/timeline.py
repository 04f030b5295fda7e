"""Timelines in the database: append-only, each entry chained to the one before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC

from sqlalchemy import bindparam, insert, select
from sqlmodel import Session, col

from chatops.adapters.storage.mapping import columns_of, table_of, value_of
from chatops.adapters.storage.tables import EntryRow, IncidentRow
from chatops.domain.errors import UnknownIncident
from chatops.domain.incident.timeline import Entry

_ENTRIES, _INCIDENTS = table_of(EntryRow), table_of(IncidentRow)
# Built once: to build a statement takes longer than the database needs for it.
_APPEND = insert(_ENTRIES).returning(_ENTRIES.c.id)
_NEWEST_SEAL = (
    select(_ENTRIES.c.seal)
    .where(_ENTRIES.c.incident == bindparam("of"))
    .order_by(_ENTRIES.c.id.desc())
    .limit(1)
)
_SAME_SOURCE = select(_ENTRIES.c.id).where(
    _ENTRIES.c.incident == bindparam("of"), _ENTRIES.c.source == bindparam("source")
)
_HOLD = (
    select(_INCIDENTS.c.id)
    .where(_INCIDENTS.c.id == bindparam("of"))
    .with_for_update(key_share=True)
)


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
        added = self._session.connection().execute(_APPEND, columns_of(sealed))
        return replace(sealed, id=added.scalar_one())

    def of(self, incident: int, *, limit: int | None = None) -> Sequence[Entry]:
        newest = (
            select(EntryRow)
            .where(col(EntryRow.incident) == incident)
            .order_by(col(EntryRow.id).desc())
            .limit(limit)
        )
        return tuple(value_of(Entry, row) for row in self._session.scalars(newest))[::-1]

    def get(self, id: int) -> Entry | None:  # noqa: A002 - it is the id
        row = self._session.get(EntryRow, id)
        return None if row is None else value_of(Entry, row)

    def has(self, incident: int, source: str) -> bool:
        same = {"of": incident, "source": source}
        return self._session.connection().execute(_SAME_SOURCE, same).first() is not None

    def _hold(self, incident: int) -> None:
        """Keep others from appending to the same chain until the commit."""
        if self._session.connection().execute(_HOLD, {"of": incident}).one_or_none() is None:
            raise UnknownIncident(incident)

    def _newest_seal(self, incident: int) -> str:
        seals = self._session.connection().execute(_NEWEST_SEAL, {"of": incident})
        return seals.scalar_one_or_none() or ""
