"""Puts cards under links to our pages; where Slack does not take the better form, the classic."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any

from chatops.adapters.slack.api.scopes import SlackMethod
from chatops.adapters.slack.api.web_api import SlackWebApi
from chatops.adapters.slack.payloads import Json
from chatops.adapters.slack.rendering import blocks
from chatops.adapters.slack.rendering.entities import entity
from chatops.application.incidents.link_previews import Card
from chatops.application.ports.chat import ChatError, ChatRefused
from chatops.domain.incident.model import Incident

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
