"""The numbers of incidents: what is counted from which moment to which, and how.

An incident counts in the period in which it was declared, whatever happened to it later; drills
never count. Times count from the moment the trouble was noticed (``detected_at``), so that who
declares late does not seem fast:

* detect: from when the trouble began, as far as that became known, until it was noticed;
* acknowledge, mitigate, resolve: from then until somebody took it up, until it did no more harm
  (a fix was in place and watched, or it was resolved), until it was over for the last time;
* fix: from then until the first hotfix that stayed was in production;
* backport: from that hotfix in production until the fix was proven to be in a target branch.

What has not happened does not count. They are told as the median and the 90th percentile: one
incident that lasted a weekend would draw a mean away from all that people did on other days.

A hotfix failed if it was in production and was rolled back, or was left looking bad by its watch.
Only hotfixes are known here, not a team's other deploys. Each promise counts once, as it ended:
kept in time; broken if it was kept late or is open past its time; waived. Updates are counted
one by one: those that people wrote, and those that nobody wrote in time, so that the bot gave word.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from statistics import median

from chatops.domain.analytics.periods import Grouping, month_of
from chatops.domain.promises.kinds import PromiseKind


class MeasuredTime(StrEnum):
    """The times that are measured, in the order in which they end."""

    DETECT = "detect"
    ACKNOWLEDGE = "acknowledge"
    MITIGATE = "mitigate"
    FIX = "fix"
    RESOLVE = "resolve"
    BACKPORT = "backport"

    @property
    def done(self) -> str:
        """What an incident then is.

        >>> MeasuredTime.FIX.done, MeasuredTime.MITIGATE.done
        ('fixed', 'mitigated')
        """
        return f"{self.removesuffix('e')}ed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """A hotfix, as far as it counts; ``proven`` has a moment for each branch that has the fix."""

    deployed_at: datetime | None = None
    rolled_back: bool = False
    looked_bad: bool = False
    proven: tuple[datetime, ...] = ()

    @property
    def stayed_at(self) -> datetime | None:
        """When it reached production to stay."""
        return None if self.rolled_back else self.deployed_at

    @property
    def failed(self) -> bool:
        return self.deployed_at is not None and (self.rolled_back or self.looked_bad)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How promises ended."""

    kept: int = 0
    broken: int = 0
    waived: int = 0

    def __add__(self, other: "Kept") -> "Kept":
        return Kept(
            kept=self.kept + other.kept,
            broken=self.broken + other.broken,
            waived=self.waived + other.waived,
        )

    @property
    def all(self) -> int:
        return self.kept + self.broken + self.waived


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRecord:
    """One incident, as far as it counts.

    ``playbook`` is the name of the playbook it was declared under. ``refused`` counts the hotfixes
    that the gate turned away, ``updates`` the words that people gave to stakeholders and
    ``late_updates`` those that the bot gave in their stead.
    ``answers`` are the promises of people who were paged.
    """

    id: int
    reference: str
    title: str
    severity: str
    playbook: str
    declared_at: datetime
    detected_at: datetime
    service: str | None = None
    private: bool = False
    began_at: datetime | None = None
    acknowledged_at: datetime | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None
    hotfixes: tuple[Shipment, ...] = ()
    refused: int = 0
    updates: int = 0
    late_updates: int = 0
    promises: Mapping[PromiseKind, Kept] = field(default_factory=dict)
    answers: Kept = Kept()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One time over many incidents: how often it was measured, the middle, and nine in ten."""

    count: int = 0
    median: timedelta | None = None
    ninetieth: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A part of a whole."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.part / self.whole) if self.whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Everything that is counted of some incidents.

    ``failures`` are the deployed hotfixes that failed, ``refusals`` those that the gate turned
    away among all that people wanted to begin.
    """

    incidents: int
    times: Mapping[MeasuredTime, Measure]
    failures: Ratio
    refusals: Ratio
    promises: Mapping[PromiseKind, Kept]
    answers: Kept
    updates: int
    late_updates: int

    @property
    def all_promises(self) -> Kept:
        return sum(self.promises.values(), self.answers)


def counted(cases: Sequence[IncidentRecord]) -> Metrics:
    """Count incidents; their order makes no difference."""
    lasted: dict[MeasuredTime, list[timedelta]] = {clock: [] for clock in MeasuredTime}
    for case in cases:
        for clock, span in spans(case):
            lasted[clock].append(span)
    shipped = [each for case in cases for each in case.hotfixes]
    deployed = [each for each in shipped if each.deployed_at is not None]
    refused = sum(case.refused for case in cases)
    return Metrics(
        incidents=len(cases),
        times={clock: measured(found) for clock, found in lasted.items()},
        failures=Ratio(part=sum(each.failed for each in deployed), whole=len(deployed)),
        refusals=Ratio(part=refused, whole=refused + len(shipped)),
        promises=_promises(cases),
        answers=sum((case.answers for case in cases), Kept()),
        updates=sum(case.updates for case in cases),
        late_updates=sum(case.late_updates for case in cases),
    )


def spans(case: IncidentRecord) -> Iterator[tuple[MeasuredTime, timedelta]]:
    """Every time that can be measured of one incident."""
    if case.began_at is not None:
        yield MeasuredTime.DETECT, _between(case.began_at, case.detected_at)
    stayed = min((each.stayed_at for each in case.hotfixes if each.stayed_at), default=None)
    for clock, end in (
        (MeasuredTime.ACKNOWLEDGE, case.acknowledged_at),
        (MeasuredTime.MITIGATE, case.mitigated_at),
        (MeasuredTime.FIX, stayed),
        (MeasuredTime.RESOLVE, case.resolved_at),
    ):
        if end is not None:
            yield clock, _between(case.detected_at, end)
    for each in case.hotfixes:
        if each.deployed_at is not None:
            for proven in each.proven:
                yield MeasuredTime.BACKPORT, _between(each.deployed_at, proven)


def _between(start: datetime, end: datetime) -> timedelta:
    """A moment that was put down wrongly never makes a time below nought."""
    return max(end - start, timedelta())


def measured(found: Sequence[timedelta]) -> Measure:
    """The middle, and the shortest time that nine in ten took at most (one that did occur).

    >>> minutes = [timedelta(minutes=each) for each in (4, 2, 60, 6)]
    >>> few = measured(minutes)
    >>> few.count, str(few.median), str(few.ninetieth)
    (4, '0:05:00', '1:00:00')
    """
    if not found:
        return Measure()
    seconds = sorted(span.total_seconds() for span in found)
    return Measure(
        count=len(seconds),
        median=timedelta(seconds=median(seconds)),
        ninetieth=timedelta(seconds=seconds[ceil(9 * len(seconds) / 10) - 1]),
    )


def _promises(cases: Iterable[IncidentRecord]) -> Mapping[PromiseKind, Kept]:
    ended: dict[PromiseKind, Kept] = {}
    for case in cases:
        for kind, kept in case.promises.items():
            ended[kind] = ended.get(kind, Kept()) + kept
    return {kind: ended[kind] for kind in PromiseKind if kind in ended}


def grouped(
    cases: Iterable[IncidentRecord], grouping: Grouping, *, zone: str
) -> Mapping[str, Sequence[IncidentRecord]]:
    """Incidents by month, severity, service or playbook, in the order of these.

    A month is one of ``zone``. An incident without a service stands under an empty name.
    """
    key = _keys(zone)[grouping]
    groups: dict[str, list[IncidentRecord]] = {}
    for case in cases:
        groups.setdefault(key(case), []).append(case)
    return {name: groups[name] for name in sorted(groups, key=lambda name: (not name, name))}


def _keys(zone: str) -> Mapping[Grouping, Callable[[IncidentRecord], str]]:
    return {
        Grouping.MONTH: lambda case: month_of(case.declared_at, zone),
        Grouping.SEVERITY: lambda case: case.severity,
        Grouping.SERVICE: lambda case: case.service or "",
        Grouping.PLAYBOOK: lambda case: case.playbook,
    }
