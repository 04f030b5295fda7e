"""Inserts that yield to what is there already, in the words of either database."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import sqlalchemy
from sqlalchemy import Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from chatops.adapters.storage.mapping import table_of
from chatops.adapters.storage.table import Table

Insert = postgresql.Insert | sqlite.Insert


def insert_into(session: Session, table: type[Table]) -> Insert:
    """An INSERT that knows ON CONFLICT."""
    return _insert(_dialect(session), table)


def put_into(session: Session, table: type[Table], row: Mapping[str, Any], *unique: str) -> Any:
    """Insert a row, or change the one with the same ``unique``; returns what is its primary key."""
    put = _put(_dialect(session), table, unique)
    return session.connection().execute(put, row).scalar_one()


def add_once(session: Session, table: type[Table], row: Mapping[str, Any], *unique: str) -> bool:
    """Insert a row; false if one with the same ``unique`` is there already."""
    once = _once(_dialect(session), table, unique)
    return session.connection().execute(once, row).first() is not None


# To build a statement over twenty columns takes longer than the database needs for it, so the
# common ones are built once and take their values when they are executed.


@cache
def _put(dialect: str, table: type[Table], unique: tuple[str, ...]) -> Executable:
    into = table_of(table)
    new = _insert(dialect, into)
    changed = {column.name: new.excluded[column.name] for column in into.c if column.name != "id"}
    put = new.on_conflict_do_update(index_elements=unique, set_=changed)
    return put.returning(*into.primary_key)


@cache
def _once(dialect: str, table: type[Table], unique: tuple[str, ...]) -> Executable:
    into = table_of(table)
    once = _insert(dialect, into).on_conflict_do_nothing(index_elements=unique)
    return once.returning(*into.primary_key)


def _insert(dialect: str, into: type[Table] | sqlalchemy.Table) -> Insert:
    return postgresql.insert(into) if dialect == "postgresql" else sqlite.insert(into)


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
