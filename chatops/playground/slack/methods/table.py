"""The table of methods: what each is called, what it does, which scopes and which tier it has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from chatops.playground.slack.methods import (
    conversations,
    files,
    messages,
    people,
    pins_and_reactions,
    views,
)
from chatops.playground.slack.methods.request import Answer, MethodRequest


class Tier(IntEnum):
    """How many calls a minute Slack allows for one method; members are those numbers."""

    ONE = 1
    TWO = 20
    THREE = 50
    FOUR = 100
    #: Posting has a limit of its own for each channel.
    SPECIAL = 600


class Token(StrEnum):
    """What a method asks for as its bearer token."""

    NONE = "none"
    BOT = "bot"
    USER = "user"
    APP = "app"


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodHandler:
    """A row of the table."""

    act: Callable[[MethodRequest], Answer]
    tier: Tier = Tier.THREE
    #: Any one of these will do. Methods whose scope depends on the channel ask for it themselves.
    scopes: tuple[str, ...] = ()
    token: Token = Token.BOT


def _row(act: Callable[[MethodRequest], Answer], tier: Tier, *scopes: str) -> MethodHandler:
    return MethodHandler(act=act, tier=tier, scopes=scopes)


METHODS: Mapping[str, MethodHandler] = {
    "api.test": MethodHandler(act=people.api_test, tier=Tier.FOUR, token=Token.NONE),
    "apps.connections.open": MethodHandler(
        act=files.open_connection,
        tier=Tier.ONE,
        scopes=("connections:write",),
        token=Token.APP,
    ),
    "auth.test": _row(people.auth_test, Tier.SPECIAL),
    "bookmarks.add": _row(pins_and_reactions.add_bookmark, Tier.TWO, "bookmarks:write"),
    "bookmarks.list": _row(pins_and_reactions.list_bookmarks, Tier.THREE, "bookmarks:read"),
    "bots.info": _row(people.bot_info, Tier.THREE, "users:read"),
    "canvases.create": _row(files.create_canvas, Tier.TWO, "canvases:write"),
    "canvases.edit": _row(files.edit_canvas, Tier.THREE, "canvases:write"),
    "chat.delete": _row(messages.delete, Tier.THREE, "chat:write"),
    "chat.getPermalink": _row(messages.get_permalink, Tier.SPECIAL),
    "chat.postEphemeral": _row(messages.post_ephemeral, Tier.FOUR, "chat:write"),
    "chat.postMessage": _row(messages.post_message, Tier.SPECIAL, "chat:write"),
    "chat.unfurl": _row(messages.unfurl, Tier.THREE, "links:write"),
    "chat.update": _row(messages.update, Tier.THREE, "chat:write"),
    "conversations.archive": _row(conversations.archive, Tier.TWO),
    "conversations.canvases.create": _row(conversations.create_canvas, Tier.TWO, "canvases:write"),
    "conversations.create": _row(conversations.create, Tier.TWO),
    "conversations.history": _row(messages.history, Tier.THREE),
    "conversations.info": _row(conversations.info, Tier.THREE),
    "conversations.invite": _row(conversations.invite, Tier.THREE),
    "conversations.join": _row(conversations.join, Tier.THREE),
    "conversations.kick": _row(conversations.kick, Tier.THREE),
    "conversations.leave": _row(conversations.leave, Tier.THREE),
    "conversations.list": _row(conversations.listing, Tier.TWO),
    "conversations.mark": _row(conversations.mark, Tier.THREE),
    "conversations.members": _row(conversations.members, Tier.FOUR),
    "conversations.open": _row(conversations.open_direct, Tier.THREE),
    "conversations.rename": _row(conversations.rename, Tier.TWO),
    "conversations.replies": _row(messages.replies, Tier.THREE),
    "conversations.setPurpose": _row(conversations.set_purpose, Tier.TWO),
    "conversations.setTopic": _row(conversations.set_topic, Tier.TWO),
    "conversations.unarchive": _row(conversations.unarchive, Tier.TWO),
    "dnd.info": _row(people.do_not_disturb, Tier.THREE, "dnd:read"),
    "entity.presentDetails": _row(messages.present_details, Tier.THREE),
    "files.completeUploadExternal": _row(files.complete_upload, Tier.FOUR, "files:write"),
    "files.getUploadURLExternal": _row(files.upload_url, Tier.FOUR, "files:write"),
    "openid.connect.token": MethodHandler(
        act=people.openid_token, tier=Tier.FOUR, token=Token.NONE
    ),
    "openid.connect.userInfo": MethodHandler(
        act=people.openid_user_info, tier=Tier.FOUR, token=Token.USER
    ),
    "pins.add": _row(pins_and_reactions.add_pin, Tier.TWO, "pins:write"),
    "pins.list": _row(pins_and_reactions.list_pins, Tier.TWO, "pins:read"),
    "pins.remove": _row(pins_and_reactions.remove_pin, Tier.TWO, "pins:write"),
    "reactions.add": _row(pins_and_reactions.add_reaction, Tier.THREE, "reactions:write"),
    "reactions.get": _row(pins_and_reactions.get_reactions, Tier.THREE, "reactions:read"),
    "reactions.remove": _row(pins_and_reactions.remove_reaction, Tier.TWO, "reactions:write"),
    "team.info": _row(people.team_info, Tier.THREE, "team:read"),
    "usergroups.list": _row(people.group_list, Tier.TWO, "usergroups:read"),
    "usergroups.users.list": _row(people.group_members, Tier.TWO, "usergroups:read"),
    "users.conversations": _row(conversations.of_user, Tier.THREE),
    "users.info": _row(people.user_info, Tier.FOUR, "users:read"),
    "users.list": _row(people.user_list, Tier.TWO, "users:read"),
    "users.lookupByEmail": _row(people.user_by_email, Tier.THREE, "users:read.email"),
    "views.open": _row(views.open_view, Tier.FOUR),
    "views.publish": _row(views.publish, Tier.FOUR),
    "views.push": _row(views.push, Tier.FOUR),
    "views.update": _row(views.update, Tier.FOUR),
}
