"""Charts and tables in our own words, before any surface draws them."""

from dataclasses import dataclass
from enum import StrEnum


class ChartKind(StrEnum):
    """How a chart is drawn: bars for counts of kinds, a line for what goes on in time."""

    BAR = "bar"
    LINE = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One row of numbers, with a value for each category of its chart."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart; ``across`` and ``up`` say what its axes are."""

    title: str
    kind: ChartKind
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    across: str = ""
    up: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table, ready to be shown; the first cell of a row names it."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def aligned(sheet: Sheet) -> str:
    """A table for where letters are of one width: names to the left, numbers to the right.

    >>> print(aligned(Sheet(caption="", head=("Month", "Incidents"), rows=(("March", "12"),))))
    Month  Incidents
    March         12
    """
    lines = (sheet.head, *sheet.rows)
    widths = [max(len(line[place]) for line in lines) for place in range(len(sheet.head))]
    return "\n".join(_line(line, widths) for line in lines)


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    first = cells[0].ljust(widths[0])
    rest = (cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True))
    return "  ".join((first, *rest)).rstrip()
