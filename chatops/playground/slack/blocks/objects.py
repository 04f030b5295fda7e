"""The rules for what blocks and elements are composed of: texts, options, confirmations."""

from collections.abc import Mapping
from typing import Any

from chatops.playground.slack.blocks.checks import (
    BlockPath,
    ContentCheck,
    anything,
    by_type,
    choice,
    either,
    flag,
    listing,
    matching,
    not_both,
    record,
    rows,
    text,
)

LONGEST_ID = 255
LONGEST_URL = 3000

identifier = text(LONGEST_ID)
url = text(LONGEST_URL)
user_id = matching(r"[UW][A-Z0-9]{8,}", "must be a valid user id")
conversation_id = matching(r"[CDG][A-Z0-9]{8,}", "must be a valid conversation id")
day = matching(r"\d{4}-\d{2}-\d{2}", "must be a date in the format YYYY-MM-DD")
hour = matching(r"([01]\d|2[0-3]):[0-5]\d", "must be a time in the format HH:mm")


def plain(longest: int) -> ContentCheck:
    """Accept a plain_text object."""
    return by_type(
        {
            "plain_text": record(
                {"type": anything, "text": text(longest)},
                {"emoji": flag},
            )
        }
    )


def words(longest: int, *, shortest: int = 1) -> ContentCheck:
    """Accept a plain_text or mrkdwn object."""
    body = text(longest, shortest=shortest)
    return by_type(
        {
            "plain_text": record({"type": anything, "text": body}, {"emoji": flag}),
            "mrkdwn": record({"type": anything, "text": body}, {"verbatim": flag}),
        }
    )


slack_file = record({}, {"id": text(LONGEST_ID), "url": url}, also=[either("id", "url")])

image = record(
    {"type": anything, "alt_text": text(2000)},
    {"image_url": url, "slack_file": slack_file},
    also=[either("image_url", "slack_file"), not_both("image_url", "slack_file")],
)

confirm = record(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": choice("primary", "danger")},
)

option = record(
    {"text": plain(75), "value": text(150)},
    {"description": plain(75)},
)
#: Radio buttons and checkboxes may be worded in mrkdwn.
worded_option = record({"text": words(75), "value": text(150)}, {"description": words(75)})
overflow_option = record(
    {"text": plain(75), "value": text(150)}, {"description": plain(75), "url": url}
)
option_group = record({"label": plain(75), "options": listing(option, most=100)})

dispatch_config = record(
    {},
    {"trigger_actions_on": listing(choice("on_enter_pressed", "on_character_entered"), most=2)},
)

conversation_filter = record(
    {},
    {
        "include": listing(choice("im", "mpim", "private", "public"), most=4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
    also=[either("include", "exclude_external_shared_channels", "exclude_bot_users")],
)


def offered(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List the options of a select, in groups or not."""
    options = list(rows(value.get("options")))
    for group in rows(value.get("option_groups")):
        options += rows(group.get("options")) if isinstance(group, dict) else []
    return [one for one in options if isinstance(one, dict)]


def initial_option_is_offered(value: Any, place: BlockPath) -> None:
    """An initial option must be one of the options, letter by letter."""
    chosen = rows(value.get("initial_options"))
    if "initial_option" in value:
        chosen = [value["initial_option"]]
    options = [(_words(one), one.get("value")) for one in offered(value)]
    for one in chosen:
        if not isinstance(one, dict) or (_words(one), one.get("value")) not in options:
            place.complain("initial option must match one of the options exactly")


def values_are_distinct(value: Any, place: BlockPath) -> None:
    values = [str(one.get("value")) for one in offered(value)]
    if len(values) != len(set(values)):
        place.complain("option values must be unique")


def _words(option_: Any) -> Any:
    worded = option_.get("text") if isinstance(option_, dict) else None
    return worded.get("text") if isinstance(worded, dict) else worded
