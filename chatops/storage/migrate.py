"""Brings a database to the newest revision; safe when two replicas start at once."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, func, select, text

from chatops.storage.engines import reading
from chatops.storage.errors import StorageNewer, shown, translated

#: The advisory lock that a migrating replica holds on PostgreSQL.
_MIGRATING = 0xC4A7095


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Make or update the tables; whoever comes second waits and finds nothing left to do.

    Raises:
        StorageUnavailable
    """
    with translated(engine.url), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = '10min'"))
            connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
        if _known_revision(connection) != head_revision():
            command.upgrade(_configuration(connection), revision)


def current_revision(engine: Engine) -> str | None:
    """The revision that the database is at; none if it is empty.

    Raises:
        StorageUnavailable
    """
    with translated(engine.url), reading(engine).begin() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str:
    """The revision that this release needs."""
    return str(_revisions().get_current_head())


def _known_revision(connection: Connection) -> str | None:
    at = MigrationContext.configure(connection).get_current_revision()
    try:
        _revisions().get_revisions(at or ())
    except CommandError as error:
        raise StorageNewer(shown(connection.engine.url), str(at)) from error
    return at


@cache
def _revisions() -> ScriptDirectory:
    return ScriptDirectory.from_config(_configuration(None))


def _configuration(connection: Connection | None) -> Config:
    configuration = Config(attributes={"connection": connection})
    folder = str(Path(__file__).parent / "migrations")
    configuration.set_main_option("script_location", folder.replace("%", "%%"))
    return configuration
