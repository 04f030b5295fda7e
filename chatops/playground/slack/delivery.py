"""Delivers requests to the bot, and takes what it answers to them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from chatops.playground.slack.api import Reply
from chatops.playground.slack.call_log import CallLog, Delivery, DeliveryKind
from chatops.playground.slack.errors import Refusal, Why
from chatops.playground.slack.methods.content import Content, message_content
from chatops.playground.slack.methods.request import MethodRequest
from chatops.playground.slack.signing import DeliveryReceipt, HttpTransport, SignedRequest
from chatops.playground.slack.sockets import SocketHub
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


class EventDelivery:
    """Knows where the bot is, and writes every delivery into the call log."""

    def __init__(self, *, transport: HttpTransport, sockets: SocketHub, call_log: CallLog) -> None:
        self._transport = transport
        self._sockets = sockets
        self._call_log = call_log
        #: The bot's request URL, once it is known.
        self.bot_url: str | None = None

    @property
    def has_a_destination(self) -> bool:
        return self.bot_url is not None or self._sockets.connected > 0

    def deliver(self, request: SignedRequest) -> Delivery:
        begun = self._call_log.delivery_began(
            request.kind, request.name, request.payload, attempt=request.attempt
        )
        receipt = self._sent(request)
        return self._call_log.delivery_ended(
            begun,
            status=receipt.status,
            body=receipt.body,
            outcome=receipt.outcome,
            over_socket=receipt.over_socket,
            no_retry=receipt.no_retry,
        )

    def redeliver(self, delivery: Delivery) -> Delivery:
        """Deliver something a second time, as networks do; events say that it is a retry."""
        request = SignedRequest(kind=delivery.kind, name=delivery.name, payload=delivery.payload)
        if delivery.kind is DeliveryKind.EVENT:
            request = replace(request, attempt=delivery.attempt + 1, retry_reason="http_timeout")
        return self.deliver(request)

    def challenge(self) -> bool:
        """Verify the request URL as Slack does when it is entered; say whether the bot passed."""
        word = "a-challenge-nobody-guesses"
        payload = {"type": "url_verification", "challenge": word}
        kind = DeliveryKind.CHALLENGE
        delivery = self.deliver(SignedRequest(kind=kind, name="url_verification", payload=payload))
        return delivery.ok and word in delivery.body

    def _sent(self, request: SignedRequest) -> DeliveryReceipt:
        if self._sockets.connected:
            return self._sockets.deliver(request)
        if self.bot_url is None:
            return DeliveryReceipt(outcome="unreachable")
        return self._transport.deliver(request, self.bot_url)
