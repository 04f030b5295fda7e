"""What Slack's client checks before it lets anybody submit a modal, in its own words."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from chatops.playground.slack.hands.inputs import held
from chatops.playground.workspace_values import Json

REQUIRED = "Please complete this required field."
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def complaint_about(block: Json, state: Json) -> str | None:
    """Say what the client writes under an input; None when it is content."""
    value = held(state)
    if value is None:
        return None if block.get("optional") else REQUIRED
    rule = _RULES.get(state["type"])
    return rule(block["element"], value) if rule is not None else _too_many(block, value)


def _words(element: Json, value: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < least:
        return f"Please lengthen this text to {least} characters or more."
    if len(value) > most:
        return f"Please shorten this text to {most} characters or fewer."
    return None


def _number(element: Json, value: str) -> str | None:
    if not _NUMBER.fullmatch(value):
        return "Please enter a number."
    if "." in value and not element.get("is_decimal_allowed"):
        return "Please enter a whole number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and float(value) < float(least):
        return f"Please enter a number that is at least {least}."
    if most is not None and float(value) > float(most):
        return f"Please enter a number that is at most {most}."
    return None


def _email(_element: Json, value: str) -> str | None:
    return None if _EMAIL.fullmatch(value) else "Please enter a valid email address."


def _url(_element: Json, value: str) -> str | None:
    parts = urlsplit(value)
    return None if parts.scheme and parts.netloc else "Please enter a valid URL."


def _day(_element: Json, value: str) -> str | None:
    try:
        date.fromisoformat(value)
    except ValueError:
        return "Please enter a valid date."
    return None


def _too_many(block: Json, value: Any) -> str | None:
    most = block["element"].get("max_selected_items")
    if most is not None and isinstance(value, list) and len(value) > most:
        return f"Please select {most} or fewer."
    return None


_RULES: Mapping[str, Callable[[Json, Any], str | None]] = {
    "plain_text_input": _words,
    "number_input": _number,
    "email_text_input": _email,
    "url_text_input": _url,
    "datepicker": _day,
}
