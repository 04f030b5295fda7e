"""A message in our own words: sentences, facts and buttons, before any chat system shapes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType


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


#: The id of a button: it stands in messages for as long as they live, and names one action. A test
#: looks for each that is written anywhere among the actions.
ActionId = NewType("ActionId", str)


class ButtonStyle(StrEnum):
    """How a button looks: wanted, dangerous, or neither."""

    PLAIN = "plain"
    WANTED = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """What a person is asked before a button does its work."""

    title: str
    text: str
    yes: str
    no: str = "Back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button; ``about`` is what it acts on: an incident's id, and a detail after a colon."""

    ask: ActionId
    label: str
    about: str
    tone: ButtonStyle = ButtonStyle.PLAIN
    confirm: Confirm | None = None


class BoardPlace(StrEnum):
    """When a button stands on an incident's board: in a state, or always in its menu."""

    UNACKNOWLEDGED = "unacknowledged"
    RUNNING = "running"
    RESOLVED = "resolved"
    CLOSED = "closed"
    DRILLED = "drilled"
    MENU = "menu"


#: The buttons of every board, in their order; about no incident yet.
BoardButtons = Mapping[BoardPlace, tuple[Button, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """A line of a list, rendered like a text, with the buttons for what it speaks of."""

    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message. ``text`` is rendered for its surface, and so is ``headline``, which stands on
    phones and wherever the rest is not shown.

    ``facts`` are label and rendered value, shown in two columns; ``rows`` are the lines of a list,
    each with a menu of its own; ``footnote`` is small print.
    ``more`` are buttons of the overflow menu. ``charts`` are drawn where that is possible, and
    ``sheet`` has their numbers for those who cannot see them.
    """

    headline: str
    text: str
    facts: tuple[tuple[str, str], ...] = ()
    rows: tuple[ListItem, ...] = ()
    buttons: tuple[Button, ...] = ()
    more: tuple[Button, ...] = ()
    footnote: str = ""
    title: str = ""
    charts: tuple[Chart, ...] = ()
    sheet: Sheet | None = None
