"""Turns whatever Slack or the network answers instead of yes into an error, and into words."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPException, InvalidURL
from types import MappingProxyType
from urllib.error import URLError

from slack_sdk.errors import SlackRequestError

from chatops.application.ports.chat import (
    AppLockedOut,
    ChannelArchived,
    ChannelGone,
    ChannelNameTaken,
    ChatBusy,
    ChatError,
    ChatIndeterminate,
    ChatRefused,
    ChatUnreachable,
    MessageGone,
    NotInChannel,
)

#: What slack_sdk lets through when a request or its answer breaks: the network's errors, an answer
#: that is no HTTP, no text in its charset, no JSON, or JSON that is no object.
FAILURES = (OSError, HTTPException, SlackRequestError, ValueError, LookupError, AttributeError)

#: Waits when Slack says 429 without saying until when, and at the most.
_WAIT = timedelta(seconds=10)
_LONGEST_WAIT = timedelta(hours=1)

_NOT_SERVED = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.SERVICE_UNAVAILABLE})

_CODE = re.compile(r"[a-z][a-z0-9_]{1,79}")


class SomeRefused(ChatRefused):
    """Slack refused for some of the people named: each with Slack's code for it."""

    def __init__(self, code: str, why: str, people: Mapping[str, str]) -> None:
        super().__init__(code, why)
        self.people = people


class Unreadable(ChatIndeterminate):
    """Slack accepted the request, and its answer makes no sense."""

    def __init__(self) -> None:
        super().__init__("Slack's answer could not be read")


def of_failure(failure: Exception) -> ChatError:
    """Say what a request that got no readable answer means.

    urllib wraps in URLError whatever happens up to the last byte of the request (no such host, no
    connection, no TLS, a broken pipe), and nothing that happens afterwards; for an address that is
    none it raises a bare ValueError. So these are known not done, and all others are in doubt.
    """
    if isinstance(failure, URLError):
        return ChatUnreachable()
    if isinstance(failure, SlackRequestError | InvalidURL) or type(failure) is ValueError:
        return refused("invalid_url")
    if isinstance(failure, UnicodeEncodeError):
        return refused("invalid_text")
    if isinstance(failure, TimeoutError):
        return ChatIndeterminate("Slack did not answer in time")
    return ChatIndeterminate()


def of_answer(status: int, headers: Mapping[str, str], body: object) -> ChatError:
    """Say what an answer means that is not a yes."""
    code = _code(body)
    if status == HTTPStatus.TOO_MANY_REQUESTS or code in BUSY:
        return ChatBusy(_retry_after(headers))
    if status in _NOT_SERVED or code in DOWN:
        return ChatUnreachable("Slack is down")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in DOUBTFUL:
        return ChatIndeterminate("Slack answered with an error of its own")
    if code:
        return refused(code, body)
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        return ChatRefused(f"http_{status}", f"the way to Slack is barred (HTTP {status})")
    return Unreadable()


def refused(code: str, body: object = None) -> ChatRefused:
    """Build the refusal that Slack calls ``code``, with what the answer tells beside it."""
    answer = body if isinstance(body, Mapping) else {}
    why = WORDS.get(code, f"Slack refused it ({code.replace('_', ' ')})")
    if code == "missing_scope" and answer.get("needed"):
        needed = f"{answer['needed']}".replace(",", ", ")
        why = f"the app lacks the scope {needed}; add it and reinstall the app with it"
    errors = answer.get("errors")
    people = people_refused(errors)
    if people:
        return SomeRefused(code, why, people)
    pointers = _pointers(errors) or _pointers(_messages(answer))
    if pointers:
        why = f"{why}: {'; '.join(pointers)}"
    return KINDS.get(code, ChatRefused)(code, why)


def people_refused(errors: object) -> dict[str, str]:
    """Read whom Slack refused, and its code for each."""
    rows = errors if isinstance(errors, list) else []
    return {
        f"{row['user']}": f"{row.get('error', 'cant_invite')}"
        for row in rows
        if isinstance(row, Mapping) and row.get("user")
    }


def _code(body: object) -> str:
    """Slack's name for the error, if the answer has one (slack_sdk puts a sentence there)."""
    code = body.get("error") if isinstance(body, Mapping) else body
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _retry_after(headers: Mapping[str, str]) -> timedelta:
    named = {name.lower(): value for name, value in headers.items()}
    value = named.get("retry-after", "")
    if not re.fullmatch(r"[0-9]{1,9}", value):
        return _WAIT
    return min(timedelta(seconds=max(1, int(value))), _LONGEST_WAIT)


def _pointers(errors: object) -> Sequence[str]:
    rows = errors if isinstance(errors, list) else []
    return [row[:200] for row in rows if isinstance(row, str)][:3]


def _messages(answer: Mapping[str, object]) -> object:
    metadata = answer.get("response_metadata")
    return metadata.get("messages") if isinstance(metadata, Mapping) else None


_TOKEN = "check SLACK_BOT_TOKEN, or install the app anew and set the new token"  # noqa: S105 - words
_NAME = "a channel name has lower-case letters, digits, hyphens and underscores, 80 at most"
_ARCHIVED = "the channel is archived; somebody who was in it can unarchive it"
_ADMIN = "a workspace admin can allow it"

#: Refusals that are about the app as a whole, whatever it asks.
_ABOUT_THE_APP = (
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "invalid_auth",
    "token_revoked",
    "token_expired",
    "account_inactive",
    "team_access_not_granted",
    "org_login_required",
    "ekm_access_denied",
    "access_denied",
    "accesslimited",
    "enterprise_is_restricted",
)

#: What the code that uses the port tells apart; all other refusals are plain ones.
KINDS: Mapping[str, type[ChatRefused]] = MappingProxyType(
    {
        **dict.fromkeys(_ABOUT_THE_APP, AppLockedOut),
        "name_taken": ChannelNameTaken,
        "is_archived": ChannelArchived,
        "channel_is_archived": ChannelArchived,
        "is_inactive": ChannelArchived,
        "not_in_channel": NotInChannel,
        "channel_not_found": ChannelGone,
        "message_not_found": MessageGone,
        "cannot_find_message": MessageGone,
        "cannot_reply_to_message": MessageGone,
        "thread_not_found": MessageGone,
    }
)

WORDS: Mapping[str, str] = MappingProxyType(
    {
        # channels
        "name_taken": "another channel has that name",
        "is_archived": _ARCHIVED,
        "channel_is_archived": _ARCHIVED,
        "is_inactive": _ARCHIVED,
        "not_in_channel": "the bot is not in the channel; `/invite` it there",
        "channel_not_found": "the channel is gone, or it is private and the bot is not in it",
        "invalid_name": f"Slack does not take the channel name: {_NAME}",
        "invalid_name_required": f"the channel needs a name: {_NAME}",
        "invalid_name_punctuation": f"the channel name is punctuation alone: {_NAME}",
        "invalid_name_maxlength": f"the channel name is too long: {_NAME}",
        "invalid_name_specials": f"the channel name has characters that Slack refuses: {_NAME}",
        "method_not_supported_for_channel_type": (
            "Slack does not allow this in a channel of this kind; `/invite` the bot there by hand"
        ),
        "restricted_action": f"the workspace does not let the bot do this; {_ADMIN}",
        "restricted_action_read_only_channel": f"only some people may post there; {_ADMIN}",
        "restricted_action_thread_only_channel": "the channel takes replies in threads only",
        "restricted_action_thread_locked": "the thread is locked",
        "restricted_action_non_threadable_channel": "the channel takes no threads",
        "posting_to_general_channel_denied": f"the bot may not post in #general; {_ADMIN}",
        "team_access_not_granted": "the app is not installed in that workspace; install it there",
        "too_long": "the text is too long for Slack",
        # people
        "user_not_found": "Slack does not know this person",
        "users_not_found": "Slack does not know any of these people",
        "user_not_visible": "the bot may not see this person",
        "user_disabled": "the account is deactivated",
        "user_is_bot": "it is a bot",
        "user_is_restricted": "a guest; only an admin can add guests to channels",
        "user_is_ultra_restricted": "a single-channel guest; only an admin can move guests",
        "ura_max_channels": "a single-channel guest, who is in a channel already",
        "cant_invite": "Slack does not let this person be invited; the account may be deactivated",
        "cant_invite_self": "the bot is in the channel already",
        "user_team_not_in_channel": "the channel is not shared with this person's workspace",
        "too_many_members": "the channel is full",
        "cannot_dm_bot": "bots cannot be written to",
        "no_such_subteam": "the user group does not exist; check its id in chatops.yml",
        "subteam_not_found": "the user group does not exist; check its id in chatops.yml",
        "not_enabled": "the app's Home tab is off; switch it on in the app's settings",
        # messages
        "message_not_found": "the message was deleted",
        "cannot_find_message": "the message was deleted",
        "thread_not_found": "the message of the thread was deleted",
        "cannot_reply_to_message": "Slack takes no replies to that message",
        "cant_update_message": "the message is not the bot's own, so it cannot edit it",
        "edit_window_closed": "the workspace does not let messages be edited so late",
        "no_text": "the message has no text",
        "msg_too_long": "the message is too long for Slack",
        "msg_blocks_too_long": "the message is too long for Slack",
        "invalid_blocks": "Slack does not take the form of the message",
        "invalid_blocks_format": "Slack does not take the form of the message",
        "invalid_arguments": "Slack does not take what the bot asked",
        "metadata_too_large": "what the bot notes in the message is too long for Slack",
        "message_limit_exceeded": "the workspace has used up its messages",
        "too_many_pins": "the channel has as many pins as Slack allows; take one off",
        "not_pinnable": "the message cannot be pinned",
        "permission_denied": f"the bot may not do this here; {_ADMIN}",
        "expired_url": "it took too long: Slack keeps a reply open for 30 minutes",
        "used_url": "Slack takes five replies to one request, and they are used up",
        # files and canvases
        "file_uploads_disabled": f"the workspace takes no uploads; {_ADMIN}",
        "file_uploads_except_images": f"the workspace takes images alone; {_ADMIN}",
        "canvas_disabled_user_team": f"canvases are switched off in this workspace; {_ADMIN}",
        "canvas_disabled_file_team": f"canvases are switched off in this workspace; {_ADMIN}",
        "canvas_creation_failed": "Slack could not make the canvas",
        "free_team_canvas_tab_already_exists": "the channel has its one canvas already",
        "free_teams_cannot_create_non_tabbed_canvases": "a free workspace has no more canvases",
        "channel_canvas_already_exists": "the channel has a canvas already",
        # the app
        "missing_scope": "the app lacks a permission; reinstall it with the scopes of manifest.yml",
        "no_permission": "the app lacks a permission; reinstall it with the scopes of manifest.yml",
        "not_allowed_token_type": f"Slack wants a bot token (xoxb-…); {_TOKEN}",
        "not_authed": f"the bot has no token; {_TOKEN}",
        "invalid_auth": f"Slack does not accept the bot's token; {_TOKEN}",
        "token_revoked": f"the bot's token was revoked; {_TOKEN}",
        "token_expired": f"the bot's token has expired; {_TOKEN}",
        "account_inactive": f"the app was removed from the workspace; {_TOKEN}",
        "org_login_required": f"the workspace is moving to an Enterprise org; {_ADMIN}",
        "ekm_access_denied": f"posting is suspended in this workspace; {_ADMIN}",
        "access_denied": f"the workspace does not let the bot do this; {_ADMIN}",
        "accesslimited": f"Slack may not be used from this network; {_ADMIN}",
        "enterprise_is_restricted": f"the Enterprise org does not let the bot do this; {_ADMIN}",
        "unknown_method": "the server at SLACK_API_URL does not know this request",
        # ours
        "invalid_url": "the address is not one of Slack's; check SLACK_API_URL",
        "invalid_text": "the text has characters that cannot be sent",
    }
)

#: Known not done, and worth another try: the request did not get as far as being served.
DOWN = frozenset({"service_unavailable", "request_timeout", "team_added_to_org"})

#: Known not done: too many requests.
BUSY = frozenset({"ratelimited", "rate_limited"})

#: Some of it may have happened, says Slack's own description of these.
DOUBTFUL = frozenset({"fatal_error", "internal_error"})
