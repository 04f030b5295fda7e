"""Everything moves to another database and back, and nothing is lost on the way."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from chatops.adapters.storage.dump import read_in, write_out
from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.migrate import current_revision, upgrade
from chatops.adapters.storage.ownership import StorageOwned, owned
from chatops.adapters.storage.store import SqlStorage
from chatops.adapters.storage.tables import METADATA
from chatops.application.ports.storage import Search, Sent
from chatops.domain.errors import UserError
from chatops.domain.incident.timeline import EntryKind, first_broken
from chatops.domain.playbook.policy import Snapshot
from chatops.domain.postmortem.model import PostMortem
from chatops.domain.tasks import Task
from tests.databases import empty_database
from tests.storage.samples import NOW, TEAM, declared, effect, entry, hotfix, promise

ROOT = Path(__file__).parents[2]


def fill(engine: Engine) -> None:
    """Leave something in every table."""
    with SqlStorage(engine).writing() as work:
        work.snapshots.keep(Snapshot(digest="d", name="p", document="{}", texts={"a": "“ü” 🔥"}))
        for number in range(3):
            one = declared(work, members=frozenset({"UANA", "UBEN"}), private=number == 1)
            first = work.timeline.add(entry(one.id, "It began 🔥"))
            assert first
            for each in range(300):
                work.timeline.add(entry(one.id, f"Turn {each}", source=f"s{each}"))
            fixed = entry(one.id, "It began.", kind=EntryKind.NOTE, replaces=first.id)
            work.timeline.add(fixed)
            work.promises.put(promise(one.id))
            work.hotfixes.add(hotfix(one.id, title="“ü” 🔥"))
            work.tasks.add(Task(incident=one.id, number=0, text="x", made_by="UANA", made_at=NOW))
            work.post_mortems.save(PostMortem(incident=one.id, made_at=NOW, body="“ü” 🔥"))
            work.outbox.add(replace(effect(f"{one.id}:x"), incident=one.id))
            work.alerts.hold(TEAM, f"disk{one.id}")
            work.alerts.link(TEAM, f"disk{one.id}", one.id)
        work.messages.remember(Sent(key="k", channel="C1", ts="1.0"))
        work.deliveries.is_first("command:1", NOW)


def written(engine: Engine) -> str:
    file = io.StringIO()
    write_out(engine, file, release="test")
    return file.getvalue()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A SQLite file with something in every table."""
    file = tmp_path_factory.mktemp("filled") / "chatops.db"
    file.write_bytes(empty_database())
    engine = open_engine(f"sqlite:///{file}")
    fill(engine)
    engine.dispose()
    return file.read_bytes()


@pytest.fixture(scope="module")
def exported(filled: bytes, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is written out of it."""
    file = tmp_path_factory.mktemp("exported") / "chatops.db"
    file.write_bytes(filled)
    engine = open_engine(f"sqlite:///{file}")
    text = written(engine)
    engine.dispose()
    return text


@pytest.fixture
def another(tmp_path: Path) -> Iterator[Callable[[], Engine]]:
    """Opens new SQLite files."""
    made: list[Engine] = []

    def make() -> Engine:
        made.append(open_engine(f"sqlite:///{tmp_path}/another{len(made)}.db"))
        return made[-1]

    yield make
    for each in made:
        each.dispose()


def test_a_round_through_either_database_brings_everything_back(
    engine: Engine, another: Callable[[], Engine], exported: str
) -> None:
    last = another()
    assert {json.loads(line).get("table") for line in exported.splitlines()} - {None} == set(
        METADATA.tables
    )

    read_in(engine, io.StringIO(exported), NOW)
    assert written(engine) == exported
    read_in(last, io.StringIO(written(engine)), NOW)
    assert written(last) == exported

    with SqlStorage(last).reading() as work:
        for incident in work.incidents.find(Search(team=TEAM, everything=True)):
            assert first_broken(work.timeline.of(incident.id)) is None


def test_what_comes_after_an_import_counts_on(engine: Engine, exported: str) -> None:
    read_in(engine, io.StringIO(exported), NOW)

    with SqlStorage(engine).writing() as work:
        new = declared(work)
        assert (new.id, new.number) == (4, 4)
        assert work.timeline.add(entry(1, "And on."))
        assert work.outbox.add(effect("new"))
    with SqlStorage(engine).reading() as work:
        assert first_broken(work.timeline.of(1)) is None


def test_a_database_that_holds_something_is_left_alone(engine: Engine) -> None:
    fill(engine)
    before = written(engine)
    with pytest.raises(UserError, match="not empty"):
        read_in(engine, io.StringIO(before), NOW)
    assert written(engine) == before


def lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (lambda text: "".join(lines(text)[:-1]), "say how many rows"),
        (lambda text: text[: len(text) // 2], "cut off"),
        (lambda text: "".join(lines(text)[:1] + lines(text)[2:]), "say how many rows"),
        (lambda text: "".join(lines(text)[1:]), "is not the beginning"),
        (lambda text: text.replace('"table": "tasks"', '"table": "users"'), "unknown: users"),
        (lambda text: text.replace('"title"', '"name"'), "no row of incidents"),
        (lambda text: text.replace('"incident": 1', '"incident": 99'), "does not fit"),
        (lambda _: "", "is not the beginning"),
        (lambda _: "[]\n", "is not what"),
    ],
)
def test_a_spoilt_file_fills_nothing(
    engine: Engine, exported: str, spoilt: Callable[[str], str], words: str
) -> None:
    with pytest.raises(UserError, match=words):
        read_in(engine, io.StringIO(spoilt(exported)), NOW)
    assert len(written(engine).splitlines()) == 2


def test_a_file_of_another_release_is_refused(engine: Engine) -> None:
    with pytest.raises(UserError, match="0000"):
        read_in(engine, io.StringIO('{"chatops": "0.0.1", "revision": "0000"}\n'), NOW)


def test_tables_of_another_release_are_migrated_first(another: Callable[[], Engine]) -> None:
    old = another()
    upgrade(old, "0001")
    with pytest.raises(UserError, match="chatops migrate"):
        written(old)
    header = written_header(another())
    with pytest.raises(UserError, match="0001"):
        read_in(old, io.StringIO(header), NOW)
    assert current_revision(old) == "0001"


def written_header(engine: Engine) -> str:
    upgrade(engine)
    return written(engine)


def test_a_file_that_a_bot_runs_on_is_not_filled(another: Callable[[], Engine]) -> None:
    bots = another()
    header = written_header(bots)
    with owned(bots, NOW), pytest.raises(StorageOwned):
        read_in(bots, io.StringIO(header), NOW)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "chatops", *arguments],
        env={
            "PATH": os.environ["PATH"],  # noqa: TID251 - for a program that we start
            "CHATOPS_DATA_DIR": str(folder),
            "PYTHONPATH": str(ROOT),
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_both_are_commands(tmp_path: Path, filled: bytes) -> None:
    here, there, file = tmp_path / "here", tmp_path / "there", tmp_path / "all.jsonl"
    here.mkdir()
    there.mkdir()
    (here / "chatops.db").write_bytes(filled)

    exported = run(here, "export", str(file))
    assert exported.returncode == 0, exported.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    imported = run(there, "import", str(file))
    assert imported.returncode == 0, imported.stderr
    assert imported.stdout.split()[0] == exported.stdout.split()[0]


@pytest.mark.long
def test_neither_command_touches_what_is_there(tmp_path: Path, filled: bytes) -> None:
    (tmp_path / "chatops.db").write_bytes(filled)
    file = tmp_path / "all.jsonl"
    assert run(tmp_path, "export", str(file)).returncode == 0

    for again in (run(tmp_path, "export", str(file)), run(tmp_path, "import", str(file))):
        assert again.returncode == 2
        assert "Nothing was" in again.stderr
    assert run(tmp_path, "import", str(tmp_path / "none")).returncode == 2


def test_an_export_that_fails_leaves_no_file(tmp_path: Path) -> None:
    refused = run(tmp_path, "export", str(tmp_path / "all.jsonl"))
    assert refused.returncode == 2
    assert not (tmp_path / "all.jsonl").exists()
