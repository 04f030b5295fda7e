"""Incidents in the database: numbers without gaps, holds, and who may find what."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    TextClause,
    bindparam,
    delete,
    exists,
    or_,
    select,
    update,
)
from sqlmodel import Session, col

from chatops.adapters.storage.errors import StaleIncident
from chatops.adapters.storage.mapping import columns_of, insert_into, table_of, value_of
from chatops.adapters.storage.tables import IncidentRow, NumberRow, PersonRow
from chatops.adapters.storage.types import NOT_CLOSED, RUNNING
from chatops.application.ports.storage import Search
from chatops.domain.errors import UnknownIncident
from chatops.domain.incident.model import Incident, Status

_INCIDENTS, _PEOPLE = table_of(IncidentRow), table_of(PersonRow)


def _newest(column: ColumnElement[Any], *, holds: bool) -> Select[Any]:
    found = select(_INCIDENTS).where(column == bindparam("value"))
    newest = found.order_by(_INCIDENTS.c.id.desc()).limit(1)
    # Leaves room for others to write rows that refer to the incident.
    return newest.with_for_update(key_share=True) if holds else newest


# Built once: to build a statement takes longer than the database needs for it.
_BY_ID = {holds: _newest(_INCIDENTS.c.id, holds=holds) for holds in (True, False)}
_BY_CHANNEL = {holds: _newest(_INCIDENTS.c.channel, holds=holds) for holds in (True, False)}
_SAVE = update(_INCIDENTS).where(
    _INCIDENTS.c.id == bindparam("same_id"), _INCIDENTS.c.version == bindparam("same_version")
)
_PEOPLE_OF = select(_PEOPLE.c.person).where(_PEOPLE.c.incident == bindparam("of"))


class SqlIncidents:
    """All incidents; ``holds`` keeps what is loaded from others until the commit."""

    def __init__(self, session: Session, *, holds: bool) -> None:
        self._session = session
        self._holds = holds

    def add(self, incident: Incident) -> Incident:
        row = IncidentRow(**columns_of(replace(incident, id=0, version=1)))
        self._session.add(row)
        self._session.flush()
        stored = value_of(Incident, row)
        self._add_people(stored.id, stored.people)
        return stored

    def next_number(self, team: str, year: int, *, drill: bool = False) -> int:
        counted = f"{team} drills" if drill else team
        first = insert_into(self._session, NumberRow).values(team=counted, year=year, last=1)
        taken = first.on_conflict_do_update(
            index_elements=["team", "year"], set_={"last": NumberRow.last + 1}
        ).returning(col(NumberRow.last))
        number = int(self._session.exec(taken).scalar_one())
        return -number if drill else number

    def get(self, id: int) -> Incident:  # noqa: A002 - it is the id
        found = self._one(_BY_ID, id)
        if found is None:
            raise UnknownIncident(id)
        return found

    def in_channel(self, channel: str) -> Incident | None:
        return self._one(_BY_CHANNEL, channel)

    def find(self, search: Search) -> Sequence[Incident]:
        found = select(IncidentRow).where(*_wanted(search))
        newest = found.order_by(col(IncidentRow.id).desc()).limit(search.limit)
        return tuple(value_of(Incident, row) for row in self._session.scalars(newest))

    def save(self, incident: Incident) -> Incident:
        saved = replace(incident, version=incident.version + 1)
        same = {"same_id": incident.id, "same_version": incident.version}
        changed = self._session.connection().execute(_SAVE, columns_of(saved) | same)
        if changed.rowcount == 0:
            raise StaleIncident(incident.reference, incident.version)
        self._set_people(saved)
        return saved

    def _one(self, newest: Mapping[bool, Select[Any]], value: object) -> Incident | None:
        found = self._session.connection().execute(newest[self._holds], {"value": value})
        row = found.one_or_none()
        return None if row is None else value_of(Incident, row)

    def _set_people(self, incident: Incident) -> None:
        known = self._session.connection().execute(_PEOPLE_OF, {"of": incident.id})
        before = frozenset(known.scalars())
        if gone := before - incident.people:
            theirs = (col(PersonRow.incident) == incident.id, col(PersonRow.person).in_(gone))
            self._session.exec(delete(PersonRow).where(*theirs))
        self._add_people(incident.id, incident.people - before)

    def _add_people(self, incident: int, people: frozenset[str]) -> None:
        self._session.add_all(
            PersonRow(incident=incident, person=person) for person in sorted(people)
        )
        self._session.flush()


def _wanted(search: Search) -> list[ColumnElement[bool] | TextClause]:
    """The search as conditions; who may see what is decided as in ``Incident.visible_to``."""
    conditions: list[ColumnElement[bool] | TextClause] = []
    if search.team is not None:
        conditions.append(col(IncidentRow.team) == search.team)
    if search.running_only:
        conditions.append(RUNNING)
    if search.not_closed:
        conditions.append(NOT_CLOSED)
    conditions += _told_apart(search)
    if search.reference is not None:
        typed = search.reference
        conditions.append(col(IncidentRow.reference).in_({typed, typed.upper(), typed.lower()}))
    if search.involving is not None:
        conditions.append(_takes_part(search.involving))
    if not search.everything:
        conditions.append(visible_to(search.viewer))
    return conditions


def visible_to(viewer: str | None) -> ColumnElement[bool]:
    """What ``Incident.visible_to`` decides, for a query; none is the public."""
    public = col(IncidentRow.private).is_(False)
    return public if viewer is None else or_(public, _takes_part(viewer))


def _told_apart(search: Search) -> list[ColumnElement[bool]]:
    """The conditions on what an incident is, and where the page before ended."""
    conditions: list[ColumnElement[bool]] = []
    if search.drills is not None:
        conditions.append(col(IncidentRow.drill).is_(search.drills))
    if search.closed_only:
        conditions.append(col(IncidentRow.status) == Status.CLOSED)
    if search.before is not None:
        conditions.append(col(IncidentRow.id) < search.before)
    if search.severity is not None:
        conditions.append(col(IncidentRow.severity) == search.severity)
    if search.words is not None:
        said = (col(IncidentRow.title), col(IncidentRow.reference))
        conditions.append(or_(*(each.icontains(search.words, autoescape=True) for each in said)))
    return conditions


def _takes_part(person: str) -> ColumnElement[bool]:
    return exists().where(
        col(PersonRow.incident) == col(IncidentRow.id), col(PersonRow.person) == person
    )
