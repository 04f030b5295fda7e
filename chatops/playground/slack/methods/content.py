"""What an app sends to be shown: text, blocks, attachments and metadata, checked and completed."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chatops.playground.slack.blocks.spec import names
from chatops.playground.slack.blocks.surfaces import (
    complaints_about_blocks,
    complaints_about_view,
)
from chatops.playground.slack.errors import (
    InvalidArgument,
    InvalidContent,
    MissingArgument,
    Refusal,
    Why,
)
from chatops.playground.slack.methods.request import MethodRequest
from chatops.playground.workspace.model import Json

LONGEST_TEXT = 40_000
LONGEST_EDIT = 4_000
MOST_ATTACHMENTS = 100
LARGEST_METADATA = 16_000
LARGEST_VIEW = 250_000
_TEXT_DEFAULTS = {"plain_text": {"emoji": True}, "mrkdwn": {"verbatim": False}}

NewId = Callable[[], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The body of a message."""

    text: str
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    metadata: Json | None = None


def message_content(request: MethodRequest, longest: int = LONGEST_TEXT) -> Content:
    """Read the body of a message, refusing what Slack refuses."""
    text = request.text("text")
    if len(text) > longest:
        raise Refusal(Why.MSG_TOO_LONG)
    blocks = _blocks(request)
    attachments = _attachments(request)
    if not text.strip() and not blocks and not attachments:
        raise Refusal(Why.NO_TEXT)
    return Content(text=text, blocks=blocks, attachments=attachments, metadata=metadata(request))


def view_content(request: MethodRequest) -> Json:
    """Read a modal or an App Home, refusing what Slack refuses."""
    view = request.json("view")
    if view is None:
        raise MissingArgument(name="view")
    if len(json.dumps(view).encode()) > LARGEST_VIEW:
        raise Refusal(Why.VIEW_TOO_LARGE)
    return checked_view(request, view)


def checked_view(request: MethodRequest, view: Any) -> Json:
    newer = not request.faults.refuses_newer_blocks
    if complaints := complaints_about_view(view, newer=newer):
        raise InvalidContent(Why.INVALID_ARGUMENTS, complaints)
    return {**view, "blocks": filled(view["blocks"], _new_id(request))}


def metadata(request: MethodRequest) -> Json | None:
    given = request.json("metadata")
    if given is None or given == {}:
        return None
    if not isinstance(given, dict):
        raise Refusal(Why.INVALID_METADATA_FORMAT)
    event, payload = given.get("event_type"), given.get("event_payload")
    if not isinstance(event, str) or not event or not isinstance(payload, dict):
        raise Refusal(Why.INVALID_METADATA_FORMAT)
    if len(json.dumps(payload).encode()) > LARGEST_METADATA:
        raise Refusal(Why.METADATA_TOO_LARGE)
    return {"event_type": event, "event_payload": payload}


def _blocks(request: MethodRequest) -> tuple[Json, ...]:
    return checked_blocks(request, request.json("blocks"), "/blocks")


def checked_blocks(request: MethodRequest, blocks: Any, pointer: str) -> tuple[Json, ...]:
    if blocks is None:
        return ()
    newer = not request.faults.refuses_newer_blocks
    if complaints := complaints_about_blocks(blocks, pointer=pointer, newer=newer):
        raise InvalidContent(Why.INVALID_BLOCKS, complaints)
    return tuple(filled(blocks, _new_id(request)))


def _attachments(request: MethodRequest) -> tuple[Json, ...]:
    attachments = request.json("attachments") or []
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise InvalidArgument(name="attachments", expected="an array of objects")
    if len(attachments) > MOST_ATTACHMENTS:
        raise Refusal(Why.TOO_MANY_ATTACHMENTS)
    return tuple(_attachment(request, one, index) for index, one in enumerate(attachments, start=1))


def _attachment(request: MethodRequest, given: Mapping[str, Any], number: int) -> Json:
    attachment = {"id": number, **given}
    if "blocks" in given:
        pointer = f"/attachments/{number - 1}/blocks"
        attachment["blocks"] = list(checked_blocks(request, given["blocks"], pointer))
    return attachment


def _new_id(request: MethodRequest) -> NewId:
    changes = request.workspace.changes
    return lambda: changes.new_id("b")[3:]


def filled(blocks: Sequence[dict[str, Any]], new_id: NewId) -> list[dict[str, Any]]:
    """Complete accepted blocks as Slack does: ids that the app left out, defaults of texts."""
    return [
        {**_completed(one, new_id), "block_id": one.get("block_id") or new_id()} for one in blocks
    ]


def _completed(value: Any, new_id: NewId) -> Any:
    if isinstance(value, list):
        return [_completed(one, new_id) for one in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("type")
    complete = {key: _completed(one, new_id) for key, one in value.items()}
    if kind in _TEXT_DEFAULTS and "text" in value:
        return _TEXT_DEFAULTS[kind] | complete
    if kind in names("elements") and not value.get("action_id"):
        complete["action_id"] = new_id()
    return complete
