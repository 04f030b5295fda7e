"""reactions.*, pins.* and bookmarks.*: what is put on messages and channels."""

import re
from urllib.parse import urlsplit

from chatops.playground.slack import shapes
from chatops.playground.slack.errors import Refusal, Why
from chatops.playground.slack.methods.request import Answer, MethodRequest
from chatops.playground.workspace.model import Channel, Message

MOST_PINS = 100
MOST_REACTIONS = 23
_TS = re.compile(r"\d+\.\d+")
_EMOJI = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def add_reaction(request: MethodRequest) -> Answer:
    name = emoji_name(request.required("name"))
    room, message = _found(request)
    if room.is_archived:
        raise Refusal(Why.IS_ARCHIVED)
    if _has_reacted(message, name, request.bot.id):
        raise Refusal(Why.ALREADY_REACTED)
    if len(message.reactions) >= MOST_REACTIONS:
        raise Refusal(Why.TOO_MANY_REACTIONS)
    request.workspace.message_store.react(message, name, request.bot.id)
    return {}


def remove_reaction(request: MethodRequest) -> Answer:
    name = emoji_name(request.required("name"))
    _, message = _found(request)
    if not _has_reacted(message, name, request.bot.id):
        raise Refusal(Why.NO_REACTION)
    request.workspace.message_store.unreact(message, name, request.bot.id)
    return {}


def get_reactions(request: MethodRequest) -> Answer:
    room, message = _found(request)
    shown = shapes.message(message, request.workspace, app_id=request.installation.app_id)
    return {"type": "message", "channel": room.id, "message": shown}


def add_pin(request: MethodRequest) -> Answer:
    room, message = _found(request)
    if request.bot.id not in room.members:
        raise Refusal(Why.NOT_IN_CHANNEL)
    if message.is_pinned:
        raise Refusal(Why.ALREADY_PINNED)
    if len(request.workspace.pinned(room.id)) >= MOST_PINS:
        raise Refusal(Why.TOO_MANY_PINS)
    request.workspace.message_store.pin(message, request.bot.id)
    return {}


def remove_pin(request: MethodRequest) -> Answer:
    _, message = _found(request)
    if not message.is_pinned:
        raise Refusal(Why.NO_PIN)
    request.workspace.message_store.pin(message, request.bot.id, pinned=False)
    return {}


def list_pins(request: MethodRequest) -> Answer:
    room = request.channel()
    app_id = request.installation.app_id
    items = [
        {
            "type": "message",
            "channel": room.id,
            "created": shapes.seconds(one.at),
            "created_by": one.author,
            "message": shapes.message(one, request.workspace, app_id=app_id),
        }
        for one in request.workspace.pinned(room.id)
    ]
    return {"items": items}


def add_bookmark(request: MethodRequest) -> Answer:
    room = request.channel("channel_id", open_only=True)
    title, link = request.required("title"), request.required("link")
    if urlsplit(link).scheme not in {"http", "https"}:
        raise Refusal(Why.INVALID_LINK)
    mark = request.workspace.channel_store.bookmark(
        room.id, title=title, link=link, emoji=request.text("emoji")
    )
    return {"bookmark": shapes.bookmark(mark, room.id)}


def list_bookmarks(request: MethodRequest) -> Answer:
    room = request.channel("channel_id")
    return {"bookmarks": [shapes.bookmark(one, room.id) for one in room.bookmarks]}


def emoji_name(name: str) -> str:
    """Read an emoji's name, written without colons."""
    if not _EMOJI.fullmatch(name):
        raise Refusal(Why.INVALID_NAME)
    return name


def _found(request: MethodRequest) -> tuple[Channel, Message]:
    room = request.channel()
    if not _TS.fullmatch(request.required("timestamp")):
        raise Refusal(Why.BAD_TIMESTAMP)
    return room, request.message(room)


def _has_reacted(message: Message, name: str, user: str) -> bool:
    return any(one.name == name and user in one.people for one in message.reactions)
