"""A year's incidents, made up, so that the numbers have something to show."""

from dataclasses import replace
from datetime import datetime, timedelta

from chatops.bootstrap import Bot
from chatops.domain.incident.model import Incident, Status
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise, PromiseState

_SERVICES = ("checkout", "search", None)
_MINUTE = timedelta(minutes=1)


def live_through_a_year(bot: Bot, team: str, now: datetime) -> None:
    """Incidents every six days, each over a little sooner than the one before."""
    playbook = bot.use_cases.look.policy()
    current = bot.use_cases.sessions.playbooks.current()
    with bot.use_cases.sessions.writing() as work:
        work.snapshots.keep(current)
        for number in range(60):
            at = now - timedelta(days=6 * (60 - number))
            severity = playbook.severities[number % len(playbook.severities)].key
            incident = work.incidents.add(_over(number, at, severity, current.digest, team))
            work.promises.put(_promise(incident, broken=number % 5 == 0))


def _over(number: int, at: datetime, severity: str, playbook: str, team: str) -> Incident:
    resolved = at + (200 - 2 * number + 17 * (number % 4)) * _MINUTE
    fresh = Incident(
        id=0,
        team=team,
        year=at.year - 1,
        number=1000 + number,
        reference=f"OLD-{at.year}-{number:03d}",
        title="Something broke",
        severity=severity,
        severity_since=at,
        playbook=playbook,
        declared_by="U0ANA",
        declared_at=at,
        detected_at=at - 3 * _MINUTE,
        service=_SERVICES[number % len(_SERVICES)],
        acknowledged_at=at + (number % 7) * _MINUTE,
    )
    return replace(
        fresh,
        status=Status.CLOSED,
        began_at=at - 12 * _MINUTE,
        mitigated_at=resolved - 20 * _MINUTE,
        resolved_at=resolved,
        closed_at=resolved,
    )


def _promise(incident: Incident, *, broken: bool) -> Promise:
    due = incident.declared_at + timedelta(hours=4)
    return Promise(
        incident=incident.id,
        key="fix",
        kind=PromiseKind.FIX,
        due_at=due,
        wake_at=None,
        made_at=incident.declared_at,
        state=PromiseState.MISSED if broken else PromiseState.KEPT,
        settled_at=due,
    )
