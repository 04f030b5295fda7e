"""Between rows and domain values: a row's columns bear the names of the value's fields."""

from dataclasses import Field, fields
from functools import cache
from typing import Any, ClassVar, Protocol, TypeVar

import sqlalchemy

from chatops.adapters.storage.table import Table
from chatops.adapters.storage.tables import METADATA


class Value(Protocol):
    """Any domain value."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


AnyValue = TypeVar("AnyValue", bound=Value)


def table_of(row: type[Table]) -> sqlalchemy.Table:
    """The table itself, for statements that read and write columns, not rows that are kept."""
    return METADATA.tables[str(row.__tablename__)]


def value_of(kind: type[AnyValue], row: Table | sqlalchemy.Row[Any]) -> AnyValue:
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
