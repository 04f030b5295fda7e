"""What people click: buttons, menus and pickers in messages, modals and App Home; shortcuts."""

from collections.abc import Mapping, Sequence
from typing import Any

from chatops.playground.slack.call_log import DeliveryKind
from chatops.playground.slack.installation import InstalledShortcutKind
from chatops.playground.slack.simulated_user.base import UserBase
from chatops.playground.slack.simulated_user.inputs import (
    ENTRIES,
    InputReader,
    Typed,
    entered,
    find_element,
    values_of,
)
from chatops.playground.slack.simulated_user.outcome import (
    NoElementError,
    NoModalError,
    NoShortcutError,
    NotOfferedError,
    UserOutcome,
    problem_of,
)
from chatops.playground.workspace.changes import CardOpened
from chatops.playground.workspace.model import Json, Message, Person, View

#: What of an element comes back in its action.
_KEPT = frozenset({"type", "action_id", "text", "value", "style", "url", "placeholder", "confirm"})


class UserClicks(UserBase):
    """Buttons, menus, pickers and shortcuts."""

    def clicks(
        self,
        user: str,
        channel: str,
        ts: str,
        action_id: str,
        value: Any = None,
        *,
        block_id: str | None = None,
        values: Typed | None = None,
    ) -> UserOutcome:
        """Click a button, or choose ``value`` in a menu or picker, on a message.

        ``values`` is what else was entered in the message.
        """
        person = self._who(user)
        message = self._seen(person, channel, ts)
        blocks = _blocks_of(message)
        found_id, element = find_element(blocks, action_id, block_id)
        reader = self._input_reader(person, message, blocks)
        typed = _with_choice(values, found_id, element, value)
        state = values_of(blocks, before={}, typed=typed, reader=reader)
        path = self._trigger_ids.new_response_url(
            kind="actions", user=person.id, channel=message.channel, message_ts=message.ts
        )
        payload = self._payloads.actions_on_message(
            person,
            message,
            _action(found_id, element, value, reader),
            state,
            f"{self._address()}{path}",
        )
        return self._interacted(action_id, payload)

    def clicks_in_view(
        self,
        user: str,
        action_id: str,
        value: Any = None,
        *,
        block_id: str | None = None,
        values: Typed | None = None,
        home: bool = False,
    ) -> UserOutcome:
        """Click a button, or choose ``value``, in the top modal or in App Home.

        ``values`` is what else was entered there since the last click.
        """
        person = self._who(user)
        view = self._view_of(person, home=home)
        found_id, element = find_element(view.blocks, action_id, block_id)
        reader = self._input_reader(person, view, view.blocks)
        typed = _with_choice(values, found_id, element, value)
        state = values_of(
            view.blocks, before=view.values, typed=typed, reader=reader, here=view.opened_in
        )
        view = self._workspace.view_store.enter(view, state)
        action = _action(found_id, element, value, reader)
        return self._interacted(action_id, self._payloads.actions_in_view(person, view, action))

    def suggests(
        self,
        user: str,
        action_id: str,
        query: str,
        *,
        channel: str | None = None,
        ts: str | None = None,
        home: bool = False,
    ) -> UserOutcome:
        """Type into an external select, in a view or on a message; see ``Outcome.options``."""
        person = self._who(user)
        where: View | Message
        if channel is not None and ts is not None:
            where = self._seen(person, channel, ts)
            blocks = _blocks_of(where)
        else:
            where = self._view_of(person, home=home)
            blocks = where.blocks
        block_id, _ = find_element(blocks, action_id)
        return self._suggested(person, where, block_id, action_id, query)

    def shortcut(
        self, user: str, callback_id: str, *, channel: str | None = None, ts: str | None = None
    ) -> UserOutcome:
        """Use a shortcut; one for messages needs the message's channel and ts."""
        person, known = self._who(user), self._installation.shortcut(callback_id)
        if known is None:
            raise NoShortcutError(callback_id)
        if known.kind is InstalledShortcutKind.GLOBAL or channel is None or ts is None:
            return self._interacted(
                callback_id, self._payloads.global_shortcut(person, callback_id)
            )
        message = self._seen(person, channel, ts)
        path = self._trigger_ids.new_response_url(
            kind="actions", user=person.id, channel=message.channel, message_ts=message.ts
        )
        url = f"{self._address()}{path}"
        payload = self._payloads.message_shortcut(person, message, callback_id, url)
        return self._interacted(callback_id, payload)

    def opens_card(self, user: str, channel: str, ts: str) -> UserOutcome:
        """Click the card of a Work Object under a message, so that its side pane opens."""
        person = self._who(user)
        message = self._seen(person, channel, ts)
        cards = [one for one in message.attachments if "entity_payload" in one]
        if not cards:
            raise NoElementError(ts, "a message without a card")
        trigger = self._trigger_ids.new_trigger(person.id, message.channel)
        opened = CardOpened(user=person.id, message=message, entity=cards[0], trigger=trigger)
        return self._with_events(lambda: self._workspace.changes.publish(opened))

    def _interacted(self, name: str, payload: Mapping[str, Any]) -> UserOutcome:
        delivery = self._deliver(DeliveryKind.INTERACTION, name, payload)
        return UserOutcome(deliveries=(delivery,), problem=problem_of(delivery))

    def _view_of(self, person: Person, *, home: bool) -> View:
        workspace = self._workspace
        view = workspace.home(person.id) if home else workspace.modal(person.id)
        if view is None:
            raise NoModalError(person.handle)
        return view


def _blocks_of(message: Message) -> Sequence[Json]:
    attached = [block for one in message.attachments for block in one.get("blocks", ())]
    cards = [_as_block(one) for one in message.attachments if "entity_payload" in one]
    return (*message.blocks, *attached, *cards)


def _as_block(entity: Json) -> Json:
    """The actions of a Work Object, where they come back as buttons do."""
    actions = entity["entity_payload"].get("actions") or {}
    elements = [
        {**one, "type": "button", "text": {"type": "plain_text", "text": one["text"]}}
        for key in ("primary_actions", "overflow_actions")
        for one in actions.get(key) or ()
    ]
    name = f"entity-{entity['external_ref']['id']}"
    return {"type": "actions", "block_id": name, "elements": elements}


def _with_choice(values: Typed | None, block_id: str, element: Json, value: Any) -> Typed:
    """Join what was entered before with what is chosen now."""
    typed = dict(values or {})
    if element["type"] in ENTRIES:
        typed[block_id, element["action_id"]] = value
    return typed


def _action(block_id: str, element: Json, value: Any, reader: InputReader) -> Json:
    """Say what was done to an element, in the shape of a payload's ``actions``."""
    action = {key: element[key] for key in _KEPT if key in element} | {"block_id": block_id}
    if element["type"] in ENTRIES:
        return action | dict(entered(element, value, reader))
    if element["type"] == "overflow":
        return action | {"selected_option": _chosen(element, value)}
    if element["type"] == "feedback_buttons":
        return action | {"value": _feedback(element, value)}
    if element["type"] in {"button", "icon_button", "workflow_button"}:
        return action
    raise NoElementError(element["action_id"], "nothing that could be clicked")


def _chosen(element: Json, value: Any) -> Json:
    for one in element["options"]:
        if value in {one["value"], one["text"]["text"]}:
            chosen: Json = one
            return chosen
    raise NotOfferedError(value, [one["value"] for one in element["options"]])


def _feedback(element: Json, value: Any) -> str:
    offered = [element[side]["value"] for side in ("positive_button", "negative_button")]
    if value not in offered:
        raise NotOfferedError(value, offered)
    return str(value)
