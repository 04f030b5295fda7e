"""Draws a hotfix as a graph of branches: where it began, what was committed, where it went."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from chatops.domain.hotfix.model import Backport, BackportState, Hotfix

#: More commits than these are drawn as the first ones and the number of the rest.
_MOST = 6
#: In the units of the drawing: the first dot, from dot to dot, and from branch to branch.
_LEFT, _ACROSS, _DOWN, _TOP = 24, 56, 46, 26
#: Room behind the last dot for the name of a branch.
_NAMES = 200
#: In these states something of the fix stands on the branch, or is about to.
_BROUGHT = frozenset(
    {
        BackportState.OPENED,
        BackportState.BROUGHT,
        BackportState.UNSURE,
        BackportState.PROVEN,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A commit: ``there`` unless it is still to come; ``label`` stands below it."""

    x: int
    y: int
    label: str
    there: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """From one commit to the next, or to where it is to go."""

    x1: int
    y1: int
    x2: int
    y2: int
    there: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A branch, by its name behind its last commit."""

    x: int
    y: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """A drawing of ``width`` by ``height`` units; ``said`` says the same in words."""

    width: int
    height: int
    dots: tuple[Dot, ...]
    edges: tuple[Edge, ...]
    lanes: tuple[Lane, ...]
    said: str


def graph_of(fix: Hotfix) -> Graph | None:
    """The graph of a hotfix; none before anything is committed."""
    if not fix.work.commits:
        return None
    own = bool(fix.branch) and fix.branch != fix.production
    shown = fix.work.commits[:_MOST]
    more = len(fix.work.commits) - len(shown)
    labels = [each.sha[:7] for each in shown] + ([f"+{more}"] if more else [])
    production, work = _TOP, _TOP + _DOWN * own
    columns = [_LEFT + _ACROSS * number for number in range(len(labels) + 3)]
    base = Dot(x=columns[0], y=production, label=fix.base[:7])
    commits = [Dot(x=x, y=work, label=label) for x, label in zip(columns[1:], labels, strict=False)]
    merged = Dot(
        x=columns[len(labels) + 1],
        y=production,
        label=fix.merged[:7] or "to be merged",
        there=bool(fix.merged),
    )
    path = [base, *commits, *([merged] if own else [])]
    tip = path[-1]
    targets = [
        Dot(x=columns[-1], y=work + _DOWN * number, label=_word(each), there=_is_there(each))
        for number, each in enumerate(fix.backports, start=1)
    ]
    dots = (*path, *targets)
    return Graph(
        width=columns[-1] + _NAMES,
        height=max(dot.y for dot in dots) + _DOWN - 12,
        dots=dots,
        edges=(*_edges(path, base if own else None), *(_edge(tip, each) for each in targets)),
        lanes=tuple(_lanes(fix, tip, commits[-1] if own else None, targets)),
        said=_said(fix),
    )


def _edges(path: list[Dot], base: Dot | None) -> Iterator[Edge]:
    """Along the commits, and along production beside them where they are on a branch."""
    for one, other in pairwise(path):
        yield _edge(one, other)
    if base is not None:
        yield _edge(base, path[-1])


def _edge(one: Dot, other: Dot) -> Edge:
    return Edge(x1=one.x, y1=one.y, x2=other.x, y2=other.y, there=other.there)


def _lanes(fix: Hotfix, tip: Dot, branch: Dot | None, targets: list[Dot]) -> Iterator[Lane]:
    yield Lane(x=tip.x, y=tip.y, name=f"{fix.production} {fix.tag}".strip())
    if branch is not None:
        yield Lane(x=branch.x, y=branch.y, name=fix.branch)
    for dot, each in zip(targets, fix.backports, strict=True):
        yield Lane(x=dot.x, y=dot.y, name=each.target)


def _is_there(backport: Backport) -> bool:
    return backport.state in _BROUGHT


def _word(backport: Backport) -> str:
    """What stands below the fix on another branch."""
    match backport.state:
        case BackportState.WAIVED:
            return "goes without"
        case BackportState.PROVEN:
            return "proven"
        case BackportState.OWED | BackportState.CONFLICT:
            return "to come"
        case _:
            return (backport.sha or "")[:7] or "not proven yet"


def _said(fix: Hotfix) -> str:
    number = len(fix.work.commits)
    commits = "1 commit" if number == 1 else f"{number} commits"
    parts = [f"{commits} on {fix.branch or fix.production}"]
    if fix.merged:
        tagged = f", tagged {fix.tag}" if fix.tag else ""
        parts.append(f"in {fix.production} as {fix.merged[:7]}{tagged}")
    parts += [f"{each.target}: {_word(each)}" for each in fix.backports]
    return "; ".join(parts)
