"""Made-up numbers, of no incident, of a few and of hundreds, to try the texts about them on."""

from datetime import datetime, timedelta

from chatops.domain.analytics.metrics import IncidentRecord, Kept, Shipment
from chatops.domain.analytics.periods import Grouping, question
from chatops.domain.analytics.report import Report, report
from chatops.domain.promises.kinds import PromiseKind

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def numbers_of(words: str, many: int, now: datetime) -> Report:
    """A report over ``many`` incidents of the last 90 days, and half as many before."""
    asked = question(f"by {Grouping.SERVICE}", now=now, zone="UTC")
    ours = [_case(each, words, now - timedelta(hours=each + 1)) for each in range(many)]
    theirs = [_case(each, words, now - 100 * _DAY) for each in range(many // 2)]
    return report([*ours, *theirs], asked, zone="UTC")


def _case(number: int, words: str, at: datetime) -> IncidentRecord:
    shipment = Shipment(deployed_at=at + _HOUR, rolled_back=number % 2 == 1, proven=(at + _DAY,))
    return IncidentRecord(
        id=number,
        reference=f"INC-2026-{number:03d}",
        title=words,
        severity="P0",
        playbook="priority",
        service=words if number % 3 else None,
        declared_at=at,
        detected_at=at,
        began_at=at - _HOUR,
        acknowledged_at=at + timedelta(minutes=number),
        mitigated_at=at + _HOUR,
        resolved_at=at + 2 * _HOUR,
        hotfixes=(shipment,),
        refused=number % 2,
        late_updates=1,
        promises={PromiseKind.FIX: Kept(kept=1, broken=1), PromiseKind.BACKPORT: Kept(waived=1)},
    )
