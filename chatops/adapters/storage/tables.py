"""The tables: a column for each field of a value, under its name; a migration makes each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field as PydanticField
from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field

from chatops.adapters.storage.types import (
    BEING_DONE,
    COUNTED,
    FAILED,
    NOT_CLOSED,
    OPEN,
    RUNNING,
    UNFINISHED,
    BaseRow,
    EnumText,
    JsonDocument,
    UtcMoment,
    partial,
    with_rollback_steps,
)
from chatops.domain.hotfix.model import Hotfix, HotfixState
from chatops.domain.incident.model import Status, Update
from chatops.domain.incident.timeline import EntryKind
from chatops.domain.messages.effects import EffectPayload, EffectState
from chatops.domain.postmortem.model import PostMortem, PostMortemState
from chatops.domain.promises.kinds import PromiseKind
from chatops.domain.promises.model import PromiseState
from chatops.domain.tasks import Priority, TaskType

_Acts = Annotated[EffectPayload, PydanticField(discriminator="kind")]
_Words = Mapping[str, str]


class IncidentRow(BaseRow, table=True):
    """An incident's state now."""

    __tablename__ = "incidents"
    __table_args__ = (
        UniqueConstraint("team", "year", "number"),
        Index("ix_incidents_team", "team", "id"),
        Index("ix_incidents_declared_at", "team", "declared_at"),
        Index("ix_incidents_reference", "team", "reference"),
        partial("ix_incidents_running", "team", "id", where=RUNNING),
        partial("ix_incidents_not_closed", "team", "id", where=NOT_CLOSED),
    )

    id: int | None = Field(default=None, primary_key=True)
    team: str
    year: int
    number: int
    reference: str
    title: str
    severity: str
    severity_since: datetime = Field(sa_type=UtcMoment)
    playbook: str
    declared_by: str
    declared_at: datetime = Field(sa_type=UtcMoment)
    detected_at: datetime = Field(sa_type=UtcMoment)
    began_at: datetime | None = Field(sa_type=UtcMoment)
    mitigated_at: datetime | None = Field(sa_type=UtcMoment)
    status: Status = Field(sa_type=EnumText(Status))
    reported_by: str | None
    private: bool
    drill: bool
    scenario: str
    service: str | None
    impact: str
    symptoms: str
    roles: Mapping[str, str] = Field(sa_type=JsonDocument(_Words))
    members: frozenset[str] = Field(sa_type=JsonDocument(frozenset[str]))
    channel: str | None = Field(index=True)
    channel_name: str
    acknowledged_by: str | None
    acknowledged_at: datetime | None = Field(sa_type=UtcMoment)
    last_update: Update | None = Field(sa_type=JsonDocument(Update))
    next_update_at: datetime | None = Field(sa_type=UtcMoment)
    holdings: int
    resolved_at: datetime | None = Field(sa_type=UtcMoment)
    root_cause: str
    fix: str
    closed_at: datetime | None = Field(sa_type=UtcMoment)
    version: int


class PersonRow(BaseRow, table=True):
    """Who takes part in an incident: ``Incident.people``, where a query can find it."""

    __tablename__ = "incident_people"
    __table_args__ = (Index("ix_incident_people_person", "person", "incident"),)

    incident: int = Field(primary_key=True, foreign_key="incidents.id")
    person: str = Field(primary_key=True)


class NumberRow(BaseRow, table=True):
    """The last number that a team has given in a year."""

    __tablename__ = "incident_numbers"

    team: str = Field(primary_key=True)
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int


class EntryRow(BaseRow, table=True):
    """One line of a timeline; triggers refuse to change or delete it."""

    __tablename__ = "timeline"
    __table_args__ = (
        UniqueConstraint("incident", "source"),
        Index("ix_timeline_incident", "incident", "id"),
        partial("ix_timeline_counted", "incident", where=COUNTED),
    )

    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(foreign_key="incidents.id")
    at: datetime = Field(sa_type=UtcMoment)
    written_at: datetime = Field(sa_type=UtcMoment)
    kind: EntryKind = Field(sa_type=EnumText(EntryKind))
    actor: str | None
    text: str
    reason: str
    source: str | None
    replaces: int | None
    seal: str


class PromiseRow(BaseRow, table=True):
    """One promise."""

    __tablename__ = "promises"
    __table_args__ = (
        UniqueConstraint("incident", "key"),
        Index("ix_promises_wake_at", "state", "wake_at"),
        Index("ix_promises_due_at", "state", "due_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(foreign_key="incidents.id")
    key: str
    kind: PromiseKind = Field(sa_type=EnumText(PromiseKind))
    due_at: datetime = Field(sa_type=UtcMoment)
    wake_at: datetime | None = Field(sa_type=UtcMoment)
    made_at: datetime = Field(sa_type=UtcMoment)
    owner: str | None
    detail: str
    about: str
    state: PromiseState = Field(sa_type=EnumText(PromiseState))
    round: int
    nudged: bool
    told: int
    reason: str
    settled_at: datetime | None = Field(sa_type=UtcMoment)


class EffectRow(BaseRow, table=True):
    """One outward act, and how far it has come."""

    __tablename__ = "effects"
    __table_args__ = (
        UniqueConstraint("key"),
        partial("ix_effects_unfinished", "lane", "state", "id", where=UNFINISHED),
        partial("ix_effects_failed", "incident", where=FAILED),
        partial("uq_effects_one_running_per_lane", "lane", where=BEING_DONE, unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str
    lane: str
    act: Any = Field(sa_type=JsonDocument(_Acts), nullable=False)
    made_at: datetime = Field(sa_type=UtcMoment)
    not_before: datetime = Field(sa_type=UtcMoment)
    incident: int | None
    state: EffectState = Field(sa_type=EnumText(EffectState))
    attempts: int
    doubtful: bool
    lease_until: datetime | None = Field(sa_type=UtcMoment)
    result: Mapping[str, str] = Field(sa_type=JsonDocument(_Words))
    error: str


class SentRow(BaseRow, table=True):
    """Where a message of ours stands."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_place", "channel", "ts"),)

    key: str = Field(primary_key=True)
    channel: str
    ts: str
    version: int


class TaskRow(BaseRow, table=True):
    """One task of an incident."""

    __tablename__ = "tasks"
    __table_args__ = (UniqueConstraint("incident", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(foreign_key="incidents.id")
    number: int
    text: str
    made_by: str
    made_at: datetime = Field(sa_type=UtcMoment)
    owner: str | None
    done_at: datetime | None = Field(sa_type=UtcMoment)
    done_by: str | None
    type: TaskType = Field(sa_type=EnumText(TaskType))
    priority: Priority | None = Field(sa_type=EnumText(Priority))
    due_at: datetime | None = Field(sa_type=UtcMoment)
    criterion: str
    details: str
    origin: str
    url: str = Field(index=True)
    done_in: str


class PostMortemRow(BaseRow, table=True):
    """One post-mortem: what is asked for by itself in columns, and the whole as a document."""

    __tablename__ = "post_mortems"

    incident: int = Field(primary_key=True, foreign_key="incidents.id")
    state: PostMortemState = Field(sa_type=EnumText(PostMortemState))
    version: int
    whole: PostMortem = Field(sa_type=JsonDocument(PostMortem))


class HotfixRow(BaseRow, table=True):
    """One hotfix: what is asked for by itself in columns, and the whole of it as a document."""

    __tablename__ = "hotfixes"
    __table_args__ = (
        UniqueConstraint("incident", "number"),
        partial("ix_hotfixes_open", "id", where=OPEN),
    )

    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(foreign_key="incidents.id")
    number: int
    service: str
    state: HotfixState = Field(sa_type=EnumText(HotfixState))
    open: bool
    version: int
    whole: Hotfix = Field(sa_type=JsonDocument(Hotfix, revive=with_rollback_steps))


class DeliveryRow(BaseRow, table=True):
    """A delivery that was taken."""

    __tablename__ = "deliveries"

    key: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcMoment, index=True)


class AlertRow(BaseRow, table=True):
    """An alert's key, and the newest incident that it gave rise to."""

    __tablename__ = "alerts"

    team: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    incident: int | None = Field(foreign_key="incidents.id")


class SnapshotRow(BaseRow, table=True):
    """A playbook as it was."""

    __tablename__ = "snapshots"

    digest: str = Field(primary_key=True)
    name: str
    document: str = Field(sa_type=Text)
    texts: Mapping[str, str] = Field(sa_type=JsonDocument(_Words))


#: All tables, once this module is loaded.
METADATA = BaseRow.metadata
#: The columns of effects, for statements that go beyond reading whole rows.
EFFECTS = METADATA.tables["effects"].c
