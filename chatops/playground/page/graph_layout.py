"""Lays the shop's commit graph out: rows of fixed heights, so that lines meet them in any font."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from chatops.playground.shop.graph import LaneKind, Node, ShopGraph

_ROW: Final = 42
#: A row with labels has a line more.
_LABELLED: Final = 64
_LANE: Final = 17
_MARGIN: Final = 13
#: The columns of main and develop are theirs alone.
_LINES: Final = 2
_BEND: Final = 18
#: Where the dot stands in a row, from its lower end.
_FOOT: Final = 30

#: The first and the last row.
_Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCommit:
    """A commit with its place in the drawing."""

    node: Node
    kind: LaneKind
    x: int
    y: int
    is_tall: bool
    #: What it means for the fix, in words; mostly nothing.
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A line between two commits."""

    path: str
    kind: LaneKind
    has_fix: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphDrawing:
    """The whole graph, ready to be painted."""

    width: int
    height: int
    dots: tuple[PlacedCommit, ...]
    strokes: tuple[Stroke, ...]
    #: The branches that have a lane.
    kinds: Mapping[str, LaneKind]


def lay_out(graph: ShopGraph) -> GraphDrawing:
    """Give every commit its place, and every line its way."""
    heights = [_LABELLED if node.labels else _ROW for node in graph.nodes]
    ends = list(accumulate(heights))
    columns = _columns(graph)
    dots = tuple(
        PlacedCommit(
            node=node,
            kind=graph.lanes[node.lane].kind,
            x=_x(columns[node.lane]),
            y=end - _FOOT,
            is_tall=bool(node.labels),
            note=_note(graph, node),
        )
        for node, end in zip(graph.nodes, ends, strict=True)
    )
    height = ends[-1] if ends else 0
    return GraphDrawing(
        width=2 * _MARGIN + _LANE * max(columns, default=0),
        height=height,
        dots=dots,
        strokes=tuple(_strokes(graph, dots, height)),
        kinds={lane.name: lane.kind for lane in graph.lanes if lane.name},
    )


def _columns(graph: ShopGraph) -> list[int]:
    """Which column each lane stands in: those that do not meet share one."""
    taken: list[list[_Span]] = []
    columns: list[int] = []
    for lane, span in zip(graph.lanes, _spans(graph), strict=True):
        column = len(taken)
        if lane.kind not in {LaneKind.MAIN, LaneKind.DEVELOP}:
            free = (place for place in range(_LINES, len(taken)) if _fits(span, taken[place]))
            column = next(free, column)
        if column == len(taken):
            taken.append([])
        taken[column].append(span)
        columns.append(column)
    return columns


def _spans(graph: ShopGraph) -> list[_Span]:
    """From which row to which each lane's lines go."""
    spans = [(len(graph.nodes), 0)] * len(graph.lanes)
    for edge in graph.edges:
        lane = edge.lane if edge.is_first else edge.to_lane
        end = len(graph.nodes) if edge.to_row is None else edge.to_row
        top, bottom = spans[lane]
        spans[lane] = (min(top, edge.row), max(bottom, end))
    return spans


def _fits(span: _Span, others: Sequence[_Span]) -> bool:
    top, bottom = span
    return all(bottom <= start or end <= top for start, end in others)


def _strokes(graph: ShopGraph, dots: Sequence[PlacedCommit], height: int) -> Iterator[Stroke]:
    """The lines; those that carry the fix come last, and lie above the others."""
    for edge in sorted(graph.edges, key=lambda one: one.has_fix):
        lane = edge.lane if edge.is_first else edge.to_lane
        here = dots[edge.row].x
        end = height if edge.to_row is None else dots[edge.to_row].y
        there = here if edge.to_row is None else dots[edge.to_row].x
        path = _path(edge.is_first, (here, dots[edge.row].y), (there, end))
        yield Stroke(path=path, kind=graph.lanes[lane].kind, has_fix=edge.has_fix)


def _path(is_first: bool, start: tuple[int, int], goal: tuple[int, int]) -> str:
    """A branch leaves its parent late, a merge goes over to the branch at once."""
    (here, top), (there, end) = start, goal
    if here == there:
        return f"M{here} {top}V{end}"
    bend = min(_BEND, end - top)
    if is_first:
        turn = end - bend
        return f"M{here} {top}V{turn}C{here} {end} {there} {turn} {there} {end}"
    turn = top + bend
    return f"M{here} {top}C{here} {turn} {there} {top} {there} {turn}V{end}"


def _x(column: int) -> int:
    return _MARGIN + _LANE * column


def _note(graph: ShopGraph, node: Node) -> str:
    if not node.heals:
        return ""
    lane = graph.lanes[node.lane]
    is_line = lane.kind in {LaneKind.MAIN, LaneKind.DEVELOP}
    return f"The fix is on {lane.name}" if is_line else "The fix"
