"""How late promises are kept when very many fall due within one minute, Slack not counted.

Run as ``python -m tests.bench.bench_promises [--full] [--promises N] [--seconds S] [--patience
S]``, on SQLite and, where the tests find a server, on PostgreSQL. The real clock and the real
ticker are at work; each promise belongs to an incident of its own, as it does when a team has many.
Two ratios tell the machine's speed from ours: how many promises can be kept in a second to how
many fall due, and to how many bare transactions that write one row each.
"""

import argparse
import math
import statistics
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from time import perf_counter

from rich.table import Table
from sqlalchemy import Engine

from chatops.adapters.playbooks.repository import PlaybookRepository
from chatops.adapters.scheduling.ticker import Ticker
from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.migrate import upgrade
from chatops.adapters.storage.store import SqlStorage
from chatops.application.ports.chat import Profile
from chatops.application.promises.scheduler import KeepPromises
from chatops.application.use_cases import open_use_cases
from chatops.bootstrap import open_playbooks
from chatops.clock import SystemClock
from chatops.commands.catalogue import BOARD
from chatops.domain.incident.model import Incident
from chatops.domain.playbook.policy import Snapshot
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise
from chatops.domain.team import Team, TeamChannels
from tests.bench.options import Options
from tests.bench.postgres import find_server, new_database
from tests.bench.tables import print_table
from tests.outside import nobody_outside

TEAM = Team(channels=TeamChannels(stakeholders="C0000001", alerts="C0000002"))
ME = "UOLA"
#: Time to write everything down before the first promise falls due.
HEAD_START = timedelta(seconds=5)
#: Seconds after its time in which a promise should be kept, and how many of them should be.
SOON, GOAL = 2, 0.99
#: Transactions that a database is compared by.
BARE = 300


def main() -> None:
    options = Options(__doc__)
    options.size("promises", 1_500, full=10_000)
    options.size("seconds", 9.0, full=60.0)
    options.size("patience", 20.0, full=600.0)
    asked = options.read()
    table = Table("", "99 %", "worst", f"within {SOON} s", "kept/s", "to due", "to bare writes")
    with tempfile.TemporaryDirectory() as folder:
        _measure(table, "SQLite", f"sqlite:///{folder}/chatops.db", asked)
    if server := find_server():
        with new_database(server) as url:
            _measure(table, "PostgreSQL", url, asked)
    table.add_row("goal", "", "", f"{GOAL:.0%}", "", "over 1", "")
    print_table(f"{asked.promises:,} promises fall due within {asked.seconds:g} s", table)


def _measure(table: Table, name: str, url: str, asked: argparse.Namespace) -> None:
    engine = open_engine(url)
    upgrade(engine)
    try:
        late = _lateness(engine, asked)
        bare = _bare_writes(SqlStorage(engine))
    finally:
        engine.dispose()
    # What was not kept when we stopped waiting is late without end.
    values = late.values + [math.inf] * (asked.promises - len(late.values))
    soon = sum(one <= SOON for one in values) / len(values)
    table.add_row(
        name,
        _seconds(statistics.quantiles(values, n=100, method="inclusive")[98]),
        _seconds(max(values)),
        f"{soon:.1%}",
        f"{late.rate:.0f}",
        f"{late.rate * asked.seconds / asked.promises:.2f}",
        f"{late.rate / bare:.2f}",
    )


def _seconds(late: float) -> str:
    return f"{late:.2f} s" if math.isfinite(late) else "not kept"


def _bare_writes(store: SqlStorage) -> float:
    """How many transactions that write one row are committed in a second, one after another."""
    with store.reading() as work:
        (promise,) = work.promises.open_of_team("T1", limit=1)
    start = perf_counter()
    for number in range(BARE):
        with store.writing() as work:
            work.promises.put(replace(promise, due_at=promise.due_at + timedelta(minutes=number)))
    return BARE / (perf_counter() - start)


class _Lateness:
    """How many seconds after its time each promise was kept, and how many in a second at most."""

    def __init__(self, expected: int) -> None:
        self._expected = expected
        self._clock = SystemClock()
        self._busy = 0.0
        self.values: list[float] = []
        self.all_kept = Event()

    def observe(self, promise: Promise, _now: datetime) -> None:
        assert promise.wake_at is not None
        self.values.append((self._clock.now() - promise.wake_at).total_seconds())
        if len(self.values) >= self._expected:
            self.all_kept.set()

    def timed(self, keep: KeepPromises, now: datetime) -> None:
        start = perf_counter()
        keep(now)
        self._busy += perf_counter() - start

    @property
    def rate(self) -> float:
        """Promises kept in a second of work."""
        return len(self.values) / self._busy


def _lateness(engine: Engine, asked: argparse.Namespace) -> _Lateness:
    store, clock = SqlStorage(engine), SystemClock()
    number, span = asked.promises, timedelta(seconds=asked.seconds)
    shelf = open_playbooks(TEAM, near=Path("chatops.yml"))
    use_cases = open_use_cases(
        storage=store,
        playbooks=shelf,
        team=TEAM,
        people=_Nobody(),
        outside=nobody_outside(),
        board=BOARD,
        committed=lambda: None,
    )
    late = _Lateness(number)
    keep = KeepPromises(use_cases.sessions, use_cases.directory, observe=late.observe)
    incidents = _declare(store, shelf, number, clock.now())
    first = clock.now() + HEAD_START
    _promise(store, incidents, first, span)
    ticker = Ticker(
        clock,
        keep_promises=lambda now: late.timed(keep, now),
        look_around=lambda _now: None,
        clean_up=lambda _now: None,
    )
    ticker.start()
    late.all_kept.wait((HEAD_START + span).total_seconds() + asked.patience)
    ticker.stop()
    return late


def _declare(store: SqlStorage, shelf: PlaybookRepository, number: int, now: datetime) -> list[int]:
    with store.writing() as work:
        snapshot: Snapshot = shelf.current()
        work.snapshots.keep(snapshot)
        return [
            work.incidents.add(
                Incident(
                    id=0,
                    team="T1",
                    year=2026,
                    number=one,
                    reference=f"INC-2026-{one}",
                    title=f"Service {one} is down",
                    severity="P0",
                    severity_since=now,
                    playbook=snapshot.digest,
                    declared_by=ME,
                    declared_at=now,
                    detected_at=now,
                    roles={"commander": ME},
                    acknowledged_by=ME,
                    acknowledged_at=now,
                    channel=f"C{one:08}",
                    channel_name=f"incident-{one}",
                )
            ).id
            for one in range(1, number + 1)
        ]


def _promise(store: SqlStorage, incidents: list[int], first: datetime, span: timedelta) -> None:
    """The next words to stakeholders, evenly over the span; nobody writes them."""
    with store.writing() as work:
        for place, incident in enumerate(incidents):
            due = first + span * place / len(incidents)
            work.promises.put(
                Promise(
                    incident=incident,
                    key="status_update",
                    kind=PromiseKind.STATUS_UPDATE,
                    due_at=due,
                    wake_at=due,
                    made_at=first,
                    nudged=True,
                )
            )


class _Nobody:
    def profile(self, user: str) -> Profile | None:
        del user
        return None

    def group(self, group: str) -> tuple[str, ...]:
        del group
        return ()


if __name__ == "__main__":
    main()
