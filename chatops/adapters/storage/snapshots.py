"""Playbooks in the database, as they were when incidents were declared under them."""

from sqlmodel import Session

from chatops.adapters.storage.errors import UnknownSnapshot
from chatops.adapters.storage.mapping import add_once, columns_of, value_of
from chatops.adapters.storage.tables import SnapshotRow
from chatops.domain.playbook.policy import Snapshot

_REMEMBERED = 64


class SqlSnapshots:
    """Playbooks by digest; ``remembered`` are those read before, which never change."""

    def __init__(self, session: Session, remembered: dict[str, Snapshot] | None = None) -> None:
        self._session = session
        self._remembered = {} if remembered is None else remembered

    def keep(self, snapshot: Snapshot) -> None:
        add_once(self._session, SnapshotRow, columns_of(snapshot), "digest")

    def get(self, digest: str) -> Snapshot:
        remembered = self._remembered.get(digest)
        return remembered or self._read(digest)

    def _read(self, digest: str) -> Snapshot:
        row = self._session.get(SnapshotRow, digest)
        if row is None:
            raise UnknownSnapshot(digest)
        if len(self._remembered) >= _REMEMBERED:
            self._remembered.clear()
        return self._remembered.setdefault(digest, value_of(Snapshot, row))
