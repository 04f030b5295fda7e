"""Messages: posted, edited, taken away, read, and links in them unfurled."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from chatops.playground.slack import shapes
from chatops.playground.slack.blocks.surfaces import (
    complaints_about_details,
    complaints_about_entities,
)
from chatops.playground.slack.errors import InvalidArgument, InvalidContent, Refusal, Why
from chatops.playground.slack.methods.content import (
    LONGEST_EDIT,
    Content,
    checked_blocks,
    message_content,
)
from chatops.playground.slack.methods.request import Answer, MethodRequest
from chatops.playground.workspace.model import Channel, ChannelKind, Json, Message


def post_message(request: MethodRequest) -> Answer:
    room = _room_to_post_in(request)
    content = message_content(request)
    message = request.workspace.message_store.post(_draft(request, room, content))
    return {"channel": room.id, "ts": message.ts, "message": _shown(request, message)}


def post_ephemeral(request: MethodRequest) -> Answer:
    room = request.channel(member=True, open_only=True)
    viewer = request.user(request.required("user"))
    if viewer.id not in room.members:
        raise Refusal(Why.USER_NOT_IN_CHANNEL)
    draft = _draft(request, room, message_content(request))
    message = request.workspace.message_store.post(replace(draft, ephemeral_for=viewer.id))
    return {"message_ts": message.ts}


def update(request: MethodRequest) -> Answer:
    room = request.channel()
    message = request.message(room, "ts")
    if message.author != request.bot.id or message.subtype not in {None, "thread_broadcast"}:
        raise Refusal(Why.CANT_UPDATE_MESSAGE)
    if room.is_archived:
        raise Refusal(Why.IS_INACTIVE)
    content = message_content(request, longest=LONGEST_EDIT)
    changed = replace(
        message,
        text=content.text,
        blocks=content.blocks,
        attachments=content.attachments,
        metadata=content.metadata if "metadata" in request.arguments else message.metadata,
    )
    changed = request.workspace.message_store.edit(changed, by=request.bot.id)
    shown = _shown(request, changed)
    return {"channel": room.id, "ts": changed.ts, "text": changed.text, "message": shown}


def delete(request: MethodRequest) -> Answer:
    room = request.channel()
    message = request.message(room, "ts")
    if message.author != request.bot.id or message.subtype not in {None, "thread_broadcast"}:
        raise Refusal(Why.CANT_DELETE_MESSAGE)
    request.workspace.message_store.delete(message)
    return {"channel": room.id, "ts": message.ts}


def get_permalink(request: MethodRequest) -> Answer:
    room = request.channel()
    message = request.message(room, "message_ts")
    place = f"{request.address}/archives/{room.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        place += f"?thread_ts={message.thread_ts}&cid={room.id}"
    return {"channel": room.id, "permalink": place}


def _room_to_post_in(request: MethodRequest) -> Channel:
    wanted = request.required("channel")
    if request.workspace.people_store.find(wanted) is not None:
        return request.workspace.channel_store.direct([request.bot.id, wanted])
    room = _by_name(request, wanted) or request.channel()
    if room.is_archived:
        raise Refusal(Why.IS_ARCHIVED)
    anywhere = (
        room.kind is ChannelKind.PUBLIC and "chat:write.public" in request.installation.scopes
    )
    if request.bot.id not in room.members and not anywhere:
        raise Refusal(Why.NOT_IN_CHANNEL)
    return room


def _by_name(request: MethodRequest, wanted: str) -> Channel | None:
    room = request.workspace.channel_store.named(wanted) if wanted.startswith("#") else None
    return room if room is not None and request.sees(room) else None


def _draft(request: MethodRequest, room: Channel, content: Content) -> Message:
    thread_ts = _thread(request, room)
    broadcast = thread_ts is not None and request.flag("reply_broadcast")
    return Message(
        channel=room.id,
        ts="",
        author=request.bot.id,
        bot_id=request.bot.bot_id,
        text=content.text,
        blocks=content.blocks,
        attachments=content.attachments,
        metadata=content.metadata,
        thread_ts=thread_ts,
        subtype="thread_broadcast" if broadcast else None,
        unfurl=request.flag("unfurl_links", default=True),
    )


def _thread(request: MethodRequest, room: Channel) -> str | None:
    if not request.has("thread_ts"):
        return None
    parent = request.workspace.message_store.find(room.id, request.text("thread_ts"))
    if parent is None:
        raise Refusal(Why.THREAD_NOT_FOUND)
    if parent.subtype not in {None, "thread_broadcast", "tombstone"}:
        raise Refusal(Why.CANNOT_REPLY_TO_MESSAGE)
    return parent.thread_ts or parent.ts


def _shown(request: MethodRequest, message: Message) -> Answer:
    return shapes.message(
        message,
        request.workspace,
        app_id=request.installation.app_id,
        with_metadata=message.metadata is not None,
    )


_TS = re.compile(r"\d+(\.\d+)?")


def history(request: MethodRequest) -> Answer:
    room = _room_to_read(request)
    messages = list(reversed(request.workspace.messages(room.id)))
    wanted = _between(request, messages)
    page, metadata = _page(request, wanted)
    more = bool(metadata["next_cursor"])
    pins = sum(1 for one in request.workspace.message_store.everything(room.id) if one.is_pinned)
    answer: Answer = {"messages": page, "has_more": more, "pin_count": pins}
    return answer | ({"response_metadata": metadata} if more else {})


def replies(request: MethodRequest) -> Answer:
    room = _room_to_read(request)
    ts = request.required("ts")
    found = request.workspace.message_store.find(room.id, ts)
    if found is None:
        raise Refusal(Why.THREAD_NOT_FOUND)
    thread = request.workspace.thread(room.id, found.thread_ts or found.ts)
    root, rest = thread[:1], _between(request, thread[1:])
    page, metadata = _page(request, [*root, *rest], default=1000)
    more = bool(metadata["next_cursor"])
    answer: Answer = {"messages": page, "has_more": more}
    return answer | ({"response_metadata": metadata} if more else {})


def _room_to_read(request: MethodRequest) -> Channel:
    room = request.channel()
    request.need_for(room, "history")
    if request.bot.id not in room.members:
        raise Refusal(Why.NOT_IN_CHANNEL)
    return room


def _between(request: MethodRequest, messages: Sequence[Message]) -> list[Message]:
    oldest = _ts(request, "oldest", Why.INVALID_TS_OLDEST)
    latest = _ts(request, "latest", Why.INVALID_TS_LATEST)
    inclusive = request.flag("inclusive")

    def wanted(message: Message) -> bool:
        at = float(message.ts)
        if inclusive and at in {oldest, latest}:
            return True
        return (oldest is None or at > oldest) and (latest is None or at < latest)

    return [one for one in messages if wanted(one)]


def _ts(request: MethodRequest, name: str, why: Why) -> float | None:
    raw = request.text(name)
    if not raw or raw == "now":
        return None
    if not _TS.fullmatch(raw):
        raise Refusal(why)
    return float(raw)


def _page(
    request: MethodRequest, messages: Sequence[Message], default: int = 100
) -> tuple[list[Answer], Answer]:
    with_metadata = request.flag("include_all_metadata")
    shown = [
        shapes.message(
            one,
            request.workspace,
            app_id=request.installation.app_id,
            with_metadata=with_metadata,
        )
        for one in messages
    ]
    return shapes.page(shown, limit=request.limit(default), start=request.cursor())


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
