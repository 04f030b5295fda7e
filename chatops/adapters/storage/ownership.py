"""Holds a database file for one bot alone, and takes up what the last one left half done."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, update
from sqlmodel import Session, col

from chatops.adapters.storage.errors import StorageUnavailable, translated
from chatops.adapters.storage.tables import EffectRow
from chatops.domain.messages.effects import EffectState


class StorageOwned(StorageUnavailable):
    """Another bot runs on the same file."""

    def __init__(self, where: str) -> None:
        fix = "Stop it first; for several replicas set CHATOPS_DATABASE_URL to a PostgreSQL."
        super().__init__(where, "another bot is running on it", fix)


@contextmanager
def owned(
    engine: Engine, now: datetime, *, prepare: Callable[[Engine], None] | None = None
) -> Iterator[None]:
    """Own a SQLite file while the bot runs; on PostgreSQL bots work side by side.

    ``prepare`` brings the tables up to date, which must not be done under a running bot.

    An owner knows that whatever is marked as running was interrupted: it need not wait for
    leases to run out.

    Raises:
        StorageOwned
    """
    make_ready = prepare or (lambda _engine: None)
    if engine.dialect.name != "sqlite":
        make_ready(engine)
        yield
        return
    file = Path(str(engine.url.database))
    descriptor = os.open(f"{file}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StorageOwned(str(file)) from error
        make_ready(engine)
        _end_leases(engine, now)
        yield
    finally:
        os.close(descriptor)


def _end_leases(engine: Engine, now: datetime) -> None:
    running = col(EffectRow.state) == EffectState.RUNNING
    with translated(engine.url), Session(engine) as session, session.begin():
        session.exec(update(EffectRow).where(running).values(lease_until=now))
