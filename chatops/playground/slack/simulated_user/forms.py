"""What people do with modals: submit and close them."""

from collections.abc import Sequence
from typing import Any

from chatops.playground.slack.call_log import Delivery, DeliveryKind
from chatops.playground.slack.errors import Refusal
from chatops.playground.slack.methods.views import DEEPEST_STACK
from chatops.playground.slack.simulated_user.base import UserBase
from chatops.playground.slack.simulated_user.inputs import (
    Typed,
    Values,
    complaints_about,
    held,
    values_of,
)
from chatops.playground.slack.simulated_user.outcome import (
    BAD_ANSWER,
    NoModalError,
    NoSubmitError,
    UserOutcome,
    problem_of,
)
from chatops.playground.workspace.model import Json, Person, View


class UserForms(UserBase):
    """Modals: filled in, submitted, closed."""

    def fills(self, user: str, values: Typed) -> View:
        """Enter something in the top modal without submitting; nobody is told."""
        person = self._who(user)
        view = self._top(person)
        return self._workspace.view_store.enter(view, self._values(person, view, values))

    def submits(self, user: str, values: Typed | None = None) -> UserOutcome:
        """Enter ``values`` in the top modal and submit it.

        What is not named keeps what was entered before, or its initial value. Like Slack's
        client this submits nothing while an input is unfit; ``Outcome.errors`` says which.
        """
        person = self._who(user)
        view = self._top(person)
        if "submit" not in view.content:
            raise NoSubmitError(view.title)
        state = self._values(person, view, values or {})
        view = self._workspace.view_store.enter(view, state)
        if complaints := complaints_about(view.blocks, state):
            return UserOutcome(errors=complaints)
        urls = self._response_urls(person, view.blocks, state)
        payload = self._payloads.submission(person, view, urls)
        delivery = self._deliver(DeliveryKind.INTERACTION, view.callback_id, payload)
        problem = problem_of(delivery)
        if problem is not None:
            return UserOutcome(deliveries=(delivery,), problem=problem)
        return self._answered(view, delivery)

    def closes(self, user: str, *, everything: bool = False) -> UserOutcome:
        """Close the top modal, or with ``everything`` the whole stack."""
        person = self._who(user)
        top = self._top(person)
        everything = everything or bool(top.content.get("clear_on_close"))
        closing = reversed(self._workspace.modals(person.id)) if everything else (top,)
        deliveries = []
        for view in tuple(closing):
            self._workspace.view_store.close(view)
            if view.content.get("notify_on_close"):
                payload = self._payloads.closing(person, view, is_cleared=everything)
                kind = DeliveryKind.INTERACTION
                deliveries.append(self._deliver(kind, view.callback_id, payload))
        return UserOutcome(deliveries=tuple(deliveries))

    def _top(self, person: Person) -> View:
        view = self._workspace.modal(person.id)
        if view is None:
            raise NoModalError(person.handle)
        return view

    def _values(self, person: Person, view: View, typed: Typed) -> Values:
        reader = self._input_reader(person, view, view.blocks)
        return values_of(
            view.blocks, before=view.values, typed=typed, reader=reader, here=view.opened_in
        )

    def _answered(self, view: View, delivery: Delivery) -> UserOutcome:
        """Do what the bot answered a submission with."""
        views, answer = self._workspace.view_store, delivery.json
        if not delivery.body.strip() or answer == {}:
            views.close(view)
            return UserOutcome(deliveries=(delivery,))
        try:
            errors = self._followed(view, answer)
        except (Refusal, LookupError, TypeError):
            return UserOutcome(deliveries=(delivery,), problem=BAD_ANSWER)
        return UserOutcome(deliveries=(delivery,), errors=errors)

    def _followed(self, view: View, answer: Any) -> dict[str, str]:
        views = self._workspace.view_store
        match answer["response_action"]:
            case "clear":
                views.clear(view.owner)
            case "update":
                views.update(view, self._check_view(answer["view"]))
            case "push" if len(views.stack(view.owner)) < DEEPEST_STACK:
                views.push(view.owner, self._check_view(answer["view"]))
            case "errors":
                return _known_errors(view, answer["errors"])
            case unknown:
                raise LookupError(unknown)
        return {}

    def _response_urls(
        self, person: Person, blocks: Sequence[Json], state: Values
    ) -> Sequence[Json]:
        urls = []
        for block in blocks:
            element = block.get("element", {})
            if not element.get("response_url_enabled"):
                continue
            channel = held(state[block["block_id"]][element["action_id"]])
            if channel is not None:
                path = self._trigger_ids.new_response_url(
                    kind="commands", user=person.id, channel=channel
                )
                urls.append(
                    {
                        "block_id": block["block_id"],
                        "action_id": element["action_id"],
                        "channel_id": channel,
                        "response_url": f"{self._address()}{path}",
                    }
                )
        return urls


def _known_errors(view: View, errors: dict[str, str]) -> dict[str, str]:
    """Take errors that stand at inputs of the view; others make the answer a bad one."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not errors or set(errors) - inputs:
        raise LookupError(*sorted(set(errors) - inputs))
    return dict(errors)
