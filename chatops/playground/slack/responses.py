"""What an app answers where something was done: to a response URL, or right to a command."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from chatops.playground.slack.api import Reply
from chatops.playground.slack.errors import Refusal, Why
from chatops.playground.slack.methods.content import Content, message_content
from chatops.playground.slack.methods.request import MethodRequest
from chatops.playground.slack.trigger_ids import ResponseUrl, TriggerIds
from chatops.playground.workspace.model import Message
from chatops.playground.workspace.state import Workspace

_GONE = frozenset({Why.EXPIRED_URL, Why.USED_URL})


class Responder:
    """Shows such answers in the workspace."""

    def __init__(
        self,
        *,
        workspace: Workspace,
        trigger_ids: TriggerIds,
        request: Callable[[Mapping[str, Any]], MethodRequest],
    ) -> None:
        self._workspace = workspace
        self._trigger_ids = trigger_ids
        self._request = request

    def answer(self, path: str, body: Mapping[str, Any]) -> Reply:
        """Take what was posted to a response URL."""
        try:
            with self._workspace.changes.reading():
                self.show(self._trigger_ids.use_response_url(path), body)
        except Refusal as refusal:
            gone = refusal.error in _GONE
            return Reply(
                body={"ok": False, "error": refusal.error.value, **refusal.facts},
                status=HTTPStatus.NOT_FOUND if gone else HTTPStatus.BAD_REQUEST,
                outcome=refusal.error.value,
            )
        return Reply(body="ok")

    def show(self, url: ResponseUrl, body: Mapping[str, Any]) -> None:
        """Post, replace or delete a message as ``body`` says."""
        request = self._request(body)
        original = self._original(url)
        if request.flag("delete_original"):
            if original is not None:
                self._workspace.message_store.delete(original)
            return
        content = message_content(request)
        if request.flag("replace_original") and original is not None:
            self._workspace.message_store.edit(_replaced(original, content), by=None)
            return
        in_channel = request.text("response_type") == "in_channel"
        draft = Message(
            channel=url.channel,
            ts="",
            author=self._workspace.bot.id,
            bot_id=self._workspace.bot.bot_id,
            text=content.text,
            blocks=content.blocks,
            attachments=content.attachments,
            metadata=content.metadata,
            thread_ts=request.text("thread_ts") or None,
            ephemeral_for=None if in_channel else url.user,
        )
        posted = self._workspace.message_store.post(draft)
        if url.message_ts is None:
            self._trigger_ids.remember_message(url.path, posted.ts)

    def _original(self, url: ResponseUrl) -> Message | None:
        if url.message_ts is None:
            return None
        return self._workspace.message(url.channel, url.message_ts, viewer=url.user)


def _replaced(original: Message, content: Content) -> Message:
    return replace(
        original,
        text=content.text,
        blocks=content.blocks,
        attachments=content.attachments,
        metadata=content.metadata,
    )
