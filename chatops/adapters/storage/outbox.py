"""Effects in the database: claimed by one worker at a time, lane by lane, in order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, bindparam, func, or_, select, update
from sqlalchemy.sql import ColumnCollection
from sqlmodel import Session

from chatops.adapters.storage.mapping import add_once, columns_of, table_of, value_of
from chatops.adapters.storage.tables import EFFECTS, EffectRow
from chatops.adapters.storage.types import FAILED, UNFINISHED, UtcMoment
from chatops.domain.messages.effects import Effect, EffectState

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
            rows = [columns_of(effect) | {"same_id": effect.id} for effect in started]
            self._session.connection().execute(_START, rows)
        return tuple(started)

    def complete(self, effect: Effect) -> bool:
        same = {"same_id": effect.id, "same_attempts": effect.attempts}
        outcome = self._session.connection().execute(_SETTLE, columns_of(effect) | same)
        return bool(outcome.rowcount)

    def get(self, id: int) -> Effect | None:  # noqa: A002 - it is the id
        row = self._session.connection().execute(_GET, {"same_id": id}).one_or_none()
        return None if row is None else value_of(Effect, row)

    def failed(self, incident: int) -> Sequence[Effect]:
        rows = self._session.connection().execute(_FAILED_OF, {"of": incident})
        return tuple(value_of(Effect, row) for row in rows)

    def next_due(self) -> datetime | None:
        moment: datetime | None = self._session.connection().execute(_NEXT_DUE).scalar_one_or_none()
        return moment

    def _due(self, now: datetime, limit: int) -> Sequence[Effect]:
        """The effects that may be started, held."""
        run = self._session.connection().execute
        asked = {"now": now, "limit": limit}
        if self._session.get_bind().dialect.name == "postgresql":
            # What others committed before we held the lanes is seen only by asking afterwards.
            lanes = run(_HOLD_LANES, asked).scalars().all()
            ids = run(_DUE_IN_LANES, asked | {"lanes": lanes}).scalars().all()
        else:
            ids = run(_DUE, asked).scalars().all()
        held = run(_HOLD, {"ids": ids, "now": now}) if ids else ()
        return [value_of(Effect, row) for row in held]


def _heads() -> Subquery:
    """The effect of each lane whose turn it is: the one running, else the first that waits.

    One pass over the index of unfinished effects, in which a lane's running one stands first.
    """
    place = func.row_number().over(partition_by=EFFECTS.lane, order_by=(EFFECTS.state, EFFECTS.id))
    unfinished = select(*EFFECTS, place.label("place")).where(UNFINISHED).subquery()
    return select(unfinished).where(unfinished.c.place == 1).subquery("heads")


def _is_due(row: Columns) -> ColumnElement[bool]:
    now = bindparam("now", type_=UtcMoment)
    waited = and_(row.state == EffectState.WAITING, row.not_before <= now)
    interrupted = and_(row.state == EffectState.RUNNING, row.lease_until <= now)
    return or_(waited, interrupted)


def _free_lanes() -> Select[Any]:
    """Hold up to ``limit`` lanes with something due that nobody else is claiming from."""
    heads = _heads()
    due = select(heads.c.lane).where(_is_due(heads.c)).order_by(heads.c.id)
    lanes = due.cte("lanes").prefix_with("MATERIALIZED", dialect="postgresql")
    free = func.pg_try_advisory_xact_lock(_LANES, func.hashtext(lanes.c.lane))
    return select(lanes.c.lane).where(free).limit(bindparam("limit"))


def _due(*, in_lanes: bool) -> Select[Any]:
    heads = _heads()
    due = select(heads.c.id).where(_is_due(heads.c)).order_by(heads.c.id).limit(bindparam("limit"))
    return due.where(heads.c.lane.in_(bindparam("lanes", expanding=True))) if in_lanes else due


def _next_due() -> Select[Any]:
    heads = _heads()
    waiting = heads.c.state == EffectState.WAITING
    return select(heads.c.not_before).where(waiting).order_by(heads.c.not_before).limit(1)


# Built once: to build a statement takes longer than the database needs for it.
_TABLE = table_of(EffectRow)
_SAME = EFFECTS.id == bindparam("same_id")
_GET = select(_TABLE).where(_SAME)
_START = update(_TABLE).where(_SAME)
_SETTLE = update(_TABLE).where(_SAME, EFFECTS.attempts == bindparam("same_attempts"))
_FAILED_OF = select(_TABLE).where(FAILED, EFFECTS.incident == bindparam("of")).order_by(EFFECTS.id)
_NEXT_DUE = _next_due()
_HOLD_LANES = _free_lanes()
_DUE, _DUE_IN_LANES = _due(in_lanes=False), _due(in_lanes=True)
_HOLD = (
    select(_TABLE)
    .where(EFFECTS.id.in_(bindparam("ids", expanding=True)), _is_due(EFFECTS))
    .order_by(EFFECTS.id)
    .with_for_update(skip_locked=True)
)
