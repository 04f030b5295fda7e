from pathlib import Path

import pytest

from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.migrate import current_revision, head_revision, upgrade
from chatops.adapters.storage.ownership import StorageOwned, owned
from chatops.adapters.storage.store import SqlStorage
from tests.storage.samples import MINUTE, NOW, effect


def test_a_file_has_one_owner_at_a_time(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    second = owned(engine, NOW)
    with owned(engine, NOW), pytest.raises(StorageOwned, match="PostgreSQL"):
        second.__enter__()
    with owned(engine, NOW):
        pass
    engine.dispose()


def test_the_tables_are_brought_up_to_date_by_the_owner_alone(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    second = owned(engine, NOW, prepare=upgrade)
    with owned(engine, NOW, prepare=lambda _: upgrade(engine, "0001")):
        at = current_revision(engine)
        with pytest.raises(StorageOwned):
            second.__enter__()
        assert current_revision(engine) == at
    with owned(engine, NOW, prepare=upgrade):
        assert current_revision(engine) == head_revision()
    engine.dispose()


def test_a_new_owner_takes_up_at_once_what_was_interrupted(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    store = SqlStorage(engine)
    with store.writing() as work:
        work.outbox.add(effect("7:open"))
        work.outbox.claim(NOW, lease=60 * MINUTE, limit=1)

    with owned(engine, NOW + MINUTE), store.writing() as work:
        [taken] = work.outbox.claim(NOW + MINUTE, lease=MINUTE, limit=1)

    assert taken.doubtful
    engine.dispose()
