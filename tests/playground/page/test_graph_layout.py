from datetime import UTC, datetime

from chatops.playground.page.graph_layout import lay_out
from chatops.playground.shop.graph import (
    Label,
    LabelKind,
    LaneKind,
    Node,
    ShopEdge,
    ShopGraph,
    ShopLane,
)

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MAIN = ShopLane(kind=LaneKind.MAIN, name="main")
DEVELOP = ShopLane(kind=LaneKind.DEVELOP, name="develop")
HOTFIX = ShopLane(kind=LaneKind.HOTFIX, name="hotfix/crash")
GONE = ShopLane(kind=LaneKind.GONE)


def commit(sha: str, lane: int, *labels: str, heals: bool = False) -> Node:
    return Node(
        sha=sha,
        parents=(),
        author="Sam Okafor",
        at=NOON,
        subject=f"commit {sha}",
        lane=lane,
        labels=tuple(Label(kind=LabelKind.BRANCH, text=one) for one in labels),
        pays=heals,
        heals=heals,
        has_fix=heals,
    )


def line(
    row: int, lane: int, to_row: int | None, to_lane: int, *, first: bool = True, fix: bool = False
) -> ShopEdge:
    return ShopEdge(row=row, lane=lane, to_row=to_row, to_lane=to_lane, is_first=first, has_fix=fix)


def test_rows_with_labels_are_taller_and_dots_stand_beside_the_words() -> None:
    graph = ShopGraph(
        lanes=(MAIN,),
        nodes=(commit("c", 0, "main"), commit("b", 0), commit("a", 0)),
        edges=(line(0, 0, 1, 0), line(1, 0, 2, 0)),
    )

    drawing = lay_out(graph)

    assert [(dot.y, dot.is_tall) for dot in drawing.dots] == [(34, True), (76, False), (118, False)]
    assert drawing.height == 148
    assert [stroke.path for stroke in drawing.strokes] == ["M13 34V76", "M13 76V118"]


def test_lanes_that_do_not_meet_share_a_column_and_others_do_not() -> None:
    nodes = tuple(commit(str(row), lane) for row, lane in enumerate((0, 2, 0, 3, 0, 1)))
    edges = (
        line(0, 0, 1, 2, first=False),
        line(1, 2, 2, 0),
        line(2, 0, 3, 3, first=False),
        line(3, 3, 4, 0),
        line(4, 0, 5, 1),
    )
    apart = ShopGraph(lanes=(MAIN, DEVELOP, HOTFIX, GONE), nodes=nodes, edges=edges)
    crossing = ShopGraph(
        lanes=apart.lanes, nodes=nodes, edges=(*edges, line(0, 0, 3, 3, first=False))
    )

    assert [dot.x for dot in lay_out(apart).dots] == [13, 47, 13, 47, 13, 30]
    assert [dot.x for dot in lay_out(crossing).dots] == [13, 47, 13, 64, 13, 30]


def test_a_branch_leaves_late_and_a_merge_goes_over_at_once() -> None:
    nodes = (commit("m", 0), commit("h", 2), commit("x", 0), commit("a", 0))
    edges = (line(0, 0, 1, 2, first=False), line(1, 2, 3, 0))

    merge, branch = lay_out(
        ShopGraph(lanes=(MAIN, DEVELOP, HOTFIX), nodes=nodes, edges=edges)
    ).strokes

    assert merge.path == "M13 12C13 30 47 12 47 30V54"
    assert branch.path == "M47 54V120C47 138 13 120 13 138"
    assert (merge.kind, branch.kind) == (LaneKind.HOTFIX, LaneKind.HOTFIX)


def test_a_line_whose_end_is_not_shown_goes_down_to_the_edge() -> None:
    graph = ShopGraph(lanes=(MAIN,), nodes=(commit("a", 0),), edges=(line(0, 0, None, 0),))

    assert [stroke.path for stroke in lay_out(graph).strokes] == ["M13 12V42"]


def test_what_carries_the_fix_lies_above_and_says_where_it_is() -> None:
    graph = ShopGraph(
        lanes=(MAIN, DEVELOP, HOTFIX),
        nodes=(
            commit("d", 1, heals=True),
            commit("m", 0, heals=True),
            commit("f", 2, heals=True),
            commit("o", 0),
        ),
        edges=(
            line(0, 1, 2, 2, first=False, fix=True),
            line(1, 0, 2, 2, first=False, fix=True),
            line(1, 0, 3, 0),
        ),
    )

    drawing = lay_out(graph)

    assert [dot.note for dot in drawing.dots] == [
        "The fix is on develop",
        "The fix is on main",
        "The fix",
        "",
    ]
    assert [stroke.has_fix for stroke in drawing.strokes] == [False, True, True]


def test_an_empty_repository_is_an_empty_drawing() -> None:
    drawing = lay_out(ShopGraph(lanes=(MAIN,), nodes=(), edges=()))

    assert (drawing.height, drawing.dots, drawing.strokes) == (0, (), ())
