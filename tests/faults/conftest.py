"""What the tests of faults stand on: databases, a crew without wires, and an undisturbed story."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.databases import (
    postgres_database,
    postgres_server,
    postgres_url,
    sqlite_template,
)
from tests.faults.crew import Crew, crew_without_wires, fast_engine, put_database
from tests.faults.ending import ending, wrongs
from tests.faults.story import tell_all

__all__ = [
    "postgres_database",
    "postgres_server",
    "postgres_url",
    "sqlite_template",
]


@pytest.fixture(scope="session")
def shared_engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """One for all tests of a process: what it has learnt about statements is kept."""
    return fast_engine(f"sqlite:///{tmp_path_factory.mktemp('shared')}/chatops.db")


@pytest.fixture
def engine(shared_engine: Engine, sqlite_template: Path) -> Iterator[Engine]:
    """A database with all tables and nothing in them."""
    put_database(sqlite_template, Path(f"{shared_engine.url.database}"))
    yield shared_engine
    shared_engine.dispose()


@pytest.fixture
def crew(engine: Engine) -> Iterator[Crew]:
    with crew_without_wires(engine) as crew:
        yield crew


@pytest.fixture(scope="session")
def undisturbed(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., dict[str, Any]]:
    """How a story of some steps (all, if none is named) ends if nothing goes wrong.

    With several incidents each step is taken in one after the other.
    """

    @cache
    def told(*steps: str, incidents: int = 1) -> dict[str, Any]:
        file = copy(sqlite_template, tmp_path_factory.mktemp("undisturbed"))
        with crew_without_wires(fast_engine(f"sqlite:///{file}")) as crew:
            tell_all(crew, *steps, incidents=incidents)
            assert wrongs(crew.slack, crew.engine) == []
            return ending(crew.slack, crew.engine)

    return told
