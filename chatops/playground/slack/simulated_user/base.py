"""What every action of a person needs: who does it, where, and the way to the bot."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chatops.playground.slack.call_log import Delivery, DeliveryKind
from chatops.playground.slack.delivery import EventDelivery, Responder
from chatops.playground.slack.events import EventDispatcher
from chatops.playground.slack.installation import Installation
from chatops.playground.slack.payloads import Payloads
from chatops.playground.slack.signing import SignedRequest
from chatops.playground.slack.simulated_user.inputs import InputReader
from chatops.playground.slack.simulated_user.outcome import (
    ArchivedError,
    NobodyError,
    NotAMemberError,
    NotVisibleError,
    UserOutcome,
)
from chatops.playground.slack.trigger_ids import TriggerIds
from chatops.playground.workspace.model import Channel, ChannelKind, Json, Message, Person, View
from chatops.playground.workspace.state import SLACKBOT, Workspace


class UserBase:
    """The parts of the double that people act on.

    People are named by id or handle, channels by id or ``#name``.
    """

    def __init__(
        self,
        *,
        workspace: Workspace,
        installation: Installation,
        trigger_ids: TriggerIds,
        delivery: EventDelivery,
        dispatcher: EventDispatcher,
        responder: Responder,
        check_view: Callable[[Any], Json],
        address: Callable[[], str],
    ) -> None:
        self._workspace = workspace
        self._installation = installation
        self._trigger_ids = trigger_ids
        self._delivery = delivery
        self._dispatcher = dispatcher
        self._responder = responder
        self._check_view = check_view
        self._address = address
        self._payloads = Payloads(
            workspace=workspace, installation=installation, trigger_ids=trigger_ids
        )

    def _who(self, user: str) -> Person:
        people = self._workspace.people_store
        found = people.find(user) or people.handled(user.removeprefix("@"))
        if found is None:
            raise NobodyError(user)
        return found

    def _where(self, channel: str) -> Channel:
        found = self._workspace.channel_store.find(channel)
        return found if found is not None else self._workspace.channel_named(channel)

    def _where_talking(self, person: Person, channel: str) -> Channel:
        """Find a channel in which the person can say something."""
        room = self._where(channel)
        if person.id not in room.members:
            raise NotAMemberError(person.handle, room.name)
        if room.is_archived:
            raise ArchivedError(room.name)
        return room

    def _seen(self, person: Person, channel: str, ts: str) -> Message:
        """Find a message that the person can see."""
        room = self._where(channel)
        if room.kind is not ChannelKind.PUBLIC and person.id not in room.members:
            raise NotVisibleError(person.handle, f"#{room.name}")
        message = self._workspace.message(room.id, ts, viewer=person.id)
        if message is None:
            raise NotVisibleError(person.handle, f"the message {ts}")
        return message

    def _deliver(self, kind: DeliveryKind, name: str, payload: Mapping[str, Any]) -> Delivery:
        return self._delivery.deliver(SignedRequest(kind=kind, name=name, payload=payload))

    def _with_events(self, action: Callable[[], Any]) -> UserOutcome:
        """Do something that Slack tells apps of as events, and wait for these."""
        with self._dispatcher.collecting() as events:
            done = action()
        ts = done.ts if isinstance(done, Message) else None
        return UserOutcome(deliveries=self._dispatcher.wait_for(events), ts=ts)

    def _slackbot_tells(self, person: Person, room: Channel, text: str) -> None:
        self._workspace.message_store.post(
            Message(channel=room.id, ts="", author=SLACKBOT, text=text, ephemeral_for=person.id)
        )

    def _input_reader(
        self, person: Person, where: View | Message, blocks: Sequence[Json]
    ) -> InputReader:
        """Make what is needed to read what the person enters there."""

        def suggest(element: Json, query: str) -> Sequence[Json]:
            block_id = next(
                one["block_id"]
                for one in blocks
                if element in (one.get("element"), one.get("accessory"), *one.get("elements", ()))
            )
            return self._suggested(person, where, block_id, element["action_id"], query).options

        return InputReader(self._workspace, suggest)

    def _suggested(
        self, person: Person, where: View | Message, block_id: str, action_id: str, query: str
    ) -> UserOutcome:
        payload = self._payloads.suggestion(person, where, block_id, action_id, query)
        delivery = self._deliver(DeliveryKind.SUGGESTION, action_id, payload)
        body = delivery.json if delivery.ok else None
        answer = body if isinstance(body, dict) else {}
        grouped = [one for group in answer.get("option_groups", ()) for one in group["options"]]
        options = (*answer.get("options", ()), *grouped)
        return UserOutcome(deliveries=(delivery,), options=options)
