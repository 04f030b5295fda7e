"""Draws charts and tables with Slack's newer blocks, and with letters where it lacks these."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from slack_sdk.models.blocks import Block, MarkdownTextObject, SectionBlock

from chatops.adapters.slack.rendering import mrkdwn
from chatops.domain.messages.posts import Chart, ChartKind, Sheet, aligned

#: Slack's limits: characters of a title and of a label, and how many of what.
TITLE, LABEL, AXIS = 50, 20, 50
SERIES, CATEGORIES, CHARTS, ROWS, COLUMNS = 12, 20, 2, 100, 20
#: Rows of a table that are seen at once, and characters of a cell (ours: Slack takes more).
_PAGE, _CELL = 5, 60
_CAPTION, _SECTION, _FENCE = 200, 2900, "```"
#: What a message has room for, as JSON.
_CHART_SIZE, _SHEET_SIZE = 2500, 4000
_NUMBER = re.compile(r"-?\d{1,15}", re.ASCII)

_T = TypeVar("_T")


class ChartBlock(Block):
    """A ``data_visualization`` block."""

    type = "data_visualization"

    def __init__(self, chart: Chart) -> None:
        super().__init__(type=self.type)
        self.title = mrkdwn.plain(chart.title, TITLE) or "Chart"
        self.chart = _drawn(chart)

    @property
    def attributes(self) -> set[str]:  # type: ignore[override]  # the SDK has an attribute there
        return {*super().attributes, "title", "chart"}


class SheetBlock(Block):
    """A ``data_table`` block: readers step through its cells, and may sort them."""

    type = "data_table"

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(type=self.type)
        self.caption = mrkdwn.plain(sheet.caption, _CAPTION) or "Numbers"
        self.page_size = _PAGE
        self.rows = [
            [_text(cell) for cell in sheet.head[:COLUMNS]],
            *_fitting([[_cell(cell) for cell in row[:COLUMNS]] for row in sheet.rows]),
        ]

    @property
    def attributes(self) -> set[str]:  # type: ignore[override]  # same
        return {*super().attributes, "caption", "page_size", "rows"}


def newer(charts: Sequence[Chart], sheet: Sheet | None) -> Iterator[Block]:
    """Charts and a table, for a workspace that has the blocks for them."""
    for chart in charts[:CHARTS]:
        block = ChartBlock(chart)
        if chart.categories and _size(block.to_dict()) <= _CHART_SIZE:
            yield block
    if sheet is not None and sheet.rows:
        yield SheetBlock(sheet)


def classic(sheet: Sheet | None) -> Iterator[Block]:
    """The table in letters of one width, for any workspace."""
    if sheet is not None and sheet.rows:
        text = in_letters(sheet, _SECTION)
        yield SectionBlock(text=MarkdownTextObject(text=text))


def in_letters(sheet: Sheet, limit: int) -> str:
    """A table as mrkdwn of at most ``limit`` characters; whole lines only, the last among them."""
    one_line = Sheet(
        caption=sheet.caption,
        head=tuple(mrkdwn.plain(cell, _CELL) for cell in sheet.head),
        rows=tuple(tuple(mrkdwn.plain(cell, _CELL) for cell in row) for row in sheet.rows),
    )
    lines = [mrkdwn.escape(line.replace("`", "'")) for line in aligned(one_line).split("\n")]
    room = limit - 2 * len(_FENCE) - 2
    kept = _first_and_last(lines, room, lambda line: len(line) + 1)
    return "\n".join([_FENCE, *kept, _FENCE])


def _drawn(chart: Chart) -> dict[str, Any]:
    """Of too many categories the first are drawn; where time goes on, the newest, at the end."""
    some = slice(-CATEGORIES, None) if chart.kind is ChartKind.LINE else slice(CATEGORIES)
    names = _told_apart(chart.categories[some])
    titles = _told_apart(each.name for each in chart.series[:SERIES])
    series = [
        {
            "name": title,
            "data": [
                {"label": name, "value": value}
                for name, value in zip(names, each.values[some], strict=True)
            ],
        }
        for title, each in zip(titles, chart.series, strict=False)
    ]
    axes = {"x_label": mrkdwn.plain(chart.across, AXIS), "y_label": mrkdwn.plain(chart.up, AXIS)}
    return {
        "type": chart.kind.value,
        "series": series,
        "axis_config": {
            "categories": names,
            **{key: label for key, label in axes.items() if label},
        },
    }


def _told_apart(names: Iterable[str]) -> list[str]:
    """Labels that fit, of which no two are the same."""
    told: list[str] = []
    for name in names:
        label, count = mrkdwn.plain(name, LABEL) or "?", 2
        while label in told:
            mark = f" {count}"
            label, count = f"{mrkdwn.plain(name, LABEL - len(mark)) or '?'}{mark}", count + 1
        told.append(label)
    return told


def _fitting(rows: list[list[dict[str, Any]]]) -> list[list[dict[str, Any]]]:
    """As many rows as a message has room for."""
    return _first_and_last([*rows[:-1][: ROWS - 1], rows[-1]], _SHEET_SIZE, _size)


def _first_and_last(all_of_them: list[_T], room: int, size: Callable[[_T], int]) -> list[_T]:
    """The first ones that fit, and always the last, which sums them up."""
    *others, last = all_of_them
    room -= size(last)
    kept: list[_T] = []
    for one in others:
        room -= size(one)
        if room < 0:
            break
        kept.append(one)
    return [*kept, last]


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False)) + 1


def _cell(cell: str) -> dict[str, Any]:
    if _NUMBER.fullmatch(cell):
        return {"type": "raw_number", "value": int(cell), "text": cell}
    return _text(cell)


def _text(cell: str) -> dict[str, Any]:
    return {"type": "raw_text", "text": mrkdwn.plain(cell, _CELL) or "—"}
