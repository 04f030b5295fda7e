"""An incident, a severity and their promises, unremarkable unless a test says otherwise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chatops.domain.incident.model import COMMANDER, Incident
from chatops.domain.playbook.hotfix import Path
from chatops.domain.playbook.policy import (
    EscalationStep,
    EscalationTrigger,
    NotificationRule,
    Severity,
)

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

SEVERITY = Severity(
    key="P0",
    name="Critical",
    definition="Everything is down.",
    path=Path.HOTFIX,
    respond_within=5 * MINUTE,
    fix_within=2 * HOUR,
    update_every=15 * MINUTE,
    notify=(NotificationRule(audience="oncall", within=30 * MINUTE, page=True),),
    escalation=(
        EscalationStep(
            when=EscalationTrigger.UNACKNOWLEDGED,
            after=5 * MINUTE,
            tell=("oncall",),
            why="Silence.",
        ),
        EscalationStep(
            when=EscalationTrigger.UNRESOLVED, after=15 * MINUTE, tell=("lead",), why="It lasts."
        ),
        EscalationStep(
            when=EscalationTrigger.UPDATE_OVERDUE, after=15 * MINUTE, tell=("lead",), why="No word."
        ),
        EscalationStep(
            when=EscalationTrigger.UNRESOLVED, after=4 * HOUR, tell=("cto",), why="It lasts long."
        ),
    ),
)
MILDER = replace(
    SEVERITY, key="P1", name="High", update_every=30 * MINUTE, respond_within=None, notify=(),
    escalation=SEVERITY.escalation[1:2],
)  # fmt: skip


def incident(**changes: Any) -> Incident:
    values: dict[str, Any] = {
        "id": 7,
        "team": "T1",
        "year": 2026,
        "number": 14,
        "reference": "INC-2026-014",
        "title": "Checkout is down",
        "severity": "P0",
        "severity_since": NOW,
        "playbook": "digest",
        "declared_by": "UOLA",
        "declared_at": NOW,
        "detected_at": NOW,
        "roles": {COMMANDER: "UOLA"},
        "next_update_at": NOW + 15 * MINUTE,
    }
    return Incident(**(values | changes))
