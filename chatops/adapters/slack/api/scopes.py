"""The Web API methods that we call, with the scopes they need and how often Slack allows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class SlackMethod(StrEnum):
    """A method of Slack's Web API, by Slack's name."""

    AUTH_TEST = "auth.test"
    CANVASES_CREATE = "canvases.create"
    CANVASES_EDIT = "canvases.edit"
    CHAT_POST_MESSAGE = "chat.postMessage"
    CHAT_UNFURL = "chat.unfurl"
    CHAT_UPDATE = "chat.update"
    CONVERSATIONS_ARCHIVE = "conversations.archive"
    CONVERSATIONS_CANVASES_CREATE = "conversations.canvases.create"
    CONVERSATIONS_CREATE = "conversations.create"
    CONVERSATIONS_HISTORY = "conversations.history"
    CONVERSATIONS_INVITE = "conversations.invite"
    CONVERSATIONS_JOIN = "conversations.join"
    CONVERSATIONS_OPEN = "conversations.open"
    CONVERSATIONS_REPLIES = "conversations.replies"
    CONVERSATIONS_SET_TOPIC = "conversations.setTopic"
    CONVERSATIONS_UNARCHIVE = "conversations.unarchive"
    FILES_COMPLETE_UPLOAD = "files.completeUploadExternal"
    FILES_GET_UPLOAD_URL = "files.getUploadURLExternal"
    ENTITY_PRESENT_DETAILS = "entity.presentDetails"
    PINS_ADD = "pins.add"
    USERGROUPS_USERS_LIST = "usergroups.users.list"
    USERS_CONVERSATIONS = "users.conversations"
    USERS_INFO = "users.info"
    VIEWS_PUBLISH = "views.publish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a method asks of its caller.

    ``a_minute`` is its tier as calls a minute; none where Slack counts by channel instead.
    ``reads`` marks those that take form fields only, not JSON.
    """

    scopes: tuple[str, ...] = ()
    a_minute: int | None
    reads: bool = False


_TIER_2, _TIER_3, _TIER_4 = 20, 50, 100
_MANAGE = ("channels:manage", "groups:write")
_HISTORY = ("channels:history", "groups:history", "im:history")

METHODS: Mapping[SlackMethod, Terms] = MappingProxyType(
    {
        SlackMethod.AUTH_TEST: Terms(a_minute=_TIER_4, reads=True),
        SlackMethod.CANVASES_CREATE: Terms(scopes=("canvases:write",), a_minute=_TIER_2),
        SlackMethod.CANVASES_EDIT: Terms(scopes=("canvases:write",), a_minute=_TIER_3),
        SlackMethod.CHAT_POST_MESSAGE: Terms(scopes=("chat:write",), a_minute=None),
        SlackMethod.CHAT_UNFURL: Terms(scopes=("links:write",), a_minute=_TIER_3),
        SlackMethod.CHAT_UPDATE: Terms(scopes=("chat:write",), a_minute=_TIER_3),
        SlackMethod.CONVERSATIONS_ARCHIVE: Terms(scopes=_MANAGE, a_minute=_TIER_2),
        SlackMethod.CONVERSATIONS_CANVASES_CREATE: Terms(
            scopes=("canvases:write",), a_minute=_TIER_2
        ),
        SlackMethod.CONVERSATIONS_CREATE: Terms(scopes=_MANAGE, a_minute=_TIER_2),
        SlackMethod.CONVERSATIONS_HISTORY: Terms(scopes=_HISTORY, a_minute=_TIER_3, reads=True),
        SlackMethod.CONVERSATIONS_INVITE: Terms(scopes=_MANAGE, a_minute=_TIER_3),
        SlackMethod.CONVERSATIONS_JOIN: Terms(scopes=("channels:join",), a_minute=_TIER_3),
        SlackMethod.CONVERSATIONS_OPEN: Terms(scopes=("im:write",), a_minute=_TIER_3),
        SlackMethod.CONVERSATIONS_REPLIES: Terms(scopes=_HISTORY, a_minute=_TIER_3, reads=True),
        SlackMethod.CONVERSATIONS_SET_TOPIC: Terms(scopes=_MANAGE, a_minute=_TIER_2),
        SlackMethod.CONVERSATIONS_UNARCHIVE: Terms(scopes=_MANAGE, a_minute=_TIER_2),
        SlackMethod.FILES_COMPLETE_UPLOAD: Terms(scopes=("files:write",), a_minute=_TIER_4),
        SlackMethod.FILES_GET_UPLOAD_URL: Terms(
            scopes=("files:write",), a_minute=_TIER_4, reads=True
        ),
        SlackMethod.ENTITY_PRESENT_DETAILS: Terms(a_minute=_TIER_3),
        SlackMethod.PINS_ADD: Terms(scopes=("pins:write",), a_minute=_TIER_2),
        SlackMethod.USERGROUPS_USERS_LIST: Terms(
            scopes=("usergroups:read",), a_minute=_TIER_2, reads=True
        ),
        SlackMethod.USERS_CONVERSATIONS: Terms(
            scopes=("channels:read", "groups:read"), a_minute=_TIER_3, reads=True
        ),
        SlackMethod.USERS_INFO: Terms(scopes=("users:read",), a_minute=_TIER_4, reads=True),
        SlackMethod.VIEWS_PUBLISH: Terms(a_minute=_TIER_4),
    }
)


def bot_scopes() -> tuple[str, ...]:
    """List the scopes that the methods need together, in order, each once."""
    return tuple(sorted({scope for terms in METHODS.values() for scope in terms.scopes}))
