"""Gathers ``state.values``: everything entered in the blocks of a message or a view."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chatops.playground.slack.hands.inputs import ENTRIES, Desk, entered, untouched
from chatops.playground.slack.hands.outcome import NoElementError
from chatops.playground.slack.hands.rules import complaint_about
from chatops.playground.workspace_values import Json

#: What somebody enters: by (block id, action id), by block id alone or by action id alone.
Typed = Mapping[tuple[str, str] | str, Any]
Values = dict[str, dict[str, Json]]


def elements_of(block: Json) -> Sequence[Json]:
    """List the elements that stand in a block."""
    match block["type"]:
        case "input":
            return (block["element"],)
        case "section":
            return (block["accessory"],) if "accessory" in block else ()
        case "actions" | "context_actions":
            return tuple(block["elements"])
        case "card":
            return tuple(block.get("actions", ()))
        case _:
            return ()


def places(blocks: Sequence[Json]) -> Iterator[tuple[str, Json]]:
    """Walk through (block id, element) of everything that can be clicked or filled in."""
    for block in blocks:
        if block["type"] in {"container", "carousel"}:
            yield from places(block.get("child_blocks") or block.get("elements") or ())
        for element in elements_of(block):
            if "action_id" in element:
                yield block.get("block_id", ""), element


def find_element(
    blocks: Sequence[Json], action_id: str, block_id: str | None = None
) -> tuple[str, Json]:
    """Find what is to be clicked, and the id of its block."""
    there = list(places(blocks))
    for found_id, element in there:
        if element["action_id"] == action_id and block_id in {None, found_id}:
            return found_id, element
    wanted = action_id if block_id is None else (block_id, action_id)
    raise NoElementError(wanted, [element["action_id"] for _, element in there])


def values_of(
    blocks: Sequence[Json],
    *,
    before: Mapping[str, Any],
    typed: Typed,
    desk: Desk,
    here: str | None = None,
) -> Values:
    """Gather the state of all elements: what is typed now, was entered before, or is initial."""
    values: Values = {}
    used = set()
    for block_id, element in places(blocks):
        if element["type"] not in ENTRIES:
            continue
        action_id = element["action_id"]
        names = ((block_id, action_id), block_id, action_id)
        name = next((one for one in names if one in typed), None)
        if name is not None:
            used.add(name)
            state = entered(element, typed[name], desk)
        else:
            state = before.get(block_id, {}).get(action_id) or untouched(element, here)
        values.setdefault(block_id, {})[action_id] = state
    for name in typed:
        if name not in used:
            raise NoElementError(name, [(one, inner) for one in values for inner in values[one]])
    return values


def complaints_about(blocks: Sequence[Json], values: Values) -> dict[str, str]:
    """Say what Slack's client writes under each input before it submits; empty when content."""
    complaints = {}
    for block in blocks:
        if block["type"] == "input":
            state = values[block["block_id"]][block["element"]["action_id"]]
            complaint = complaint_about(block, state)
            if complaint is not None:
                complaints[block["block_id"]] = complaint
    return complaints
