"""Effects in the database: claimed by one worker at a time, lane by lane, in order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select, update
from sqlalchemy.sql import ColumnCollection
from sqlmodel import Session, col

from chatops.domain.effects import Effect, EffectState
from chatops.storage.inserts import add_once
from chatops.storage.mapping import columns_of, value_of
from chatops.storage.tables import EFFECTS, FAILED, UNFINISHED, EffectRow

Columns = ColumnCollection[str, ColumnElement[Any]]

#: Sets our advisory locks on lanes apart from anybody else's.
_LANES = 0x1A7E5


class SqlOutbox:
    """Effects waiting to be done, and what became of the others."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, effect: Effect) -> bool:
        return add_once(self._session, EffectRow, columns_of(replace(effect, id=0)), "key")

    def claim(self, now: datetime, *, lease: timedelta, limit: int) -> Sequence[Effect]:
        started = [effect.started(until=now + lease) for effect in self._due(now, limit)]
        if started:
            rows = [columns_of(effect) for effect in started]
            self._session.exec(update(EffectRow), params=rows)
        return tuple(started)

    def settle(self, effect: Effect) -> bool:
        same = (col(EffectRow.id) == effect.id, col(EffectRow.attempts) == effect.attempts)
        outcome = update(EffectRow).where(*same).values(**columns_of(effect))
        return bool(self._session.exec(outcome).rowcount)

    def get(self, id: int) -> Effect | None:  # noqa: A002 - it is the id
        row = self._session.get(EffectRow, id)
        return None if row is None else value_of(Effect, row)

    def failed(self, incident: int) -> Sequence[Effect]:
        theirs = select(EffectRow).where(FAILED, col(EffectRow.incident) == incident)
        rows = self._session.scalars(theirs.order_by(col(EffectRow.id)))
        return tuple(value_of(Effect, row) for row in rows)

    def next_due(self) -> datetime | None:
        heads = _heads()
        waiting = heads.c.state == EffectState.WAITING
        moments = select(heads.c.not_before).where(waiting).order_by(heads.c.not_before).limit(1)
        return self._session.scalars(moments).one_or_none()

    def _due(self, now: datetime, limit: int) -> Sequence[Effect]:
        """The effects that may be started, held."""
        heads = _heads()
        due = select(heads.c.id).where(_is_due(heads.c, now)).order_by(heads.c.id).limit(limit)
        if self._session.get_bind().dialect.name == "postgresql":
            # What others committed before we held the lanes is seen only by asking afterwards.
            due = due.where(heads.c.lane.in_(self._hold_lanes(now, limit)))
        ids = self._session.scalars(due).all()
        still_due = col(EffectRow.id).in_(ids), _is_due(EFFECTS, now)
        rows = select(EffectRow).where(*still_due).order_by(col(EffectRow.id))
        held = self._session.scalars(rows.with_for_update(skip_locked=True))
        return [value_of(Effect, row) for row in held]

    def _hold_lanes(self, now: datetime, limit: int) -> Sequence[str]:
        """Hold up to ``limit`` lanes with something due that nobody else is claiming from."""
        heads = _heads()
        due = select(heads.c.lane).where(_is_due(heads.c, now)).order_by(heads.c.id)
        lanes = due.cte("lanes").prefix_with("MATERIALIZED", dialect="postgresql")
        free = func.pg_try_advisory_xact_lock(_LANES, func.hashtext(lanes.c.lane))
        return self._session.scalars(select(lanes.c.lane).where(free).limit(limit)).all()


def _heads() -> Subquery:
    """The effect of each lane whose turn it is: the one running, else the first that waits.

    One pass over the index of unfinished effects, in which a lane's running one stands first.
    """
    place = func.row_number().over(partition_by=EFFECTS.lane, order_by=(EFFECTS.state, EFFECTS.id))
    unfinished = select(*EFFECTS, place.label("place")).where(UNFINISHED).subquery()
    return select(unfinished).where(unfinished.c.place == 1).subquery("heads")


def _is_due(row: Columns, now: datetime) -> ColumnElement[bool]:
    waited = and_(row.state == EffectState.WAITING, row.not_before <= now)
    interrupted = and_(row.state == EffectState.RUNNING, row.lease_until <= now)
    return or_(waited, interrupted)
