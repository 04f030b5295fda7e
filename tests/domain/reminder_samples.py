"""A playbook whose team works in Berlin, and an incident of it that is resolved."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chatops.domain.incident.model import Incident
from chatops.domain.playbook.hotfix import FollowUp, HotfixPolicy, SettledBy
from chatops.domain.playbook.policy import Playbook, PostMortemRule, Reminders
from chatops.domain.promises.kinds import kinds_where
from chatops.domain.promises.spec import Cause
from chatops.domain.time.durations import Deadline
from tests.domain.samples import HOUR, MILDER, MINUTE, SEVERITY, incident

DAY = timedelta(days=1)
RULE = PostMortemRule(owed=True, due=48 * HOUR, root_cause_due=24 * HOUR, review_minutes=(60, 90))
PLAYBOOK = Playbook(
    name="berlin",
    title="Berlin",
    source="",
    severities=(
        replace(SEVERITY, post_mortem=RULE),
        replace(MILDER, post_mortem=RULE, update_every=None, escalation=()),
    ),
    hotfix=HotfixPolicy(
        follow_ups=(
            FollowUp(
                key="reporter",
                title="Ask",
                due=Deadline(same_day=True),
                settled_by=SettledBy.REPORTER,
            ),
        )
    ),
    zone="Europe/Berlin",
    hand_over_after=4 * HOUR,
    lead_within=10 * MINUTE,
    stale_after=DAY,
    close_after=7 * DAY,
    archive_after=7 * DAY,
    reminders=Reminders(ladder=("owner", "commander", "lead"), loud=("P0",)),
)
#: What people are reminded of once an incident is resolved.
FOLLOW_UPS = kinds_where(lambda spec: spec.follow_up)
#: What they are asked for again and again, for as long as it takes.
ASKED_AGAIN = FOLLOW_UPS | kinds_where(lambda spec: spec.cause is Cause.ROLES)
#: A Monday, half past ten in Berlin.
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def resolved(at: datetime = MONDAY, **changes: Any) -> Incident:
    """An incident of the milder severity that was resolved then."""
    values: dict[str, Any] = {"severity": "P1", "declared_at": at, "severity_since": at}
    return incident(**(values | changes)).resolved(root_cause="", fix="v1.2.4", now=at)
