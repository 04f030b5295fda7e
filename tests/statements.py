"""Compiles each SQL statement once for all databases of a test run.

Every test opens databases of its own, and SQLAlchemy compiles for each engine anew: one second in
six of a run. Databases of one kind speak one language, so they may share what was compiled.
"""

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache

_Key = tuple[Any, ...]


class _Statements(LRUCache[_Key, Any]):
    """Knows a statement whichever engine asks for it: by its dialect's driver, not its instance."""

    def get(self, key: _Key, default: Any = None) -> Any:
        return super().get(_by_driver(key), default)

    def __getitem__(self, key: _Key) -> Any:
        return super().__getitem__(_by_driver(key))

    def __setitem__(self, key: _Key, value: Any) -> None:
        super().__setitem__(_by_driver(key), value)


def _by_driver(key: _Key) -> _Key:
    dialect, *statement = key
    return (dialect.driver, *statement)


_STATEMENTS = _Statements(capacity=5000)


def compile_once() -> None:
    """Have every engine that is opened from now on share what was compiled."""
    event.listen(Engine, "engine_connect", _share)


def _share(connection: Connection) -> None:
    connection.engine._compiled_cache = _STATEMENTS
