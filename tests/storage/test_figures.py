"""What is counted is read as it was stored, for those who may see it, in either database."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatops.adapters.storage.store import SqlStorage
from chatops.application.ports.storage import Search, UnitOfWork
from chatops.domain.analytics.metrics import IncidentRecord, Kept, Shipment
from chatops.domain.hotfix.model import Backport, BackportState, HotfixState, StepRun, StepState
from chatops.domain.incident.model import Incident
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.playbook.policy import Snapshot
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import PromiseState
from tests.storage.samples import MINUTE, NOW, TEAM, declared, entry, hotfix, promise

DAY = timedelta(days=1)


def counted(
    store: SqlStorage, viewer: str | None = None, *, until: datetime = NOW + DAY
) -> list[IncidentRecord]:
    with store.reading() as work:
        found = work.figures.cases(TEAM, viewer, since=NOW - 90 * DAY, until=until, now=NOW)
        return list(found)


def test_an_incident_counts_with_all_its_moments(store: SqlStorage) -> None:
    moments: dict[str, Any] = {
        "began_at": NOW - 9 * MINUTE,
        "acknowledged_at": NOW + MINUTE,
        "mitigated_at": NOW + 5 * MINUTE,
        "resolved_at": NOW + 7 * MINUTE,
    }
    snapshot = Snapshot(digest="digest", name="priority", document="{}", texts={})
    with store.writing() as work:
        work.snapshots.keep(snapshot)
        stored = declared(work, service="shop", **moments)
    assert counted(store) == [
        IncidentRecord(
            id=stored.id,
            reference=stored.reference,
            title=stored.title,
            severity="P0",
            playbook="priority",
            service="shop",
            declared_at=NOW,
            detected_at=stored.detected_at,
            **moments,
        )
    ]


def test_only_what_was_declared_in_the_time_asked_for_counts(store: SqlStorage) -> None:
    with store.writing() as work:
        ages = (0, 1, 89, 90, 91)
        stored = [declared(work, declared_at=NOW - each * DAY) for each in ages]
    assert [case.id for case in counted(store)] == [each.id for each in stored[:4]]
    assert [case.id for case in counted(store, until=NOW)] == [each.id for each in stored[1:4]]


def test_drills_and_other_teams_never_count(store: SqlStorage) -> None:
    with store.writing() as work:
        declared(work, drill=True)
        declared(work, team="T2")
    assert counted(store, "UOLA") == []


@pytest.mark.parametrize(
    ("viewer", "sees"),
    [(None, 1), ("USTRANGER", 1), ("UOLA", 2), ("UMEMBER", 2), ("ULEAD", 2)],
)
def test_a_private_incident_counts_for_those_alone_who_take_part(
    store: SqlStorage, viewer: str | None, sees: int
) -> None:
    with store.writing() as work:
        open_one = declared(work, declared_by="USOMEBODY")
        secret = declared(
            work,
            private=True,
            members=frozenset({"UMEMBER"}),
            roles={"commander": "ULEAD"},
        )
        for each in (open_one, secret):
            _with_everything(work, each)
    found = counted(store, viewer)
    assert len(found) == sees
    assert {case.id for case in found} == {
        each.id for each in (open_one, secret) if each.visible_to(viewer)
    }
    assert all(case.refused == 1 and case.hotfixes and case.promises for case in found)


PEOPLE = st.sampled_from(["UOLA", "UBEN", "UANA", "UTOM"])
SECRETS = st.lists(
    st.fixed_dictionaries(
        {
            "private": st.booleans(),
            "declared_by": PEOPLE,
            "members": st.frozensets(PEOPLE, max_size=2),
            "roles": st.dictionaries(st.just("commander"), PEOPLE),
        }
    ),
    max_size=5,
)


@given(SECRETS, st.none() | PEOPLE)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_no_private_incident_ever_counts_for_somebody_outside(
    store: SqlStorage, secrets: list[dict[str, Any]], viewer: str | None
) -> None:
    with store.writing() as work:
        for facts in secrets:
            declared(work, **facts)
        every = work.incidents.find(Search(team=TEAM, everything=True, limit=1000))
    seen = {case.id for case in counted(store, viewer)}
    assert seen == {each.id for each in every if each.visible_to(viewer)}


def _with_everything(work: UnitOfWork, incident: Incident) -> None:
    work.timeline.add(entry(incident.id, kind=EntryKind.HOTFIX_REFUSED))
    work.hotfixes.add(hotfix(incident.id))
    work.promises.put(promise(incident.id, state=PromiseState.KEPT))


def test_refusals_and_updates_are_read_from_the_timeline(
    store: SqlStorage,
) -> None:
    kinds = [
        EntryKind.HOTFIX_REFUSED,
        *[EntryKind.AUTOMATIC_UPDATE] * 3,
        EntryKind.NOTE,
        EntryKind.UPDATE,
    ]
    with store.writing() as work:
        one, other = declared(work), declared(work)
        for kind in kinds:
            work.timeline.add(entry(one.id, kind=kind))
    first, second = counted(store)
    assert (first.refused, first.updates, first.late_updates) == (1, 1, 3)
    assert (second.refused, second.updates, second.late_updates) == (0, 0, 0)
    assert second.id == other.id


def test_promises_count_as_they_ended_and_an_open_one_past_its_time_as_broken(
    store: SqlStorage,
) -> None:
    promises: list[tuple[str, dict[str, Any]]] = [
        ("fix", {"state": PromiseState.MISSED}),
        ("response", {"kind": PromiseKind.RESPONSE, "state": PromiseState.KEPT}),
        ("response:U1", {"kind": PromiseKind.RESPONSE, "detail": "U1", "due_at": NOW - MINUTE}),
        ("response:U2", {"kind": PromiseKind.RESPONSE, "detail": "U2", "due_at": NOW + MINUTE}),
        ("backport:1:a", {"kind": PromiseKind.BACKPORT, "state": PromiseState.WAIVED}),
        ("backport:1:b", {"kind": PromiseKind.BACKPORT, "state": PromiseState.KEPT}),
        ("status_update", {"kind": PromiseKind.STATUS_UPDATE, "state": PromiseState.CANCELLED}),
        ("escalation:P0:0", {"kind": PromiseKind.ESCALATION, "state": PromiseState.KEPT}),
    ]
    with store.writing() as work:
        incident = declared(work)
        for key, changes in promises:
            work.promises.put(promise(incident.id, key, **changes))
    [case] = counted(store)
    assert case.promises == {
        PromiseKind.FIX: Kept(broken=1),
        PromiseKind.RESPONSE: Kept(kept=1),
        PromiseKind.BACKPORT: Kept(kept=1, waived=1),
    }
    assert case.answers == Kept(broken=1)


def test_a_hotfix_counts_with_what_became_of_it(store: SqlStorage) -> None:
    proven = Backport(target="develop", state=BackportState.PROVEN, proven_at=NOW + DAY)
    owed = Backport(target="release/1.2")
    with store.writing() as work:
        incident = declared(work)
        fresh = hotfix(incident.id)
        shipped = replace(fresh, deployed_at=NOW, backports=(proven, owed))
        for each in (
            fresh,
            shipped,
            replace(shipped, state=HotfixState.ROLLED_BACK, backports=()),
            replace(shipped, steps=(_watch(StepState.RUNNING, "38 % errors"),), backports=()),
            replace(shipped, steps=(_watch(StepState.FAILED, ""),), backports=()),
            replace(shipped, steps=(_watch(StepState.DONE, ""),), backports=()),
        ):
            work.hotfixes.add(each)
    [case] = counted(store)
    assert case.hotfixes == (
        Shipment(),
        Shipment(deployed_at=NOW, proven=(NOW + DAY,)),
        Shipment(deployed_at=NOW, rolled_back=True),
        Shipment(deployed_at=NOW, looked_bad=True),
        Shipment(deployed_at=NOW, looked_bad=True),
        Shipment(deployed_at=NOW),
    )


def _watch(state: StepState, trouble: str) -> StepRun:
    return StepRun(kind=StepKind.WATCH, title="Watch it", state=state, trouble=trouble)
