"""Keeps a night as it stands, in one file, so that a later version of the bot can go on with it.

The file holds the database, the dump that `chatops export` wrote of it, the shop's repository, and
the workspace: every message with the buttons and metadata that this version gave it, and the forms
that people have open.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pydantic import TypeAdapter
from sqlalchemy import func, select

from chatops.adapters.storage.dump import read_in, write_out
from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.tables import METADATA
from chatops.playground.shop.repository import install_hooks
from chatops.playground.workspace.model import Channel, Message, View
from chatops.playground.workspace.state import Workspace
from tests.acceptance.stage import START, Stage, open_stage

DATABASE, DUMP, WORKSPACE, CODE = "chatops.db", "dump.jsonl", "workspace.json", "code"
#: What is made again wherever the playground opens; it tells of the machine that made it.
_MADE_ANEW = shutil.ignore_patterns("engineer", "deploy", "access.json", "hooks", "info")
_SAME_DATE = (2026, 3, 2, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What a workspace held, and where its counters stood."""

    at: datetime
    playbook: str
    ids: int
    last_ts: int
    channels: tuple[Channel, ...]
    messages: tuple[Message, ...]
    modals: tuple[View, ...]
    homes: tuple[View, ...]


_FORM = TypeAdapter(_Kept)


def keep(stage: Stage, folder: Path, file: Path, *, playbook: str, release: str) -> None:
    """Write down the night that is played on ``stage``, whose data lie in ``folder``."""
    with TemporaryDirectory() as made:
        place = Path(made)
        engine = open_engine(f"sqlite:///{folder / DATABASE}")
        with closing(engine.raw_connection()) as connection:
            connection.execute("VACUUM INTO ?", (str(place / DATABASE),))
        with (place / DUMP).open("w") as dump:
            write_out(engine, dump, release=release)
        engine.dispose()
        workspace = _FORM.dump_python(_kept(stage, playbook), mode="json")
        (place / WORKSPACE).write_text(json.dumps(workspace, indent=1))
        shutil.copytree(folder / CODE, place / CODE, ignore=_MADE_ANEW)
        bare = place / CODE / "shop.git"
        subprocess.run(["git", "gc", "--quiet", "--prune=now"], cwd=bare, check=True)
        _pack(place, file)


@contextmanager
def gone_on_with(file: Path, folder: Path, *, out_of: str = DATABASE) -> Iterator[Stage]:
    """Open a stage in ``folder`` on which the night in ``file`` goes on, ``out_of`` its database
    or its dump."""
    with ZipFile(file) as zipped:
        zipped.extractall(folder)
    bare = folder / CODE / "shop.git"
    (bare / "refs").mkdir()  # zip drops empty folders, and git takes none without it for its own
    install_hooks(bare)
    if out_of == DUMP:
        _import(folder)
    kept = _FORM.validate_json((folder / WORKSPACE).read_bytes())
    with open_stage(folder, playbook=kept.playbook, at=kept.at) as stage:
        _restore(stage.slack.workspace, kept)
        yield stage


def _import(folder: Path) -> None:
    (folder / DATABASE).unlink()
    engine = open_engine(f"sqlite:///{folder / DATABASE}")
    with (folder / DUMP).open() as dump:
        read_in(engine, dump, START)
    engine.dispose()


def _kept(stage: Stage, playbook: str) -> _Kept:
    workspace = stage.slack.workspace
    talk, screens, changes = workspace.message_store, workspace.view_store, workspace.changes
    said = [*talk._shared.values(), *talk._whispered.values()]
    return _Kept(
        at=stage.clock.now(),
        playbook=playbook,
        ids=changes._ids,
        last_ts=changes._last_ts,
        channels=workspace.channels,
        messages=tuple(message for shelf in said for message in shelf.values()),
        modals=tuple(view for stack in screens._stacks.values() for view in stack),
        homes=tuple(screens._homes.values()),
    )


def _restore(workspace: Workspace, kept: _Kept) -> None:
    talk, screens, changes = workspace.message_store, workspace.view_store, workspace.changes
    with changes.making():
        changes._ids, changes._last_ts = kept.ids, kept.last_ts
        workspace.channel_store._channels = {each.id: each for each in kept.channels}
        talk._shared, talk._whispered = {}, {}
        for message in kept.messages:
            who = message.ephemeral_for
            shelf = (
                talk._shared.setdefault(message.channel, {})
                if who is None
                else talk._whispered.setdefault((message.channel, who), {})
            )
            shelf[message.ts] = message
        screens._stacks = {}
        for view in kept.modals:
            screens._stacks[view.owner] = (*screens.stack(view.owner), view)
        screens._homes = {view.owner: view for view in kept.homes}


def _pack(place: Path, file: Path) -> None:
    with ZipFile(file, "w", ZIP_DEFLATED) as zipped:
        for each in sorted(place.rglob("*")):
            if each.is_file():
                name = str(each.relative_to(place))
                zipped.writestr(ZipInfo(name, _SAME_DATE), each.read_bytes(), ZIP_DEFLATED)


def tables_of(file: Path) -> dict[str, int]:
    """How many rows each table of a database holds."""
    engine = open_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        rows = {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in METADATA.sorted_tables
        }
    engine.dispose()
    return rows
