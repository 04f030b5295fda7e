"""A database that cannot be used says why, and what would help."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection

from chatops.adapters.storage import engines
from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.errors import (
    StorageBusy,
    StorageDamaged,
    StorageFull,
    StorageNotSetUp,
    StorageReadOnly,
    StorageUnavailable,
    UnknownDatabase,
    translated,
)
from chatops.adapters.storage.migrate import current_revision, upgrade
from chatops.adapters.storage.store import SqlStorage
from tests.storage.samples import NOW, declared

NOBODY = 65534


def told(url: str) -> str:
    """What the person who starts the bot with that URL reads."""
    with pytest.raises(StorageUnavailable) as trouble, _opened(url) as engine:
        current_revision(engine)
    return str(trouble.value)


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Give up root's right to write anywhere, where the tests run as root."""
    me = os.geteuid()
    os.seteuid(NOBODY if me == 0 else me)
    try:
        yield
    finally:
        os.seteuid(me)


@pytest.fixture
def locked_folder() -> Iterator[Path]:
    """A folder that anybody may look into and nobody may write to."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    file = tmp_path / "some" / "where" / "chatops.db"
    with _opened(f"sqlite:///{file}") as engine:
        upgrade(engine)
    assert file.stat().st_size > 0


def test_a_new_file_is_for_nobody_else_to_read(tmp_path: Path) -> None:
    with _opened(f"sqlite:///{tmp_path}/chatops.db") as engine:
        upgrade(engine)
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert modes == dict.fromkeys(("chatops.db", "chatops.db-wal", "chatops.db-shm"), 0o600)


def test_a_folder_that_may_not_be_written_is_told(locked_folder: Path) -> None:
    file = locked_folder / "chatops.db"
    with ordinary_user():
        assert told(f"sqlite:///{file}") == (
            f"I cannot use the database {file}: Permission denied: {file}. Give the user that runs"
            " the bot the right to write to it and its folder, or set CHATOPS_DATA_DIR or"
            " CHATOPS_DATABASE_URL to a place where it may."
        )


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageReadOnly, match="File exists"):
        open_engine(f"sqlite:///{tmp_path}/file/chatops.db")


def test_a_file_that_may_not_be_written_is_told(locked_folder: Path) -> None:
    file = locked_folder / "chatops.db"
    file.touch(0o444)
    with ordinary_user(), pytest.raises(StorageReadOnly, match="Permission denied"):
        open_engine(f"sqlite:///{file}")


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "chatops.db"
    file.write_text("Dear diary, " * 100)
    with pytest.raises(StorageDamaged, match="not a database"), _opened(f"sqlite:///{file}") as it:
        upgrade(it)


def test_a_database_without_tables_says_how_to_make_them(tmp_path: Path) -> None:
    with (
        _opened(f"sqlite:///{tmp_path}/chatops.db") as engine,
        pytest.raises(StorageNotSetUp, match="chatops migrate"),
        SqlStorage(engine).reading() as work,
    ):
        work.incidents.in_channel("C1")


@pytest.mark.postgres
def test_a_server_database_without_tables_says_how_to_make_them(empty_postgres_url: str) -> None:
    with (
        _opened(empty_postgres_url) as engine,
        pytest.raises(StorageNotSetUp, match="chatops migrate"),
        SqlStorage(engine).reading() as work,
    ):
        work.incidents.in_channel("C1")


def test_a_server_that_does_not_answer_is_told_without_its_password() -> None:
    with closing(socket(AF_INET, SOCK_STREAM)) as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        port = nobody_listens.getsockname()[1]
        text = told(f"postgres://bot:secret@127.0.0.1:{port}/chatops?sslpassword=hidden")
    assert text.startswith(
        f"I cannot use the database postgresql://bot:***@127.0.0.1:{port}/chatops: "
    )
    assert "refused" in text
    assert text.endswith("See that it runs and that CHATOPS_DATABASE_URL is right.")
    assert "secret" not in text
    assert "hidden" not in text


@pytest.mark.postgres
def test_a_database_that_is_not_on_the_server_is_told(postgres_server: str) -> None:
    url = make_url(postgres_server).set(database="no_such_database")
    assert '"no_such_database" does not exist' in told(url.render_as_string(hide_password=False))


@pytest.mark.parametrize(
    "url", ["mysql://root@localhost/chatops", "chatops.db", "sqlite://", "sqlite:///:memory:", ""]
)
def test_a_url_that_cannot_be_used_says_what_can(url: str) -> None:
    with pytest.raises(UnknownDatabase, match=r"Use sqlite:////folder/chatops\.db or postgresql:"):
        open_engine(url)


@pytest.mark.postgres
@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_name_a_postgres_database_is_understood(
    postgres_url: str, scheme: str
) -> None:
    url = make_url(postgres_url).set(drivername=scheme)
    with _opened(url.render_as_string(hide_password=False)) as engine:
        assert current_revision(engine) is not None


def test_a_looking_transaction_changes_nothing(store: SqlStorage) -> None:
    with pytest.raises(StorageReadOnly), store.reading() as work:
        declared(work)
    with store.writing() as work:
        assert declared(work).number == 1


def test_a_file_is_set_up_for_many_threads_and_no_loss(sqlite_url: str) -> None:
    with _opened(sqlite_url) as engine, engine.connect() as connection:
        settings = [
            connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        ]
    assert settings == ["wal", 1, 2, 30_000]


class Contended(sqlite3.Connection):
    """A connection to a file that others are switching to WAL: refused so many times."""

    refusals = 2

    def execute(self, statement: str, *parameters: Any) -> sqlite3.Cursor:
        if "journal_mode = WAL" in statement and self.refusals:
            self.refusals -= 1
            message = "database is locked"
            raise sqlite3.OperationalError(message)
        return super().execute(statement, *parameters)


def test_a_new_file_that_others_are_opening_too_is_waited_for(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db", factory=Contended)) as connection:
        engines._set_up_sqlite(connection, None)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_that_stays_locked_is_not_tried_for_ever(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db", factory=Contended)) as connection:
        connection.refusals = 1000
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            engines._set_up_sqlite(connection, None)


def test_a_transaction_that_waits_too_long_is_told(sqlite_url: str) -> None:
    with (
        _opened(f"{sqlite_url}?timeout=0.01") as engine,
        SqlStorage(engine).writing(),
        pytest.raises(StorageBusy, match="try again"),
        SqlStorage(engine).writing(),
    ):
        pass


@pytest.mark.postgres
def test_a_transaction_that_waits_too_long_for_a_row_is_told(postgres_url: str) -> None:
    with _opened(f"{postgres_url}?options=-c%20lock_timeout%3D10") as engine:
        store = SqlStorage(engine)
        with store.writing() as work:
            of = declared(work).id
        with store.writing() as holding:
            holding.incidents.get(of)
            with pytest.raises(StorageBusy, match="try again"), store.writing() as work:
                work.incidents.get(of)


def test_a_full_disk_is_told(sqlite_url: str) -> None:
    with _opened(sqlite_url) as engine:
        with engine.connect() as connection:
            connection.execute(text("PRAGMA max_page_count = 1"))
        with pytest.raises(StorageFull, match="Make room"), SqlStorage(engine).writing() as work:
            work.deliveries.is_first("x" * 1_000_000, NOW)


def test_too_many_at_once_are_told() -> None:
    with pytest.raises(StorageBusy, match="connection"), translated(make_url("sqlite:///a.db")):
        raise NoFreeConnection


def test_a_mistake_of_ours_stays_what_it_is() -> None:
    ours = DBAPIError("SELECT", {}, sqlite3.ProgrammingError("wrong number of arguments"))
    with pytest.raises(DBAPIError), translated(make_url("sqlite:///a.db")):
        raise ours
