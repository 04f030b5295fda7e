"""The fields of forms, each within Slack's limits; block ids are the fields' names."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from slack_sdk.models.blocks import (
    CheckboxesElement,
    DatePickerElement,
    DateTimePickerElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    OptionGroup,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
    UserMultiSelectElement,
    UserSelectElement,
)
from slack_sdk.models.blocks.basic_components import DispatchActionConfig

from chatops.adapters.slack.rendering import mrkdwn
from chatops.domain.text import sendable

#: What Slack allows.
LONGEST_INPUT, RADIOS, TICKS, OPTIONS, OPTION_TEXT, LABEL, HINT, PLACEHOLDER = (
    3000, 10, 10, 100, 75, 2000, 2000, 150,
)  # fmt: skip

#: The field in which a form asks why, and what we allow there.
REASON, REASON_LIMIT = "reason", 1000

#: The most choices of a long list: more could grow beyond what a view may weigh.
LONGEST_LIST = 500

#: Changes in fields with such an action id are told to us at once.
TOLD = "field"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldOption:
    """Something to choose; ``description`` says in a few words what choosing it means."""

    value: str
    label: str
    description: str = ""


def text_field(
    name: str,
    label: str,
    *,
    initial: str = "",
    hint: str = "",
    example: str = "",
    limit: int = LONGEST_INPUT,
    lines: bool = False,
    optional: bool = False,
    told: bool = False,
) -> InputBlock:
    """A text; with ``told`` we hear of it when the person presses Enter.

    What was typed already may be longer than ``limit``: it is for the person to shorten.
    """
    typed = initial[:LONGEST_INPUT]
    element = PlainTextInputElement(
        action_id=_action(name),
        initial_value=typed or None,
        placeholder=_plain(example, PLACEHOLDER),
        multiline=lines,
        max_length=max(limit, len(typed)),
        dispatch_action_config=(
            DispatchActionConfig(trigger_actions_on=["on_enter_pressed"]) if told else None
        ),
    )
    return _input(name, label, element, hint=hint, optional=optional, told=told)


def reason_field(label: str = "Why?", *, initial: str, limit: int = REASON_LIMIT) -> InputBlock:
    """A reason that everybody can read on the timeline."""
    hint = "It goes on the timeline."
    return text_field(REASON, label, initial=initial, hint=hint, limit=limit, lines=True)


def choice_field(
    name: str,
    label: str,
    choices: Sequence[FieldOption],
    *,
    initial: str | None = None,
    hint: str = "",
    optional: bool = False,
    told: bool = False,
) -> InputBlock:
    """One of several: all in sight where they are few, else in a list."""
    options = _options(choices)
    kind = RadioButtonsElement if len(options) <= RADIOS else StaticSelectElement
    element = kind(
        action_id=_action(name),
        options=list(options.values()),
        initial_option=options.get(initial) if initial is not None else None,
    )
    return _input(name, label, element, hint=hint, optional=optional, told=told)


def menu_field(
    name: str,
    label: str,
    choices: Sequence[FieldOption],
    *,
    initial: str | None = None,
    hint: str = "",
    optional: bool = False,
) -> InputBlock:
    """One of several, in a list that opens; a long one is sorted, in groups."""
    if len(choices) > OPTIONS:
        return _long_menu_field(name, label, choices, hint=hint, optional=optional)
    options = _options(choices)
    element = StaticSelectElement(
        action_id=_action(name),
        options=list(options.values()),
        initial_option=options.get(initial) if initial is not None else None,
    )
    return _input(name, label, element, hint=hint, optional=optional)


def _long_menu_field(
    name: str, label: str, choices: Sequence[FieldOption], *, hint: str, optional: bool
) -> InputBlock:
    distinct = {choice.value: choice for choice in choices}.values()
    listed = sorted(distinct, key=lambda choice: choice.label.casefold())[:LONGEST_LIST]
    groups = [listed[first : first + OPTIONS] for first in range(0, len(listed), OPTIONS)]
    element = StaticSelectElement(
        action_id=_action(name),
        option_groups=[
            OptionGroup(
                label=_text(_ends(group), OPTION_TEXT), options=list(_options(group).values())
            )
            for group in groups
        ],
    )
    left_out = f"{LONGEST_LIST} of {len(choices)} fit here. " if len(choices) > LONGEST_LIST else ""
    return _input(name, label, element, hint=f"{left_out}{hint}", optional=optional)


def _ends(group: Sequence[FieldOption]) -> str:
    return f"{mrkdwn.plain(group[0].label, 30)} … {mrkdwn.plain(group[-1].label, 30)}"


def menus_field(
    name: str, label: str, choices: Sequence[FieldOption], *, hint: str = "", optional: bool = False
) -> InputBlock:
    """Any number of several."""
    element = StaticMultiSelectElement(
        action_id=_action(name), options=list(_options(choices).values())
    )
    return _input(name, label, element, hint=hint, optional=optional)


def tick_field(name: str, label: str, choice: FieldOption, *, ticked: bool = False) -> InputBlock:
    """Yes or no."""
    return ticks_field(name, label, [choice], ticked=[choice.value] if ticked else [])


def ticks_field(
    name: str,
    label: str,
    choices: Sequence[FieldOption],
    *,
    ticked: Collection[str] = (),
    hint: str = "",
    optional: bool = True,
) -> InputBlock:
    """Any number of at most ten, all in sight."""
    options = [_option(choice) for choice in choices[:TICKS]]
    chosen = [option for option in options if option.value in ticked]
    element = CheckboxesElement(
        action_id=_action(name), options=options, initial_options=chosen or None
    )
    return _input(name, label, element, hint=hint, optional=optional)


def person_field(
    name: str, label: str, *, initial: str = "", hint: str = "", optional: bool = False
) -> InputBlock:
    element = UserSelectElement(action_id=_action(name), initial_user=initial or None)
    return _input(name, label, element, hint=hint, optional=optional)


def people_field(
    name: str, label: str, *, initial: Sequence[str] = (), hint: str = "", optional: bool = False
) -> InputBlock:
    element = UserMultiSelectElement(action_id=_action(name), initial_users=list(initial) or None)
    return _input(name, label, element, hint=hint, optional=optional)


def date_field(
    name: str, label: str, *, initial: date | None = None, hint: str = "", optional: bool = False
) -> InputBlock:
    """A day."""
    day = initial.isoformat() if initial is not None else None
    element = DatePickerElement(action_id=_action(name), initial_date=day)
    return _input(name, label, element, hint=hint, optional=optional)


def moment_field(
    name: str,
    label: str,
    *,
    initial: datetime | None = None,
    hint: str = "",
    optional: bool = False,
) -> InputBlock:
    """A day and a time, which the person sees and picks in their own zone."""
    stamp = int(initial.timestamp()) if initial is not None else None
    element = DateTimePickerElement(action_id=_action(name), initial_date_time=stamp)
    return _input(name, label, element, hint=hint, optional=optional)


class Entered:
    """What was filled in, by the names of the fields."""

    def __init__(self, values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> None:
        self._values = values

    def text(self, name: str) -> str:
        return sendable(f"{self._state(name).get('value') or ''}").strip()

    def choice(self, name: str) -> str:
        option = self._state(name).get("selected_option") or {}
        return f"{option.get('value', '')}"

    def choices(self, name: str) -> tuple[str, ...]:
        options = self._state(name).get("selected_options") or ()
        return tuple(f"{option['value']}" for option in options)

    def ticked(self, name: str) -> bool:
        return bool(self.choices(name))

    def moment(self, name: str) -> datetime | None:
        stamp = self._state(name).get("selected_date_time")
        return datetime.fromtimestamp(int(stamp), UTC) if stamp else None

    def person(self, name: str) -> str | None:
        return self._state(name).get("selected_user") or None

    def people(self, name: str) -> tuple[str, ...]:
        return tuple(self._state(name).get("selected_users") or ())

    def date(self, name: str) -> date | None:
        day = self._state(name).get("selected_date")
        return date.fromisoformat(day) if day else None

    def named(self, beginning: str) -> tuple[str, ...]:
        """The names of the fields that begin so."""
        return tuple(name for name in self._values if name.startswith(beginning))

    def _state(self, name: str) -> Mapping[str, Any]:
        return next(iter(self._values.get(name, {}).values()), {})


def _action(name: str) -> str:
    return f"{TOLD}.{name}"


def _input(
    name: str,
    label: str,
    element: InputInteractiveElement,
    *,
    hint: str = "",
    optional: bool = False,
    told: bool = False,
) -> InputBlock:
    return InputBlock(
        block_id=name,
        label=_text(label, LABEL),
        element=element,
        hint=_plain(hint, HINT),
        optional=optional,
        dispatch_action=told,
    )


def _options(choices: Sequence[FieldOption]) -> Mapping[str, Option]:
    """As many as Slack shows, each value once."""
    return {choice.value: _option(choice) for choice in choices[:OPTIONS]}


def _option(choice: FieldOption) -> Option:
    return Option(
        value=choice.value,
        text=_text(choice.label, OPTION_TEXT),
        description=_plain(choice.description, OPTION_TEXT),
    )


def _plain(words: str, limit: int) -> PlainTextObject | None:
    return _text(words, limit) if words.strip() else None


def _text(words: str, limit: int) -> PlainTextObject:
    return PlainTextObject(text=mrkdwn.plain(words, limit) or "…")
