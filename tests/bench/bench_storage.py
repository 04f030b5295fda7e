"""How storage's daily questions fare in a large database, as ratios to an empty one.

Run as ``python -m tests.bench.bench_storage [--incidents N] [--entries N] [--postgres URL]``;
the URL names a server on which two databases may be made and dropped.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from time import perf_counter

import psycopg
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from chatops.domain.effects import Effect, Place, PlaceKind, Say
from chatops.domain.incident import Incident
from chatops.domain.periods import question
from chatops.domain.posts import Post
from chatops.domain.promises import Promise, PromiseKind
from chatops.domain.report import report
from chatops.domain.timeline import Entry, EntryKind
from chatops.storage.engines import open_engine
from chatops.storage.migrate import upgrade
from chatops.storage.store import SqlStore
from chatops.storage.tables import METADATA
from chatops.usecases.store import Search, Work

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TEAM = "T1"
ME = "UOLA"
OPEN = 20
REPEATS = 200
Question = Callable[[Work], object]

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
    asked = _arguments()
    print(f"{asked.incidents:,} incidents, {asked.entries:,} timeline entries")
    with tempfile.TemporaryDirectory() as folder:
        _compare("SQLite", f"sqlite:///{folder}/empty.db", f"sqlite:///{folder}/full.db", asked)
    if asked.postgres:
        with _database(asked.postgres) as empty, _database(asked.postgres) as full:
            _compare("PostgreSQL", empty, full, asked)


def _compare(name: str, empty_url: str, full_url: str, asked: argparse.Namespace) -> None:
    with _opened(empty_url) as empty, _opened(full_url) as full:
        _fill(full, incidents=asked.incidents, entries=asked.entries)
        for engine in (empty, full):
            _put_what_is_current(SqlStore(engine))
        print(f"\n{name:24}{'empty':>10}{'full':>10}{'ratio':>8}")
        for questions, ask in ((LOOKS, _look), (CLAIMS, _claim)):
            for title, question in questions.items():
                one, other = (
                    _milliseconds(ask, SqlStore(each), question) for each in (empty, full)
                )
                print(f"{title:24}{one:8.2f}ms{other:8.2f}ms{other / one:7.2f}x")
        _count(SqlStore(full))
        _drain(SqlStore(full))


def _milliseconds(
    ask: Callable[[SqlStore, Question], None], store: SqlStore, question: Question
) -> float:
    """The median over many transactions with that question."""
    times = []
    for _ in range(REPEATS):
        start = perf_counter()
        ask(store, question)
        times.append(perf_counter() - start)
    return statistics.median(times) * 1000


def _look(store: SqlStore, question: Question) -> None:
    with store.reading() as work:
        question(work)


def _claim(store: SqlStore, question: Question) -> None:
    with suppress(_Undone), store.writing() as work:
        question(work)
        raise _Undone


class _Undone(Exception):  # noqa: N818 - it is no error
    """The same can be claimed again."""


def _put_what_is_current(store: SqlStore) -> None:
    """What an empty and a full database alike have open."""
    with store.writing() as work:
        for number in range(OPEN):
            incident = work.incidents.add(_incident(number))
            work.promises.put(_promise(incident.id))
            work.outbox.add(_effect(f"open {number}", f"lane {number}"))
            for _ in range(OPEN):
                work.timeline.add(_entry(incident.id))


def _count(store: SqlStore) -> None:
    """The numbers of the last 90 days and of a year, each with those of the time before."""
    for period in ("last 90 days", "last 365 days"):
        asked = question(period, now=NOW, zone="UTC")
        start = perf_counter()
        with store.reading() as work:
            since, until = asked.before.begins, asked.period.ends
            cases = work.figures.cases(TEAM, ME, since=since, until=until, now=NOW)
        read = perf_counter() - start
        counted = report(cases, asked, zone="UTC")
        took = perf_counter() - start
        print(
            f"/incident stats {period}: {counted.whole.incidents:,} incidents"
            f" against {counted.previous.incidents:,} in {took * 1000:.0f} ms"
            f" ({read * 1000:.0f} ms of it reading)"
        )


def _drain(store: SqlStore) -> None:
    """10,000 promises and 10,000 effects, all due at once, until none is left."""
    with store.writing() as work:
        of = [work.incidents.add(_incident(100 + number)).id for number in range(1000)]
        for number in range(10_000):
            work.promises.put(_promise(of[number % 1000], f"due {number}"))
            work.outbox.add(_effect(f"due {number}", f"lane {number % 500}"))
    start = perf_counter()
    while _keep_some(store):
        pass
    promised = perf_counter() - start
    start = perf_counter()
    while _do_some(store):
        pass
    print(f"10,000 due promises kept in {promised:.1f} s by one thread, 50 at a time")
    print(f"10,000 due effects done in {perf_counter() - start:.1f} s by one thread, one by one")


def _keep_some(store: SqlStore) -> bool:
    with store.writing() as work:
        claimed = work.promises.claim(NOW, limit=50)
        for each in claimed:
            work.promises.put(each.kept(NOW))
    return bool(claimed)


def _do_some(store: SqlStore) -> bool:
    with store.writing() as work:
        claimed = work.outbox.claim(NOW, lease=MINUTE, limit=50)
    for each in claimed:
        with store.writing() as work:
            work.outbox.settle(each.done({"ts": "1.0"}))
    return bool(claimed)


def _fill(engine: Engine, *, incidents: int, entries: int) -> None:
    """Years of closed incidents, with their promises, effects and timelines."""
    store = SqlStore(engine)
    with store.writing() as work:
        first = work.incidents.add(_incident(0, year=1))
        work.timeline.add(_entry(first.id))
        promise = work.promises.put(_promise(first.id))
        work.promises.put(promise.kept(NOW))
        work.outbox.add(_effect("0", "lane 0"))
        (effect,) = work.outbox.claim(NOW, lease=MINUTE, limit=1)
        work.outbox.settle(effect.done({"ts": "1.0"}))
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
    act = Say(to=Place(kind=PlaceKind.ALERTS), post=Post(headline="Down", text="It is down."))
    return Effect(key=key, lane=lane, act=act, made_at=NOW, not_before=NOW)


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    upgrade(engine)
    yield engine
    engine.dispose()


@contextmanager
def _database(server: str) -> Iterator[str]:
    name = f"chatops_bench_{perf_counter():.9f}".replace(".", "_")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=sys.modules[__name__].__doc__)
    parser.add_argument("--incidents", type=int, default=2_000)
    parser.add_argument("--entries", type=int, default=20_000)
    parser.add_argument("--postgres", help="postgresql://postgres@127.0.0.1:5432/postgres")
    return parser.parse_args()


if __name__ == "__main__":
    main()
