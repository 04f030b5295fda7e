"""Columns give back what was put into them, and hold every field there is."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from chatops.adapters.storage import tables
from chatops.adapters.storage.types import BaseRow, EnumText, NaiveMoment, UtcMoment
from chatops.application.ports.storage import Sent
from chatops.domain.incident.model import Incident, Status
from chatops.domain.incident.timeline import Entry
from chatops.domain.messages.effects import Effect, EffectPayload
from chatops.domain.playbook.policy import Snapshot
from chatops.domain.promises.model import Promise
from chatops.domain.tasks import Task
from tests.storage.samples import NOW

EARLY = datetime.fromisoformat("1000-01-03")
DIALECT = sqlite.dialect()
# JSON knows no numbers that are none.
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
ROWS: Mapping[type, type[BaseRow]] = {
    Incident: tables.IncidentRow,
    Entry: tables.EntryRow,
    Promise: tables.PromiseRow,
    Effect: tables.EffectRow,
    Sent: tables.SentRow,
    Task: tables.TaskRow,
    Snapshot: tables.SnapshotRow,
}


@pytest.mark.parametrize("kind", ROWS, ids=lambda kind: kind.__name__)
def test_every_field_of_a_value_has_its_column(kind: type) -> None:
    assert is_dataclass(kind)
    assert [field.name for field in fields(kind)] != []
    columns = ROWS[kind].__table__.columns.keys()  # type: ignore[attr-defined] # SQLModel adds it
    assert set(columns) == {field.name for field in fields(kind)}


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveMoment, match="no zone"):
        UtcMoment().process_bind_param(NOW.replace(tzinfo=None), DIALECT)


@given(st.datetimes(EARLY, timezones=st.timezones()))
def test_a_moment_is_the_same_moment_afterwards_in_utc(moment: datetime) -> None:
    kept = UtcMoment().process_bind_param(moment, DIALECT)
    assert kept is not None
    for given_back in (kept, kept.replace(tzinfo=None)):
        read = UtcMoment().process_result_value(given_back, DIALECT)
        assert (read, read and read.tzinfo) == (moment.astimezone(UTC), UTC)


def test_a_word_outside_the_set_is_refused_both_ways() -> None:
    status = EnumText(Status)
    with pytest.raises(ValueError, match="on fire"):
        status.process_result_value("on fire", DIALECT)
    with pytest.raises(ValueError, match="on fire"):
        status.process_bind_param("on fire", DIALECT)  # type: ignore[arg-type] # that is the point


@pytest.mark.parametrize("kind", get_args(EffectPayload), ids=lambda kind: kind.__name__)
@settings(max_examples=20)
@given(data=st.data())
def test_every_kind_of_act_comes_back_as_it_was(kind: type, data: st.DataObject) -> None:
    act = data.draw(st.from_type(kind))
    column: Any = tables.EffectRow.__table__.c.act.type  # type: ignore[attr-defined] # same
    kept = json.loads(json.dumps(column.process_bind_param(act, DIALECT)))
    assert column.process_result_value(kept, DIALECT) == act
    assert kept["kind"] == act.kind
