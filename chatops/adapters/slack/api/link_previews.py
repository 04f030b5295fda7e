"""Puts cards under links to our pages: a Work Object, or the classic form."""

import logging
from collections.abc import Iterable, Mapping, Sequence
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

from chatops.adapters.slack.api.scopes import SlackMethod
from chatops.adapters.slack.api.web_api import SlackWebApi
from chatops.adapters.slack.payloads import Json
from chatops.adapters.slack.rendering import blocks, mrkdwn
from chatops.application.incidents.link_previews import Card
from chatops.application.ports.chat import ChatError, ChatRefused
from chatops.domain.incident.model import Incident, Status

_log = logging.getLogger(__name__)


class LinkPreviews:
    """A card is a courtesy: it is tried once, and where that fails the link stays plain."""

    def __init__(self, api: SlackWebApi) -> None:
        self._api = api

    def unfurl(self, event: Json, cards: Sequence[Card]) -> None:
        """Show cards under the links of a message, or of one that is being written."""
        place = _place(event)
        better = [(card, card.incident) for card in cards if card.incident is not None]
        plain = [card for card in cards if card.incident is None]
        try:
            if better and not self._as_entities(place, better):
                plain = list(cards)
            if plain:
                self._as_blocks(place, plain)
        except ChatError as trouble:
            extra = {"action": "unfurl", "why": str(trouble)}
            _log.warning("A link stays without a card", extra=extra)

    def present(self, trigger: str, card: Card | None) -> None:
        """Fill somebody's side pane; one who may not see it reads that there is nothing."""
        shown: dict[str, Any] = {"error": {"status": "not_found"}}
        if card is not None and card.incident is not None:
            shown = {"metadata": entity(card, card.incident)}
        try:
            self._api.call(SlackMethod.ENTITY_PRESENT_DETAILS, trigger_id=trigger, **shown)
        except ChatError as trouble:
            extra = {"action": "details", "why": str(trouble)}
            _log.warning("A side pane stays empty", extra=extra)

    def _as_entities(self, place: dict[str, str], cards: Iterable[tuple[Card, Incident]]) -> bool:
        """Say whether Slack took them: a workspace without Work Objects drops them with a word."""
        entities = [entity(card, incident) for card, incident in cards]
        try:
            answer = self._api.call(
                SlackMethod.CHAT_UNFURL, **place, metadata={"entities": entities}
            )
        except ChatRefused as refusal:
            warning = str(refusal)
        else:
            warning = f"{answer.get('warning') or ''}"
        if warning:
            extra = {"action": "unfurl", "why": warning}
            _log.info("A card is shown in the classic form", extra=extra)
        return not warning

    def _as_blocks(self, place: dict[str, str], cards: Iterable[Card]) -> None:
        shaped = {card.url: blocks.as_json(blocks.message(card.post)) for card in cards}
        unfurls = {url: {"blocks": made} for url, made in shaped.items()}
        self._api.call(SlackMethod.CHAT_UNFURL, **place, unfurls=unfurls)


def _place(event: Json) -> dict[str, str]:
    """Where the links stand: Slack asks for either pair, and only one works while writing."""
    if event.get("unfurl_id") and event.get("source"):
        return {"unfurl_id": f"{event['unfurl_id']}", "source": f"{event['source']}"}
    return {"channel": f"{event.get('channel', '')}", "ts": f"{event.get('message_ts', '')}"}


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
