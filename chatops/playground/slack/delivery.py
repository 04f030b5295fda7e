"""Brings parcels to the bot, by socket where one is connected and by HTTP otherwise."""

from dataclasses import replace

from chatops.playground.slack.call_log import CallLog, Delivery, DeliveryKind
from chatops.playground.slack.signing import DeliveryReceipt, HttpWire, SignedRequest
from chatops.playground.slack.sockets import SocketHub


class EventDelivery:
    """Knows where the bot is, and writes every delivery into the journal."""

    def __init__(self, *, wire: HttpWire, sockets: SocketHub, journal: CallLog) -> None:
        self._wire = wire
        self._sockets = sockets
        self._journal = journal
        #: The bot's request URL, once it is known.
        self.bot_url: str | None = None

    @property
    def has_a_destination(self) -> bool:
        return self.bot_url is not None or self._sockets.connected > 0

    def bring(self, parcel: SignedRequest) -> Delivery:
        begun = self._journal.delivery_began(
            parcel.kind, parcel.name, parcel.payload, attempt=parcel.attempt
        )
        receipt = self._brought(parcel)
        return self._journal.delivery_ended(
            begun,
            status=receipt.status,
            body=receipt.body,
            outcome=receipt.outcome,
            over_socket=receipt.over_socket,
            no_retry=receipt.no_retry,
        )

    def again(self, delivery: Delivery) -> Delivery:
        """Bring something a second time, as networks do; events say that it is a retry."""
        parcel = SignedRequest(kind=delivery.kind, name=delivery.name, payload=delivery.payload)
        if delivery.kind is DeliveryKind.EVENT:
            parcel = replace(parcel, attempt=delivery.attempt + 1, retry_reason="http_timeout")
        return self.bring(parcel)

    def challenge(self) -> bool:
        """Verify the request URL as Slack does when it is entered; say whether the bot passed."""
        word = "a-challenge-nobody-guesses"
        payload = {"type": "url_verification", "challenge": word}
        kind = DeliveryKind.CHALLENGE
        delivery = self.bring(SignedRequest(kind=kind, name="url_verification", payload=payload))
        return delivery.ok and word in delivery.body

    def _brought(self, parcel: SignedRequest) -> DeliveryReceipt:
        if self._sockets.connected:
            return self._sockets.bring(parcel)
        if self.bot_url is None:
            return DeliveryReceipt(outcome="unreachable")
        return self._wire.bring(parcel, self.bot_url)
