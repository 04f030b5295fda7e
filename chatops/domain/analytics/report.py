"""The figures of a period: as a report against the period before, and as a spreadsheet."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import StringIO

from chatops.domain.analytics.metrics import (
    IncidentRecord,
    Kept,
    Measure,
    MeasuredTime,
    Metrics,
    Ratio,
    counted,
    grouped,
    spans,
)
from chatops.domain.analytics.periods import Grouping, StatisticsQuery
from chatops.domain.messages.posts import Chart, ChartKind, Series, Sheet
from chatops.domain.promises.kinds import KINDS
from chatops.domain.time.durations import spoken

_NOTHING = "—"
_HEADS = {
    Grouping.MONTH: "Month",
    Grouping.SEVERITY: "Severity",
    Grouping.SERVICE: "Service",
    Grouping.PLAYBOOK: "Playbook",
}
_ANSWERS = "Answers to pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The numbers of one month, severity, service or playbook."""

    label: str
    figures: Metrics


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody asked for, counted over what they may see.

    ``whole`` and ``previous`` are all of the period and of the one before, ``groups`` the parts of
    the period, which add up to it. ``cases`` are the incidents that were counted.
    """

    question: StatisticsQuery
    whole: Metrics
    previous: Metrics
    groups: tuple[Group, ...]
    cases: tuple[IncidentRecord, ...]

    @property
    def more(self) -> int:
        """How many incidents more than before; below nought: fewer."""
        return self.whole.incidents - self.previous.incidents

    @property
    def clocks(self) -> tuple[tuple[MeasuredTime, Measure, Measure], ...]:
        """Every time that was measured in the period, and how it was before."""
        return tuple(
            (clock, measure, self.previous.times[clock])
            for clock, measure in self.whole.times.items()
            if measure.count
        )

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """All tables."""
        return (self.parts, self.times, self.promises, self.hotfixes)

    @property
    def parts(self) -> Sheet:
        """A row for each group, and one for all."""
        head = ("Incidents", "Acknowledge", "Mitigate", "Resolve", "Fixes failed", "Broken")
        groups = (*self.groups, Group(label="All", figures=self.whole))
        return Sheet(
            caption=f"By {self.question.grouping}; times are medians",
            head=(_HEADS[self.question.grouping], *head),
            rows=tuple((each.label, *_row(each.figures)) for each in groups),
        )

    @property
    def brief(self) -> Sheet:
        """The same in few columns, for a phone, newest month first."""
        groups = self.groups
        if self.question.grouping is Grouping.MONTH:
            groups = groups[::-1]
        head = ("Incidents", "Over in", "Broken")
        return Sheet(
            caption=f"By {self.question.grouping}: median time, broken promises",
            head=(_HEADS[self.question.grouping], *head),
            rows=tuple(
                (
                    each.label,
                    str(each.figures.incidents),
                    said(each.figures.times[MeasuredTime.RESOLVE].median),
                    str(each.figures.all_promises.broken),
                )
                for each in (*groups, Group(label="All", figures=self.whole))
            ),
        )

    @property
    def times(self) -> Sheet:
        """A row for each time."""
        before = self.previous.times
        return Sheet(
            caption="Times",
            head=("Time to", "Counted", "Half within", "9 of 10 within", "Half, before"),
            rows=tuple(
                (
                    clock.value,
                    str(measure.count),
                    said(measure.median),
                    said(measure.ninetieth),
                    said(before[clock].median),
                )
                for clock, measure in self.whole.times.items()
            ),
        )

    @property
    def promises(self) -> Sheet:
        """A row for each kind of promise."""
        kinds = _promised(self.whole)
        rows = [*kinds, ("All", self.whole.all_promises)] if kinds else []
        return Sheet(
            caption="Promises",
            head=("Promised", "Kept", "Broken", "Waived"),
            rows=tuple(
                (name, str(ended.kept), str(ended.broken), str(ended.waived))
                for name, ended in rows
            ),
        )

    @property
    def hotfixes(self) -> Sheet:
        """What became of hotfixes, and of updates that nobody wrote."""
        now, before = self.whole, self.previous
        return Sheet(
            caption="Hotfixes and updates",
            head=("What", "Now", "Before"),
            rows=(
                ("Deployed hotfixes that failed", share(now.failures), share(before.failures)),
                ("Hotfixes refused at the gate", share(now.refusals), share(before.refusals)),
                ("Updates that people wrote", str(now.updates), str(before.updates)),
                ("Updates that nobody wrote", str(now.late_updates), str(before.late_updates)),
            ),
        )

    @property
    def charts(self) -> tuple[Chart, ...]:
        """How many there were, and how long half of them took; only what can be drawn."""
        return tuple(filter(None, (self._count(), self._lasted())))

    def _count(self) -> Chart | None:
        if not self.groups:
            return None
        counts = tuple(float(each.figures.incidents) for each in self.groups)
        return self._chart("Incidents", self.groups, (Series(name="Incidents", values=counts),))

    def _lasted(self) -> Chart | None:
        """A chart has no gaps: groups of which nothing is over yet are left out."""
        resolved = [each for each in self.groups if each.figures.times[MeasuredTime.RESOLVE].count]
        medians = [
            each.figures.times[MeasuredTime.RESOLVE].median or timedelta() for each in resolved
        ]
        if not medians:
            return None
        step, unit = _unit(max(medians))
        values = tuple(round(each / step, 1) for each in medians)
        series = (Series(name="Median", values=values),)
        return self._chart(f"Median time to resolve, in {unit}", resolved, series, up=unit)

    def _chart(
        self, title: str, groups: Sequence[Group], series: tuple[Series, ...], *, up: str = ""
    ) -> Chart:
        goes_on = self.question.grouping is Grouping.MONTH and len(groups) > 1
        return Chart(
            title=title,
            kind=ChartKind.LINE if goes_on else ChartKind.BAR,
            categories=tuple(each.label for each in groups),
            series=series,
            across=_HEADS[self.question.grouping],
            up=up,
        )


def report(
    cases: Sequence[IncidentRecord],
    question: StatisticsQuery,
    *,
    zone: str,
    severities: Sequence[str] = (),
) -> Report:
    """Count the incidents of a period and of the one before it; others among them do not count.

    Severities are in the order of ``severities``, others after them.
    """
    ours = tuple(case for case in cases if case.declared_at in question.period)
    groups = grouped(ours, question.grouping, zone=zone)
    return Report(
        question=question,
        whole=counted(ours),
        previous=counted([case for case in cases if case.declared_at in question.before]),
        groups=tuple(
            Group(label=_label(name, question.grouping), figures=counted(groups[name]))
            for name in _ordered(groups, question.grouping, severities)
        ),
        cases=ours,
    )


def _ordered(
    groups: Mapping[str, Sequence[IncidentRecord]], grouping: Grouping, severities: Sequence[str]
) -> list[str]:
    """Months in time, severities from the worst, else the most incidents first."""
    if grouping is Grouping.MONTH:
        return list(groups)
    if grouping is Grouping.SEVERITY:
        rank = {key: place for place, key in enumerate(severities)}
        return sorted(groups, key=lambda name: rank.get(name, len(rank)))
    return sorted(groups, key=lambda name: (not name, -len(groups[name])))


def _label(name: str, grouping: Grouping) -> str:
    if grouping is Grouping.MONTH:
        return f"{date.fromisoformat(f'{name}-01'):%b %Y}"
    return name or "none named"


def said(span: timedelta | None) -> str:
    """A time in a table."""
    return _NOTHING if span is None else spoken(span)


def share(rate: Ratio) -> str:
    """A part of a whole, as people say it.

    >>> share(Ratio(part=1, whole=6)), share(Ratio(part=0, whole=0))
    ('1 of 6 (17 %)', '—')
    """
    return f"{rate.part} of {rate.whole} ({rate.percent} %)" if rate.whole else _NOTHING


def _row(figures: Metrics) -> Iterator[str]:
    yield str(figures.incidents)
    for clock in (MeasuredTime.ACKNOWLEDGE, MeasuredTime.MITIGATE, MeasuredTime.RESOLVE):
        yield said(figures.times[clock].median)
    failed = figures.failures
    yield f"{failed.part} of {failed.whole}" if failed.whole else _NOTHING
    yield str(figures.all_promises.broken)


def _promised(figures: Metrics) -> list[tuple[str, Kept]]:
    named = [
        (name, each)
        for kind, each in figures.promises.items()
        if (name := KINDS[kind].counted_as) is not None
    ]
    answers = [(_ANSWERS, figures.answers)] if figures.answers.all else []
    return [*named, *answers]


def _unit(longest: timedelta) -> tuple[timedelta, str]:
    """The unit in which people would say the longest of several times."""
    for least, step, name in (
        (timedelta(days=3), timedelta(days=1), "days"),
        (timedelta(hours=3), timedelta(hours=1), "hours"),
    ):
        if longest >= least:
            return step, name
    return timedelta(minutes=1), "minutes"


#: Cells that a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@")
_MINUTE = timedelta(minutes=1)

#: The columns. Moments are UTC; times are minutes, the longest where there are several.
COLUMNS = (
    "reference",
    "title",
    "severity",
    "service",
    "playbook",
    "private",
    "declared_at",
    "detected_at",
    "began_at",
    "acknowledged_at",
    "mitigated_at",
    "resolved_at",
    *(f"minutes_to_{clock}" for clock in MeasuredTime),
    "hotfixes_started",
    "hotfixes_deployed",
    "hotfixes_failed",
    "hotfixes_refused",
    "promises_kept",
    "promises_broken",
    "promises_waived",
    "updates",
    "late_updates",
)


def spreadsheet(cases: Sequence[IncidentRecord]) -> str:
    """CSV with a head, the oldest incident first."""
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for case in sorted(cases, key=lambda each: (each.declared_at, each.id)):
        writer.writerow([harmless(cell) for cell in _cells(case)])
    return file.getvalue()


def harmless(cell: str) -> str:
    """A cell on one line that no spreadsheet calculates.

    >>> harmless("=HYPERLINK(1)"), harmless("checkout is down")
    ("'=HYPERLINK(1)", 'checkout is down')
    """
    seen = "".join(sign if sign.isprintable() else " " for sign in cell)
    line = " ".join(seen.split())
    return f"'{line}" if line.startswith(_FORMULA) else line


def _cells(case: IncidentRecord) -> Iterator[str]:
    yield case.reference
    yield case.title
    yield case.severity
    yield case.service or ""
    yield case.playbook
    yield "yes" if case.private else "no"
    for moment in (
        case.declared_at,
        case.detected_at,
        case.began_at,
        case.acknowledged_at,
        case.mitigated_at,
        case.resolved_at,
    ):
        yield _moment(moment)
    lasted: dict[MeasuredTime, timedelta] = {}
    for clock, span in spans(case):
        lasted[clock] = max(span, lasted.get(clock, span))
    for clock in MeasuredTime:
        yield f"{lasted[clock] / _MINUTE:.1f}" if clock in lasted else ""
    shipped = case.hotfixes
    kept = sum(case.promises.values(), case.answers)
    yield from map(str, _counts(case, [each.deployed_at is not None for each in shipped], kept))


def _counts(case: IncidentRecord, deployed: Sequence[bool], kept: Kept) -> Iterator[int]:
    yield len(deployed)
    yield sum(deployed)
    yield sum(each.failed for each in case.hotfixes)
    yield case.refused
    yield kept.kept
    yield kept.broken
    yield kept.waived
    yield case.updates
    yield case.late_updates


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else ""
