"""Alerts in the database: one key belongs to one incident, whoever hears of it first."""

from sqlalchemy import update
from sqlmodel import Session, col

from chatops.adapters.storage.inserts import insert_into
from chatops.adapters.storage.tables import AlertRow


class SqlAlerts:
    """Which incident an alert belongs to."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def hold(self, team: str, key: str) -> int | None:
        new = insert_into(self._session, AlertRow).values(team=team, key=key, incident=None)
        # Changing nothing still keeps others waiting, until the commit, for what we make of it.
        held = new.on_conflict_do_update(
            index_elements=["team", "key"], set_={"key": AlertRow.key}
        ).returning(col(AlertRow.incident))
        incident: int | None = self._session.exec(held).scalar_one()
        return incident

    def link(self, team: str, key: str, incident: int) -> None:
        mine = (col(AlertRow.team) == team, col(AlertRow.key) == key)
        self._session.exec(update(AlertRow).where(*mine).values(incident=incident))
