"""Playbooks in the database, as they were when incidents were declared under them."""

from sqlmodel import Session

from chatops.domain.policy import Snapshot
from chatops.storage.errors import UnknownSnapshot
from chatops.storage.inserts import insert_into
from chatops.storage.mapping import columns_of, value_of
from chatops.storage.tables import SnapshotRow


class SqlSnapshots:
    """Playbooks by digest."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, snapshot: Snapshot) -> None:
        new = insert_into(self._session, SnapshotRow).values(**columns_of(snapshot))
        self._session.exec(new.on_conflict_do_nothing(index_elements=["digest"]))

    def get(self, digest: str) -> Snapshot:
        row = self._session.get(SnapshotRow, digest)
        if row is None:
            raise UnknownSnapshot(digest)
        return value_of(Snapshot, row)
