"""Completes accepted blocks as Slack does: ids that the app left out, and the defaults of texts."""

from collections.abc import Callable, Sequence
from typing import Any

from chatops.playground.slack.blocks.elements import ACTIONS, CONTEXT_ACTIONS, INPUTS

_INTERACTIVE = frozenset({*ACTIONS, *INPUTS, *CONTEXT_ACTIONS})
_TEXT_DEFAULTS = {"plain_text": {"emoji": True}, "mrkdwn": {"verbatim": False}}

NewId = Callable[[], str]


def filled(blocks: Sequence[dict[str, Any]], new_id: NewId) -> list[dict[str, Any]]:
    """Copy the blocks, giving each a block id and each interactive element an action id."""
    return [
        {**_completed(one, new_id), "block_id": one.get("block_id") or new_id()} for one in blocks
    ]


def _completed(value: Any, new_id: NewId) -> Any:
    if isinstance(value, list):
        return [_completed(one, new_id) for one in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("type")
    complete = {key: _completed(one, new_id) for key, one in value.items()}
    if kind in _TEXT_DEFAULTS and "text" in value:
        return _TEXT_DEFAULTS[kind] | complete
    if kind in _INTERACTIVE and not value.get("action_id"):
        complete["action_id"] = new_id()
    return complete
