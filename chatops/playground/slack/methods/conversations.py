"""conversations.*: making channels, who is in them, and what they are called."""

import re
from dataclasses import replace

from chatops.playground.slack import shapes
from chatops.playground.slack.errors import MissingArgument, Refusal, Why
from chatops.playground.slack.methods.request import Answer, MethodRequest
from chatops.playground.workspace.model import Channel, ChannelKind

LONGEST_NAME = 80
LONGEST_TOPIC = 250
_ALLOWED = re.compile(r"[^\W_]|[-_]")


def create(request: MethodRequest) -> Answer:
    private = request.flag("is_private")
    if private:
        request.need("groups:write")
    else:
        request.need("channels:manage")
    name = _new_name(request)
    room = request.workspace.channel_store.create(
        name=name, creator=request.bot.id, private=private
    )
    return {"channel": _shown(request, room)}


def info(request: MethodRequest) -> Answer:
    room = request.channel()
    request.need_for(room, "read")
    return {"channel": _shown(request, room)}


def listing(request: MethodRequest) -> Answer:
    wanted = set(request.names("types")) or {"public_channel"}
    rooms = [
        room
        for room in request.workspace.channels
        if request.sees(room)
        and _type_of(room) in wanted
        and not (room.is_archived and request.flag("exclude_archived"))
    ]
    for kind in {room.kind: room for room in rooms}.values():
        request.need_for(kind, "read")
    return _page(request, rooms)


def of_user(request: MethodRequest) -> Answer:
    """users.conversations: those that the bot, or the named person, is in."""
    person = request.user(request.text("user") or request.bot.id)
    wanted = set(request.names("types")) or {"public_channel"}
    rooms = [
        room
        for room in request.workspace.channels
        if person.id in room.members
        and request.sees(room)
        and _type_of(room) in wanted
        and not (room.is_archived and request.flag("exclude_archived"))
    ]
    return _page(request, rooms)


def rename(request: MethodRequest) -> Answer:
    room = request.channel(member=True, open_only=True)
    request.need_for(room, "manage", "write")
    name = _new_name(request)
    return {
        "channel": _shown(
            request, request.workspace.channel_store.rename(room.id, name, by=request.bot.id)
        )
    }


def archive(request: MethodRequest) -> Answer:
    room = request.channel()
    request.need_for(room, "manage", "write")
    if room.is_general:
        raise Refusal(Why.CANT_ARCHIVE_GENERAL)
    if room.is_archived:
        raise Refusal(Why.ALREADY_ARCHIVED)
    if request.bot.id not in room.members:
        raise Refusal(Why.NOT_IN_CHANNEL)
    request.workspace.channel_store.archive(room.id, by=request.bot.id)
    return {}


def unarchive(request: MethodRequest) -> Answer:
    room = request.channel()
    request.need_for(room, "manage", "write")
    if not room.is_archived:
        raise Refusal(Why.NOT_ARCHIVED)
    request.workspace.channel_store.unarchive(room.id, by=request.bot.id)
    return {}


def set_topic(request: MethodRequest) -> Answer:
    room = request.channel(member=True, open_only=True)
    request.need_for(room, "write.topic", "manage", "write")
    topic = request.text("topic")
    if len(topic) > LONGEST_TOPIC:
        raise Refusal(Why.TOO_LONG)
    room = request.workspace.channel_store.set_topic(room.id, topic, by=request.bot.id)
    return {"channel": _shown(request, room)}


def set_purpose(request: MethodRequest) -> Answer:
    room = request.channel(member=True, open_only=True)
    request.need_for(room, "write.topic", "manage", "write")
    purpose = request.text("purpose")
    if len(purpose) > LONGEST_TOPIC:
        raise Refusal(Why.TOO_LONG)
    request.workspace.channel_store.set_purpose(room.id, purpose, by=request.bot.id)
    return {"purpose": purpose}


def create_canvas(request: MethodRequest) -> Answer:
    """conversations.canvases.create: the canvas in the channel's header."""
    room = request.channel("channel_id", member=True, open_only=True)
    if room.canvas_id is not None:
        raise Refusal(Why.CHANNEL_CANVAS_ALREADY_EXISTS)
    body = (request.json("document_content") or {}).get("markdown", "")
    title = request.text("title") or room.name
    canvas = request.workspace.files.add(
        name=title, title=title, owner=request.bot.id, content=body.encode(), filetype="quip"
    )
    request.workspace.files.share(canvas.id, title=title, channel_id=room.id)
    request.workspace.channel_store.change(room.id, lambda one: replace(one, canvas_id=canvas.id))
    return {"canvas_id": canvas.id}


def _new_name(request: MethodRequest) -> str:
    name = request.text("name")
    if not name:
        raise Refusal(Why.INVALID_NAME_REQUIRED)
    if len(name) > LONGEST_NAME:
        raise Refusal(Why.INVALID_NAME_MAXLENGTH)
    if not all(_ALLOWED.fullmatch(one) for one in name) or name != name.lower():
        raise Refusal(Why.INVALID_NAME_SPECIALS)
    if not any(one.isalnum() for one in name):
        raise Refusal(Why.INVALID_NAME_PUNCTUATION)
    if request.workspace.channel_store.named(name) is not None:
        raise Refusal(Why.NAME_TAKEN)
    return name


def _type_of(room: Channel) -> str:
    return {
        ChannelKind.PUBLIC: "public_channel",
        ChannelKind.PRIVATE: "private_channel",
        ChannelKind.DIRECT: "im",
        ChannelKind.GROUP: "mpim",
    }[room.kind]


def _shown(request: MethodRequest, room: Channel) -> Answer:
    last_read = request.workspace.message_store.last_read(request.bot.id, room.id)
    return shapes.channel(room, request.bot.id, last_read=last_read)


def _page(request: MethodRequest, rooms: list[Channel]) -> Answer:
    shown = [_shown(request, room) for room in rooms]
    page, metadata = shapes.page(shown, limit=request.limit(), start=request.cursor())
    return {"channels": page, "response_metadata": metadata}


def members(request: MethodRequest) -> Answer:
    room = request.channel()
    request.need_for(room, "read")
    everyone = [{"id": one} for one in room.members]
    page, metadata = shapes.page(everyone, limit=request.limit(), start=request.cursor())
    return {"members": [one["id"] for one in page], "response_metadata": metadata}


def invite(request: MethodRequest) -> Answer:
    room = request.channel()
    request.need_for(room, "write.invites", "manage", "write")
    _is_no_direct(room)
    if room.is_archived:
        raise Refusal(Why.IS_ARCHIVED)
    if request.bot.id not in room.members:
        raise Refusal(Why.NOT_IN_CHANNEL)
    invited = request.names("users")
    if not invited:
        raise MissingArgument(name="users")
    problems = [(user, why) for user in invited if (why := _why_not(request, room, user))]
    welcome = [user for user in invited if user not in {one for one, _ in problems}]
    if problems and not (welcome and request.flag("force")):
        rows = [{"user": user, "ok": False, "error": why} for user, why in problems]
        raise Refusal(problems[0][1], errors=rows)
    for user in welcome:
        room = request.workspace.channel_store.join(room.id, user, inviter=request.bot.id)
    return {"channel": shapes.channel(room, request.bot.id)}


def join(request: MethodRequest) -> Answer:
    room = request.channel()
    request.need("channels:join")
    if room.kind is not ChannelKind.PUBLIC:
        raise Refusal(Why.METHOD_NOT_SUPPORTED_FOR_CHANNEL_TYPE)
    if room.is_archived:
        raise Refusal(Why.IS_ARCHIVED)
    already = request.bot.id in room.members
    room = request.workspace.channel_store.join(room.id, request.bot.id)
    answer: Answer = {"channel": shapes.channel(room, request.bot.id)}
    return answer | ({"warning": "already_in_channel"} if already else {})


def leave(request: MethodRequest) -> Answer:
    room = request.channel()
    request.need_for(room, "manage", "write")
    _is_no_direct(room)
    if room.is_archived:
        raise Refusal(Why.IS_ARCHIVED)
    if room.is_general:
        raise Refusal(Why.CANT_LEAVE_GENERAL)
    if request.bot.id not in room.members:
        return {"not_in_channel": True}
    if room.kind is ChannelKind.PRIVATE and room.members == (request.bot.id,):
        raise Refusal(Why.LAST_MEMBER)
    request.workspace.channel_store.leave(room.id, request.bot.id)
    return {}


def kick(request: MethodRequest) -> Answer:
    room = request.channel(member=True)
    request.need_for(room, "manage", "write")
    _is_no_direct(room)
    person = request.user(request.required("user"))
    if person.id == request.bot.id:
        raise Refusal(Why.CANT_KICK_SELF)
    if room.is_general:
        raise Refusal(Why.CANT_KICK_FROM_GENERAL)
    if person.id not in room.members:
        raise Refusal(Why.NOT_IN_CHANNEL)
    request.workspace.channel_store.leave(room.id, person.id)
    return {"errors": {}}


def open_direct(request: MethodRequest) -> Answer:
    """conversations.open: a direct message, or one with several people."""
    if request.has("channel"):
        room = request.channel()
    else:
        people = request.names("users")
        if not people:
            raise Refusal(Why.USERS_LIST_NOT_SUPPLIED)
        request.need("mpim:write" if len(people) > 1 else "im:write")
        everyone = [request.bot.id, *(request.user(one).id for one in people)]
        room = request.workspace.channel_store.direct(everyone)
    if request.flag("return_im"):
        return {"channel": shapes.channel(room, request.bot.id)}
    return {"channel": {"id": room.id}}


def mark(request: MethodRequest) -> Answer:
    room = request.channel(member=True)
    request.need_for(room, "manage", "write")
    ts = request.required("ts")
    if not ts.replace(".", "", 1).isdecimal():
        raise Refusal(Why.INVALID_TIMESTAMP)
    request.workspace.message_store.mark_read(request.bot.id, room.id, ts)
    return {}


def _why_not(request: MethodRequest, room: Channel, user: str) -> Why | None:
    if user == request.bot.id:
        return Why.CANT_INVITE_SELF
    person = request.workspace.people_store.find(user)
    if person is None:
        return Why.USER_NOT_FOUND
    if person.deleted:
        return Why.CANT_INVITE
    return Why.ALREADY_IN_CHANNEL if user in room.members else None


def _is_no_direct(room: Channel) -> None:
    if room.is_direct:
        raise Refusal(Why.METHOD_NOT_SUPPORTED_FOR_CHANNEL_TYPE)
