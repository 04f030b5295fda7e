"""The points at which a run can be struck: around each commit, and on each call's way to Slack."""

import threading
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import Connection, Engine, event


class Point(StrEnum):
    """Where a run stands when it is struck."""

    #: Everything is written and nothing committed.
    COMMIT = "commit"
    COMMITTED = "committed"
    #: A call is about to leave.
    LEAVES = "leaves"
    #: Slack has acted, and its answer is on the way.
    ACCEPTED = "accepted"
    #: The answer is read, and what came of the call is not stored yet.
    READ = "read"


Cross = Callable[[Point, str], None]


class Transactions:
    """Crosses a point before and after each commit of a change, until the end of the block."""

    def __init__(self, engine: Engine, cross: Cross) -> None:
        self._engine = engine
        self._cross = cross
        self._here = threading.local()
        self._do_commit = engine.dialect.do_commit
        self._heard = {"begin": self._begins, "commit": self._commits, "rollback": self._ends}

    def __enter__(self) -> Self:
        for name, hear in self._heard.items():
            event.listen(self._engine, name, hear)
        # There is no event after a commit.
        self._engine.dialect.do_commit = self._commit  # type: ignore[method-assign, assignment]
        return self

    def __exit__(self, *_: object) -> None:
        for name, hear in self._heard.items():
            event.remove(self._engine, name, hear)
        self._engine.dialect.do_commit = self._do_commit  # type: ignore[method-assign]

    @property
    def open_here(self) -> bool:
        """Whether this thread is inside a transaction."""
        return bool(getattr(self._here, "open", False))

    def _begins(self, _connection: Connection) -> None:
        self._here.open = True

    def _commits(self, connection: Connection) -> None:
        self._here.changes = not _is_read(connection)
        if self._here.changes:
            self._cross(Point.COMMIT, "")

    def _commit(self, connection: Any) -> None:
        self._do_commit(connection)
        self._here.open = False
        if getattr(self._here, "changes", False):
            self._cross(Point.COMMITTED, "")

    def _ends(self, _connection: Connection) -> None:
        self._here.open = False


def _is_read(connection: Connection) -> bool:
    options = connection.get_execution_options()
    return bool(options.get("chatops_reads") or options.get("postgresql_readonly"))
