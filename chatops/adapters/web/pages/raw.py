"""Turns what is known of an incident into plain data, for programs."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from chatops.application.pages.incident import Record


def raw(record: Record) -> Mapping[str, Any]:
    """The record of an incident as it is stored, without the policy."""
    return {
        "incident": plain(record.incident),
        "timeline": plain(record.entries),
        "promises": plain(record.promises),
        "tasks": plain(record.tasks),
        "hotfixes": [plain(each.fix) for each in record.hotfixes],
    }


def plain(value: object) -> Any:
    """A value as JSON has it: moments in ISO 8601, spans in seconds."""
    match value:
        case Mapping():
            return {str(key): plain(each) for key, each in value.items()}
        case frozenset() | set():
            return sorted(map(plain, value))
        case list() | tuple():
            return [plain(each) for each in value]
        case _ if is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            return _single(value)


def _single(value: object) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Enum():
            return value.value
        case None | str() | int() | float():
            return value
        case _:
            return str(value)
