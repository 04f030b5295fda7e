"""Between rows and domain values: a row's columns bear the names of the value's fields."""

from dataclasses import Field, fields
from typing import Any, ClassVar, Protocol, TypeVar

from chatops.storage.tables import Table


class Value(Protocol):
    """Any domain value."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


AnyValue = TypeVar("AnyValue", bound=Value)


def value_of(kind: type[AnyValue], row: Table) -> AnyValue:
    """Read the value of that kind from its row."""
    return kind(**{field.name: getattr(row, field.name) for field in fields(kind)})


def columns_of(value: Value) -> dict[str, Any]:
    """What a row must hold for the value; a value that was never stored has no id yet."""
    held = {field.name: getattr(value, field.name) for field in fields(value)}
    if held.get("id") == 0:
        del held["id"]
    return held
