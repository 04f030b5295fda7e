"""Shapes an incident into a Work Object: Slack's own card under a link, and its side pane."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slack_sdk.models.metadata import (
    EntityActionButton,
    EntityActions,
    EntityAttributes,
    EntityCustomField,
    EntityMetadata,
    EntityPayload,
    EntityStringField,
    EntityTimestampField,
    EntityTitle,
    EntityTypedField,
    EntityUserIDField,
    ExternalRef,
    IncidentEntityFields,
)

from chatops.adapters.slack.rendering import mrkdwn
from chatops.application.incidents.link_previews import Card
from chatops.domain.incident.model import Incident, Status

TYPE = "slack#/entities/incident"
#: Our own name for what an entity is; with the reference it never changes.
OURS = "incident"
_TITLE, _TEXT, _LABEL = 150, 1000, 75
_PRIMARY = 2
_MOMENT, _USER = "slack#/types/timestamp", "slack#/types/user"
_LABELS = {"resolved": "Resolved", "next_word": "Next word by"}
_COLORS = {Status.MONITORING: "yellow", Status.RESOLVED: "green", Status.CLOSED: "gray"}


def entity(card: Card, incident: Incident) -> dict[str, Any]:
    """The Work Object of a card that is about an incident."""
    moments = _moments(incident)
    order = ["status", "priority", "assigned_to", "date_created", *moments]
    described = ["description"] if incident.impact else []
    made = EntityMetadata(
        entity_type=TYPE,
        url=card.page,
        app_unfurl_url=card.url,
        external_ref=ExternalRef(id=incident.reference, type=OURS),
        entity_payload=EntityPayload(
            attributes=EntityAttributes(
                title=EntityTitle(text=mrkdwn.plain(incident.title, _TITLE) or incident.reference),
                display_type="Drill" if incident.drill else "Incident",
                display_id=incident.reference,
                metadata_last_modified=_seconds(_changed_at(incident)),
            ),
            fields=_fields(card, incident),
            custom_fields=_custom(moments),
            display_order=[*order, *described],
            actions=_actions(card),
        ),
    )
    shaped: dict[str, Any] = made.to_dict()
    return shaped


def _fields(card: Card, incident: Incident) -> IncidentEntityFields:
    color = _COLORS.get(incident.status, "red")
    impact = mrkdwn.plain(incident.impact, _TEXT)
    return IncidentEntityFields(
        status=EntityStringField(value=incident.status.label, tag_color=color),
        priority=EntityStringField(value=mrkdwn.plain(card.severity, _LABEL)),
        assigned_to=EntityTypedField(type=_USER, user=EntityUserIDField(user_id=incident.leader)),
        date_created=EntityTimestampField(value=_seconds(incident.detected_at), label="Since"),
        description=EntityStringField(value=impact, long=True) if impact else None,
    )


def _moments(incident: Incident) -> dict[str, datetime]:
    """When it was over, or when the next word comes."""
    known = {"resolved": incident.resolved_at, "next_word": incident.next_update_at}
    return {key: at for key, at in known.items() if at is not None}


def _custom(moments: Mapping[str, datetime]) -> list[dict[str, Any] | EntityCustomField]:
    return [
        EntityCustomField(key=key, label=_LABELS[key], type=_MOMENT, value=_seconds(at))
        for key, at in moments.items()
    ]


def _actions(card: Card) -> EntityActions:
    made: list[dict[str, Any] | EntityActionButton] = [
        EntityActionButton(
            text=mrkdwn.plain(each.label, _LABEL), action_id=each.ask, value=each.about
        )
        for each in card.post.buttons[:_PRIMARY]
    ]
    return EntityActions(primary_actions=made)


def _changed_at(incident: Incident) -> datetime:
    """The newest moment that we know of it."""
    told = incident.last_update.at if incident.last_update is not None else None
    known = (incident.declared_at, incident.severity_since, incident.resolved_at, told)
    return max(each for each in known if each is not None)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
