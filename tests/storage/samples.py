"""Values to store, complete and unremarkable unless a test says otherwise."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chatops.application.ports.storage import UnitOfWork
from chatops.domain.hotfix.model import Hotfix, StepRun, StepState
from chatops.domain.incident.model import Incident
from chatops.domain.incident.timeline import Entry, EntryKind
from chatops.domain.messages.effects import Destination, DestinationKind, Effect, PostMessage
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import Promise

NOW = datetime(2026, 3, 2, 14, 5, 6, 789, tzinfo=UTC)
TEAM = "T1"
MINUTE = timedelta(minutes=1)


def incident(**changes: Any) -> Incident:
    number = changes.get("number", 1)
    values: dict[str, Any] = {
        "id": 0,
        "team": TEAM,
        "year": 2026,
        "number": number,
        "reference": f"INC-2026-{number:03d}",
        "title": "Checkout is down",
        "severity": "P0",
        "severity_since": NOW,
        "playbook": "digest",
        "declared_by": "UOLA",
        "declared_at": NOW,
        "detected_at": NOW - 2 * MINUTE,
    }
    return Incident(**(values | changes))


def declared(work: UnitOfWork, **changes: Any) -> Incident:
    """An incident that is stored, under the next number."""
    number = work.incidents.next_number(changes.get("team", TEAM), 2026)
    return work.incidents.add(incident(number=number, **changes))


def hotfix(of: int, **changes: Any) -> Hotfix:
    values: dict[str, Any] = {
        "id": 0,
        "incident": of,
        "number": 0,
        "service": "shop",
        "pipeline": "git_flow",
        "title": "Put the null check back",
        "started_by": "UOLA",
        "started_at": NOW,
        "steps": (
            StepRun(kind=StepKind.FIX, title="Fix it", state=StepState.WAITING, since=NOW),
            StepRun(kind=StepKind.DEPLOY, title="Deploy"),
        ),
    }
    return Hotfix(**(values | changes))


def entry(of: int, text: str = "It began.", **changes: Any) -> Entry:
    values: dict[str, Any] = {
        "incident": of,
        "at": NOW,
        "written_at": NOW,
        "kind": EntryKind.NOTE,
        "actor": "UOLA",
        "text": text,
    }
    return Entry(**(values | changes))


def promise(of: int, key: str = "fix", **changes: Any) -> Promise:
    values: dict[str, Any] = {
        "incident": of,
        "key": key,
        "kind": PromiseKind.FIX,
        "due_at": NOW,
        "wake_at": NOW,
        "made_at": NOW,
    }
    return Promise(**(values | changes))


def effect(key: str, lane: str = "alerts:", **changes: Any) -> Effect:
    act = PostMessage(
        to=Destination(kind=DestinationKind.ALERTS), post=Post(headline=key, text=key)
    )
    values: dict[str, Any] = {
        "key": key,
        "lane": lane,
        "act": act,
        "made_at": NOW,
        "not_before": NOW,
    }
    return Effect(**(values | changes))
