"""The shop's commit graph as data: lanes, names, what is deployed, and where the fix is."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from chatops.playground.shop import shop_app
from chatops.playground.shop.repository import MAIN, ShopRepository

#: So many commits are shown, newest first.
MOST: Final = 26
_FIELD: Final = "%x1f"
_FORMAT: Final = _FIELD.join(("%H", "%P", "%an", "%at", "%s"))


class LaneKind(StrEnum):
    """What sort of branch a lane is."""

    MAIN = "main"
    DEVELOP = "develop"
    HOTFIX = "hotfix"
    BACKPORT = "backport"
    #: A branch that is no more.
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopLane:
    """One branch's column."""

    kind: LaneKind
    name: str = ""


class LabelKind(StrEnum):
    """What a label beside a commit stands for."""

    BRANCH = "branch"
    TAG = "tag"
    DEPLOYED = "deployed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A name that a commit has."""

    kind: LabelKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One commit, in its lane."""

    sha: str
    parents: tuple[str, ...]
    author: str
    at: datetime
    subject: str
    lane: int
    labels: tuple[Label, ...]
    #: Whether the code as it stands there can take a payment.
    pays: bool
    #: It made payments work, or brought to its line what does.
    heals: bool
    #: It holds such a commit, and payments still work.
    has_fix: bool

    @property
    def short(self) -> str:
        return self.sha[:7]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopEdge:
    """From a commit to a parent: by rows and lanes; a parent that is not shown has no row."""

    row: int
    lane: int
    to_row: int | None
    to_lane: int
    #: To the first parent: the commit goes on with that line.
    is_first: bool
    has_fix: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopGraph:
    """The newest commits, newest first."""

    lanes: tuple[ShopLane, ...]
    nodes: tuple[Node, ...]
    edges: tuple[ShopEdge, ...]

    def node(self, sha: str) -> Node | None:
        return next((one for one in self.nodes if one.sha == sha), None)

    def lane(self, name: str) -> int | None:
        return next((place for place, one in enumerate(self.lanes) if one.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Commit:
    sha: str
    parents: tuple[str, ...]
    author: str
    at: datetime
    subject: str


def draw(repository: ShopRepository, deployed: Mapping[str, str]) -> ShopGraph:
    """Draw what the bare repository holds; ``deployed`` are commits by the name of their place."""
    heads, tags = _refs(repository)
    commits = _commits(repository)
    names = sorted(heads, key=lambda name: (_rank(name, repository.develop), name))
    lanes, lane_of = _lanes(commits, names, heads, repository.develop)
    pays = _payments(repository, commits)
    healing = {one.sha for one in commits if _heals(one, pays)}
    fixed = _with_fix(commits, pays, healing)
    labels = _labels(names, heads, tags, deployed)
    nodes = tuple(
        Node(
            sha=one.sha,
            parents=one.parents,
            author=one.author,
            at=one.at,
            subject=one.subject,
            lane=lane_of[one.sha],
            labels=tuple(labels.get(one.sha, ())),
            pays=pays[one.sha],
            heals=one.sha in healing,
            has_fix=one.sha in fixed,
        )
        for one in commits
    )
    return ShopGraph(lanes=lanes, nodes=nodes, edges=tuple(_edges(nodes)))


def _refs(repository: ShopRepository) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The branches' tips, and the tags of each commit."""
    form = "--format=%(refname)%1f%(objectname)%1f%(*objectname)"
    heads: dict[str, str] = {}
    tags: dict[str, list[str]] = {}
    for line in repository.bare.run("for-each-ref", form, "refs/heads", "refs/tags").splitlines():
        ref, plain, peeled = line.split("\x1f")
        if ref.startswith("refs/heads/"):
            heads[ref.removeprefix("refs/heads/")] = plain
        else:
            tags.setdefault(peeled or plain, []).append(ref.removeprefix("refs/tags/"))
    return heads, tags


def _commits(repository: ShopRepository) -> list[_Commit]:
    listed = repository.bare.run(
        "log", "--branches", "--date-order", f"--max-count={MOST}", f"--format={_FORMAT}"
    )
    return [_commit(*line.split("\x1f", 4)) for line in listed.splitlines()]


def _commit(sha: str, parents: str, author: str, at: str, subject: str) -> _Commit:
    return _Commit(
        sha=sha,
        parents=tuple(parents.split()),
        author=author,
        at=datetime.fromtimestamp(int(at), UTC),
        subject=subject,
    )


def _rank(name: str, develop: str) -> int:
    return (MAIN, develop).index(name) if name in (MAIN, develop) else 2 + ("backport" in name)


def _kind(name: str, develop: str) -> LaneKind:
    return tuple(LaneKind)[_rank(name, develop)]


def _lanes(
    commits: Sequence[_Commit], names: Sequence[str], heads: Mapping[str, str], develop: str
) -> tuple[tuple[ShopLane, ...], dict[str, int]]:
    """A lane for each branch that has commits of its own, by the line of first parents."""
    known = {one.sha: one for one in commits}
    lanes: list[ShopLane] = []
    lane_of: dict[str, int] = {}
    for name in names:
        mine = list(_line(heads[name], known, lane_of))
        if mine or name in (MAIN, develop):
            lane_of |= dict.fromkeys(mine, len(lanes))
            lanes.append(ShopLane(kind=_kind(name, develop), name=name))
    for one in commits:
        if one.sha not in lane_of:
            lane_of |= dict.fromkeys(_line(one.sha, known, lane_of), len(lanes))
            lanes.append(ShopLane(kind=LaneKind.GONE))
    return tuple(lanes), lane_of


def _line(sha: str, known: Mapping[str, _Commit], taken: Mapping[str, int]) -> Iterator[str]:
    while sha in known and sha not in taken:
        yield sha
        sha = next(iter(known[sha].parents), "")


def _payments(repository: ShopRepository, commits: Sequence[_Commit]) -> dict[str, bool]:
    """For every commit and its parents, whether its code can take money."""
    wanted = sorted({sha for one in commits for sha in (one.sha, *one.parents)})
    asked = "".join(f"{sha}:{shop_app.PAYMENT}\n" for sha in wanted)
    told = repository.bare.run("cat-file", "--batch-check=%(objectname)", stdin=asked).splitlines()
    blobs = dict(zip(wanted, told, strict=True))
    by_blob = {
        blob: shop_app.can_pay(None if " " in blob else repository.bare.file(blob))
        for blob in set(told)
    }
    return {sha: by_blob[blob] for sha, blob in blobs.items()}


def _heals(commit: _Commit, pays: Mapping[str, bool]) -> bool:
    """Whether payments work here, and did not on the line that it goes on with."""
    return bool(commit.parents) and pays[commit.sha] and not pays[commit.parents[0]]


def _with_fix(
    commits: Sequence[_Commit], pays: Mapping[str, bool], healing: Collection[str]
) -> set[str]:
    """The commits that hold a healing one and still pay; what paid before the bug is none."""
    found: set[str] = set()
    for one in reversed(commits):
        if pays[one.sha] and (one.sha in healing or not found.isdisjoint(one.parents)):
            found.add(one.sha)
    return found


def _labels(
    names: Sequence[str],
    heads: Mapping[str, str],
    tags: Mapping[str, Sequence[str]],
    deployed: Mapping[str, str],
) -> dict[str, list[Label]]:
    labels: dict[str, list[Label]] = {}
    for place, sha in deployed.items():
        labels.setdefault(sha, []).append(Label(kind=LabelKind.DEPLOYED, text=place))
    for name in names:
        labels.setdefault(heads[name], []).append(Label(kind=LabelKind.BRANCH, text=name))
    for sha, several in tags.items():
        for tag in several:
            labels.setdefault(sha, []).append(Label(kind=LabelKind.TAG, text=tag))
    return labels


def _edges(nodes: Sequence[Node]) -> Iterator[ShopEdge]:
    rows = {one.sha: row for row, one in enumerate(nodes)}
    for row, one in enumerate(nodes):
        for place, parent in enumerate(one.parents):
            to_row = rows.get(parent)
            to_lane = one.lane if to_row is None else nodes[to_row].lane
            carries = one.has_fix and to_row is not None and nodes[to_row].has_fix
            yield ShopEdge(
                row=row,
                lane=one.lane,
                to_row=to_row,
                to_lane=to_lane,
                is_first=place == 0,
                has_fix=carries,
            )
