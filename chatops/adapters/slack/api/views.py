"""Shows people forms and private lines, at once: the right to show a form dies in three seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View

from chatops.adapters.slack.api import errors
from chatops.adapters.slack.api.messages import in_a_form_that_is_taken
from chatops.adapters.slack.api.scopes import SlackMethod
from chatops.adapters.slack.api.web_api import SlackWebApi
from chatops.application.ports.chat import ChatRefused
from chatops.domain.messages.posts import Post

#: The person closed the form, or it shows something newer.
_TOO_LATE = frozenset({"not_found", "hash_conflict", "view_not_found"})


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedMessage:
    """A message that somebody wrote: its text in mrkdwn, its author, and a link to it."""

    text: str
    author: str | None
    link: str


class ViewsApi:
    """Opens and redraws modals, whispers in channels, and looks a message up."""

    def __init__(self, client: WebClient, api: SlackWebApi) -> None:
        self._client = client
        self._api = api

    def open(self, trigger: str, view: View) -> str:
        """Show a modal; returns its id."""
        answer = self._call("views.open", {"trigger_id": trigger, "view": view.to_dict()})
        return f"{answer['view']['id']}"

    def redraw(self, view_id: str, view: View, *, hash_: str | None = None) -> None:
        """Show something else in a modal, unless it was closed or redrawn since ``hash_``."""
        self._update({"view_id": view_id, **({"hash": hash_} if hash_ else {})}, view)

    def redraw_waiting(self, name: str, view: View) -> None:
        """Show something else in the modal that was given this name."""
        self._update({"external_id": name}, view)

    def whisper(self, channel: str, user: str, post: Post) -> None:
        """Say something that one person in a channel sees."""
        whom = {"channel": channel, "user": user}
        in_a_form_that_is_taken(
            post, lambda content, _again: self._call("chat.postEphemeral", {**whom, **content})
        )

    def link(self, channel: str, ts: str) -> str:
        """The address of a message."""
        place = {"channel": channel, "message_ts": ts}
        answer = self._call("chat.getPermalink", place, reads=True)
        return f"{answer['permalink']}"

    def said(self, channel: str, ts: str) -> QuotedMessage | None:
        """The message at ``ts``, in the channel or in a thread; none if it is gone."""
        # A thread's first message comes along whatever the window, so there is room for two.
        window = {"channel": channel, "oldest": ts, "latest": ts, "inclusive": True, "limit": 2}
        for method, extra in (
            (SlackMethod.CONVERSATIONS_HISTORY, {}),
            (SlackMethod.CONVERSATIONS_REPLIES, {"ts": ts}),
        ):
            answer = self._api.call(method, **window, **extra)
            for message in answer.get("messages") or ():
                if message.get("ts") == ts:
                    author = None if message.get("bot_id") else message.get("user")
                    text = f"{message.get('text') or ''}"
                    return QuotedMessage(text=text, author=author, link=self.link(channel, ts))
        return None

    def _update(self, place: dict[str, Any], view: View) -> None:
        try:
            self._call("views.update", place | {"view": view.to_dict()})
        except ChatRefused as refusal:
            if refusal.code not in _TOO_LATE:
                raise

    def _call(
        self, method: str, arguments: dict[str, Any], *, reads: bool = False
    ) -> Mapping[str, Any]:
        try:
            answer = self._client.api_call(
                method, params=arguments if reads else None, json=None if reads else arguments
            )
        except SlackApiError as error:
            answered = error.response
            raise errors.of_answer(answered.status_code, answered.headers, answered.data) from error
        except errors.FAILURES as error:
            raise errors.of_failure(error) from error
        data = answer.data
        return data if isinstance(data, dict) else {}
