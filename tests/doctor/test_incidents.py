"""The doctor on what is on record: whole timelines, and playbooks of before."""

import socket
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from chatops.adapters.playbooks.folders import resolve
from chatops.adapters.playbooks.repository import load
from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.store import SqlStorage
from chatops.doctor.finding import Finding, FindingLevel
from chatops.doctor.incidents import incidents
from chatops.domain.playbook.policy import Snapshot
from chatops.settings import read_settings
from tests.doctor.conftest import Patient
from tests.storage.samples import declared, entry


def on_record(patient: Patient) -> list[Finding]:
    return list(incidents(read_settings(patient.environ)))


def record(patient: Patient, snapshot: Snapshot | None = None) -> Engine:
    """A database with one incident of three entries, under the default playbook."""
    snapshot = snapshot or load(resolve("priority", near=Path()))
    engine = open_engine(patient.migrate())
    with SqlStorage(engine).writing() as work:
        work.snapshots.keep(snapshot)
        incident = declared(work, playbook=snapshot.digest)
        for words in ("It began.", "It got worse.", "It ended."):
            work.timeline.add(entry(incident.id, words))
    return engine


def test_whole_timelines_and_todays_playbook_are_fine(patient: Patient) -> None:
    record(patient).dispose()
    assert {each.state for each in on_record(patient)} == {FindingLevel.FINE}


def test_an_entry_that_was_rewritten_is_found(patient: Patient) -> None:
    engine = record(patient)
    with engine.begin() as connection:
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (trigger,) in connection.execute(text(names)).all():
            connection.execute(text(f"DROP TRIGGER {trigger}"))
        connection.execute(text("UPDATE timeline SET text = 'Fine.' WHERE text LIKE '%worse%'"))
    engine.dispose()

    (found,) = [each for each in on_record(patient) if each.state is FindingLevel.WRONG]

    assert "INC-2026-001 was changed after it was written: the seal of entry 2" in found.words
    assert "backup" in found.mend
    assert any("INC-2026-001 was changed" in each for each in patient.finds())


def test_a_text_of_before_that_fails_now_names_the_open_incidents_that_say_it(
    patient: Patient,
) -> None:
    today = load(resolve("priority", near=Path()))
    texts = {**today.texts, "holding": "No news.\n{{ incident.weather }}"}
    record(patient, replace(today, digest="before", texts=texts)).dispose()

    (found,) = [each for each in on_record(patient) if each.state is FindingLevel.LOOK]

    assert found.words.startswith("INC-2026-001: holding.j2, line 2: ")
    assert "shipped words" in found.mend


def test_a_playbook_of_before_that_cannot_be_read_is_found(patient: Patient) -> None:
    today = load(resolve("priority", near=Path()))
    record(patient, replace(today, digest="before", document="{}")).dispose()

    (found,) = [each for each in on_record(patient) if each.state is FindingLevel.WRONG]

    assert "INC-2026-001: this release cannot read the playbook priority" in found.words


def test_a_database_that_is_not_there_is_not_made(patient: Patient) -> None:
    assert on_record(patient) == []
    assert not Path(patient.environ["CHATOPS_DATA_DIR"]).exists()


def test_a_database_of_another_release_is_left_alone(patient: Patient) -> None:
    engine = record(patient)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'other'"))
    engine.dispose()
    assert on_record(patient) == []


@pytest.mark.parametrize("url", ["postgresql://me@127.0.0.1:{port}/bot", "mysql://nobody"])
def test_a_database_that_cannot_be_used_is_told_of_once(patient: Patient, url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    patient.environ["CHATOPS_DATABASE_URL"] = url.format(port=port)
    assert on_record(patient) == []
    assert sum("database" in each for each in patient.finds()) == 1
