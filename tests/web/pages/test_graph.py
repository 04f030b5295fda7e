"""A hotfix is drawn as it stands: what is there, and what is still to come."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from chatops.adapters.web.pages.graph import Graph, graph_of
from chatops.domain.hotfix.model import Backport, BackportState, Commits, FixCommit, Hotfix
from tests.domain.hotfix_samples import hotfix

BEGUN = hotfix(
    production="main",
    branch="hotfix/null-amount",
    base="1" * 40,
    work=Commits(commits=(FixCommit(sha="a" * 40, subject="Let it pass"),)),
    backports=(Backport(target="develop"),),
)


def drawn(fix: Hotfix) -> Graph:
    graph = graph_of(fix)
    assert graph is not None
    return graph


def test_before_anything_is_committed_nothing_is_drawn() -> None:
    assert graph_of(hotfix()) is None


def test_what_is_still_to_come_is_drawn_as_open() -> None:
    graph = drawn(BEGUN)
    assert [(dot.label, dot.there) for dot in graph.dots] == [
        ("1111111", True),
        ("aaaaaaa", True),
        ("to be merged", False),
        ("to come", False),
    ]
    assert [lane.name for lane in graph.lanes] == ["main", "hotfix/null-amount", "develop"]
    assert graph.said == "1 commit on hotfix/null-amount; develop: to come"


def test_what_was_merged_tagged_and_proven_is_there() -> None:
    proven = Backport(target="develop", state=BackportState.PROVEN)
    graph = drawn(replace(BEGUN, merged="b" * 40, tag="v1.2.4", backports=(proven,)))
    assert all(dot.there for dot in graph.dots)
    assert all(edge.there for edge in graph.edges)
    assert graph.said.endswith("in main as bbbbbbb, tagged v1.2.4; develop: proven")


def test_a_fix_on_the_production_branch_itself_has_no_branch_beside_it() -> None:
    graph = drawn(replace(BEGUN, branch="", backports=()))
    assert {dot.y for dot in graph.dots} == {graph.dots[0].y}
    assert [dot.label for dot in graph.dots] == ["1111111", "aaaaaaa"]


@given(
    commits=st.integers(1, 40),
    states=st.lists(st.sampled_from(BackportState), max_size=4),
    own=st.booleans(),
    merged=st.booleans(),
)
def test_everything_is_drawn_inside_the_frame_and_no_dot_on_another(
    *, commits: int, states: list[BackportState], own: bool, merged: bool
) -> None:
    fix = replace(
        BEGUN,
        branch=BEGUN.branch if own else "",
        merged="c" * 40 if merged else "",
        work=Commits(commits=(FixCommit(sha="a" * 40, subject="x"),) * commits),
        backports=tuple(
            Backport(target=f"release/{number}", state=state) for number, state in enumerate(states)
        ),
    )
    graph = drawn(fix)
    places = [(dot.x, dot.y) for dot in graph.dots]
    assert len(places) == len(set(places))
    assert all(0 < x < graph.width and 0 < y < graph.height for x, y in places)
