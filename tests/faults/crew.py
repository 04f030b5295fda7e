"""A bot that can be opened, struck down and opened again, and the workspace that it works in."""

import shutil
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from threading import Event
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, event, select
from sqlmodel import Session, col

from chatops.adapters.playbooks.folders import resolve
from chatops.adapters.playbooks.repository import PlaybookRepository
from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.ownership import owned
from chatops.adapters.storage.tables import EffectRow
from chatops.adapters.storage.types import UNFINISHED
from chatops.bootstrap import Bot, open_bot, open_playbooks
from chatops.clock import FrozenClock, MovableClock
from chatops.domain.messages.effects import EffectState
from chatops.domain.messages.templates import OutputFormat
from chatops.domain.playbook.policy import Snapshot
from chatops.domain.team import Team, TeamChannels
from chatops.manifest import manifest
from chatops.playground.slack.double import Slack
from chatops.playground.slack.installation import from_manifest
from chatops.playground.workspace.seed import seeded
from chatops.playground.workspace.state import Workspace
from chatops.settings import SlackAccess
from tests.faults.crossings import Cross, Point, Transactions
from tests.faults.lines import wireless
from tests.outside import nobody_outside

#: A Monday afternoon.
START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
#: Where the double is reached when there is no wire.
NOWHERE = "http://slack.test"
_SOON = timedelta(seconds=1)
#: Looks at the outbox after which nothing will come of it any more.
_MOST_LOOKS = 2000
#: Seconds to let a database find out that somebody is gone.
_MOMENT = 0.01


def new_slack() -> Slack:
    """A workspace of its own, whose clock moves only when somebody moves it."""
    slack = Slack(seeded(MovableClock(FrozenClock(START))), from_manifest(manifest()))
    slack.address = NOWHERE
    return slack


def clock_of(slack: Slack) -> MovableClock:
    clock = slack.workspace.clock
    assert isinstance(clock, MovableClock)
    return clock


def fast_engine(url: str) -> Engine:
    """A database that outlives our processes, and need not outlive the machine."""
    engine = open_engine(url)
    event.listen(engine, "connect", _hurry)
    return engine


def put_database(template: Path, file: Path) -> None:
    """Put a fresh database in the place of one that may have been left in disorder."""
    for old in file.parent.glob(f"{file.name}*"):
        old.unlink()
    shutil.copy(template, file)


def _hurry(connection: Any, _record: Any) -> None:
    on_file = isinstance(connection, SqliteConnection)
    connection.execute(f"{'PRAGMA synchronous' if on_file else 'SET synchronous_commit'} = OFF")
    connection.commit()


@cache
def shelf() -> PlaybookRepository:
    """The default playbook, read once."""
    return open_playbooks(Team(), near=Path("chatops.yml"))


def team_of(workspace: Workspace) -> Team:
    """The team that lives in the workspace."""
    groups = {group.handle: group.id for group in workspace.groups}
    people = {person.handle: person.id for person in workspace.people}
    return Team(
        channels=TeamChannels(stakeholders="status-updates", alerts="incidents"),
        audiences={
            "oncall": (groups["oncall"],),
            "stakeholders": (people["ines"],),
            "engineering_lead": (groups["eng-leads"],),
            "on_call_manager": (people["priya"],),
            "product_manager": (groups["product"],),
            "executives": (people["lena"],),
        },
    )


class LostForWords(PlaybookRepository):
    """The default playbook, with a text that fails to render."""

    def __init__(self, *texts: str) -> None:
        super().__init__(resolve("priority", near=Path("chatops.yml")))
        self.missing = set(texts)

    def say(
        self, snapshot: Snapshot, text: str, *, output: OutputFormat, facts: Mapping[str, object]
    ) -> str:
        if text in self.missing:
            raise LookupError(text)
        return super().say(snapshot, text, output=output, facts=facts)


def bot_in(slack: Slack, engine: Engine, *, playbooks: PlaybookRepository | None = None) -> Bot:
    """A bot that has just been started."""
    access = SlackAccess(
        bot_token=SecretStr(slack.installation.bot_token),
        signing_secret=SecretStr(slack.installation.signing_secret),
        app_token=None,
        api_url=f"{slack.address}/api/",
    )
    return open_bot(
        engine=engine,
        playbooks=playbooks or shelf(),
        team=team_of(slack.workspace),
        access=access,
        outside=nobody_outside(),
        clock=clock_of(slack),
    )


def ignore(_point: Point, _what: str) -> None:
    """Cross a point, and let nothing happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """One workspace and one database; bots come and go. ``call`` is crossed by their calls."""

    slack: Slack
    engine: Engine
    call: Cross = ignore

    @property
    def workspace(self) -> Workspace:
        return self.slack.workspace

    @property
    def clock(self) -> MovableClock:
        return clock_of(self.slack)

    def id_of(self, handle: str) -> str:
        person = self.workspace.people_store.handled(handle)
        assert person is not None
        return person.id

    @contextmanager
    def bot(self) -> Iterator[Bot]:
        """A bot that owns the database until the end of the block, or its own."""
        with owned(self.engine, self.clock.now()):
            yield bot_in(self.slack, self.engine)

    def work_off(self, bot: Bot) -> None:
        """Have every effect done, letting as much time pass as each has to wait."""
        for _ in range(_MOST_LOOKS):
            if not bot.worker.drain():
                due = next_due(self.engine)
                if due is None:
                    return
                self._let_pass(due)
        message = f"effects are never done: {_unfinished(self.engine)}"
        raise AssertionError(message)

    def try_for(self, bot: Bot, **span: float) -> None:
        """Let the bot do what it can, for so long."""
        end = self.clock.now() + timedelta(**span)
        while self.clock.now() < end:
            bot.worker.drain()
            due = next_due(self.engine) or end
            self.clock.advance(max(_SOON, min(due, end) - self.clock.now()))

    def _let_pass(self, due: datetime) -> None:
        if due > self.clock.now():
            self.clock.advance(due - self.clock.now())
        else:
            # Somebody who is dead still holds it, until the database finds out.
            self.clock.advance(_SOON)
            Event().wait(_MOMENT)


@contextmanager
def crew_without_wires(engine: Engine, cross: Cross = ignore) -> Iterator[Crew]:
    """A crew whose calls go straight to the double; they and its commits cross points."""
    slack = new_slack()
    with Transactions(engine, cross) as transactions, pytest.MonkeyPatch.context() as patch:

        def call(point: Point, what: str) -> None:
            assert not transactions.open_here, f"{what} is called inside a transaction"
            cross(point, what)

        patch.setattr(urllib.request, "_opener", wireless(slack, call))
        yield Crew(slack=slack, engine=engine, call=call)
    engine.dispose()


def next_due(engine: Engine) -> datetime | None:
    """When the first effect of some lane may be done, or taken over."""
    with Session(engine) as session:
        rows = session.scalars(select(EffectRow).where(UNFINISHED).order_by(col(EffectRow.id)))
        moments: dict[str, datetime] = {}
        for row in rows:
            moments.setdefault(row.lane, due_at(row))
    return min(moments.values(), default=None)


def due_at(row: EffectRow) -> datetime:
    if row.state == EffectState.RUNNING:
        assert row.lease_until is not None
        return row.lease_until
    return row.not_before


def _unfinished(engine: Engine) -> list[str]:
    with Session(engine) as session:
        rows = session.scalars(select(EffectRow).where(UNFINISHED).limit(5))
        return [f"{row.key} {row.state} {row.error}" for row in rows]
