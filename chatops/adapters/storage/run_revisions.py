"""Runs the revisions that a database lacks, in one transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, func, select, text

from chatops.adapters.storage.errors import StorageNewer, shown, translated

#: The advisory lock that a migrating replica holds on PostgreSQL.
_MIGRATING = 0xC4A7095


def run_revisions(engine: Engine, folder: Path, revision: str) -> None:
    """Make or update the tables; whoever comes second waits and finds nothing left to do.

    Raises:
        StorageUnavailable
    """
    with translated(engine.url), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = '10min'"))
            connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
        configuration = Config(attributes={"connection": connection})
        configuration.set_main_option("script_location", str(folder).replace("%", "%%"))
        _must_be_known(connection, ScriptDirectory.from_config(configuration))
        command.upgrade(configuration, revision)


def _must_be_known(connection: Connection, revisions: ScriptDirectory) -> None:
    at = MigrationContext.configure(connection).get_current_revision()
    try:
        revisions.get_revisions(at or ())
    except CommandError as error:
        raise StorageNewer(shown(connection.engine.url), str(at)) from error
