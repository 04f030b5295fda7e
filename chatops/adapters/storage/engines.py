"""Opens a database by its URL and sets how its transactions begin."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from chatops.adapters.storage.errors import StorageReadOnly, UnknownDatabase

#: Seconds that a transaction waits for what another one holds.
PATIENCE = 30
#: How often a file is switched over that others are switching too; the last of them finds it done.
_TRIES = 20
_READS = "chatops_reads"


def open_engine(url: str) -> Engine:
    """Open ``sqlite:///…`` or ``postgresql://…``.

    A missing SQLite file is created, for nobody else to read.

    Raises:
        UnknownDatabase, StorageReadOnly
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        reason = "it is not a database URL"
        raise UnknownDatabase(reason) from error
    match parsed.drivername:
        case "sqlite" | "sqlite+pysqlite":
            return _open_sqlite(parsed)
        case "postgresql" | "postgres" | "postgresql+psycopg":
            return _open_postgres(parsed)
        case other:
            reason = f"I do not speak {other}"
            raise UnknownDatabase(reason)


def reading(engine: Engine) -> Engine:
    """The same database, for transactions that only look, each at one state of it."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_READS: True})
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _open_postgres(url: URL) -> Engine:
    wait = f"-c lock_timeout={PATIENCE * 1000} -c idle_in_transaction_session_timeout=60000"
    asked = {"connect_timeout": "10", "application_name": "chatops", "options": wait}
    return create_engine(
        url.set(drivername="postgresql+psycopg", query={**asked, **url.query}),
        isolation_level="READ COMMITTED",
        pool_size=10,
        max_overflow=20,
        pool_timeout=PATIENCE,
        pool_pre_ping=True,
        hide_parameters=True,
    )


def _open_sqlite(url: URL) -> Engine:
    if url.database in {None, "", ":memory:"}:
        reason = "a database in memory forgets everything"
        raise UnknownDatabase(reason)
    file = Path(str(url.database))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
    except OSError as error:
        raise StorageReadOnly(str(file), f"{error.strerror}: {error.filename}") from error
    engine = create_engine(
        url.set(query={"timeout": str(PATIENCE), **url.query}),
        hide_parameters=True,
        pool_size=10,
        max_overflow=20,
        pool_timeout=PATIENCE,
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    _log_ahead(connection)


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Have readers and a writer not wait for each other.

    Switching a new file over fails at once while somebody else does it; beginning to write waits.
    """
    switch = "PRAGMA journal_mode = WAL"
    for _ in range(_TRIES):
        try:
            connection.execute(switch)
        except sqlite3.OperationalError:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        else:
            return
    connection.execute(switch)


def _begin_sqlite(connection: Connection) -> None:
    """Take the right to write at once: one taken later could be refused half-way."""
    reads = connection.get_execution_options().get(_READS, False)
    if connection.info.get(_READS, False) != reads:
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reads else 'OFF'}")
        connection.info[_READS] = reads
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
