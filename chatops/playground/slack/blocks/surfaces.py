"""Checks what an app shows as a whole: the blocks of a message, a view, an entity under a link."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from chatops.playground.slack.blocks.checks import (
    BlockPath,
    ContentCheck,
    Findings,
    anything,
    by_type,
    flag,
    listing,
    record,
    rows,
    text,
)
from chatops.playground.slack.blocks.spec import blocks_of, check_of

MOST_BLOCKS_IN_MESSAGE = 50
MOST_BLOCKS_IN_VIEW = 100
_MOST_CHARTS = 2
_LONGEST_MARKDOWN = 12_000


class BlockSurface(StrEnum):
    """Where blocks can stand."""

    MESSAGE = "message"
    MODAL = "modal"
    HOME = "home"


def complaints_about_blocks(
    blocks: Any, *, pointer: str = "/blocks", newer: bool = True
) -> Sequence[str]:
    """Say what is wrong with a message's blocks; empty when Slack would take them."""
    findings = Findings()
    place = BlockPath(pointer=pointer, findings=findings)
    _check_blocks(BlockSurface.MESSAGE, MOST_BLOCKS_IN_MESSAGE, newer=newer)(blocks, place)
    if not findings.complaints:
        _check_message_as_a_whole(blocks, place)
    return findings.complaints


def complaints_about_view(view: Any, *, newer: bool = True) -> Sequence[str]:
    """Say what is wrong with a modal or an App Home; empty when Slack would take it."""
    findings = Findings()
    place = BlockPath(pointer="/view", findings=findings)
    by_type(
        {
            "modal": _modal(newer=newer),
            "home": _home(newer=newer),
        }
    )(view, place)
    return findings.complaints


def _known_blocks(surface: BlockSurface, *, newer: bool) -> Mapping[str, ContentCheck]:
    known = dict(blocks_of("everywhere"))
    if surface is BlockSurface.MESSAGE:
        known |= blocks_of("in_messages")
        known |= blocks_of("newer_in_messages") if newer else {}
    if surface is BlockSurface.MODAL and newer:
        known |= blocks_of("newer_in_modals")
    return known


def _check_blocks(surface: BlockSurface, most: int, *, newer: bool) -> ContentCheck:
    one_block = by_type(_known_blocks(surface, newer=newer))

    def check(value: Any, place: BlockPath) -> None:
        one_block(value, place)
        block_id = value.get("block_id") if isinstance(value, dict) else None
        if isinstance(block_id, str):
            if block_id in place.findings.block_ids:
                place.at("block_id").complain(f'`block_id` "{block_id}" already exists')
            place.findings.block_ids.add(block_id)

    return listing(check, most=most, least=0)


def _check_message_as_a_whole(blocks: list[dict[str, Any]], place: BlockPath) -> None:
    kinds = [one["type"] for one in blocks]
    if kinds.count("table") > 1:
        place.complain("only_one_table_allowed")
    if kinds.count("data_visualization") > _MOST_CHARTS:
        place.complain(f"no more than {_MOST_CHARTS} data_visualization blocks allowed")
    markdown = sum(len(one["text"]) for one in blocks if one["type"] == "markdown")
    if markdown > _LONGEST_MARKDOWN:
        place.complain(f"markdown text must be less than {_LONGEST_MARKDOWN + 1} characters")


def _inputs_can_be_submitted(value: Any, place: BlockPath) -> None:
    kinds = [one.get("type") for one in rows(value.get("blocks")) if isinstance(one, dict)]
    if "input" in kinds and "submit" not in value:
        place.complain("missing required field: submit (the view has an input block)")


def _modal(*, newer: bool) -> ContentCheck:
    blocks = _check_blocks(BlockSurface.MODAL, MOST_BLOCKS_IN_VIEW, newer=newer)
    title = check_of("plain 24")
    return record(
        {"type": anything, "title": title, "blocks": blocks},
        {
            **dict.fromkeys(("submit", "close"), title),
            **dict.fromkeys(("clear_on_close", "notify_on_close", "submit_disabled"), flag),
            **_FOR_THE_APP,
        },
        also=[_inputs_can_be_submitted],
    )


def _home(*, newer: bool) -> ContentCheck:
    blocks = _check_blocks(BlockSurface.HOME, MOST_BLOCKS_IN_VIEW, newer=newer)
    return record({"type": anything, "blocks": blocks}, _FOR_THE_APP)


_FOR_THE_APP: Mapping[str, ContentCheck] = {
    "callback_id": text(255, shortest=0),
    "external_id": text(255, shortest=0),
    "private_metadata": text(3000, shortest=0),
}


def complaints_about_entities(metadata: Any) -> Sequence[str]:
    """Say what is wrong with the entities that go under links; empty when Slack would take them."""
    return _complaints_about("entities_under_links", metadata)


def complaints_about_details(entity: Any) -> Sequence[str]:
    """Say the same of the one entity that a side pane shows."""
    return _complaints_about("entity", entity)


def _complaints_about(name: str, metadata: Any) -> Sequence[str]:
    findings = Findings()
    check_of(name)(metadata, BlockPath(pointer="/metadata", findings=findings))
    return findings.complaints
