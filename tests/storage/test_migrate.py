"""Any database of ours is brought to the newest revision, once, whoever asks."""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from chatops.adapters.storage import migrate as migrate_module
from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.errors import StorageNewer
from chatops.adapters.storage.migrate import current_revision, head_revision, upgrade
from chatops.adapters.storage.store import SqlStorage
from chatops.adapters.storage.tables import METADATA
from tests.storage.program import migrate, program
from tests.storage.samples import declared

ROOT = Path(__file__).parents[2]
FOLDER = Path(str(migrate_module.__file__)).parent / "migrations"
REVISIONS = [each.revision for each in ScriptDirectory(str(FOLDER)).walk_revisions()]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    return str(request.getfixturevalue("empty_postgres_url"))


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    engine = open_engine(empty_url)
    yield engine
    engine.dispose()


def test_an_empty_database_is_at_no_revision_and_then_at_the_newest(empty: Engine) -> None:
    before = current_revision(empty)
    upgrade(empty)
    upgrade(empty)
    assert (before, current_revision(empty)) == (None, head_revision())
    with SqlStorage(empty).writing() as work:
        assert declared(work).number == 1


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_revision_leads_to_the_newest(empty: Engine, revision: str) -> None:
    upgrade(empty, revision)
    assert current_revision(empty) == revision
    upgrade(empty)
    assert current_revision(empty) == head_revision()


def test_the_newest_revision_is_the_one_that_alembic_ends_at() -> None:
    assert head_revision() == ScriptDirectory(str(FOLDER)).get_current_head()


def test_the_revisions_make_exactly_the_tables_that_the_code_uses(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []


@pytest.mark.parametrize("number", [2, pytest.param(4, marks=pytest.mark.long)])
def test_several_replicas_may_start_at_once(
    empty_url: str, empty: Engine, tmp_path: Path, number: int
) -> None:
    with ExitStack() as stack:
        replicas = [
            stack.enter_context(program(migrate, empty_url, tmp_path)) for _ in range(number)
        ]
        for replica in replicas:
            replica.goes()
        assert [replica.ends() for replica in replicas] == [(0, [])] * number
    assert current_revision(empty) == head_revision()


def test_a_database_of_a_newer_release_is_left_alone(empty: Engine) -> None:
    upgrade(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageNewer, match="9999"):
        upgrade(empty)
    assert current_revision(empty) == "9999"


def test_an_installed_wheel_carries_its_revisions(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("chatops", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    _run(tmp_path, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist")
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    elsewhere = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(elsewhere)
    said = _run(
        elsewhere,
        "-c",
        "from chatops.adapters.storage import engines, migrate\n"
        "engine = engines.open_engine('sqlite:///chatops.db')\n"
        "migrate.upgrade(engine)\n"
        "print(migrate.current_revision(engine), migrate.__file__)",
    )
    assert said.split() == [head_revision(), f"{elsewhere}/chatops/adapters/storage/migrate.py"]


def _run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout
