"""Reads the record as a whole, for whoever checks it: broken timelines, playbooks still in use."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from chatops.adapters.storage.engines import reading
from chatops.adapters.storage.errors import translated
from chatops.adapters.storage.mapping import value_of
from chatops.adapters.storage.snapshots import SqlSnapshots
from chatops.adapters.storage.tables import IncidentRow
from chatops.adapters.storage.timeline import SqlTimeline
from chatops.adapters.storage.types import NOT_CLOSED
from chatops.domain.incident.model import Incident
from chatops.domain.incident.timeline import Entry, first_broken
from chatops.domain.playbook.policy import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenChain:
    """The first entry of an incident's timeline that is not as it was written."""

    incident: Incident
    entry: Entry


def broken_chains(engine: Engine, *, newest: int) -> Iterator[BrokenChain]:
    """Verify the timelines of so many incidents, newest first."""
    with translated(engine.url), Session(reading(engine)) as session:
        timeline = SqlTimeline(session)
        rows = select(IncidentRow).order_by(col(IncidentRow.id).desc()).limit(newest)
        for incident in [value_of(Incident, row) for row in session.exec(rows)]:
            entry = first_broken(timeline.of(incident.id))
            if entry is not None:
                yield BrokenChain(incident=incident, entry=entry)


def snapshots_in_use(engine: Engine) -> Iterator[tuple[Incident, Snapshot]]:
    """Every incident that is not closed, oldest first, with the playbook it lives under."""
    with translated(engine.url), Session(reading(engine)) as session:
        snapshots = SqlSnapshots(session)
        rows = select(IncidentRow).where(NOT_CLOSED).order_by(col(IncidentRow.id))
        for incident in [value_of(Incident, row) for row in session.exec(rows)]:
            yield incident, snapshots.get(incident.playbook)
