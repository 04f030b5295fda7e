"""A bot on a bench for every test here."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from chatops.adapters.storage.store import SqlStorage
from chatops.clock import MovableClock
from tests.databases import sqlite_store, sqlite_template, sqlite_url
from tests.slack.incoming.bench import Bench
from tests.slack.incoming.bench import bench as on_the_bench

__all__ = ["sqlite_store", "sqlite_template", "sqlite_url"]


@pytest.fixture
def settings() -> Mapping[str, Any]:
    """What a test sets otherwise in ``chatops.yml``, by a parameter of this name."""
    return {}


@pytest.fixture
def bench(
    sqlite_store: SqlStorage, clock: MovableClock, settings: Mapping[str, Any]
) -> Iterator[Bench]:
    with on_the_bench(sqlite_store, clock, **settings) as made:
        yield made
