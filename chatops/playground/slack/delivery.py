"""Delivers requests to the bot, by socket where one is connected and by HTTP otherwise."""

from dataclasses import replace

from chatops.playground.slack.call_log import CallLog, Delivery, DeliveryKind
from chatops.playground.slack.signing import DeliveryReceipt, HttpTransport, SignedRequest
from chatops.playground.slack.sockets import SocketHub


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
