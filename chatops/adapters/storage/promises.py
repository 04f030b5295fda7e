"""What is owed, in the database: promises with their clocks, and tasks."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlmodel import Session, col

from chatops.adapters.storage.mapping import columns_of, put_into, table_of, value_of
from chatops.adapters.storage.tables import IncidentRow, PromiseRow, TaskRow
from chatops.domain.errors import UnknownIncident
from chatops.domain.promises.model import Promise, PromiseState
from chatops.domain.tasks import Task

_PROMISES, _INCIDENTS = table_of(PromiseRow), table_of(IncidentRow)
# Built once: to build a statement takes longer than the database needs for it.
_OF = (
    select(_PROMISES)
    .where(_PROMISES.c.incident == bindparam("of"))
    .order_by(_PROMISES.c.due_at, _PROMISES.c.id)
)
_SAME = select(_PROMISES).where(
    _PROMISES.c.incident == bindparam("of"), _PROMISES.c.key == bindparam("key")
)
_CLAIM = (
    select(_PROMISES)
    .join(_INCIDENTS, _INCIDENTS.c.id == _PROMISES.c.incident)
    .where(_PROMISES.c.state == PromiseState.OPEN, _PROMISES.c.wake_at <= bindparam("now"))
    .order_by(_PROMISES.c.wake_at, _PROMISES.c.id)
    .limit(bindparam("limit"))
    .with_for_update(key_share=True, skip_locked=True, of=(_PROMISES, _INCIDENTS))
)

_NEXT = select(func.min(_PROMISES.c.wake_at)).where(_PROMISES.c.state == PromiseState.OPEN)
#: So much that is due of some people is looked at together.
_MOST_OF_ONE = 500


class SqlPromises:
    """All promises."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, incident: int) -> Sequence[Promise]:
        rows = self._session.connection().execute(_OF, {"of": incident})
        return tuple(value_of(Promise, row) for row in rows)

    def get(self, incident: int, key: str) -> Promise | None:
        same = {"of": incident, "key": key}
        row = self._session.connection().execute(_SAME, same).one_or_none()
        return None if row is None else value_of(Promise, row)

    def put(self, promise: Promise) -> Promise:
        row = columns_of(replace(promise, id=0))
        return replace(promise, id=put_into(self._session, PromiseRow, row, "incident", "key"))

    def claim(self, now: datetime, *, limit: int) -> Sequence[Promise]:
        rows = self._session.connection().execute(_CLAIM, {"now": now, "limit": limit})
        return tuple(value_of(Promise, row) for row in rows)

    def due_of(self, owners: Collection[str], now: datetime) -> Sequence[Promise]:
        theirs = _CLAIM.where(_PROMISES.c.owner.in_(sorted(owners)))
        rows = self._session.connection().execute(theirs, {"now": now, "limit": _MOST_OF_ONE})
        return tuple(value_of(Promise, row) for row in rows)

    def next_wake(self) -> datetime | None:
        woken: datetime | None = self._session.connection().execute(_NEXT).scalar_one()
        return woken

    def open_of_team(self, team: str, *, limit: int) -> Sequence[Promise]:
        owed = (
            select(PromiseRow)
            .join(IncidentRow, col(IncidentRow.id) == col(PromiseRow.incident))
            .where(col(IncidentRow.team) == team, col(PromiseRow.state) == PromiseState.OPEN)
            .order_by(col(PromiseRow.due_at), col(PromiseRow.id))
            .limit(limit)
        )
        return tuple(value_of(Promise, row) for row in self._session.scalars(owed))


class SqlTasks:
    """All tasks."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, task: Task) -> Task:
        self._hold(task.incident)
        taken = select(func.max(TaskRow.number)).where(col(TaskRow.incident) == task.incident)
        number = (self._session.scalars(taken).one() or 0) + 1
        row = TaskRow(**columns_of(replace(task, id=0, number=number)))
        self._session.add(row)
        self._session.flush()
        return value_of(Task, row)

    def of(self, incident: int) -> Sequence[Task]:
        theirs = select(TaskRow).where(col(TaskRow.incident) == incident)
        rows = self._session.scalars(theirs.order_by(col(TaskRow.number)))
        return tuple(value_of(Task, row) for row in rows)

    def put(self, task: Task) -> None:
        self._session.connection().execute(
            update(TaskRow).where(col(TaskRow.id) == task.id).values(**columns_of(task))
        )

    def at(self, url: str) -> Task | None:
        same = select(TaskRow).where(col(TaskRow.url) == url).order_by(col(TaskRow.id).desc())
        row = self._session.scalars(same.limit(1)).one_or_none()
        return None if row is None or not url else value_of(Task, row)

    def _hold(self, incident: int) -> None:
        """Keep others from taking the same number until the commit."""
        held = select(col(IncidentRow.id)).where(col(IncidentRow.id) == incident)
        if self._session.scalars(held.with_for_update(key_share=True)).one_or_none() is None:
            raise UnknownIncident(incident)
