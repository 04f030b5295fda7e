"""The doctor on storage: the folder and the database, told without being changed."""

import socket
from pathlib import Path

from sqlalchemy import text

from chatops.adapters.storage.engines import open_engine
from chatops.doctor.finding import FindingLevel
from tests.doctor.conftest import Patient


def test_a_data_folder_under_a_file_is_found(patient: Patient) -> None:
    patient.environ["CHATOPS_DATA_DIR"] = str(patient.config / "data")
    assert f"data folder: {patient.config} cannot be written" in patient.storage()


def test_a_new_database_is_worth_a_look_and_is_not_made(patient: Patient) -> None:
    assert any(each.endswith("is not there yet") for each in patient.storage(FindingLevel.LOOK))
    assert not Path(patient.environ["CHATOPS_DATA_DIR"]).exists()


def test_a_database_without_tables_is_worth_a_look(patient: Patient) -> None:
    file = Path(patient.environ["CHATOPS_DATA_DIR"]) / "chatops.db"
    file.parent.mkdir()
    file.touch()
    assert any(each.endswith("has no tables yet") for each in patient.storage(FindingLevel.LOOK))


def test_a_database_of_another_release_is_found(patient: Patient) -> None:
    engine = open_engine(patient.migrate())
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'other'"))
    engine.dispose()
    (found,) = patient.storage()
    assert "is at revision other" in found


def test_an_unreachable_database_is_a_finding_without_its_password(patient: Patient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    patient.environ["CHATOPS_DATABASE_URL"] = f"postgresql://me:hush@127.0.0.1:{port}/bot"
    (found,) = patient.storage()
    assert found.startswith("database: I cannot use the database")
    assert "hush" not in found
