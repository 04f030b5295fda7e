"""Databases for tests: a SQLite file and a PostgreSQL database, set up once and clean each time.

Import the fixtures that a test needs, with those that they use, into its conftest.py (or name
this module in ``pytest_plugins`` there, if it is the outermost). ``store`` runs a test on both,
``sqlite_store`` and ``postgres_store`` on one.
"""

import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.migrate import upgrade
from chatops.adapters.storage.store import SqlStorage

_VARIABLE = "CHATOPS_TEST_POSTGRES_URL"
_LOCAL = "postgresql://postgres@127.0.0.1:5432/postgres"
_TABLES = """
    SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""


@cache
def empty_database() -> bytes:
    """A SQLite file with all tables and nothing in them."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "chatops.db"
        _set_up(f"sqlite:///{file}")
        return file.read_bytes()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The empty database as a file, to be copied."""
    file = tmp_path_factory.mktemp("template") / "chatops.db"
    file.write_bytes(empty_database())
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    file = tmp_path / "chatops.db"
    shutil.copy(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The URL of a server on which databases may be made."""
    url = os.environ.get(_VARIABLE, _LOCAL)  # noqa: TID251 - the suite's own setting
    try:
        psycopg.connect(url, connect_timeout=30).close()
    except psycopg.OperationalError as error:
        _do_without(f"no PostgreSQL at {_without_password(url)} ({_VARIABLE}): {error}")
    return url


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A database of its own, without tables."""
    yield from _postgres_database(postgres_server)


@pytest.fixture(scope="session")
def postgres_database(postgres_server: str) -> Iterator[str]:
    """A database with all tables, for all tests of one worker.

    A test empties its tables, nothing else: whoever changes the tables themselves or their
    revision takes ``empty_postgres_url``.
    """
    for url in _postgres_database(postgres_server):
        _set_up(url)
        yield url


@pytest.fixture
def postgres_url(postgres_database: str) -> str:
    _empty_tables(postgres_database)
    return postgres_database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other, with all tables and nothing in them."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    yield from _opened(database_url)


@pytest.fixture
def store(engine: Engine) -> SqlStorage:
    """A store on either database."""
    return SqlStorage(engine)


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[SqlStorage]:
    """A store on SQLite alone."""
    for engine in _opened(sqlite_url):
        yield SqlStorage(engine)


@pytest.fixture
def postgres_store(postgres_url: str) -> Iterator[SqlStorage]:
    """A store on PostgreSQL alone; mark the test with ``pytest.mark.postgres``."""
    for engine in _opened(postgres_url):
        yield SqlStorage(engine)


def _opened(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def _set_up(url: str) -> None:
    for engine in _opened(url):
        upgrade(engine)


def _postgres_database(server: str) -> Iterator[str]:
    name = f"chatops_test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name))
        )
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _empty_tables(url: str) -> None:
    with psycopg.connect(url) as connection:
        (tables,) = connection.execute(_TABLES).fetchone() or ("",)
        connection.execute("SET LOCAL lock_timeout = '60s'")
        connection.execute("ALTER TABLE timeline DISABLE TRIGGER USER")
        connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(sql.SQL(tables)))
        connection.execute("ALTER TABLE timeline ENABLE TRIGGER USER")


def _do_without(reason: str) -> NoReturn:
    if os.environ.get("CI", "").lower() in {"1", "true"}:  # noqa: TID251 - CI sets it for programs
        pytest.fail(reason)
    pytest.skip(reason)


def _without_password(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)
