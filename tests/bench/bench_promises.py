"""How late promises are kept when very many fall due within one minute, Slack not counted.

Run as ``python -m tests.bench.bench_promises [--promises N] [--seconds S] [--postgres URL]``; the
URL names a server on which a database may be made and dropped. The real clock and the real ticker
are at work; each promise belongs to an incident of its own, as it does when a team has many.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from time import perf_counter

import psycopg
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from chatops.bootstrap import open_shelf
from chatops.clock import SystemClock
from chatops.domain.incident import Incident
from chatops.domain.policy import Snapshot
from chatops.domain.promises import Promise, PromiseKind
from chatops.domain.team import Channels, Team
from chatops.playbooks.shelf import PlaybookShelf
from chatops.scheduling.ticker import Ticker
from chatops.storage.engines import open_engine
from chatops.storage.migrate import upgrade
from chatops.storage.store import SqlStore
from chatops.usecases.chat import Profile
from chatops.usecases.desk import open_desk
from chatops.usecases.keep_promises import KeepPromises
from tests.outside import nobody_outside

TEAM = Team(channels=Channels(stakeholders="C0000001", alerts="C0000002"))
ME = "UOLA"
#: Time to write everything down before the first promise falls due.
HEAD_START = timedelta(seconds=5)
#: Seconds after the last promise fell due when we stop waiting.
PATIENCE = 600


def main() -> None:
    asked = _arguments()
    print(f"{asked.promises:,} promises fall due within {asked.seconds} s")
    print(f"{'':12}{'rate':>10}{'median':>10}{'90 %':>10}{'99 %':>10}{'worst':>10}{'≤ 2 s':>9}")
    with tempfile.TemporaryDirectory() as folder:
        _measure("SQLite", f"sqlite:///{folder}/chatops.db", asked)
    if asked.postgres:
        with _database(asked.postgres) as url:
            _measure("PostgreSQL", url, asked)


def _measure(name: str, url: str, asked: argparse.Namespace) -> None:
    engine = open_engine(url)
    upgrade(engine)
    try:
        late = _lateness(engine, asked.promises, timedelta(seconds=asked.seconds))
    finally:
        engine.dispose()
    cuts = statistics.quantiles(late.values, n=100)
    soon = sum(one <= 2 for one in late.values) / len(late.values)
    print(
        f"{name:12}{late.rate:8.0f}/s{cuts[49]:9.2f}s{cuts[89]:9.2f}s{cuts[98]:9.2f}s"
        f"{max(late.values):9.2f}s{soon:8.1%}"
    )


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


def _lateness(engine: Engine, number: int, span: timedelta) -> _Lateness:
    store, clock = SqlStore(engine), SystemClock()
    shelf = open_shelf(TEAM, near=Path("chatops.yml"))
    desk = open_desk(
        store=store,
        playbooks=shelf,
        team=TEAM,
        people=_Nobody(),
        outside=nobody_outside(),
        committed=lambda: None,
    )
    late = _Lateness(number)
    keep = KeepPromises(desk.turns, desk.directory, observe=late.observe)
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
    late.all_kept.wait(span.total_seconds() + PATIENCE)
    ticker.stop()
    return late


def _declare(store: SqlStore, shelf: PlaybookShelf, number: int, now: datetime) -> list[int]:
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


def _promise(store: SqlStore, incidents: list[int], first: datetime, span: timedelta) -> None:
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


@contextmanager
def _database(server: str) -> Iterator[str]:
    name = f"chatops_bench_{perf_counter():.9f}".replace(".", "_")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=sys.modules[__name__].__doc__)
    parser.add_argument("--promises", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--postgres", help="postgresql://postgres@127.0.0.1:5432/postgres")
    return parser.parse_args()


if __name__ == "__main__":
    main()
