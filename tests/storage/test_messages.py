"""What we said and what was said to us is remembered once; playbooks are kept for good."""

from dataclasses import replace

import pytest

from chatops.adapters.storage.errors import UnknownSnapshot
from chatops.adapters.storage.store import SqlStorage
from chatops.adapters.storage.tables import SentRow
from chatops.application.ports.storage import Sent
from chatops.domain.playbook.policy import Snapshot
from tests.storage.samples import MINUTE, NOW

SENT = Sent(key="board:1", channel="C1", ts="1.000100", version=3)
SNAPSHOT = Snapshot(
    digest="abc", name="priority", document='{"name": "priority"}', texts={"alert": "{{ now }} 🔥"}
)


def test_a_message_is_found_by_its_key_and_by_its_place(store: SqlStorage) -> None:
    with store.writing() as work:
        work.messages.remember(SENT)
    with store.reading() as work:
        assert work.messages.find("board:1") == work.messages.at("C1", "1.000100") == SENT
        assert work.messages.find("board:2") is None
        assert work.messages.at("C2", "1.000100") is None


def test_a_message_sent_anew_takes_the_place_of_the_one_before(store: SqlStorage) -> None:
    moved = replace(SENT, ts="2.000100", version=4)
    with store.writing() as work:
        work.messages.remember(SENT)
        work.messages.remember(moved)
        assert work.messages.find("board:1") == moved
        assert work.messages.at("C1", "1.000100") is None


@pytest.mark.postgres
def test_what_others_have_committed_since_is_seen(postgres_store: SqlStorage) -> None:
    moved = replace(SENT, ts="2.000100", version=4)
    with postgres_store.writing() as work:
        work.messages.remember(SENT)
    with postgres_store.writing() as work:
        row_in_use = work.messages._session.get(SentRow, SENT.key)
        with postgres_store.writing() as other:
            other.messages.remember(moved)
        assert work.messages.at("C1", "2.000100") == work.messages.find(SENT.key) == moved
    assert row_in_use is not None


def test_a_delivery_is_first_once_until_it_is_forgotten(store: SqlStorage) -> None:
    with store.writing() as work:
        assert work.deliveries.is_first("Ev1", NOW)
        assert not work.deliveries.is_first("Ev1", NOW + MINUTE)
        assert work.deliveries.is_first("Ev2", NOW + MINUTE)
    with store.writing() as work:
        assert work.deliveries.forget(NOW + MINUTE) == 1
        assert work.deliveries.is_first("Ev1", NOW)
        assert not work.deliveries.is_first("Ev2", NOW)


def test_a_playbook_is_kept_as_it_was_first_kept(store: SqlStorage) -> None:
    with store.writing() as work:
        work.snapshots.keep(SNAPSHOT)
        work.snapshots.keep(replace(SNAPSHOT, name="other"))
    with store.reading() as work:
        assert work.snapshots.get("abc") == SNAPSHOT


def test_a_playbook_that_is_not_there_is_told(store: SqlStorage) -> None:
    with store.reading() as work, pytest.raises(UnknownSnapshot):
        work.snapshots.get("def")
