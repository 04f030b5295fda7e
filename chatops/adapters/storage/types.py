"""What the tables are made of: column types, documents with a shape, and their metadata."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import JSON, DateTime, Dialect, Index, MetaData, String, TextClause, text
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

from chatops.domain.hotfix.model import StepState
from chatops.domain.playbook.pipeline import RollbackStep


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


#: What the phases of a rollback were called before they were steps.
_PHASES = {
    "revert": RollbackStep.REVERT,
    "tag": RollbackStep.TAG,
    "deploy": RollbackStep.DEPLOY,
    "by_hand": RollbackStep.CHECK,
    "deployed": RollbackStep.CHECK,
    "verify": RollbackStep.VERIFY,
}
_BY_GIT = frozenset({RollbackStep.REVERT, RollbackStep.TAG})


def with_rollback_steps(hotfix: Mapping[str, Any]) -> Mapping[str, Any]:
    """A hotfix whose rollback has steps, where it had a phase, a round and a trouble."""
    back = hotfix.get("rollback")
    if back is None or "phase" not in back:
        return hotfix
    kept = {name: back[name] for name in back.keys() - {"phase", "round", "trouble"}}
    phase, _, index = back["phase"].partition(":")
    kept |= {"steps": list(_steps(back, phase)), "reverted": int(index or 0)}
    return {**hotfix, "rollback": kept}


def _steps(back: Mapping[str, Any], phase: str) -> Iterator[Mapping[str, Any]]:
    """Every step of the rollback: those before its phase are done, those after it have not begun.

    A rollback that is over has no phase, and all its steps are done.
    """
    present = _PHASES.get(phase)
    kinds = [each for each in RollbackStep if each not in _BY_GIT or present in _BY_GIT]
    at = kinds.index(present) if present is not None else len(kinds)
    for index, kind in enumerate(kinds):
        yield {
            "kind": kind,
            "title": kind.spec.label.capitalize(),
            "state": _state(back, phase, index - at),
            "round": back["round"],
            "trouble": back["trouble"] if index == at else "",
        }


def _state(back: Mapping[str, Any], phase: str, distance: int) -> StepState:
    """The state of a step that comes so many steps after the present one."""
    if distance:
        return StepState.DONE if distance < 0 else StepState.PENDING
    if back["trouble"]:
        return StepState.FAILED
    return StepState.WAITING if phase == "by_hand" else StepState.RUNNING
