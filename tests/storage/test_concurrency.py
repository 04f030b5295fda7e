"""Many at once: nothing is done twice, nothing is lost, and nobody waits without need."""

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import pytest

from chatops.adapters.storage.store import SqlStorage
from chatops.domain.incident.timeline import first_broken
from chatops.domain.tasks import Task
from tests.storage.program import do_all, program
from tests.storage.samples import MINUTE, NOW, TEAM, declared, effect, entry, promise
from tests.storage.threads import at_once


class Regret(Exception):
    """Somebody changed their mind half-way."""


def test_a_delivery_is_first_for_exactly_one_of_twenty(store: SqlStorage) -> None:
    def deliver() -> bool:
        with store.writing() as work:
            return work.deliveries.is_first("Ev1", NOW)

    assert Counter(at_once([deliver] * 20)) == {True: 1, False: 19}


def test_numbers_have_no_gaps_though_some_are_given_back(store: SqlStorage) -> None:
    def declare() -> None:
        with store.writing() as work:
            declared(work)

    def declare_and_regret() -> None:
        with store.writing() as work:
            declared(work)
            raise Regret

    def regret() -> None:
        with pytest.raises(Regret):
            declare_and_regret()

    at_once([declare, regret] * 8)
    with store.writing() as work:
        assert work.incidents.next_number(TEAM, 2026) == 9


def test_changes_to_one_incident_happen_one_after_another(store: SqlStorage) -> None:
    with store.writing() as work:
        of = declared(work, holdings=0).id

    def change() -> None:
        with store.writing() as work:
            incident = work.incidents.get(of)
            work.incidents.save(incident)
            work.timeline.add(entry(of))

    at_once([change] * 10)
    with store.reading() as work:
        assert work.incidents.get(of).version == 11
        chain = work.timeline.of(of)
    assert len(chain) == 10
    assert first_broken(chain) is None


def test_entries_added_at_once_make_one_chain(store: SqlStorage) -> None:
    with store.writing() as work:
        of = declared(work).id

    def note(source: str) -> Callable[[], bool]:
        def add() -> bool:
            with store.writing() as work:
                return work.timeline.add(entry(of, source=source)) is not None

        return add

    added = at_once([note(f"https://chat/p{number % 5}") for number in range(15)])
    with store.reading() as work:
        chain = work.timeline.of(of)
    assert sum(added) == len(chain) == 5
    assert first_broken(chain) is None


def test_tasks_added_at_once_have_numbers_of_their_own(store: SqlStorage) -> None:
    with store.writing() as work:
        of = declared(work).id

    def add() -> int:
        with store.writing() as work:
            task = Task(incident=of, number=0, text="Call", made_by="UOLA", made_at=NOW)
            return work.tasks.add(task).number

    assert sorted(at_once([add] * 10)) == list(range(1, 11))


def test_an_effect_asked_for_twice_at_once_is_written_once(store: SqlStorage) -> None:
    def ask() -> bool:
        with store.writing() as work:
            return work.outbox.add(effect("a"))

    assert Counter(at_once([ask] * 10)) == {True: 1, False: 9}


def test_each_effect_is_claimed_by_one_of_many(store: SqlStorage) -> None:
    with store.writing() as work:
        for number in range(30):
            work.outbox.add(effect(f"{number}", lane=f"{number % 15}"))

    def claim() -> list[str]:
        with store.writing() as work:
            return [each.lane for each in work.outbox.claim(NOW, lease=MINUTE, limit=4)]

    lanes = [lane for claimed in at_once([claim] * 8) for lane in claimed]
    assert len(lanes) == len(set(lanes)) == 15


def test_two_processes_do_every_effect_once_and_each_lane_in_order(
    database_url: str, store: SqlStorage, tmp_path: Path
) -> None:
    with store.writing() as work:
        for number in range(60):
            work.outbox.add(effect(f"{number}", lane=f"{number % 3}"))
    with ExitStack() as stack:
        workers = [stack.enter_context(program(do_all, database_url, tmp_path)) for _ in "ab"]
        for worker in workers:
            worker.goes()
        assert [worker.ends() for worker in workers] == [(0, []), (0, [])]
    for lane in range(3):
        done = (tmp_path / f"{lane}.txt").read_text().split()
        assert done == [f"{number}" for number in range(60) if number % 3 == lane]


def test_each_promise_is_claimed_by_one_of_many(store: SqlStorage) -> None:
    with store.writing() as work:
        for _ in range(20):
            work.promises.put(promise(declared(work).id))

    def claim() -> list[int]:
        with store.writing() as work:
            claimed = work.promises.claim(NOW, limit=5)
            for each in claimed:
                work.promises.put(each.fulfilled(NOW))
            return [each.id for each in claimed]

    claims = [id_ for claimed in at_once([claim] * 6) for id_ in claimed]
    assert len(claims) == len(set(claims))
    with store.writing() as work:
        assert len(claims) + len(work.promises.claim(NOW, limit=20)) == 20


@pytest.mark.postgres
def test_what_another_transaction_holds_is_left_to_it(postgres_store: SqlStorage) -> None:
    store = postgres_store
    with store.writing() as work:
        held, free = (declared(work).id for _ in "ab")
        for incident in (held, free):
            work.promises.put(promise(incident, "a"))
            work.promises.put(promise(incident, "b"))
        for number in range(3):
            work.outbox.add(effect(f"{number}", lane=f"{number}"))
    with store.writing() as one, store.writing() as other, store.writing() as third:
        one.incidents.get(held)
        (first,) = one.outbox.claim(NOW, lease=MINUTE, limit=1)
        claimed = other.promises.claim(NOW, limit=9)
        (second,) = other.outbox.claim(NOW, lease=MINUTE, limit=1)
        assert {each.incident for each in claimed} == {free}
        assert (first.key, second.key) == ("0", "1")
        assert third.promises.claim(NOW, limit=9) == ()
        assert [each.key for each in third.outbox.claim(NOW, lease=MINUTE, limit=9)] == ["2"]


@pytest.mark.postgres
def test_an_effect_that_is_being_settled_is_not_taken_over(postgres_store: SqlStorage) -> None:
    store = postgres_store
    with store.writing() as work:
        work.outbox.add(effect("a"))
        (started,) = work.outbox.claim(NOW, lease=MINUTE, limit=1)
    with store.writing() as settling, store.writing() as other:
        assert settling.outbox.complete(started.done({}))
        assert other.outbox.claim(NOW + MINUTE, lease=MINUTE, limit=1) == ()


@pytest.mark.postgres
def test_an_effect_committed_late_waits_for_the_one_being_done(postgres_store: SqlStorage) -> None:
    store = postgres_store
    with store.writing() as late:
        late.outbox.add(effect("begun first"))
        with store.writing() as work:
            work.outbox.add(effect("committed first"))
        with store.writing() as claiming:
            (started,) = claiming.outbox.claim(NOW, lease=MINUTE, limit=9)
    with store.writing() as work:
        assert work.outbox.claim(NOW, lease=MINUTE, limit=9) == ()
        assert work.outbox.complete(started.done({}))
        (then,) = work.outbox.claim(NOW, lease=MINUTE, limit=9)
    assert (started.key, then.key) == ("committed first", "begun first")


@pytest.mark.postgres
def test_a_lane_is_not_claimed_from_twice_while_the_first_claim_is_uncommitted(
    postgres_store: SqlStorage,
) -> None:
    store = postgres_store
    with ExitStack() as late:
        late.enter_context(store.writing()).outbox.add(effect("begun first"))
        with store.writing() as work:
            work.outbox.add(effect("committed first"))
        with store.writing() as claiming:
            assert len(claiming.outbox.claim(NOW, lease=MINUTE, limit=9)) == 1
            late.close()
            with store.writing() as other:
                assert other.outbox.claim(NOW, lease=MINUTE, limit=9) == ()


def test_readers_are_not_kept_waiting_by_a_writer(store: SqlStorage) -> None:
    written, seen = Event(), Event()

    def write() -> None:
        with store.writing() as work:
            declared(work)
            written.set()
            assert seen.wait(timeout=30)

    def read() -> None:
        assert written.wait(timeout=30)
        with store.reading() as work:
            assert work.incidents.in_channel("C1") is None
        seen.set()

    at_once([write, read])


def test_a_reader_sees_one_state_from_beginning_to_end(store: SqlStorage) -> None:
    with store.writing() as work:
        before = declared(work)
    with store.reading() as looking:
        assert looking.incidents.get(before.id) == before
        with store.writing() as work:
            work.incidents.save(before)
        assert looking.incidents.get(before.id) == before
