"""The numbers of each incident as a spreadsheet, one row an incident, safe to be opened."""

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO

from chatops.domain.analytics.metrics import IncidentRecord, Kept, MeasuredTime, spans

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
