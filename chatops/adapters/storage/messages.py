"""Traffic with the chat, in the database: where our messages stand, what was delivered to us."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from chatops.adapters.storage.mapping import add_once, columns_of, insert_into, put_into, value_of
from chatops.adapters.storage.tables import AlertRow, DeliveryRow, SentRow
from chatops.application.ports.storage import Sent


class SqlMessages:
    """Where our messages stand."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def remember(self, sent: Sent) -> None:
        put_into(self._session, SentRow, columns_of(sent), "key")

    def find(self, key: str) -> Sent | None:
        row = self._session.get(SentRow, key)
        return None if row is None else value_of(Sent, row)

    def at(self, channel: str, ts: str) -> Sent | None:
        there = select(SentRow).where(SentRow.channel == channel, SentRow.ts == ts)
        row = self._session.exec(there.order_by(col(SentRow.key)).limit(1)).one_or_none()
        return None if row is None else value_of(Sent, row)


class SqlDeliveries:
    """What was delivered to us."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def is_first(self, key: str, now: datetime) -> bool:
        return add_once(self._session, DeliveryRow, {"key": key, "at": now}, "key")

    def forget(self, before: datetime) -> int:
        return self._session.exec(delete(DeliveryRow).where(col(DeliveryRow.at) < before)).rowcount


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
