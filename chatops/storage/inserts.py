"""Inserts that yield to what is there already, in the words of either database."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from chatops.storage.tables import Table


def insert_into(session: Session, table: type[Table]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
