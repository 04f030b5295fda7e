"""Hotfixes in the database: each as one document, with columns for what is searched by."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from chatops.adapters.storage.errors import StaleHotfix
from chatops.adapters.storage.tables import HotfixRow, IncidentRow
from chatops.adapters.storage.types import OPEN
from chatops.domain.errors import UnknownIncident
from chatops.domain.hotfix.errors import unknown_hotfix
from chatops.domain.hotfix.model import Hotfix


class SqlHotfixes:
    """All hotfixes; ``holds`` keeps what is loaded from others until the commit."""

    def __init__(self, session: Session, *, holds: bool) -> None:
        self._session = session
        self._holds = holds

    def add(self, hotfix: Hotfix) -> Hotfix:
        self._hold_incident(hotfix.incident)
        taken = select(func.max(HotfixRow.number)).where(HotfixRow.incident == hotfix.incident)
        number = (self._session.exec(taken).one() or 0) + 1
        row = HotfixRow(**_columns(replace(hotfix, id=0, number=number, version=1)))
        self._session.add(row)
        self._session.flush()
        return _value(row)

    def get(self, id: int) -> Hotfix:  # noqa: A002 - it is the id
        same = select(HotfixRow).where(HotfixRow.id == id)
        if self._holds:
            same = same.with_for_update()
        row = self._session.exec(same).one_or_none()
        if row is None:
            raise unknown_hotfix(id)
        return _value(row)

    def of(self, incident: int) -> Sequence[Hotfix]:
        theirs = select(HotfixRow).where(HotfixRow.incident == incident)
        rows = self._session.exec(theirs.order_by(col(HotfixRow.number)))
        return tuple(_value(row) for row in rows)

    def find_open(self, *, limit: int) -> Sequence[Hotfix]:
        oldest = select(HotfixRow).where(OPEN).order_by(col(HotfixRow.id)).limit(limit)
        return tuple(_value(row) for row in self._session.exec(oldest))

    def save(self, hotfix: Hotfix) -> Hotfix:
        saved = replace(hotfix, version=hotfix.version + 1)
        same = (col(HotfixRow.id) == hotfix.id, col(HotfixRow.version) == hotfix.version)
        change = update(HotfixRow).where(*same).values(**_columns(saved))
        if self._session.exec(change).rowcount == 0:
            raise StaleHotfix(hotfix.id, hotfix.version)
        return saved

    def _hold_incident(self, incident: int) -> None:
        """Keep others from taking the same number until the commit."""
        held = select(IncidentRow.id).where(IncidentRow.id == incident)
        if self._session.exec(held.with_for_update(key_share=True)).one_or_none() is None:
            raise UnknownIncident(incident)


def _columns(hotfix: Hotfix) -> dict[str, Any]:
    return {
        "incident": hotfix.incident,
        "number": hotfix.number,
        "service": hotfix.service,
        "state": hotfix.state,
        "open": hotfix.open,
        "version": hotfix.version,
        "whole": hotfix,
    }


def _value(row: HotfixRow) -> Hotfix:
    # The document was written before the row had its id.
    assert row.id is not None  # noqa: S101 - it is stored
    return replace(row.whole, id=row.id)
