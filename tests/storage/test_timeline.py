"""The timeline is appended to, sealed, and never rewritten, not even by hand."""

from dataclasses import replace
from datetime import timedelta, timezone

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from chatops.adapters.storage.store import SqlStorage
from chatops.domain.errors import UnknownIncident
from chatops.domain.incident.timeline import EntryKind, first_broken
from tests.storage.samples import MINUTE, NOW, declared, entry


def test_an_entry_comes_back_as_it_was_added(store: SqlStorage) -> None:
    with store.writing() as work:
        of = declared(work).id
        first = work.timeline.add(entry(of))
        assert first is not None
        full = entry(
            of,
            "We roll back. 🔥",
            at=NOW - MINUTE,
            kind=EntryKind.DECISION,
            actor=None,
            reason="It is faster.",
            source="https://chat/p1",
            replaces=first.id,
        )
        added = work.timeline.add(full)
        assert added is not None
    with store.reading() as work:
        assert work.timeline.of(of) == (first, added)
        assert work.timeline.get(added.id) == added
        assert work.timeline.get(added.id + 1) is None
    assert added == replace(full, id=added.id, seal=full.sealed(first.seal))


def test_each_incident_has_a_chain_of_its_own(store: SqlStorage) -> None:
    with store.writing() as work:
        one, other = declared(work).id, declared(work).id
        for number in range(3):
            work.timeline.add(entry(one, f"{number}"))
            work.timeline.add(entry(other, f"{number}"))
    with store.reading() as work:
        assert first_broken(work.timeline.of(one)) is None
        assert first_broken(work.timeline.of(other)) is None


def test_the_chain_holds_whatever_zone_a_moment_was_given_in(store: SqlStorage) -> None:
    with store.writing() as work:
        of = declared(work).id
        work.timeline.add(entry(of, at=NOW.astimezone(timezone(timedelta(hours=9)))))
    with store.reading() as work:
        assert first_broken(work.timeline.of(of)) is None


def test_one_link_is_noted_once_on_each_incident(store: SqlStorage) -> None:
    link = "https://chat/p1"
    with store.writing() as work:
        one, other = declared(work).id, declared(work).id
        assert work.timeline.add(entry(one, source=link)) is not None
        assert work.timeline.add(entry(one, "again", source=link)) is None
        assert work.timeline.add(entry(other, source=link)) is not None
        assert work.timeline.add(entry(one, "no link")) is not None
        assert work.timeline.add(entry(one, "no link")) is not None
    with store.reading() as work:
        assert len(work.timeline.of(one)) == 3


def test_the_newest_entries_come_oldest_first(store: SqlStorage) -> None:
    with store.writing() as work:
        of = declared(work).id
        for number in range(5):
            work.timeline.add(entry(of, f"{number}"))
        assert [each.text for each in work.timeline.of(of, limit=2)] == ["3", "4"]


def test_an_unknown_incident_has_no_timeline(store: SqlStorage) -> None:
    with pytest.raises(UnknownIncident), store.writing() as work:
        work.timeline.add(entry(7))


@pytest.mark.parametrize(
    "deed", ["UPDATE timeline SET text = 'It never began.'", "DELETE FROM timeline"]
)
def test_the_database_refuses_to_rewrite_it(engine: Engine, store: SqlStorage, deed: str) -> None:
    with store.writing() as work:
        of = declared(work).id
        work.timeline.add(entry(of))
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(deed))
    with store.reading() as work:
        assert [each.text for each in work.timeline.of(of)] == ["It began."]


@pytest.mark.postgres
def test_postgres_refuses_to_empty_it_too(postgres_url: str) -> None:
    with (
        pytest.raises(psycopg.errors.RaiseException, match="append-only"),
        psycopg.connect(postgres_url) as connection,
    ):
        connection.execute("TRUNCATE timeline")
