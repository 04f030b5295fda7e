"""The rules for the newer blocks, which some workspaces do not know yet."""

from collections.abc import Mapping
from typing import Any

from chatops.playground.slack.blocks.charts import chart
from chatops.playground.slack.blocks.checks import (
    BlockPath,
    ContentCheck,
    anything,
    by_type,
    choice,
    either,
    flag,
    listing,
    number,
    record,
    rows,
    text,
)
from chatops.playground.slack.blocks.elements import BUTTON, CONTEXT_ACTIONS
from chatops.playground.slack.blocks.layout import EVERYWHERE, block, unique_action_ids
from chatops.playground.slack.blocks.objects import identifier, image, plain, url, words
from chatops.playground.slack.blocks.rich_text import rich_text

_MOST_COLUMNS = 20
_picture = by_type({"image": image})
_cell = by_type(
    {
        "raw_text": record({"type": anything, "text": text(40_000)}),
        "raw_number": record(
            {"type": anything, "value": number(float("-inf"), float("inf")), "text": text(200)}
        ),
        "rich_text": rich_text,
    }
)
_row = listing(_cell, most=_MOST_COLUMNS)


def _rows_are_even(value: Any, place: BlockPath) -> None:
    lengths = {len(row) for row in rows(value.get("rows")) if isinstance(row, list)}
    if len(lengths) > 1:
        place.at("rows").complain("all rows must have the same number of cells")


_card = block(
    {},
    {
        "hero_image": _picture,
        "icon": _picture,
        "title": words(150),
        "subtitle": words(150),
        "body": words(200),
        "subtext": words(200),
        "actions": listing(by_type({"button": BUTTON}), most=5),
    },
    either("hero_image", "title", "actions", "body"),
)
_source = record({"type": choice("url"), "url": url, "text": text(200)}, {"icon_url": url})
_task_card = block(
    {
        "task_id": identifier,
        "title": text(200),
        "status": choice("pending", "in_progress", "complete", "error"),
    },
    {
        "details": rich_text,
        "output": rich_text,
        "sources": listing(_source, most=20),
    },
)

NEWER_IN_MESSAGES: Mapping[str, ContentCheck] = {
    "markdown": block({"text": text(12_000)}),
    "table": block(
        {"rows": listing(_row, most=100)},
        {
            "column_settings": listing(
                record({}, {"align": choice("left", "center", "right"), "is_wrapped": flag}),
                most=_MOST_COLUMNS,
            )
        },
    ),
    "data_table": block(
        {"rows": listing(_row, most=101, least=2), "caption": text(2000)},
        {"page_size": number(1, 100), "row_header_column_index": number(0, _MOST_COLUMNS - 1)},
        _rows_are_even,
    ),
    "context_actions": block(
        {"elements": listing(by_type(CONTEXT_ACTIONS), most=5)}, {}, unique_action_ids
    ),
    "card": _card,
    "carousel": block({"elements": listing(by_type({"card": _card}), most=10)}),
    "task_card": _task_card,
    "plan": block(
        {"title": text(200)}, {"tasks": listing(by_type({"task_card": _task_card}), most=50)}
    ),
    "data_visualization": block({"title": text(50), "chart": chart}),
    "container": block(
        {"child_blocks": listing(by_type(EVERYWHERE), most=10)},
        {
            "title": plain(150),
            "rich_text_title": rich_text,
            "subtitle": words(150),
            "width": choice("narrow", "standard", "wide", "full"),
            "icon": _picture,
            "is_collapsible": flag,
            "default_collapsed": flag,
            "has_header_divider": flag,
        },
        either("title", "rich_text_title"),
    ),
}

NEWER_IN_MODALS: Mapping[str, ContentCheck] = {
    "alert": block(
        {"text": words(200)}, {"level": choice("default", "info", "warning", "error", "success")}
    ),
}
