"""Between rows and domain values: a row's columns bear the names of the value's fields."""

from collections.abc import Mapping
from dataclasses import Field, fields
from functools import cache
from typing import Any, ClassVar, Protocol, TypeVar

import sqlalchemy
from sqlalchemy import Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from chatops.adapters.storage.tables import METADATA
from chatops.adapters.storage.types import BaseRow


class Value(Protocol):
    """Any domain value."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


AnyValue = TypeVar("AnyValue", bound=Value)


def table_of(row: type[BaseRow]) -> sqlalchemy.Table:
    """The table itself, for statements that read and write columns, not rows that are kept."""
    return METADATA.tables[str(row.__tablename__)]


def value_of(kind: type[AnyValue], row: BaseRow | sqlalchemy.Row[Any]) -> AnyValue:
    """Read the value of that kind from its row."""
    return kind(**{name: getattr(row, name) for name in _names(kind)})


def columns_of(value: Value) -> dict[str, Any]:
    """What a row must hold for the value; a value that was never stored has no id yet."""
    held = {name: getattr(value, name) for name in _names(type(value))}
    if held.get("id") == 0:
        del held["id"]
    return held


@cache
def _names(kind: type[Value]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


Insert = postgresql.Insert | sqlite.Insert


def insert_into(session: Session, table: type[BaseRow]) -> Insert:
    """An INSERT that knows ON CONFLICT."""
    return _insert(_dialect(session), table)


def put_into(session: Session, table: type[BaseRow], row: Mapping[str, Any], *unique: str) -> Any:
    """Insert a row, or change the one with the same ``unique``; returns what is its primary key."""
    put = _put(_dialect(session), table, unique)
    return session.connection().execute(put, row).scalar_one()


def add_once(session: Session, table: type[BaseRow], row: Mapping[str, Any], *unique: str) -> bool:
    """Insert a row; false if one with the same ``unique`` is there already."""
    once = _once(_dialect(session), table, unique)
    return session.connection().execute(once, row).first() is not None


# To build a statement over twenty columns takes longer than the database needs for it, so the
# common ones are built once and take their values when they are executed.


@cache
def _put(dialect: str, table: type[BaseRow], unique: tuple[str, ...]) -> Executable:
    into = table_of(table)
    new = _insert(dialect, into)
    changed = {column.name: new.excluded[column.name] for column in into.c if column.name != "id"}
    put = new.on_conflict_do_update(index_elements=unique, set_=changed)
    return put.returning(*into.primary_key)


@cache
def _once(dialect: str, table: type[BaseRow], unique: tuple[str, ...]) -> Executable:
    into = table_of(table)
    once = _insert(dialect, into).on_conflict_do_nothing(index_elements=unique)
    return once.returning(*into.primary_key)


def _insert(dialect: str, into: type[BaseRow] | sqlalchemy.Table) -> Insert:
    return postgresql.insert(into) if dialect == "postgresql" else sqlite.insert(into)


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
