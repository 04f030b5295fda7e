"""One key belongs to one incident, whoever hears of it first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from chatops.adapters.storage.store import SqlStorage
from tests.machine import PATIENCE
from tests.storage.samples import TEAM, declared


def test_a_key_belongs_to_the_incident_that_it_was_linked_to_last(store: SqlStorage) -> None:
    with store.writing() as work:
        assert work.alerts.hold(TEAM, "disk") is None
        first, second = declared(work), declared(work)
        work.alerts.link(TEAM, "disk", first.id)
        assert work.alerts.hold(TEAM, "disk") == first.id
        work.alerts.link(TEAM, "disk", second.id)
    with store.writing() as work:
        assert work.alerts.hold(TEAM, "disk") == second.id
        assert work.alerts.hold("T2", "disk") is None
        assert work.alerts.hold(TEAM, "cpu") is None


def test_of_two_who_hear_of_it_at_once_one_declares(store: SqlStorage) -> None:
    together = Barrier(4)

    def hear(_: int) -> bool:
        together.wait(PATIENCE)
        with store.writing() as work:
            if work.alerts.hold(TEAM, "disk") is not None:
                return False
            work.alerts.link(TEAM, "disk", declared(work).id)
            return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(hear, range(4))) == [False, False, False, True]
