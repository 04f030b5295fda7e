"""How the double says no: Slack's own error names, with whatever Slack adds to them."""

from collections.abc import Sequence
from enum import StrEnum, auto
from typing import Any


class Why(StrEnum):
    """Every error name that the double answers with of its own accord."""

    ALREADY_ARCHIVED = auto()
    ALREADY_IN_CHANNEL = auto()
    ALREADY_PINNED = auto()
    ALREADY_REACTED = auto()
    BAD_CLIENT_SECRET = auto()
    BAD_REDIRECT_URI = auto()
    BAD_TIMESTAMP = auto()
    BOT_NOT_FOUND = auto()
    CANNOT_FIND_MESSAGE = auto()
    CANNOT_REPLY_TO_MESSAGE = auto()
    CANNOT_UNFURL_URL = auto()
    CANT_ARCHIVE_GENERAL = auto()
    CANT_DELETE_MESSAGE = auto()
    CANT_INVITE = auto()
    CANT_INVITE_SELF = auto()
    CANT_KICK_FROM_GENERAL = auto()
    CANT_KICK_SELF = auto()
    CANT_LEAVE_GENERAL = auto()
    CANT_UPDATE_MESSAGE = auto()
    CANVAS_NOT_FOUND = auto()
    CHANNEL_CANVAS_ALREADY_EXISTS = auto()
    CHANNEL_NOT_FOUND = auto()
    CODE_ALREADY_USED = auto()
    DUPLICATE_EXTERNAL_ID = auto()
    EXCHANGED_TRIGGER_ID = auto()
    EXPIRED_TRIGGER_ID = auto()
    EXPIRED_URL = auto()
    FILE_NOT_FOUND = auto()
    HASH_CONFLICT = auto()
    INVALID_ARGUMENTS = auto()
    INVALID_AUTH = auto()
    INVALID_BLOCKS = auto()
    INVALID_CLIENT_ID = auto()
    INVALID_CODE = auto()
    INVALID_CURSOR = auto()
    INVALID_GRANT_TYPE = auto()
    INVALID_JSON = auto()
    INVALID_LIMIT = auto()
    INVALID_LINK = auto()
    INVALID_METADATA_FORMAT = auto()
    INVALID_NAME = auto()
    INVALID_NAME_MAXLENGTH = auto()
    INVALID_NAME_PUNCTUATION = auto()
    INVALID_NAME_REQUIRED = auto()
    INVALID_NAME_SPECIALS = auto()
    INVALID_TIMESTAMP = auto()
    INVALID_TRIGGER_ID = auto()
    INVALID_TS_LATEST = auto()
    INVALID_TS_OLDEST = auto()
    INVALID_UNFURLS_FORMAT = auto()
    IS_ARCHIVED = auto()
    IS_INACTIVE = auto()
    LAST_MEMBER = auto()
    MESSAGE_NOT_FOUND = auto()
    METADATA_TOO_LARGE = auto()
    METHOD_NOT_SUPPORTED_FOR_CHANNEL_TYPE = auto()
    MISSING_SCOPE = auto()
    MSG_TOO_LONG = auto()
    NAME_TAKEN = auto()
    NOT_ALLOWED_TOKEN_TYPE = auto()
    NOT_ARCHIVED = auto()
    NOT_AUTHED = auto()
    NOT_FOUND = auto()
    NOT_IN_CHANNEL = auto()
    NO_PIN = auto()
    NO_REACTION = auto()
    NO_SUCH_SUBTEAM = auto()
    NO_TEXT = auto()
    PUSH_LIMIT_REACHED = auto()
    RATELIMITED = auto()
    THREAD_NOT_FOUND = auto()
    TOO_LONG = auto()
    TOO_MANY_ATTACHMENTS = auto()
    TOO_MANY_PINS = auto()
    TOO_MANY_REACTIONS = auto()
    UNKNOWN_METHOD = auto()
    USED_URL = auto()
    USERS_LIST_NOT_SUPPLIED = auto()
    USERS_NOT_FOUND = auto()
    USER_NOT_FOUND = auto()
    USER_NOT_IN_CHANNEL = auto()
    VIEW_TOO_LARGE = auto()


class Refusal(Exception):
    """A call that Slack answers with ``ok: false`` and an error name."""

    def __init__(self, error: Why, **facts: Any) -> None:
        super().__init__(error.value)
        self.error = error
        #: What stands in the answer beside ``ok`` and ``error``.
        self.facts = facts


class InvalidContent(Refusal):
    """Blocks or a view that break a rule, each complaint with the place it stands at."""

    def __init__(self, error: Why, complaints: Sequence[str]) -> None:
        messages = [f"[ERROR] {complaint}" for complaint in complaints]
        super().__init__(error, errors=list(complaints), response_metadata={"messages": messages})


class InvalidArgument(Refusal):
    """An argument of the wrong kind."""

    def __init__(self, *, name: str, expected: str) -> None:
        messages = [f"[ERROR] must provide {expected} [json-pointer:/{name}]"]
        super().__init__(Why.INVALID_ARGUMENTS, response_metadata={"messages": messages})


class MissingArgument(Refusal):
    """An argument that must be there and is not."""

    def __init__(self, *, name: str) -> None:
        messages = [f"[ERROR] missing required field: {name}"]
        super().__init__(Why.INVALID_ARGUMENTS, response_metadata={"messages": messages})


class MissingScope(Refusal):
    """The app may not call this method with the scopes it was given."""

    def __init__(self, *, needed: str, provided: frozenset[str]) -> None:
        super().__init__(Why.MISSING_SCOPE, needed=needed, provided=",".join(sorted(provided)))


class RateLimited(Refusal):
    """Too many calls: HTTP 429 with Retry-After."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(Why.RATELIMITED)
        self.retry_after = retry_after
