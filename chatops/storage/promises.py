"""What is owed, in the database: promises with their clocks, and tasks."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from chatops.domain.errors import UnknownIncident
from chatops.domain.promises import Promise, PromiseState
from chatops.domain.tasks import Task
from chatops.storage.inserts import insert_into
from chatops.storage.mapping import columns_of, value_of
from chatops.storage.tables import IncidentRow, PromiseRow, TaskRow


class SqlPromises:
    """All promises."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, incident: int) -> Sequence[Promise]:
        theirs = select(PromiseRow).where(PromiseRow.incident == incident)
        rows = self._session.exec(theirs.order_by(col(PromiseRow.due_at), col(PromiseRow.id)))
        return tuple(value_of(Promise, row) for row in rows)

    def get(self, incident: int, key: str) -> Promise | None:
        same = select(PromiseRow).where(PromiseRow.incident == incident, PromiseRow.key == key)
        row = self._session.exec(same).one_or_none()
        return None if row is None else value_of(Promise, row)

    def put(self, promise: Promise) -> Promise:
        columns = columns_of(replace(promise, id=0))
        new = insert_into(self._session, PromiseRow).values(**columns)
        stored = new.on_conflict_do_update(
            index_elements=["incident", "key"], set_=columns
        ).returning(col(PromiseRow.id))
        return replace(promise, id=self._session.exec(stored).scalar_one())

    def claim(self, now: datetime, *, limit: int) -> Sequence[Promise]:
        due = (
            select(PromiseRow)
            .join(IncidentRow, col(IncidentRow.id) == col(PromiseRow.incident))
            .where(PromiseRow.state == PromiseState.OPEN, col(PromiseRow.wake_at) <= now)
            .order_by(col(PromiseRow.wake_at), col(PromiseRow.id))
            .limit(limit)
        )
        held = due.with_for_update(key_share=True, skip_locked=True, of=(PromiseRow, IncidentRow))
        return tuple(value_of(Promise, row) for row in self._session.exec(held))

    def open_of_team(self, team: str, *, limit: int) -> Sequence[Promise]:
        owed = (
            select(PromiseRow)
            .join(IncidentRow, col(IncidentRow.id) == col(PromiseRow.incident))
            .where(IncidentRow.team == team, PromiseRow.state == PromiseState.OPEN)
            .order_by(col(PromiseRow.due_at), col(PromiseRow.id))
            .limit(limit)
        )
        return tuple(value_of(Promise, row) for row in self._session.exec(owed))


class SqlTasks:
    """All tasks."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, task: Task) -> Task:
        self._hold(task.incident)
        taken = select(func.max(TaskRow.number)).where(TaskRow.incident == task.incident)
        number = (self._session.exec(taken).one() or 0) + 1
        row = TaskRow(**columns_of(replace(task, id=0, number=number)))
        self._session.add(row)
        self._session.flush()
        return value_of(Task, row)

    def of(self, incident: int) -> Sequence[Task]:
        theirs = select(TaskRow).where(TaskRow.incident == incident)
        rows = self._session.exec(theirs.order_by(col(TaskRow.number)))
        return tuple(value_of(Task, row) for row in rows)

    def put(self, task: Task) -> None:
        self._session.exec(
            update(TaskRow).where(col(TaskRow.id) == task.id).values(**columns_of(task))
        )

    def _hold(self, incident: int) -> None:
        """Keep others from taking the same number until the commit."""
        held = select(IncidentRow.id).where(IncidentRow.id == incident)
        if self._session.exec(held.with_for_update(key_share=True)).one_or_none() is None:
            raise UnknownIncident(incident)
