"""The ``table`` and ``data_table`` blocks, and tables that stand in for charts."""

from collections.abc import Sequence

from markupsafe import Markup

from chatops.playground.page.blockkit.html import Json, tag
from chatops.playground.page.blockkit.mrkdwn import plain
from chatops.playground.page.blockkit.reader import Reader
from chatops.playground.page.blockkit.rich_text import rich_text

_ALIGNMENTS = frozenset({"left", "center", "right"})


def table(block: Json, reader: Reader) -> Markup:
    """A table whose first row is its head, with the caption of a ``data_table``."""
    rows = block.get("rows", ())
    classes = _column_classes(block, rows)
    head = [
        tag("th", _cell(cell, reader), scope="col", class_=class_)
        for cell, class_ in zip(rows[0], classes, strict=False)
    ]
    body = [
        tag(
            "tr",
            [
                tag("td", _cell(cell, reader), class_=class_)
                for cell, class_ in zip(row, classes, strict=False)
            ],
        )
        for row in rows[1:]
    ]
    caption = block.get("caption")
    whole = tag(
        "table",
        tag("caption", str(caption)) if caption else None,
        tag("thead", tag("tr", head)),
        tag("tbody", body),
    )
    label = str(caption) if caption else "Table"
    return tag("div", whole, class_="table", tabindex="0", role="region", aria_label=label)


def _column_classes(block: Json, rows: Sequence[Sequence[Json]]) -> list[str | None]:
    settings = [setting or {} for setting in block.get("column_settings") or ()]
    settings += [{}] * (len(rows[0]) - len(settings))
    return [_column_class(setting, rows, place) for place, setting in enumerate(settings)]


def _column_class(setting: Json, rows: Sequence[Sequence[Json]], place: int) -> str | None:
    numbers = all(row[place].get("type") == "raw_number" for row in rows[1:] if place < len(row))
    align = setting.get("align") or ("right" if numbers and len(rows) > 1 else "left")
    names = [f"align-{align}"] if align in _ALIGNMENTS - {"left"} else []
    names += ["wrapped"] if setting.get("is_wrapped") else []
    return " ".join(names) or None


def _cell(cell: Json, reader: Reader) -> Markup:
    if cell.get("type") == "rich_text":
        return rich_text(cell, reader)
    return plain(str(cell.get("text", cell.get("value", ""))))
