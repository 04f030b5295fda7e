"""Column types: moments that keep their zone, closed sets, and documents with a shape."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import JSON, DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator


class NaiveMoment(TypeError):
    """A moment without a zone was about to be stored."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(f"{moment.isoformat()} has no zone; storage takes aware moments only")


class UtcMoment(TypeDecorator[datetime]):
    """An aware moment, kept and given back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveMoment(value)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EnumText(TypeDecorator[StrEnum]):
    """A member of a closed set, kept under its own word."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | None, _dialect: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, _dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.kind(value)


class JsonDocument(TypeDecorator[Any]):
    """A value of any shape that pydantic can read back, kept as JSON.

    ``revive`` makes a document of an earlier version one of this version, and leaves others be.
    """

    impl = JSON(none_as_null=True)
    cache_ok = True

    def __init__(self, shape: Any, *, revive: Callable[[Any], Any] | None = None) -> None:
        super().__init__()
        self.shape = shape
        self.revive = revive

    def process_bind_param(self, value: Any, _dialect: Dialect) -> Any:
        return None if value is None else _adapter(self.shape).dump_python(value, mode="json")

    def process_result_value(self, value: Any, _dialect: Dialect) -> Any:
        if value is None:
            return None
        document = self.revive(value) if self.revive is not None else value
        return _adapter(self.shape).validate_python(document)


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    """Once for each shape: SQLAlchemy copies a type for every database that is opened."""
    return TypeAdapter(shape)
