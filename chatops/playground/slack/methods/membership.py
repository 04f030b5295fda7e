"""conversations.*: inviting, joining, leaving, and opening direct conversations."""

from chatops.playground.slack import shapes
from chatops.playground.slack.methods.request import Answer, Request
from chatops.playground.slack.refusals import MissingArgument, Refusal, Why
from chatops.playground.workspace_values import Channel, ChannelKind


def members(request: Request) -> Answer:
    room = request.channel()
    request.need_for(room, "read")
    everyone = [{"id": one} for one in room.members]
    page, metadata = shapes.page(everyone, limit=request.limit(), start=request.cursor())
    return {"members": [one["id"] for one in page], "response_metadata": metadata}


def invite(request: Request) -> Answer:
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
        room = request.workspace.rooms.join(room.id, user, inviter=request.bot.id)
    return {"channel": shapes.channel(room, request.bot.id)}


def join(request: Request) -> Answer:
    room = request.channel()
    request.need("channels:join")
    if room.kind is not ChannelKind.PUBLIC:
        raise Refusal(Why.METHOD_NOT_SUPPORTED_FOR_CHANNEL_TYPE)
    if room.is_archived:
        raise Refusal(Why.IS_ARCHIVED)
    already = request.bot.id in room.members
    room = request.workspace.rooms.join(room.id, request.bot.id)
    answer: Answer = {"channel": shapes.channel(room, request.bot.id)}
    return answer | ({"warning": "already_in_channel"} if already else {})


def leave(request: Request) -> Answer:
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
    request.workspace.rooms.leave(room.id, request.bot.id)
    return {}


def kick(request: Request) -> Answer:
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
    request.workspace.rooms.leave(room.id, person.id)
    return {"errors": {}}


def open_direct(request: Request) -> Answer:
    """conversations.open: a direct message, or one with several people."""
    if request.has("channel"):
        room = request.channel()
    else:
        people = request.names("users")
        if not people:
            raise Refusal(Why.USERS_LIST_NOT_SUPPLIED)
        request.need("mpim:write" if len(people) > 1 else "im:write")
        everyone = [request.bot.id, *(request.user(one).id for one in people)]
        room = request.workspace.rooms.direct(everyone)
    if request.flag("return_im"):
        return {"channel": shapes.channel(room, request.bot.id)}
    return {"channel": {"id": room.id}}


def mark(request: Request) -> Answer:
    room = request.channel(member=True)
    request.need_for(room, "manage", "write")
    ts = request.required("ts")
    if not ts.replace(".", "", 1).isdecimal():
        raise Refusal(Why.INVALID_TIMESTAMP)
    request.workspace.talk.mark_read(request.bot.id, room.id, ts)
    return {}


def _why_not(request: Request, room: Channel, user: str) -> Why | None:
    if user == request.bot.id:
        return Why.CANT_INVITE_SELF
    person = request.workspace.roster.find(user)
    if person is None:
        return Why.USER_NOT_FOUND
    if person.deleted:
        return Why.CANT_INVITE
    return Why.ALREADY_IN_CHANNEL if user in room.members else None


def _is_no_direct(room: Channel) -> None:
    if room.is_direct:
        raise Refusal(Why.METHOD_NOT_SUPPORTED_FOR_CHANNEL_TYPE)
