"""Speaks in Slack: posts, edits, finds again, pins and answers."""

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from slack_sdk.web import SlackResponse

from chatops.adapters.slack.api.scopes import SlackMethod
from chatops.adapters.slack.api.ttl_cache import TtlCache
from chatops.adapters.slack.api.web_api import SKEW, SlackWebApi, told
from chatops.adapters.slack.rendering import blocks
from chatops.application.ports.chat import ChatIndeterminate, ChatRefused, MessageGone
from chatops.clock import Clock
from chatops.domain.messages.posts import Post

#: How far back a message is looked for; more has been said where an attempt lies long back.
_PAGES, _PAGE = 10, 200

_EVENT = "chatops"
_FORM_REFUSED = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"}
)

_Answer = TypeVar("_Answer")

_log = logging.getLogger(__name__)


class TooMuchSaid(ChatIndeterminate, ChatRefused):
    """A message was neither found nor missed, and looking again will not help."""

    def __init__(self) -> None:
        why = "too much was said since to find out whether the message got there"
        ChatRefused.__init__(self, "too_much_said", why)


class SlackMessages:
    """The port Voice over Slack's Web API."""

    def __init__(self, api: SlackWebApi, clock: Clock) -> None:
        self._api = api
        self._directs: TtlCache[str, str] = TtlCache(clock, keep=timedelta(days=1))

    def send(self, channel: str, post: Post, *, key: str, thread: str | None = None) -> str:
        place = {"channel": channel, "thread_ts": thread} if thread else {"channel": channel}
        form = {"unfurl_links": False, "unfurl_media": False, "metadata": _metadata(key)}
        return self._say(SlackMethod.CHAT_POST_MESSAGE, post, **place, **form)

    def edit(self, channel: str, ts: str, post: Post, *, key: str) -> None:
        self._say(SlackMethod.CHAT_UPDATE, post, channel=channel, ts=ts, metadata=_metadata(key))

    def find(self, channel: str, key: str, *, since: datetime, thread: str | None) -> str | None:
        try:
            for message in self._said(channel, since - SKEW, thread):
                if _key_of(message) == key:
                    return f"{message['ts']}"
        except MessageGone:
            return None
        return None

    def pin(self, channel: str, ts: str) -> None:
        try:
            self._api.call(SlackMethod.PINS_ADD, channel=channel, timestamp=ts)
        except ChatRefused as refusal:
            if refusal.code != "already_pinned":
                raise

    def direct(self, user: str) -> str:
        known = self._directs.get(user)
        if known is not None:
            return known
        answer = self._api.call(SlackMethod.CONVERSATIONS_OPEN, users=user)
        return self._directs.put(user, told(answer, "channel", "id"))

    def answer(self, url: str, post: Post) -> None:
        private = {"response_type": "ephemeral", "replace_original": False}
        in_a_form_that_is_taken(
            post,
            lambda content, _again: self._api.respond(url, {**private, **content}),
        )

    def _say(self, method: SlackMethod, post: Post, **place: Any) -> str:
        """Post or edit; a Slack that does not take the form is given the plain text."""

        def say(content: Mapping[str, Any], again: bool) -> SlackResponse:
            call = self._api.call_instead if again else self._api.call
            # An edit to text alone has to take the old blocks away.
            return call(method, **place, **{"blocks": [], **content})

        return told(in_a_form_that_is_taken(post, say), "ts")

    def _said(
        self, channel: str, since: datetime, thread: str | None
    ) -> Iterator[Mapping[str, Any]]:
        """Go through what was said in a channel or a thread."""
        where = {"channel": channel, "oldest": f"{since.timestamp():.6f}", "limit": _PAGE}
        method = SlackMethod.CONVERSATIONS_HISTORY
        if thread:
            where["ts"] = thread
            method = SlackMethod.CONVERSATIONS_REPLIES
        for _ in range(_PAGES):
            answer = self._api.call(method, **where, include_all_metadata=True)
            yield from answer.get("messages") or ()
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
            where["cursor"] = cursor
        raise TooMuchSaid


def in_a_form_that_is_taken(
    post: Post, send: Callable[[Mapping[str, Any], bool], _Answer]
) -> _Answer:
    """Send a post in the best form that Slack takes; ``send`` is told whether it tries again.

    Where the blocks alone are refused nothing is done yet, and a plainer form can go.
    """
    *better, plainest = blocks.forms(post)
    for place, content in enumerate(better):
        try:
            return send(content, place > 0)
        except ChatRefused as refusal:
            if refusal.code not in _FORM_REFUSED:
                raise
            _log.warning(
                "Slack did not take the blocks of a message, so it goes in a plainer form",
                extra={"action": "blocks_refused", "reason": str(refusal)},
            )
    return send(plainest, True)


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": _EVENT, "event_payload": {"key": key}}


def _key_of(message: Mapping[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != _EVENT:
        return None
    key: str | None = metadata.get("event_payload", {}).get("key")
    return key
