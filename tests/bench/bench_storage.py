"""How storage's daily questions fare in a large database, as ratios to an empty one.

Run as ``python -m tests.bench.bench_storage [--full] [--incidents N] [--entries N] [--due N]``, on
SQLite and, where the tests find a server, on PostgreSQL. What grows with what is asked for (the
numbers of a year, for instance) has a large ratio by its nature.
"""

import argparse
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from time import perf_counter

from rich.table import Table
from sqlalchemy import Engine, text

from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.migrate import upgrade
from chatops.adapters.storage.store import SqlStorage
from chatops.adapters.storage.tables import METADATA
from chatops.application.ports.storage import Search, UnitOfWork
from chatops.domain.analytics.periods import question
from chatops.domain.analytics.report import report
from chatops.domain.incident.model import Incident
from chatops.domain.incident.timeline import Entry, EntryKind
from chatops.domain.messages.effects import Destination, DestinationKind, Effect, PostMessage
from chatops.domain.messages.posts import Post
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise
from tests.bench.options import Options
from tests.bench.postgres import find_server, new_database
from tests.bench.tables import print_table

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TEAM = "T1"
ME = "UOLA"
OPEN = 20
REPEATS = 200
#: Years of numbers take longer than the other questions.
FEWER_REPEATS = 5
GOAL = "/incident list"
MOST = 2
Question = Callable[[UnitOfWork], object]
#: The seconds that something took.
Timed = Callable[[SqlStorage], float]

#: What people ask, each in one transaction that only looks.
LOOKS: Mapping[str, Question] = {
    "/incident list": lambda work: work.incidents.find(
        Search(team=TEAM, viewer=ME, not_closed=True)
    ),
    "/incident list, all": lambda work: work.incidents.find(Search(team=TEAM, viewer=ME)),
    "App Home, mine": lambda work: work.incidents.find(
        Search(team=TEAM, viewer=ME, involving=ME, not_closed=True)
    ),
    "mine, closed too": lambda work: work.incidents.find(
        Search(team=TEAM, viewer=ME, involving=ME)
    ),
    "a stranger's": lambda work: work.incidents.find(
        Search(team=TEAM, viewer=ME, involving="UNEW")
    ),
    "/incident due": lambda work: work.promises.open_of_team(TEAM, limit=20),
    "newest timeline": lambda work: work.timeline.of(1, limit=20),
    "next effect due": lambda work: work.outbox.next_due(),
}

#: What the loops ask, each in one transaction that is undone.
CLAIMS: Mapping[str, Question] = {
    "claim promises": lambda work: work.promises.claim(NOW, limit=20),
    "claim effects": lambda work: work.outbox.claim(NOW, lease=MINUTE, limit=20),
}


def main() -> None:
    options = Options(__doc__)
    options.size("incidents", 5_000, full=100_000)
    options.size("entries", 100_000, full=5_000_000)
    options.size("due", 500, full=10_000)
    asked = options.read()
    with tempfile.TemporaryDirectory() as folder:
        _compare("SQLite", f"sqlite:///{folder}/empty.db", f"sqlite:///{folder}/full.db", asked)
    if server := find_server():
        with new_database(server) as empty, new_database(server) as full:
            _compare("PostgreSQL", empty, full, asked)


def _compare(name: str, empty_url: str, full_url: str, asked: argparse.Namespace) -> None:
    with _opened(empty_url) as empty, _opened(full_url) as full:
        _fill(full, incidents=asked.incidents, entries=asked.entries)
        for engine in (empty, full):
            _put_what_is_current(SqlStorage(engine))
        stores = SqlStorage(empty), SqlStorage(full)
        table = Table(name, "empty", "full", "ratio", "goal")
        for title, timed, repeats in _measures(asked.due):
            one, other = _medians(timed, stores, repeats)
            goal = f"at most {MOST}" if title == GOAL else ""
            table.add_row(title, _ms(one), _ms(other), f"{other / one:.2f}", goal)
    print_table(f"{asked.incidents:,} incidents, {asked.entries:,} timeline entries", table)


def _measures(due: int) -> Iterator[tuple[str, Timed, int]]:
    """What is timed, and how often."""
    for title, look in LOOKS.items():
        yield title, partial(_timed, partial(_look, question=look)), REPEATS
    for title, claim in CLAIMS.items():
        yield title, partial(_timed, partial(_claim, question=claim)), REPEATS
    for period in ("last 90 days", "last 365 days"):
        count = partial(_count, period=period)
        yield f"stats, {period}", partial(_timed, count), FEWER_REPEATS
    yield f"{due:,} promises kept", partial(_drain_promises, due=due), 1
    yield f"{due:,} effects done", partial(_drain_effects, due=due), 1


def _medians(timed: Timed, stores: Sequence[SqlStorage], repeats: int) -> list[float]:
    """The median for each store; they take turns, so that a busy moment strikes all alike."""
    times = [[timed(store) for store in stores] for _ in range(repeats)]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def _timed(ask: Callable[[SqlStorage], None], store: SqlStorage) -> float:
    start = perf_counter()
    ask(store)
    return perf_counter() - start


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.2f} ms"


def _look(store: SqlStorage, question: Question) -> None:
    with store.reading() as work:
        question(work)


def _claim(store: SqlStorage, question: Question) -> None:
    with suppress(_Undone), store.writing() as work:
        question(work)
        raise _Undone


class _Undone(Exception):
    """The same can be claimed again."""


def _put_what_is_current(store: SqlStorage) -> None:
    """What an empty and a full database alike have open."""
    with store.writing() as work:
        for number in range(OPEN):
            incident = work.incidents.add(_incident(number))
            work.promises.put(_promise(incident.id))
            work.outbox.add(_effect(f"open {number}", f"lane {number}"))
            for _ in range(OPEN):
                work.timeline.add(_entry(incident.id))


def _count(store: SqlStorage, period: str) -> None:
    """The numbers of a period and of the time before it."""
    asked = question(period, now=NOW, zone="UTC")
    with store.reading() as work:
        since, until = asked.before.begins, asked.period.ends
        cases = work.figures.cases(TEAM, ME, since=since, until=until, now=NOW)
    report(cases, asked, zone="UTC")


def _drain_promises(store: SqlStorage, due: int) -> float:
    """Keep so many promises, all due at once, 50 at a time; returns the seconds."""
    with store.writing() as work:
        several = min(due, 1000)
        incidents = [work.incidents.add(_incident(100 + number)).id for number in range(several)]
        for number in range(due):
            work.promises.put(_promise(incidents[number % several], f"due {number}"))
    start = perf_counter()
    while _keep_some(store):
        pass
    return perf_counter() - start


def _drain_effects(store: SqlStorage, due: int) -> float:
    """Do so many effects, all due at once, one by one; returns the seconds."""
    with store.writing() as work:
        for number in range(due):
            work.outbox.add(_effect(f"due {number}", f"lane {number % 500}"))
    start = perf_counter()
    while _do_some(store):
        pass
    return perf_counter() - start


def _keep_some(store: SqlStorage) -> bool:
    with store.writing() as work:
        claimed = work.promises.claim(NOW, limit=50)
        for each in claimed:
            work.promises.put(each.fulfilled(NOW))
    return bool(claimed)


def _do_some(store: SqlStorage) -> bool:
    with store.writing() as work:
        claimed = work.outbox.claim(NOW, lease=MINUTE, limit=50)
    for each in claimed:
        with store.writing() as work:
            work.outbox.complete(each.done({"ts": "1.0"}))
    return bool(claimed)


def _fill(engine: Engine, *, incidents: int, entries: int) -> None:
    """Years of closed incidents, with their promises, effects and timelines."""
    store = SqlStorage(engine)
    with store.writing() as work:
        first = work.incidents.add(_incident(0, year=1))
        work.timeline.add(_entry(first.id))
        promise = work.promises.put(_promise(first.id))
        work.promises.put(promise.fulfilled(NOW))
        work.outbox.add(_effect("0", "lane 0"))
        (effect,) = work.outbox.claim(NOW, lease=MINUTE, limit=1)
        work.outbox.complete(effect.done({"ts": "1.0"}))
    with engine.begin() as connection:
        for table, rows, changes in (
            (
                "incidents",
                incidents,
                {"number": "i", "status": "'closed'", "declared_at": _long_ago(engine)},
            ),
            ("incident_people", incidents, {"incident": "1 + i"}),
            ("promises", incidents, {"incident": "1 + i"}),
            ("effects", incidents, {"key": "'old ' || i", "lane": "'lane ' || (i % 500)"}),
            ("timeline", entries, {"incident": f"1 + i % {incidents}"}),
        ):
            connection.execute(text(_copies(engine, table, changes)), {"rows": rows})
        connection.execute(text("ANALYZE"))


def _long_ago(engine: Engine) -> str:
    """SQL for some day of the last five years."""
    if engine.dialect.name == "sqlite":
        return f"datetime('{NOW:%Y-%m-%d %H:%M:%S}', '-' || (i % 1825) || ' days')"
    return f"TIMESTAMPTZ '{NOW.isoformat()}' - (i % 1825) * INTERVAL '1 day'"


def _copies(engine: Engine, table: str, changes: Mapping[str, str]) -> str:
    """SQL that copies a table's first row ``:rows`` times, with changes that depend on ``i``."""
    names = [each.name for each in METADATA.tables[table].columns if each.name != "id"]
    values = ", ".join(changes.get(name, f'"{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)"
    first = f"(SELECT * FROM {table} LIMIT 1) AS one"  # noqa: S608 - same
    if engine.dialect.name == "sqlite":
        return f"INSERT INTO {table} ({columns}) {numbers} SELECT {values} FROM n, {first}"  # noqa: S608 - same
    return f"{numbers} INSERT INTO {table} ({columns}) SELECT {values} FROM n, {first}"  # noqa: S608 - same


def _incident(number: int, *, year: int = 2026) -> Incident:
    return Incident(
        id=0,
        team=TEAM,
        year=year,
        number=number,
        reference=f"INC-2026-{number:03d}",
        title="Checkout is down",
        severity="P0",
        severity_since=NOW,
        playbook="digest",
        declared_by=ME,
        declared_at=NOW,
        detected_at=NOW,
    )


def _promise(of: int, key: str = "fix") -> Promise:
    return Promise(incident=of, key=key, kind=PromiseKind.FIX, due_at=NOW, wake_at=NOW, made_at=NOW)


def _entry(of: int) -> Entry:
    return Entry(
        incident=of, at=NOW, written_at=NOW, kind=EntryKind.NOTE, actor=ME, text="We see 500s."
    )


def _effect(key: str, lane: str) -> Effect:
    act = PostMessage(
        to=Destination(kind=DestinationKind.ALERTS), post=Post(headline="Down", text="It is down.")
    )
    return Effect(key=key, lane=lane, act=act, made_at=NOW, not_before=NOW)


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    upgrade(engine)
    yield engine
    engine.dispose()


if __name__ == "__main__":
    main()
