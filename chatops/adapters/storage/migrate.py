"""Brings a database to the newest revision; safe when two replicas start at once.

Nearly every start finds a database that is there already, so Alembic is loaded for the others.
"""

from functools import cache
from pathlib import Path

from sqlalchemy import Engine, inspect, text

from chatops.adapters.storage.engines import reading
from chatops.adapters.storage.errors import translated

_FOLDER = Path(__file__).parent / "migrations"
_HEAD = "head"
#: Where Alembic notes the revision.
_NOTED = "alembic_version"


def upgrade(engine: Engine, revision: str = _HEAD) -> None:
    """Make or update the tables, where that is not done yet.

    Raises:
        StorageUnavailable
    """
    if revision == _HEAD and current_revision(engine) == head_revision():
        return
    from chatops.adapters.storage.run_revisions import (  # noqa: PLC0415 - Alembic is large
        run_revisions,
    )

    run_revisions(engine, _FOLDER, revision)


def current_revision(engine: Engine) -> str | None:
    """The revision that the database is at; none if it is empty.

    Raises:
        StorageUnavailable
    """
    with translated(engine.url), reading(engine).begin() as connection:
        if not inspect(connection).has_table(_NOTED):
            return None
        found = connection.execute(text(f"SELECT version_num FROM {_NOTED}")).scalar()  # noqa: S608 - our own name
    return None if found is None else str(found)


@cache
def head_revision() -> str:
    """The revision that this release needs: the files of the revisions are numbered."""
    return max(file.name.partition("_")[0] for file in (_FOLDER / "versions").glob("[0-9]*.py"))
