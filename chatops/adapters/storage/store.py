"""The port to storage over SQL: opens transactions, and speaks of trouble in our words."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session

from chatops.adapters.storage.engines import PATIENCE, reading
from chatops.adapters.storage.errors import translated
from chatops.adapters.storage.hotfixes import SqlHotfixes
from chatops.adapters.storage.incidents import SqlIncidents
from chatops.adapters.storage.messages import SqlAlerts, SqlDeliveries, SqlMessages
from chatops.adapters.storage.metrics import SqlMetricsStore
from chatops.adapters.storage.outbox import SqlOutbox
from chatops.adapters.storage.post_mortems import SqlPostMortems
from chatops.adapters.storage.promises import SqlPromises, SqlTasks
from chatops.adapters.storage.snapshots import SqlSnapshots
from chatops.adapters.storage.timeline import SqlTimeline
from chatops.adapters.storage.write_queue import WriteQueue
from chatops.domain.playbook.policy import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlUnitOfWork:
    """One transaction."""

    incidents: SqlIncidents
    hotfixes: SqlHotfixes
    timeline: SqlTimeline
    promises: SqlPromises
    outbox: SqlOutbox
    messages: SqlMessages
    tasks: SqlTasks
    post_mortems: SqlPostMortems
    deliveries: SqlDeliveries
    alerts: SqlAlerts
    figures: SqlMetricsStore
    snapshots: SqlSnapshots


class SqlStorage:
    """Opens transactions on one database; may be used from any thread.

    Where one writes at a time, ``patience`` is how many seconds each waits for the others.
    """

    def __init__(self, engine: Engine, *, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._writer = engine
        self._reader = reading(engine)
        self._snapshots: dict[str, Snapshot] = {}
        # PostgreSQL has writers wait for each other where they must, and in order.
        self._turnstile = WriteQueue() if engine.dialect.name == "sqlite" else None

    @contextmanager
    def writing(self) -> Iterator[SqlUnitOfWork]:
        passed = self._turnstile.passed(self._patience) if self._turnstile else nullcontext()
        with translated(self._writer.url), passed, _session(self._writer) as session:
            yield _work(session, self._snapshots, holds=True)

    @contextmanager
    def reading(self) -> Iterator[SqlUnitOfWork]:
        with translated(self._reader.url), _session(self._reader) as session:
            yield _work(session, self._snapshots, holds=False)


@contextmanager
def _session(engine: Engine) -> Iterator[Session]:
    """One transaction, begun at once.

    Rows are read anew each time: it may see what others commit beside it.
    """
    with (
        engine.begin() as connection,
        Session(connection, execution_options={"populate_existing": True}) as session,
    ):
        yield session


def _work(session: Session, snapshots: dict[str, Snapshot], *, holds: bool) -> SqlUnitOfWork:
    return SqlUnitOfWork(
        incidents=SqlIncidents(session, holds=holds),
        hotfixes=SqlHotfixes(session, holds=holds),
        timeline=SqlTimeline(session),
        promises=SqlPromises(session),
        outbox=SqlOutbox(session),
        messages=SqlMessages(session),
        tasks=SqlTasks(session),
        post_mortems=SqlPostMortems(session),
        deliveries=SqlDeliveries(session),
        alerts=SqlAlerts(session),
        figures=SqlMetricsStore(session),
        snapshots=SqlSnapshots(session, snapshots),
    )
