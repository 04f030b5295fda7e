"""An incident to speak of, and the ways to load, look into and speak a shipped playbook."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from chatops.adapters.playbooks.folders import resolve
from chatops.adapters.playbooks.repository import PlaybookRepository
from chatops.domain.incident.model import Incident
from chatops.domain.messages.templates import OutputFormat
from chatops.domain.playbook.policy import Playbook

NAMES = ("increment", "preview", "priority", "ticketed", "versioned")
NOW = datetime(2026, 11, 21, 14, 50, tzinfo=UTC)
INCIDENT = Incident(
    id=1,
    team="T1",
    year=2026,
    number=14,
    reference="INC-2026-014",
    title="Checkout is down",
    severity="P0",
    severity_since=NOW,
    playbook="digest",
    declared_by="U0ANA",
    roles={"commander": "U0ANA"},
    declared_at=NOW - timedelta(minutes=18),
    detected_at=NOW - timedelta(minutes=20),
    next_update_at=NOW + timedelta(minutes=15),
    channel="C0INC",
)


@cache
def shelf(name: str) -> PlaybookRepository:
    return PlaybookRepository(resolve(name))


def playbook(name: str) -> Playbook:
    return shelf(name).revive(shelf(name).current())


def say(
    name: str,
    text: str,
    output: OutputFormat = OutputFormat.SLACK,
    /,
    *,
    on: str | None = None,
    **facts: Any,
) -> str:
    """A text of a shipped playbook about ``INCIDENT``, which ``facts`` may replace."""
    policy = playbook(name)
    severity = policy.severity(on) if on else policy.severities[0]
    always = {
        "incident": replace(INCIDENT, severity=severity.key),
        "severity": severity,
        "playbook": policy,
        "now": NOW,
    }
    return shelf(name).say(shelf(name).current(), text, output=output, facts={**always, **facts})


def at(value: Any, path: str) -> Any:
    """What stands at a path such as ``severities.P0.fix_within``.

    In lists a step is the ``key``, ``kind``, ``audience`` or ``title`` of the item, or its index.
    """
    for step in path.split("."):
        value = _inside(value, step)
    return value


def _inside(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        return value[step]
    if isinstance(value, tuple):
        if step.isdigit():
            return value[int(step)]
        return next(item for item in value if step in _labels(item))
    return getattr(value, step)


def _labels(item: Any) -> set[str]:
    marks = {"key", "kind", "audience", "title"}
    if not is_dataclass(item):
        return set()
    return {str(getattr(item, field.name)) for field in fields(item) if field.name in marks}
