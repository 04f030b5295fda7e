"""Promises and tasks come back as they were stored, and due ones are claimed in order."""

from dataclasses import replace

import pytest

from chatops.adapters.storage.store import SqlStorage
from chatops.domain.errors import UnknownIncident
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.tasks import Task
from tests.storage.samples import MINUTE, NOW, TEAM, declared, promise


def test_a_promise_comes_back_as_it_was_put(store: SqlStorage) -> None:
    with store.writing() as work:
        full = promise(
            declared(work).id,
            kind=PromiseKind.NOTICE,
            owner="UANA",
            detail="support",
            about="backport of v1.2.4 to develop",
            nudged=True,
            told=2,
        )
        put = work.promises.put(full)
    with store.reading() as work:
        assert work.promises.get(full.incident, "fix") == put == replace(full, id=put.id)
        assert work.promises.get(full.incident, "other") is None


def test_a_promise_made_again_replaces_the_one_before(store: SqlStorage) -> None:
    with store.writing() as work:
        first = work.promises.put(promise(declared(work).id))
        renewed = first.renewed(due_at=NOW + MINUTE, wake_at=None, now=NOW)
        again = work.promises.put(replace(renewed, id=0))
        work.promises.put(promise(declared(work).id))
        assert work.promises.of(first.incident) == (again,)
    assert again == replace(renewed, id=first.id)


def test_the_promises_of_an_incident_come_by_due_time(store: SqlStorage) -> None:
    with store.writing() as work:
        of = declared(work).id
        for key, minutes in (("late", 9), ("soon", 1), ("later", 20)):
            work.promises.put(promise(of, key, due_at=NOW + minutes * MINUTE))
        assert [each.key for each in work.promises.of(of)] == ["soon", "late", "later"]


def test_only_open_promises_whose_moment_has_come_are_claimed_oldest_first(
    store: SqlStorage,
) -> None:
    with store.writing() as work:
        of = declared(work).id
        work.promises.put(promise(of, "now"))
        work.promises.put(promise(of, "before", wake_at=NOW - MINUTE))
        work.promises.put(promise(of, "long before", wake_at=NOW - 2 * MINUTE))
        work.promises.put(promise(of, "not yet", wake_at=NOW + MINUTE))
        work.promises.put(promise(of, "never by itself", wake_at=None))
        work.promises.put(promise(of, "kept").fulfilled(NOW))
    with store.writing() as work:
        claimed = work.promises.claim(NOW, limit=2)
        everything = work.promises.claim(NOW, limit=9)
    assert [each.key for each in claimed] == ["long before", "before"]
    assert [each.key for each in everything] == ["long before", "before", "now"]


def test_what_is_owed_anywhere_in_the_team_comes_by_due_time(store: SqlStorage) -> None:
    with store.writing() as work:
        here, there = declared(work).id, declared(work).id
        elsewhere = declared(work, team="T2").id
        work.promises.put(promise(here, due_at=NOW + 2 * MINUTE))
        work.promises.put(promise(there, due_at=NOW + MINUTE))
        work.promises.put(promise(elsewhere))
        work.promises.put(promise(there, "done").fulfilled(NOW))
    with store.reading() as work:
        owed = work.promises.open_of_team(TEAM, limit=9)
        assert work.promises.open_of_team(TEAM, limit=1) == owed[:1]
    assert [each.incident for each in owed] == [there, here]


def task(of: int, text: str = "Call the bank", owner: str | None = None) -> Task:
    return Task(incident=of, number=99, text=text, made_by="UOLA", made_at=NOW, owner=owner)


def test_tasks_are_numbered_within_their_incident(store: SqlStorage) -> None:
    with store.writing() as work:
        one, other = declared(work).id, declared(work).id
        numbers = [work.tasks.add(task(of)).number for of in (one, one, other, one)]
    assert numbers == [1, 2, 1, 3]


def test_a_task_comes_back_as_it_was_put(store: SqlStorage) -> None:
    with store.writing() as work:
        first = work.tasks.add(task(declared(work).id, "Call the bank", owner="UANA"))
        second = work.tasks.add(task(first.incident, "Tell the shop"))
        done = first.finished("UBEN", NOW)
        work.tasks.put(done)
    with store.reading() as work:
        assert work.tasks.of(first.incident) == (done, second)


def test_a_task_of_an_unknown_incident_is_refused(store: SqlStorage) -> None:
    with pytest.raises(UnknownIncident), store.writing() as work:
        work.tasks.add(task(7))
