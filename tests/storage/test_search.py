"""Who finds what is decided in the query exactly as the domain decides it."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatops.adapters.storage.store import SqlStorage
from chatops.application.ports.storage import Search
from chatops.domain.incident.model import Incident, Status
from tests.storage.samples import declared, incident

PEOPLE = st.sampled_from(["UANA", "UBEN", "uana", "U%", "' OR 1=1 --", "ÜANA"])
SEVERITIES = st.sampled_from(["P0", "P1", "%"])
TITLES = st.sampled_from(["Checkout is down", "100 % of logins fail", "under_score"])
INCIDENTS = st.builds(
    incident,
    declared_by=PEOPLE,
    members=st.frozensets(PEOPLE, max_size=2),
    roles=st.dictionaries(st.sampled_from(["commander", "scribe"]), PEOPLE),
    private=st.booleans(),
    drill=st.booleans(),
    status=st.sampled_from(Status),
    severity=SEVERITIES,
    title=TITLES,
)
WAYS: Mapping[str, st.SearchStrategy[Any]] = {
    "team": st.just(""),
    "viewer": st.none() | PEOPLE,
    "everything": st.booleans(),
    "running_only": st.booleans(),
    "not_closed": st.booleans(),
    "closed_only": st.booleans(),
    "severity": st.none() | SEVERITIES,
    "words": st.none() | st.sampled_from(["CHECKOUT", "%", "_", "inc-2026", "\\", "'"]),
    "before": st.none() | st.integers(1, 12),
    "drills": st.none() | st.booleans(),
    "involving": st.none() | PEOPLE,
    "reference": st.none() | st.sampled_from(["INC-2026-001", "inc-2026-002", "' OR 1=1 --"]),
    "limit": st.integers(1, 5),
}


def meant(search: Search, each: Incident) -> bool:
    return (
        (search.everything or each.visible_to(search.viewer))
        and (each.status.running or not search.running_only)
        and (each.status is not Status.CLOSED or not search.not_closed)
        and (each.status is Status.CLOSED or not search.closed_only)
        and (search.drills is None or search.drills == each.drill)
        and (search.severity is None or search.severity == each.severity)
        and (search.before is None or each.id < search.before)
        and _says(each, search.words)
        and (search.reference is None or search.reference.upper() == each.reference)
        and (search.involving is None or search.involving in each.people)
    )


def _says(each: Incident, words: str | None) -> bool:
    said = (each.title.lower(), each.reference.lower())
    return words is None or any(words.lower() in one for one in said)


def test_every_way_to_search_is_tried() -> None:
    assert set(WAYS) == {field.name for field in fields(Search)}


# The database stays between examples; each has a team of its own.
UNHURRIED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=40, suppress_health_check=UNHURRIED)
@given(
    asked=st.lists(INCIDENTS, max_size=6),
    changed=st.lists(INCIDENTS, max_size=3),
    searches=st.lists(st.builds(Search, **WAYS), min_size=1, max_size=6),
)
def test_exactly_what_the_viewer_may_see_is_found(
    store: SqlStorage,
    asked: Sequence[Incident],
    changed: Sequence[Incident],
    searches: Sequence[Search],
) -> None:
    team = uuid4().hex
    with store.writing() as work:
        stored = [
            declared(
                work,
                team=team,
                declared_by=each.declared_by,
                members=each.members,
                roles=each.roles,
                private=each.private,
                status=each.status,
                severity=each.severity,
                title=each.title,
            )
            for each in asked
        ]
        for place, (before, after) in enumerate(zip(stored, changed, strict=False)):
            stored[place] = work.incidents.save(
                replace(
                    before,
                    members=after.members,
                    roles=after.roles,
                    private=after.private,
                    status=after.status,
                )
            )
    with store.reading() as work:
        for search in searches:
            expected = [each for each in reversed(stored) if meant(search, each)]
            found = work.incidents.find(replace(search, team=team))
            assert list(found) == expected[: search.limit]
