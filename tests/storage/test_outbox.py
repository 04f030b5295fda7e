"""Effects are written once, and done lane by lane, in order, one at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from chatops.adapters.storage.store import SqlStorage
from chatops.application.ports.storage import UnitOfWork
from chatops.domain.messages.effects import Effect, EffectState
from tests.storage.samples import MINUTE, NOW, effect


def written(store: SqlStorage, *effects: Effect) -> None:
    with store.writing() as work:
        for each in effects:
            assert work.outbox.add(each)


def claimed(store: SqlStorage, now: datetime = NOW, *, limit: int = 10) -> Sequence[Effect]:
    with store.writing() as work:
        return work.outbox.claim(now, lease=MINUTE, limit=limit)


def settled(store: SqlStorage, outcome: Effect) -> bool:
    with store.writing() as work:
        return work.outbox.complete(outcome)


def keys(effects: Sequence[Effect]) -> list[str]:
    return [each.key for each in effects]


def test_an_effect_comes_back_as_it_was_written(store: SqlStorage) -> None:
    written(store, effect("a", incident=7))
    (started,) = claimed(store)
    with store.reading() as work:
        assert work.outbox.get(started.id) == started
        assert work.outbox.get(started.id + 1) is None
    asked = replace(effect("a", incident=7), id=started.id)
    assert started == asked.started(until=NOW + MINUTE)


def test_a_second_effect_of_the_same_key_is_not_written_and_the_rest_is(store: SqlStorage) -> None:
    written(store, effect("a", lane="first"))
    with store.writing() as work:
        assert work.outbox.add(effect("b"))
        assert not work.outbox.add(effect("a", lane="second"))
        assert not work.outbox.add(effect("b"))
        assert work.outbox.add(effect("c", lane="other"))
    assert sorted(keys(claimed(store))) == ["a", "b", "c"]


def test_a_lane_is_done_in_order_one_at_a_time(store: SqlStorage) -> None:
    written(store, effect("a"), effect("b"), effect("c"))
    order = []
    for _ in range(3):
        (started,) = claimed(store)
        assert claimed(store) == ()
        assert settled(store, started.done({"ts": "1.0"}))
        order.append(started.key)
    assert order == ["a", "b", "c"]
    assert claimed(store) == ()


def test_lanes_go_on_beside_each_other(store: SqlStorage) -> None:
    written(store, effect("a", lane="x"), effect("b", lane="x"), effect("c", lane="y"))
    assert keys(claimed(store)) == ["a", "c"]


def test_no_more_than_asked_for_are_claimed(store: SqlStorage) -> None:
    written(store, *(effect(f"{number}", lane=f"{number}") for number in range(5)))
    taken = [keys(claimed(store, limit=2)) for _ in range(4)]
    assert taken == [["0", "1"], ["2", "3"], ["4"], []]


def test_one_that_must_wait_keeps_those_behind_it_waiting(store: SqlStorage) -> None:
    written(store, effect("a", not_before=NOW + MINUTE), effect("b"))
    assert claimed(store) == ()
    assert keys(claimed(store, NOW + MINUTE)) == ["a"]


def test_what_was_given_up_of_an_incident_is_found_oldest_first(store: SqlStorage) -> None:
    of = (7, 7, 8, 7)
    written(store, *(effect(f"{at}", lane=f"{at}", incident=each) for at, each in enumerate(of)))
    outcomes = [each.failed("no") for each in claimed(store)[:3]]
    for outcome in outcomes:
        settled(store, outcome)
    with store.reading() as work:
        assert list(work.outbox.failed(7)) == outcomes[:2]
        assert work.outbox.failed(9) == ()


def test_one_put_back_keeps_its_place(store: SqlStorage) -> None:
    written(store, effect("a"), effect("b"))
    (started,) = claimed(store)
    again = started.again(at=NOW + MINUTE, error="rate limited", doubtful=True)
    assert settled(store, again)
    assert claimed(store) == ()
    (retried,) = claimed(store, NOW + MINUTE)
    assert (retried.key, retried.attempts, retried.doubtful) == ("a", 2, True)


def test_a_failed_one_no_longer_blocks_its_lane(store: SqlStorage) -> None:
    written(store, effect("a"), effect("b"))
    (started,) = claimed(store)
    assert settled(store, started.failed("channel_not_found"))
    assert keys(claimed(store)) == ["b"]


def test_a_failed_one_that_is_wanted_again_waits_for_the_one_being_done(store: SqlStorage) -> None:
    written(store, effect("a"), effect("b"), effect("c"))
    (first,) = claimed(store)
    failed = first.failed("channel_not_found")
    settled(store, failed)
    (second,) = claimed(store)
    assert settled(store, failed.again(at=NOW, error="", doubtful=False))
    assert claimed(store) == ()
    settled(store, second.done({}))
    assert keys(claimed(store)) == ["a"]


def test_a_lease_that_ran_out_comes_back_doubtful(store: SqlStorage) -> None:
    written(store, effect("a"), effect("b"))
    (lost,) = claimed(store)
    assert claimed(store, NOW + MINUTE / 2) == ()
    (found,) = claimed(store, NOW + MINUTE)
    assert (found.key, found.attempts, found.doubtful) == ("a", 2, True)
    assert lost.lease_until == NOW + MINUTE
    assert found.lease_until == NOW + 2 * MINUTE


def test_a_worker_that_was_taken_over_cannot_settle(store: SqlStorage) -> None:
    written(store, effect("a"))
    (lost,) = claimed(store)
    (found,) = claimed(store, NOW + MINUTE)
    assert not settled(store, lost.failed("too late"))
    assert settled(store, found.done({"ts": "2.0"}))
    assert not settled(store, lost.done({"ts": "1.0"}))
    with store.reading() as work:
        kept = work.outbox.get(found.id)
    assert kept == found.done({"ts": "2.0"})


def test_a_late_worker_that_nobody_took_over_still_settles(store: SqlStorage) -> None:
    written(store, effect("a"))
    (started,) = claimed(store)
    assert settled(store, started.done({}))
    assert claimed(store, NOW + 9 * MINUTE) == ()


def test_the_next_due_is_the_earliest_that_nothing_stands_before(store: SqlStorage) -> None:
    def next_due(work: UnitOfWork) -> datetime | None:
        return work.outbox.next_due()

    with store.reading() as work:
        assert next_due(work) is None
    written(
        store,
        effect("a", lane="x", not_before=NOW + 5 * MINUTE),
        effect("b", lane="x"),
        effect("c", lane="y", not_before=NOW + 3 * MINUTE),
        effect("d", lane="z"),
        effect("e", lane="z"),
    )
    with store.reading() as work:
        assert next_due(work) == NOW
    (started,) = claimed(store)
    with store.reading() as work:
        assert next_due(work) == NOW + 3 * MINUTE
    assert started.state is EffectState.RUNNING
