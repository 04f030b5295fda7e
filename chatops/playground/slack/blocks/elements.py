"""The rules for elements: buttons, menus, pickers and inputs, and where each may stand."""

from collections.abc import Mapping
from typing import Any

from chatops.playground.slack.blocks.checks import (
    BlockPath,
    ContentCheck,
    anything,
    choice,
    either,
    flag,
    listing,
    matching,
    not_both,
    number,
    record,
    text,
)
from chatops.playground.slack.blocks.objects import (
    confirm,
    conversation_filter,
    conversation_id,
    day,
    dispatch_config,
    hour,
    identifier,
    image,
    initial_option_is_offered,
    option,
    option_group,
    overflow_option,
    plain,
    url,
    user_id,
    values_are_distinct,
    worded_option,
)
from chatops.playground.slack.blocks.rich_text import rich_text

_YEAR_9999 = 253_402_300_799
_NUMERIC = matching(r"-?\d+(\.\d+)?", "must be a number written as a string")
_MANY = number(1, 1000)


def _counts_focus(value: Any, place: BlockPath) -> None:
    if value.get("focus_on_load") is True:
        place.findings.focused += 1
        if place.findings.focused > 1:
            place.complain("only one element can have focus_on_load set to true")


def _lengths_are_ordered(value: Any, place: BlockPath) -> None:
    least, most = value.get("min_length", 0), value.get("max_length", 3000)
    if isinstance(least, int) and isinstance(most, int) and least > most:
        place.complain("min_length must not be more than max_length")


def _element(
    required: Mapping[str, ContentCheck] | None = None,
    optional: Mapping[str, ContentCheck] | None = None,
    *also: ContentCheck,
) -> ContentCheck:
    return record(
        {"type": anything, **(required or {})},
        {"action_id": identifier, **(optional or {})},
        also=also,
    )


def _entry(optional: Mapping[str, ContentCheck], *also: ContentCheck) -> ContentCheck:
    fields = {
        "placeholder": plain(150),
        "focus_on_load": flag,
        "dispatch_action_config": dispatch_config,
        **optional,
    }
    return _element({}, fields, _counts_focus, *also)


def _menu(
    optional: Mapping[str, ContentCheck],
    *also: ContentCheck,
    required: Mapping[str, ContentCheck] | None = None,
) -> ContentCheck:
    fields = {
        "placeholder": plain(150),
        "focus_on_load": flag,
        "confirm": confirm,
        **optional,
    }
    return _element(required, fields, _counts_focus, *also)


_OPTIONS: Mapping[str, ContentCheck] = {
    "options": listing(option, most=100),
    "option_groups": listing(option_group, most=100),
}
_OF_OPTIONS = (
    either("options", "option_groups"),
    not_both("options", "option_groups"),
    initial_option_is_offered,
    values_are_distinct,
)

_button = _element(
    {"text": plain(75)},
    {
        "url": url,
        "value": text(2000, shortest=0),
        "style": choice("primary", "danger"),
        "confirm": confirm,
        "accessibility_label": text(75),
        "agent_prompt": text(4000),
        "agent_prompt_display": text(75),
        "visible_to_user_ids": listing(user_id, most=100),
    },
)

_overflow = _element({"options": listing(overflow_option, most=5)}, {"confirm": confirm})

_workflow_button = _element(
    {"text": plain(75), "workflow": anything},
    {"style": choice("primary", "danger"), "accessibility_label": text(75)},
)

SELECTS: Mapping[str, ContentCheck] = {
    "static_select": _menu({**_OPTIONS, "initial_option": option}, *_OF_OPTIONS),
    "external_select": _menu({"initial_option": option, "min_query_length": number(0, 1000)}),
    "users_select": _menu({"initial_user": user_id}),
    "channels_select": _menu({"initial_channel": conversation_id, "response_url_enabled": flag}),
    "conversations_select": _menu(
        {
            "initial_conversation": conversation_id,
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": conversation_filter,
        }
    ),
}

MULTI_SELECTS: Mapping[str, ContentCheck] = {
    "multi_static_select": _menu(
        {**_OPTIONS, "initial_options": listing(option, most=100), "max_selected_items": _MANY},
        *_OF_OPTIONS,
    ),
    "multi_external_select": _menu(
        {
            "initial_options": listing(option, most=100),
            "min_query_length": number(0, 1000),
            "max_selected_items": _MANY,
        }
    ),
    "multi_users_select": _menu(
        {"initial_users": listing(user_id, most=1000), "max_selected_items": _MANY}
    ),
    "multi_channels_select": _menu(
        {"initial_channels": listing(conversation_id, most=1000), "max_selected_items": _MANY}
    ),
    "multi_conversations_select": _menu(
        {
            "initial_conversations": listing(conversation_id, most=1000),
            "default_to_current_conversation": flag,
            "max_selected_items": _MANY,
            "filter": conversation_filter,
        }
    ),
}

_CHOICES: Mapping[str, ContentCheck] = {
    "radio_buttons": _element(
        {"options": listing(worded_option, most=10)},
        {"initial_option": worded_option, "confirm": confirm, "focus_on_load": flag},
        _counts_focus,
        initial_option_is_offered,
        values_are_distinct,
    ),
    "checkboxes": _element(
        {"options": listing(worded_option, most=10)},
        {
            "initial_options": listing(worded_option, most=10),
            "confirm": confirm,
            "focus_on_load": flag,
        },
        _counts_focus,
        initial_option_is_offered,
        values_are_distinct,
    ),
}

_DATE_AND_TIME: Mapping[str, ContentCheck] = {
    "datepicker": _menu({"initial_date": day}),
    "timepicker": _menu({"initial_time": hour, "timezone": text(100)}),
}
_MOMENT: Mapping[str, ContentCheck] = {
    "datetimepicker": _element(
        {},
        {
            "initial_date_time": number(0, _YEAR_9999),
            "confirm": confirm,
            "focus_on_load": flag,
        },
        _counts_focus,
    ),
}

_ENTRIES: Mapping[str, ContentCheck] = {
    "plain_text_input": _entry(
        {
            "initial_value": text(3000, shortest=0),
            "multiline": flag,
            "min_length": number(0, 3000),
            "max_length": number(1, 3000),
        },
        _lengths_are_ordered,
    ),
    "email_text_input": _entry({"initial_value": text(3000)}),
    "url_text_input": _entry({"initial_value": text(3000)}),
    "number_input": _element(
        {"is_decimal_allowed": flag},
        {
            "initial_value": _NUMERIC,
            "min_value": _NUMERIC,
            "max_value": _NUMERIC,
            "placeholder": plain(150),
            "focus_on_load": flag,
            "dispatch_action_config": dispatch_config,
        },
        _counts_focus,
    ),
}
_RICH_ENTRY: Mapping[str, ContentCheck] = {"rich_text_input": _entry({"initial_value": rich_text})}
_FILES: Mapping[str, ContentCheck] = {
    "file_input": _element(
        {}, {"filetypes": listing(text(20), most=100), "max_files": number(1, 10)}
    )
}
_PRESSED: Mapping[str, ContentCheck] = {
    "button": _button,
    "overflow": _overflow,
    "workflow_button": _workflow_button,
}

ACCESSORIES: Mapping[str, ContentCheck] = {
    "image": image,
    **_PRESSED,
    **SELECTS,
    **MULTI_SELECTS,
    **_CHOICES,
    **_DATE_AND_TIME,
}
ACTIONS: Mapping[str, ContentCheck] = {
    **_PRESSED,
    **SELECTS,
    **MULTI_SELECTS,
    **_CHOICES,
    **_DATE_AND_TIME,
    **_MOMENT,
    **_RICH_ENTRY,
}
INPUTS: Mapping[str, ContentCheck] = {
    **SELECTS,
    **MULTI_SELECTS,
    **_CHOICES,
    **_DATE_AND_TIME,
    **_MOMENT,
    **_ENTRIES,
    **_RICH_ENTRY,
    **_FILES,
}
BUTTON = _button

_feedback_button = record(
    {"text": plain(75), "value": text(2000)}, {"accessibility_label": text(75)}
)
CONTEXT_ACTIONS: Mapping[str, ContentCheck] = {
    "feedback_buttons": _element(
        {"positive_button": _feedback_button, "negative_button": _feedback_button}
    ),
    "icon_button": _element(
        {"icon": choice("trash"), "text": plain(75)},
        {
            "value": text(2000),
            "confirm": confirm,
            "accessibility_label": text(75),
            "visible_to_user_ids": listing(user_id, most=100),
        },
    ),
}
