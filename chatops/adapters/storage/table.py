"""What all tables share: their metadata, and the words of their partial indexes."""

from sqlalchemy import Index, MetaData, TextClause, text
from sqlmodel import SQLModel

#: Names for what the database would name by itself, each time differently.
_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

#: Written out in index and query alike: a partial index serves only the words it was made with.
RUNNING = text("status NOT IN ('resolved', 'closed')")
NOT_CLOSED = text("status <> 'closed'")
BEING_DONE = text("state = 'running'")
UNFINISHED = text("state IN ('waiting', 'running')")
FAILED = text("state = 'failed'")
OPEN = text("open")
COUNTED = text("kind IN ('update', 'holding', 'hotfix_refused')")


class BaseRow(SQLModel):
    """What all tables share."""

    metadata = MetaData(naming_convention=_NAMES)


def partial(name: str, *columns: str, where: TextClause, unique: bool = False) -> Index:
    """An index over the rows that ``where`` is true of, in either database."""
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)
