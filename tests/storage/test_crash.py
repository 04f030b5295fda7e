"""A process that is killed loses nothing that it had committed, and leaves nothing half done."""

from pathlib import Path

import psycopg
import pytest

from chatops.adapters.storage.errors import StorageUnreachable
from chatops.adapters.storage.store import SqlStorage
from tests.storage.program import declare, declare_for_ever, die_half_way, program
from tests.storage.samples import MINUTE, NOW, TEAM, declared

pytestmark = pytest.mark.faults


class Mishap(Exception):
    """Something went wrong half-way."""


def counts(store: SqlStorage) -> set[int]:
    """How many there are of each thing that a declaration makes."""
    with store.writing() as work:
        declarations = work.incidents.next_number(TEAM, 2026) - 1
        entries = [work.timeline.of(incident + 1) for incident in range(declarations)]
        promises = work.promises.claim(NOW, limit=10_000)
        effects = 0
        while started := work.outbox.claim(NOW, lease=MINUTE, limit=9):
            effects += len(started)
            for each in started:
                work.outbox.complete(each.done({}))
    return {declarations, sum(map(len, entries)), len(promises), effects}


def test_an_error_half_way_undoes_everything(store: SqlStorage) -> None:
    def declare_and_fail() -> None:
        with store.writing() as work:
            declare(work)
            raise Mishap

    with pytest.raises(Mishap):
        declare_and_fail()
    assert counts(store) == {0}


def test_a_process_killed_half_way_leaves_nothing(
    database_url: str, store: SqlStorage, tmp_path: Path
) -> None:
    with program(die_half_way, database_url, tmp_path) as dying:
        dying.goes()
        assert dying.ends() == (-9, [])
    assert counts(store) == {0}


def test_a_process_killed_anywhere_loses_nothing_that_it_committed(
    database_url: str, store: SqlStorage, tmp_path: Path
) -> None:
    with program(declare_for_ever, database_url, tmp_path) as working:
        working.goes()
        heard = [working.hears() for _ in range(20)] + working.dies()
    (stored,) = counts(store)
    assert stored in {len(heard), len(heard) + 1}


@pytest.mark.postgres
def test_a_lost_connection_is_told_and_the_next_transaction_gets_a_new_one(
    postgres_store: SqlStorage, postgres_url: str
) -> None:
    def lose_the_connection() -> None:
        with postgres_store.writing() as work:
            declared(work)
            _end_connections(postgres_url)
            declared(work)

    with pytest.raises(StorageUnreachable):
        lose_the_connection()
    with postgres_store.writing() as work:
        assert declared(work).number == 1


@pytest.mark.postgres
def test_connections_lost_while_idle_are_not_noticed(
    postgres_store: SqlStorage, postgres_url: str
) -> None:
    for number in (1, 2):
        with postgres_store.writing() as work:
            assert declared(work).number == number
        _end_connections(postgres_url)


def _end_connections(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
