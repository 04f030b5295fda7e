"""Everything that can be done from the page: one request each, carried out by a simulated user."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from chatops.clock import MovableClock
from chatops.playground.page.blockkit.inputs import options_markup
from chatops.playground.page.screen_content import LONGEST_STEP
from chatops.playground.page.switches import Switch, Switchboard
from chatops.playground.shop.faults import CodeSwitch
from chatops.playground.shop.shop import Push, Shop
from chatops.playground.slack.double import Slack
from chatops.playground.slack.simulated_user.outcome import (
    ImpossibleError,
    NoElementError,
    UserOutcome,
)

#: What one field holds: words, a number, ticked values, or what was chosen in a menu.
Raw = str | int | dict[str, str] | list[str] | list[dict[str, str]] | None


class FieldEntry(BaseModel):
    """One field: the kind of its element, and what it holds."""

    model_config = ConfigDict(frozen=True)

    kind: str
    value: Raw = None

    @property
    def typed(self) -> object:
        """The value as a hand would give it; what an app offered itself stays an option."""
        is_offered = self.kind.endswith("external_select")
        if isinstance(self.value, list):
            return [_chosen(one, is_offered=is_offered) for one in self.value]
        return _chosen(self.value, is_offered=is_offered)


#: All fields of a surface, by block and action.
Entries = Mapping[str, Mapping[str, FieldEntry]]


def typed(entries: Entries) -> dict[tuple[str, str] | str, object]:
    """All fields, by block and action together."""
    return {
        (block, action): entry.typed
        for block, actions in entries.items()
        for action, entry in actions.items()
    }


def _chosen(value: str | int | Mapping[str, str] | None, *, is_offered: bool) -> object:
    if not isinstance(value, Mapping):
        return value
    if not is_offered:
        return value["value"]
    return {"text": {"type": "plain_text", "text": value["text"]}, "value": value["value"]}


#: Time passes in steps from one moment at which something is due to the next, between these.
_SHORTEST_STEP, _LONGEST_STEP = timedelta(seconds=1), timedelta(minutes=15)


class OutdatedError(ImpossibleError):
    """The form is no longer the one on top."""

    def __init__(self) -> None:
        super().__init__("This form was closed or replaced in the meantime.")


@dataclass(slots=True)
class PageContext:
    """What actions are done with."""

    slack: Slack
    clock: MovableClock
    switchboard: Switchboard
    #: When something is due next, as far as anybody knows.
    next_due: Callable[[], datetime | None]
    shop: Shop | None = None
    #: What the bot refused in a modal: by view, then by block.
    refused: dict[str, Mapping[str, str]] = field(default_factory=dict)


class PageAction(BaseModel, ABC):
    """Something that one person does."""

    model_config = ConfigDict(frozen=True)

    person: str = Field(alias="as")

    @abstractmethod
    def done(self, context: PageContext) -> UserOutcome: ...

    def answer(self, outcome: UserOutcome) -> dict[str, Any]:
        """What the page's script gets to know."""
        return {"problem": problem(outcome)}


class InChannel(PageAction):
    """Something that is done in a conversation."""

    channel: str


class OnMessage(InChannel):
    """Something that is done with a message."""

    ts: str


class Types(InChannel):
    """Type a message or a command, and send it."""

    text: Annotated[str, Field(min_length=1, max_length=40_000)]
    thread: str = ""

    def done(self, context: PageContext) -> UserOutcome:
        thread = self.thread or None
        return context.slack.users.types(self.person, self.channel, self.text, thread_ts=thread)


class Clicks(PageAction):
    """Press a button or choose in a menu on a message, in a modal or on the App Home."""

    surface: Literal["message", "view", "home"]
    block: str
    action: str
    kind: str
    value: Any = None
    entries: Entries = Field(default_factory=dict)
    channel: str = ""
    ts: str = ""
    view: str = ""

    def done(self, context: PageContext) -> UserOutcome:
        value = FieldEntry(kind=self.kind, value=self.value).typed
        if self.surface == "message":
            return self._on_message(context, value)
        check_on_top(context, self.person, self.view, home=self.surface == "home")
        return context.slack.users.clicks_in_view(
            self.person,
            self.action,
            value,
            block_id=self.block,
            values=typed(self.entries),
            home=self.surface == "home",
        )

    def _on_message(self, context: PageContext, value: object) -> UserOutcome:
        """Press on a message; one that was edited meanwhile has new blocks, with the old button."""
        users = context.slack.users
        click = partial(users.clicks, self.person, self.channel, self.ts, self.action, value)
        try:
            return click(block_id=self.block, values=typed(self.entries))
        except NoElementError:
            return click()


class Suggests(PageAction):
    """Search in a menu whose lines the bot gives."""

    surface: Literal["message", "view", "home"]
    action: str
    words: str
    list_id: str = Field(alias="list")
    channel: str = ""
    ts: str = ""

    def done(self, context: PageContext) -> UserOutcome:
        on_message = self.surface == "message"
        return context.slack.users.suggests(
            self.person,
            self.action,
            self.words,
            channel=self.channel if on_message else None,
            ts=self.ts if on_message else None,
            home=self.surface == "home",
        )

    def answer(self, outcome: UserOutcome) -> dict[str, Any]:
        found = options_markup(outcome.options, (), self.list_id)
        return {"problem": problem(outcome), "options": found}


class Submits(PageAction):
    """Submit the modal on top."""

    view: str
    entries: Entries = Field(default_factory=dict)

    def done(self, context: PageContext) -> UserOutcome:
        check_on_top(context, self.person, self.view)
        context.refused.pop(self.view, None)
        outcome = context.slack.users.submits(self.person, typed(self.entries))
        if outcome.errors:
            context.refused[self.view] = outcome.errors
        return outcome


class Closes(PageAction):
    """Close the modal on top."""

    view: str

    def done(self, context: PageContext) -> UserOutcome:
        check_on_top(context, self.person, self.view)
        context.refused.pop(self.view, None)
        return context.slack.users.closes(self.person)


class Reacts(OnMessage):
    """Put an emoji under a message, or take one's own away."""

    name: str

    def done(self, context: PageContext) -> UserOutcome:
        message = context.slack.workspace.message(self.channel, self.ts)
        reactions = message.reactions if message else ()
        is_there = any(one.name == self.name and self.person in one.people for one in reactions)
        users = context.slack.users
        action = users.unreacts if is_there else users.reacts
        return action(self.person, self.channel, self.ts, self.name)


class Pins(OnMessage):
    """Pin a message to its channel, or take it off."""

    pinned: bool = True

    def done(self, context: PageContext) -> UserOutcome:
        users = context.slack.users
        return users.pins(self.person, self.channel, self.ts, pinned=self.pinned)


class Dismisses(OnMessage):
    """Put away a message that nobody else sees."""

    def done(self, context: PageContext) -> UserOutcome:
        return context.slack.users.dismisses(self.person, self.channel, self.ts)


class Shortcuts(PageAction):
    """Use a shortcut, from the lightning menu or on a message."""

    callback: str
    channel: str = ""
    ts: str = ""

    def done(self, context: PageContext) -> UserOutcome:
        channel = self.channel if self.ts else None
        users = context.slack.users
        return users.shortcut(self.person, self.callback, channel=channel, ts=self.ts or None)


class OpensHome(PageAction):
    """Open the App Home."""

    def done(self, context: PageContext) -> UserOutcome:
        return context.slack.users.opens_home(self.person)


class Joins(InChannel):
    """Join a channel."""

    def done(self, context: PageContext) -> UserOutcome:
        return context.slack.users.joins(self.person, self.channel)


class Advances(PageAction):
    """Let time pass step by step, so that all comes at the moment when it is due."""

    seconds: Annotated[int, Field(gt=0, le=int(LONGEST_STEP.total_seconds()))]

    def done(self, context: PageContext) -> UserOutcome:
        left = timedelta(seconds=self.seconds)
        while left:
            step = min(self._step(context), left)
            context.clock.advance(step)
            left -= step
        context.slack.dispatcher.wake()
        return UserOutcome()

    @staticmethod
    def _step(context: PageContext) -> timedelta:
        due, now = context.next_due(), context.clock.now()
        if due is None:
            return _LONGEST_STEP
        # What should be done by now, and is not, waits for something else.
        until = due - now if due > now else timedelta(minutes=1)
        return min(max(until, _SHORTEST_STEP), _LONGEST_STEP)


class Throws(PageAction):
    """Switch a fault of Slack on or off."""

    name: Switch
    on: bool

    def done(self, context: PageContext) -> UserOutcome:
        context.switchboard.throw(self.name, on=self.on)
        return UserOutcome()


_PROBLEMS = {
    "operation_timeout": "The bot did not answer within 3 seconds (operation_timeout).",
    "dispatch_failed": "The bot could not be reached (dispatch_failed). Is it running?",
    "invalid_response": "The bot answered something that Slack refuses (invalid_response).",
}


def problem(outcome: UserOutcome) -> str | None:
    """What the person is told; Slackbot itself speaks of commands that do not exist."""
    return _PROBLEMS.get(outcome.problem or "")


def check_on_top(context: PageContext, person: str, view: str, *, home: bool = False) -> None:
    """Refuse what was meant for a form that is no longer there."""
    workspace = context.slack.workspace
    shown = workspace.home(person) if home else workspace.modal(person)
    if shown is None or shown.id != view:
        raise OutdatedError


class NoShopError(ImpossibleError):
    """The playground was opened without the shop."""

    def __init__(self) -> None:
        super().__init__("There is no repository here: install git and open the playground again.")


class Pushes(PageAction):
    """Have an engineer of the shop push something."""

    what: Push

    def done(self, context: PageContext) -> UserOutcome:
        _shop(context).push(self.what)
        return UserOutcome()


class ThrowsCode(PageAction):
    """Switch a fault of code and servers on or off."""

    name: CodeSwitch
    on: bool

    def done(self, context: PageContext) -> UserOutcome:
        shop = _shop(context)
        shop.faults.throw(self.name, on=self.on)
        shop.look()
        return UserOutcome()


def _shop(context: PageContext) -> Shop:
    if context.shop is None:
        raise NoShopError
    return context.shop


#: Every action under the name that it has in its address, ``/play/<name>``.
ACTIONS: Mapping[str, type[PageAction]] = {
    "act": Clicks,
    "clock": Advances,
    "close": Closes,
    "code-trouble": ThrowsCode,
    "dismiss": Dismisses,
    "home": OpensHome,
    "join": Joins,
    "pin": Pins,
    "push": Pushes,
    "react": Reacts,
    "shortcut": Shortcuts,
    "submit": Submits,
    "suggest": Suggests,
    "trouble": Throws,
    "type": Types,
}
