"""chat.unfurl and entity.presentDetails: cards under links, and what a side pane says."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chatops.playground.slack.blocks.surfaces import (
    complaints_about_details,
    complaints_about_entities,
)
from chatops.playground.slack.errors import InvalidArgument, InvalidContent, Refusal, Why
from chatops.playground.slack.methods.content import checked_blocks
from chatops.playground.slack.methods.request import Answer, MethodRequest
from chatops.playground.workspace.model import Json, Message

_SOURCES = frozenset({"composer", "conversations_history"})
_ATTACHED = frozenset({"blocks", "text", "title", "title_link", "fallback", "color", "fields"})


def unfurl(request: MethodRequest) -> Answer:
    """Put cards under a message; a second call for the same links takes the place of the first.

    Slack drops an entity that breaks a rule, says so in a warning, and answers that all is well.
    """
    found = _message(request)
    unfurls, metadata = request.json("unfurls") or {}, request.json("metadata") or {}
    if not isinstance(unfurls, dict) or not (unfurls or metadata):
        raise Refusal(Why.INVALID_UNFURLS_FORMAT)
    shown = [_attachment(request, found, link, body) for link, body in unfurls.items()]
    complaints = complaints_about_entities(metadata) if metadata else ()
    if metadata and request.faults.refuses_newer_blocks:
        complaints = ("Work Objects are not enabled for this app [json-pointer:/metadata]",)
    if metadata and not complaints:
        shown += [
            {"from_url": one["app_unfurl_url"], **one}
            for one in metadata["entities"]
            if _is_in(found, one["app_unfurl_url"])
        ]
    links = {one["from_url"] for one in shown}
    kept = [one for one in found.attachments if one.get("from_url") not in links]
    if shown:
        request.workspace.message_store.edit(replace(found, attachments=(*kept, *shown)), by=None)
    if not complaints:
        return {}
    warned = {"messages": list(complaints)}
    return {"warning": Why.INVALID_METADATA_FORMAT.value, "response_metadata": warned}


def present_details(request: MethodRequest) -> Answer:
    """Fill the side pane of whoever clicked a card, once and in time."""
    entity, error = request.json("metadata"), request.json("error")
    if not entity and not error:
        raise InvalidArgument(name="metadata", expected="metadata or an error")
    if entity and (complaints := complaints_about_details(entity)):
        raise InvalidContent(Why.INVALID_METADATA_FORMAT, complaints)
    request.trigger_ids.exchange(request.required("trigger_id"))
    return {}


def _message(request: MethodRequest) -> Message:
    """The message that holds the links: by channel and ts, or by the id of its unfurl."""
    channel, ts = request.text("channel"), request.text("ts")
    if request.has("unfurl_id"):
        if request.text("source") not in _SOURCES:
            raise InvalidArgument(name="source", expected="composer or conversations_history")
        channel, _, ts = request.text("unfurl_id").partition(".")
    room = request.workspace.channel_store.find(channel) if channel else request.channel()
    found = request.workspace.message_store.find(room.id, ts) if room is not None else None
    if found is None:
        raise Refusal(Why.CANNOT_FIND_MESSAGE)
    return found


def _attachment(request: MethodRequest, message: Message, link: str, body: Any) -> Json:
    if not isinstance(body, Mapping) or not body or set(body) - _ATTACHED:
        raise Refusal(Why.INVALID_UNFURLS_FORMAT)
    if not _is_in(message, link):
        raise Refusal(Why.CANNOT_UNFURL_URL)
    attached: dict[str, Any] = {"from_url": link, **body}
    if "blocks" in body:
        attached["blocks"] = list(checked_blocks(request, body["blocks"], "/unfurls"))
    return attached


def _is_in(message: Message, link: str) -> bool:
    return f"<{link}>" in message.text or f"<{link}|" in message.text
