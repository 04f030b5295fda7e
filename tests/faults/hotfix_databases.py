"""Databases that can be put back to how they were: a file, or a database on PostgreSQL."""

import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.faults.crew import put_database


class Database(ABC):
    """A database that is saved, and put back."""

    url: str

    @abstractmethod
    def save(self) -> None: ...

    @abstractmethod
    def put_back(self) -> None: ...


class _File(Database):
    """A SQLite file; nobody has it open when it is saved or put back."""

    def __init__(self, file: Path) -> None:
        self.url = f"sqlite:///{file}"
        self._file = file
        self._saved = file.with_name("saved.db")

    def save(self) -> None:
        shutil.copy(self._file, self._saved)

    def put_back(self) -> None:
        put_database(self._saved, self._file)


class _OnServer(Database):
    """A database on PostgreSQL, beside which its copies stand."""

    def __init__(self, template: str) -> None:
        address = make_url(template)
        self._name = f"{address.database}_run"
        self._saved = f"{address.database}_saved"
        self._server = template
        self._copy(f"{address.database}", self._name)
        self.url = address.set(database=self._name).render_as_string(hide_password=False)

    def save(self) -> None:
        self._copy(self._name, self._saved)

    def put_back(self) -> None:
        self._copy(self._saved, self._name)

    def drop(self) -> None:
        for name in (self._name, self._saved):
            self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _copy(self, one: str, other: str) -> None:
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", other)
        self._run("CREATE DATABASE {} TEMPLATE {}", other, one)

    def _run(self, statement: str, *names: str) -> None:
        server = make_url(self._server).set(database="postgres")
        with psycopg.connect(
            server.render_as_string(hide_password=False), autocommit=True
        ) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def database_of(template: str, folder: Path) -> Iterator[Database]:
    """A database of one's own, made after a file or after a database on a server."""
    if not template.startswith("postgresql"):
        file = folder / "run.db"
        put_database(Path(template), file)
        yield _File(file)
        return
    database = _OnServer(template)
    try:
        yield database
    finally:
        database.drop()
