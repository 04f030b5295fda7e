"""What is counted, read from the database over many incidents at once, by their indexes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, Select, and_, case, func, or_, select, type_coerce
from sqlmodel import Session, col

from chatops.adapters.storage.incidents import visible_to
from chatops.adapters.storage.mapping import table_of
from chatops.adapters.storage.tables import (
    EntryRow,
    HotfixRow,
    IncidentRow,
    PromiseRow,
    SnapshotRow,
)
from chatops.adapters.storage.types import COUNTED
from chatops.domain.analytics.metrics import IncidentRecord, Kept, Shipment
from chatops.domain.hotfix.model import HotfixState, StepState
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.promises.kinds import PromiseKind, kinds_where
from chatops.domain.promises.model import PromiseState

_INCIDENTS, _SNAPSHOTS = table_of(IncidentRow), table_of(SnapshotRow)
_PROMISES, _ENTRIES, _HOTFIXES = table_of(PromiseRow), table_of(EntryRow), table_of(HotfixRow)

#: The columns of an incident that are fields of a case, under the same names.
_SAME = (
    "id", "reference", "title", "severity", "service", "private", "declared_at", "detected_at",
    "began_at", "acknowledged_at", "mitigated_at", "resolved_at",
)  # fmt: skip
_COLUMNS = [_INCIDENTS.c[name] for name in _SAME]
#: The kinds that statistics count: not what the bot does itself.
_COUNTED_KINDS = _PROMISES.c.kind.in_(sorted(kinds_where(lambda spec: spec.counted_as is not None)))
_PERSONAL = and_(_PROMISES.c.kind == PromiseKind.RESPONSE, _PROMISES.c.detail != "")
_WHOLE = type_coerce(_HOTFIXES.c.whole, JSON)

_Promised = tuple[Mapping[PromiseKind, Kept], Kept]
_NONE: _Promised = ({}, Kept())


class SqlMetricsStore:
    """What is counted; nothing is held, and no timeline is read as a whole."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def cases(
        self, team: str, viewer: str | None, *, since: datetime, until: datetime, now: datetime
    ) -> Sequence[IncidentRecord]:
        meant = and_(
            col(IncidentRow.team) == team,
            col(IncidentRow.declared_at) >= since,
            col(IncidentRow.declared_at) < until,
            col(IncidentRow.drill).is_(False),
            visible_to(viewer),
        )
        promised, noted = self._promised(meant, now), self._noted(meant)
        shipped = self._shipped(meant)
        found = select(*_COLUMNS, _SNAPSHOTS.c.name.label("named")).outerjoin(
            _SNAPSHOTS, _SNAPSHOTS.c.digest == _INCIDENTS.c.playbook
        )
        cases = []
        for *same, named in self._rows(found.where(meant).order_by(_INCIDENTS.c.id)):
            facts = dict(zip(_SAME, same, strict=True))
            promises, answers = promised.get(facts["id"], _NONE)
            cases.append(
                IncidentRecord(
                    **facts,
                    playbook=named or "",
                    hotfixes=tuple(shipped.get(facts["id"], ())),
                    refused=noted.get((facts["id"], EntryKind.HOTFIX_REFUSED), 0),
                    updates=noted.get((facts["id"], EntryKind.UPDATE), 0),
                    late_updates=noted.get((facts["id"], EntryKind.AUTOMATIC_UPDATE), 0),
                    promises=promises,
                    answers=answers,
                )
            )
        return tuple(cases)

    def _promised(self, meant: ColumnElement[bool], now: datetime) -> Mapping[int, _Promised]:
        """How each incident's promises ended, by kind; a person's answer to a page by itself."""
        ended = _ended(now)
        counts = [func.coalesce(func.sum(case((each, 1), else_=0)), 0) for each in ended]
        personal = case((_PERSONAL, 1), else_=0).label("personal")
        found = (
            select(_PROMISES.c.incident, _PROMISES.c.kind, personal, *counts)
            .join(_INCIDENTS, _INCIDENTS.c.id == _PROMISES.c.incident)
            .where(meant, _COUNTED_KINDS, or_(*ended))
            .group_by(_PROMISES.c.incident, _PROMISES.c.kind, personal)
        )
        kinds: defaultdict[int, dict[PromiseKind, Kept]] = defaultdict(dict)
        answers: dict[int, Kept] = {}
        for incident, kind, is_answer, kept, broken, waived in self._rows(found):
            ended_so = Kept(kept=int(kept), broken=int(broken), waived=int(waived))
            if is_answer:
                answers[incident] = ended_so
            else:
                kinds[incident][kind] = ended_so
        return {
            each: (kinds.get(each, {}), answers.get(each, Kept())) for each in {*kinds, *answers}
        }

    def _noted(self, meant: ColumnElement[bool]) -> Mapping[tuple[int, EntryKind], int]:
        """How often each incident's timeline has an entry of a kind that is counted."""
        found = (
            select(_ENTRIES.c.incident, _ENTRIES.c.kind, func.count())
            .join(_INCIDENTS, _INCIDENTS.c.id == _ENTRIES.c.incident)
            .where(meant, COUNTED)
            .group_by(_ENTRIES.c.incident, _ENTRIES.c.kind)
        )
        return {(incident, kind): count for incident, kind, count in self._rows(found)}

    def _shipped(self, meant: ColumnElement[bool]) -> Mapping[int, Sequence[Shipment]]:
        found = (
            select(_HOTFIXES.c.incident, _HOTFIXES.c.state, _WHOLE.label("whole"))
            .join(_INCIDENTS, _INCIDENTS.c.id == _HOTFIXES.c.incident)
            .where(meant)
            .order_by(_HOTFIXES.c.incident, _HOTFIXES.c.number)
        )
        shipped: defaultdict[int, list[Shipment]] = defaultdict(list)
        for incident, state, whole in self._rows(found):
            shipped[incident].append(_shipment(state, whole))
        return shipped

    def _rows(self, found: Select[Any]) -> Iterator[Any]:
        yield from self._session.connection().execute(found)


def _ended(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[bool]]:
    """Whether a promise was kept, was broken, was waived."""
    state = _PROMISES.c.state
    overdue = and_(state == PromiseState.OPEN, _PROMISES.c.due_at < now)
    return (
        state == PromiseState.KEPT,
        or_(state == PromiseState.MISSED, overdue),
        state == PromiseState.WAIVED,
    )


def _shipment(state: HotfixState, whole: Mapping[str, Any]) -> Shipment:
    """What counts of a hotfix, straight from its document: to read all of it takes far longer."""
    watches = (step for step in whole["steps"] if step["kind"] == StepKind.WATCH)
    proven = (_moment(each["proven_at"]) for each in whole["backports"])
    return Shipment(
        deployed_at=_moment(whole["deployed_at"]),
        rolled_back=state is HotfixState.ROLLED_BACK,
        looked_bad=any(step["trouble"] or step["state"] == StepState.FAILED for step in watches),
        proven=tuple(each for each in proven if each is not None),
    )


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written).astimezone(UTC) if written else None
