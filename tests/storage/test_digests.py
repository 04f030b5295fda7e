"""Digests on real databases: each moment is sent at most once, whoever looks and whenever."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatops.adapters.playbooks.folders import resolve
from chatops.adapters.playbooks.repository import PlaybookRepository
from chatops.adapters.scheduling.cron import CronTimetable
from chatops.adapters.storage.store import SqlStorage
from chatops.application.analytics.digests import SendDigests
from chatops.application.session import Sessions
from chatops.domain.analytics.digests import LATEST
from chatops.domain.team import Team, TeamChannels
from tests.storage import samples

SHELF = PlaybookRepository(resolve("priority"))
#: A Thursday.
START = datetime(2026, 3, 5, 20, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def sender(store: SqlStorage, team: str, channels: TeamChannels | None = None) -> SendDigests:
    """A bot that has just been started."""
    named = channels or TeamChannels(alerts="incidents", stakeholders="news")
    turns = Sessions(
        storage=store, playbooks=SHELF, team=Team(channels=named), committed=lambda: None
    )
    return SendDigests(turns, CronTimetable(), team=lambda: team)


def broken(store: SqlStorage, **changes: object) -> str:
    """A workspace of its own, in which something is broken."""
    team = f"T{uuid4().hex[:8].upper()}"
    with store.writing() as work:
        work.snapshots.keep(SHELF.current())
        work.incidents.add(
            samples.incident(
                team=team, playbook=SHELF.current().digest, declared_at=START, **changes
            )
        )
    return team


def planned(until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Every moment of the playbook's two digests, and the one after it, by counting days."""
    day = datetime(2026, 2, 23, tzinfo=UTC)
    daily = [day + timedelta(days=n, hours=9) for n in range(80)]
    weekly = [day + timedelta(days=n, hours=16) for n in range(80)]
    for days in (
        [each for each in daily if each.weekday() < 5],
        [each for each in weekly if each.weekday() == 4],
    ):
        yield from (pair for pair in pairwise(days) if pair[0] <= until)


def expected(now: datetime) -> set[datetime]:
    """What may be sent at this moment: the newest of each, if it is young enough.

    Before the incident began there was nothing to tell.
    """
    newest: dict[int, tuple[datetime, datetime]] = {}
    for at, following in planned(now):
        newest[at.hour] = (at, following)
    return {
        at
        for at, following in newest.values()
        if at >= START and now - at < min((following - at) / 2, LATEST)
    }


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    looks=st.lists(
        st.tuples(st.integers(0, 50 * 60), st.integers(0, 2), st.booleans()),
        min_size=1,
        max_size=25,
    )
)
def test_each_moment_is_sent_once_and_none_early_whatever_happens(
    store: SqlStorage, looks: list[tuple[int, int, bool]]
) -> None:
    """Three replicas look in any order, after jumps of any length, and are started anew."""
    team = broken(store)
    replicas = [sender(store, team) for _ in range(3)]
    now, sent = START, set[datetime]()
    for jump, replica, anew in looks:
        now += jump * MINUTE
        if anew:
            replicas[replica] = sender(store, team)
        new = expected(now) - sent
        assert replicas[replica](now) == len(new)
        sent |= new


def test_a_quiet_day_says_nothing_and_later_trouble_does_not_bring_it_back(
    store: SqlStorage,
) -> None:
    team = f"T{uuid4().hex[:8].upper()}"
    nine = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
    assert sender(store, team)(nine) == 0
    with store.writing() as work:
        work.snapshots.keep(SHELF.current())
        work.incidents.add(samples.incident(team=team, playbook=SHELF.current().digest))
    assert sender(store, team)(nine + timedelta(hours=1)) == 0


def test_private_incidents_and_drills_make_no_digest(store: SqlStorage) -> None:
    nine = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
    assert sender(store, broken(store, private=True))(nine) == 0
    assert sender(store, broken(store, drill=True, number=-1))(nine) == 0


def test_a_team_without_the_channel_gets_no_digest(store: SqlStorage) -> None:
    nine = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)
    assert sender(store, broken(store), TeamChannels(stakeholders="news"))(nine) == 0


def test_after_a_long_time_away_only_the_newest_is_sent_and_says_that_it_is_late(
    store: SqlStorage,
) -> None:
    team = broken(store)
    assert sender(store, team)(datetime(2026, 3, 12, 12, 0, tzinfo=UTC)) == 1
    with store.writing() as work:
        found = work.outbox.claim(datetime(2026, 3, 12, 12, 1, tzinfo=UTC), lease=MINUTE, limit=10)
    ours = [each for each in found if each.key.startswith(f"digest:{team}:")]
    assert [each.key for each in ours] == [f"digest:{team}:daily:20260312T0900Z"]
    assert ours[0].incident is None
    assert "3 h late, for I was away" in str(ours[0].act)
