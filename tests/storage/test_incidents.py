"""Incidents come back as they were stored, and are found by those who may see them."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from chatops.adapters.storage.errors import StaleIncident
from chatops.adapters.storage.store import SqlStorage
from chatops.application.ports.storage import Search
from chatops.domain.errors import UnknownIncident
from chatops.domain.incident.model import Status, Update
from tests.storage.samples import MINUTE, NOW, TEAM, declared, incident


def test_an_incident_comes_back_as_it_was_stored(store: SqlStorage) -> None:
    full = incident(
        status=Status.MONITORING,
        reported_by="UCLIENT",
        private=True,
        drill=True,
        service="checkout",
        impact="Some customers cannot pay.",
        symptoms="500 on /pay “since” 14:03 🔥",
        roles={"commander": "UANA", "scribe": "UBEN"},
        members=frozenset({"UANA", "UBEN", "UCEM"}),
        channel="C1",
        channel_name="inc-2026-001-checkout",
        acknowledged_by="UANA",
        acknowledged_at=NOW + MINUTE,
        last_update=Update(plain="We know why.", technical="v1.2.3", author=None, at=NOW),
        next_update_at=NOW + 15 * MINUTE,
        holdings=2,
        resolved_at=NOW + 60 * MINUTE,
        root_cause="A missing index",
        fix="The index",
        closed_at=NOW + 90 * MINUTE,
    )
    with store.writing() as work:
        stored = work.incidents.add(full)
    with store.reading() as work:
        loaded = work.incidents.get(stored.id)
    assert loaded == stored == replace(full, id=stored.id, version=1)


def test_moments_come_back_in_utc_whatever_zone_they_were_given_in(store: SqlStorage) -> None:
    in_tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    with store.writing() as work:
        stored = work.incidents.add(incident(declared_at=in_tokyo))
    with store.reading() as work:
        assert work.incidents.get(stored.id).declared_at.isoformat() == NOW.isoformat()


def test_a_save_counts_the_version_up(store: SqlStorage) -> None:
    with store.writing() as work:
        first = declared(work)
        second = work.incidents.save(replace(first, title="Checkout is slow"))
    with store.reading() as work:
        assert work.incidents.get(first.id) == second
    assert (first.version, second.version) == (1, 2)


def test_a_save_over_a_newer_version_is_refused(store: SqlStorage) -> None:
    with store.writing() as work:
        first = declared(work)
        work.incidents.save(first)
    with pytest.raises(StaleIncident, match="INC-2026-001"), store.writing() as work:
        work.incidents.save(first)


def test_an_unknown_incident_is_told(store: SqlStorage) -> None:
    with store.reading() as work, pytest.raises(UnknownIncident):
        work.incidents.get(7)


def test_an_incident_is_found_by_its_channel(store: SqlStorage) -> None:
    with store.writing() as work:
        there = declared(work, channel="C1")
        declared(work, channel="C2")
        declared(work)
    with store.reading() as work:
        assert work.incidents.in_channel("C1") == there
        assert work.incidents.in_channel("C9") is None


def test_numbers_start_anew_for_each_team_and_year(store: SqlStorage) -> None:
    asked = [("T1", 2026), ("T1", 2026), ("T2", 2026), ("T1", 2027), ("T1", 2026)]
    with store.writing() as work:
        assert [work.incidents.next_number(*one) for one in asked] == [1, 2, 1, 1, 3]


def test_the_newest_incidents_of_the_team_come_first(store: SqlStorage) -> None:
    with store.writing() as work:
        declared(work, team="T2")
        mine = [declared(work) for _ in range(4)]
    with store.reading() as work:
        found = work.incidents.find(Search(team=TEAM, limit=3))
    assert list(found) == mine[:0:-1]


def test_only_the_bot_itself_looks_into_every_team(store: SqlStorage) -> None:
    with store.writing() as work:
        everywhere = [declared(work), declared(work, team="T2")]
    with store.reading() as work:
        assert list(work.incidents.find(Search(team=None, everything=True))) == everywhere[::-1]
    with pytest.raises(ValueError, match="the bot itself"):
        Search(team=None, viewer="UOLA")


def test_what_is_over_can_be_left_out(store: SqlStorage) -> None:
    with store.writing() as work:
        for status in Status:
            declared(work, status=status)
    with store.reading() as work:
        running = work.incidents.find(Search(team=TEAM, running_only=True))
        not_closed = work.incidents.find(Search(team=TEAM, not_closed=True))
    assert {each.status for each in running} == {each for each in Status if each.running}
    assert {each.status for each in not_closed} == set(Status) - {Status.CLOSED}


@pytest.mark.parametrize("typed", ["INC-2026-002", "inc-2026-002", "Inc-2026-002"])
def test_an_incident_is_found_by_its_reference_as_people_type_it(
    store: SqlStorage, typed: str
) -> None:
    with store.writing() as work:
        declared(work)
        meant = declared(work)
        declared(work, team="T2", reference=meant.reference)
        declared(work)
    with store.reading() as work:
        assert work.incidents.find(Search(team=TEAM, reference=typed)) == (meant,)


def test_who_takes_part_follows_every_save(store: SqlStorage) -> None:
    with store.writing() as work:
        first = declared(work, members=frozenset({"UANA", "UBEN"}))
        work.incidents.save(replace(first, members=frozenset({"UBEN", "UCEM"})))
    with store.reading() as work:
        involved = {
            person: len(work.incidents.find(Search(team=TEAM, involving=person)))
            for person in ("UANA", "UBEN", "UCEM", "UOLA")
        }
    assert involved == {"UANA": 0, "UBEN": 1, "UCEM": 1, "UOLA": 1}
