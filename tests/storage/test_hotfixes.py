"""Hotfixes come back as they were stored, are numbered, and are changed one after another."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatops.adapters.storage.errors import StaleHotfix
from chatops.adapters.storage.store import SqlStorage
from chatops.domain.errors import UnknownIncident, UserError
from chatops.domain.hotfix.model import Backport, BackportState, Hotfix, HotfixState, StepState
from chatops.domain.playbook.pipeline import StepKind
from tests.storage.samples import MINUTE, NOW, declared, hotfix
from tests.storage.threads import at_once

UNHURRIED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
READINGS = st.dictionaries(st.text(), st.floats(allow_nan=False, allow_infinity=False))
OWED = (Backport(target="develop"),)
PROVEN = (Backport(target="develop", state=BackportState.PROVEN),)


def test_a_hotfix_is_given_an_id_its_number_and_version_1(store: SqlStorage) -> None:
    with store.writing() as work:
        one, other = declared(work).id, declared(work).id
        added = [work.hotfixes.add(hotfix(of)) for of in (one, one, other, one)]
    assert [each.number for each in added] == [1, 2, 1, 3]
    assert len({each.id for each in added}) == 4
    assert {each.version for each in added} == {1}
    with store.reading() as work:
        assert work.hotfixes.of(one) == (added[0], added[1], added[3])
        assert work.hotfixes.get(added[2].id) == added[2]


def test_a_change_comes_back_as_it_was_saved(store: SqlStorage) -> None:
    with store.writing() as work:
        first = work.hotfixes.add(hotfix(declared(work).id))
    with store.writing() as work:
        got = work.hotfixes.get(first.id)
        changed = got.done(StepKind.FIX, "4f2c9e1", by="UANA", now=NOW + MINUTE)
        saved = work.hotfixes.save(changed)
    assert saved == replace(changed, version=2)
    with store.reading() as work:
        again = work.hotfixes.get(first.id)
    assert again == saved
    deploy = again.step(StepKind.DEPLOY)
    assert deploy is not None
    assert (deploy.state, deploy.since) == (StepState.WAITING, NOW + MINUTE)


@settings(max_examples=40, suppress_health_check=UNHURRIED)
@given(drawn=st.builds(replace, st.from_type(Hotfix), before=READINGS))
def test_whatever_people_and_git_wrote_comes_back_letter_by_letter(
    store: SqlStorage, drawn: Hotfix
) -> None:
    # A service's name is a key of chatops.yml, and comes from nobody.
    named = replace(drawn, service=drawn.service.replace("\0", ""))
    with store.writing() as work:
        stored = work.hotfixes.add(replace(named, incident=declared(work).id))
    expected = replace(named, id=stored.id, incident=stored.incident, number=1, version=1)
    assert stored == expected
    with store.writing() as work:
        assert work.hotfixes.get(stored.id) == expected
        assert work.hotfixes.save(expected) == replace(expected, version=2)
    with store.reading() as work:
        assert work.hotfixes.of(stored.incident) == (replace(expected, version=2),)


def test_the_open_ones_run_or_owe_a_backport_of_what_was_shipped(store: SqlStorage) -> None:
    with store.writing() as work:
        of = declared(work).id
        done, given_up = {"state": HotfixState.DONE}, {"state": HotfixState.ABORTED}
        for each in (
            hotfix(of, title="runs"),
            hotfix(of, title="done", **done),
            hotfix(of, title="owes", merged="4f2c", backports=OWED, **done),
            hotfix(of, title="shipped", deployed="4f2c", backports=OWED, **given_up),
            hotfix(of, title="not shipped", backports=OWED, **given_up),
            hotfix(of, title="proved it", merged="4f2c", backports=PROVEN, **done),
        ):
            work.hotfixes.add(each)
    with store.reading() as work:
        found = [each.title for each in work.hotfixes.find_open(limit=9)]
        assert len(work.hotfixes.find_open(limit=2)) == 2
    assert found == ["runs", "owes", "shipped"]


def test_one_that_settles_its_last_debt_is_open_no_more(store: SqlStorage) -> None:
    with store.writing() as work:
        of = declared(work).id
        done = {"state": HotfixState.DONE, "merged": "4f2c", "backports": OWED}
        owing = work.hotfixes.add(hotfix(of, **done))
        assert work.hotfixes.find_open(limit=9) == (owing,)
        settled = work.hotfixes.save(replace(owing, backports=PROVEN))
        assert work.hotfixes.find_open(limit=9) == ()
        work.hotfixes.save(replace(settled, backports=OWED))
        assert len(work.hotfixes.find_open(limit=9)) == 1


def test_one_that_is_not_there_is_told(store: SqlStorage) -> None:
    with store.reading() as work, pytest.raises(UserError, match="7"):
        work.hotfixes.get(7)
    with pytest.raises(UnknownIncident), store.writing() as work:
        work.hotfixes.add(hotfix(7))


def test_a_change_made_from_an_older_version_is_refused(store: SqlStorage) -> None:
    with store.writing() as work:
        first = work.hotfixes.add(hotfix(declared(work).id))
        work.hotfixes.save(first)
    with pytest.raises(StaleHotfix, match="version 1"), store.writing() as work:
        work.hotfixes.save(replace(first, title="Something else"))
    with store.reading() as work:
        assert work.hotfixes.get(first.id).title == first.title


def test_numbers_are_never_given_twice(store: SqlStorage) -> None:
    with store.writing() as work:
        of = declared(work).id

    def start() -> int:
        with store.writing() as work:
            return work.hotfixes.add(hotfix(of)).number

    assert Counter(at_once([start] * 10)) == Counter(range(1, 11))


def test_two_workers_change_one_hotfix_one_after_another(store: SqlStorage) -> None:
    with store.writing() as work:
        first = work.hotfixes.add(hotfix(declared(work).id))

    def look() -> None:
        with store.writing() as work:
            got = work.hotfixes.get(first.id)
            work.hotfixes.save(replace(got, looks=got.looks + 1))

    at_once([look] * 10)
    with store.reading() as work:
        assert (work.hotfixes.get(first.id).looks, work.hotfixes.get(first.id).version) == (10, 11)
