"""Proves whether a branch contains a fix, by who brought it and by what stands there now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from chatops.adapters.git.alignment.hunk_state import (
    HunkPart,
    HunkStates,
    Lines,
    judge_file,
    lines_of,
    parts_of,
    stand,
    undone_share,
    weight_of,
)
from chatops.adapters.git.alignment.patches import FilePatch, Hunk, read_patch
from chatops.adapters.git.alignment.presence import HunkState, weight
from chatops.adapters.git.alignment.provenance import (
    BackportTrace,
    CommitClaims,
    Provenance,
    carried,
    own_files,
    read_log,
    trace,
    trace_backport,
)
from chatops.adapters.git.alignment.snapshots import BlobCache
from chatops.adapters.git.merge.cherry_pick import empty_tree
from chatops.adapters.git.objects.commits import is_ancestor, merge_base
from chatops.adapters.git.objects.objects import TreeEntry
from chatops.adapters.git.objects.repository import Repository, is_shallow
from chatops.domain.git.alignment import (
    BackportCommit,
    CommitLink,
    Evidence,
    Fate,
    PartFate,
    ProofResult,
    decide,
)
from chatops.domain.git.names import CommitId

_NOTHING_ELSE: Final = 0.9
_MOST_VERSIONS: Final = 200
_AT_ONCE: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """The commit after which a part was gone, and whether it did little else than undo the fix."""

    commit: str
    undoes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """A commit of the branch that changed a file, with the file before and after it."""

    commit: str
    parent: str
    before: TreeEntry


class Undoing:
    """Looks for the commits of a branch that removed parts of the fix again.

    ``known`` is all that the fix and its backports changed: what undoes the fix undoes these.
    """

    def __init__(self, snapshots: BlobCache, known: Sequence[FilePatch], tip: str) -> None:
        self._snapshots = snapshots
        self._known = lines_of(known)
        self._before = {file.old_oid for file in known}
        self._tip = tip
        self._versions: dict[tuple[str, str], list[_Version]] = {}
        self._undoes: dict[str, bool] = {}
        self._states: dict[tuple[str, str, str], dict[int, HunkState]] = {}

    def find(self, file: FilePatch, place: int, since: str) -> Removal | None:
        """The newest commit of the branch that removed a part which SINCE had brought."""
        versions = self._versions_of(file.path, since)
        for number, version in enumerate(versions):
            if number % _AT_ONCE == 0:
                self._snapshots.load(v.before.oid for v in versions[number : number + _AT_ONCE])
            if self._state(file, place, version.before) is HunkState.PRESENT:
                return Removal(commit=version.commit, undoes=self._is_undo(file, place, version))
        return None

    def _versions_of(self, path: str, since: str) -> list[_Version]:
        """`git log --first-parent --raw TIP ^SINCE -- PATH`, the newest first."""
        key = (path, since)
        if key not in self._versions:
            listed = self._snapshots.repo.run(
                "log", "--first-parent", "-m", "-z", "--raw", "--no-abbrev", "--no-renames",
                f"-{_MOST_VERSIONS}", "--format=%x01%H %P", self._tip, f"^{since}", "--", path,
            ).text  # fmt: skip
            self._versions[key] = list(_read_versions(listed))
        return self._versions[key]

    def _state(self, file: FilePatch, place: int, entry: TreeEntry) -> HunkState:
        key = (file.path, file.new_oid, entry.oid)
        if key not in self._states:
            found = entry if entry.oid.strip("0") else None
            self._states[key] = judge_file(self._snapshots, file, found)
        return self._states[key].get(place, HunkState.OVERTAKEN)

    def _is_undo(self, file: FilePatch, place: int, version: _Version) -> bool:
        """Whether the commit did nothing else, or is a merge that kept the side without the fix."""
        repo = self._snapshots.repo
        other = repo.run("rev-parse", "--verify", "-q", f"{version.commit}^2", expect=(0, 1)).text
        if other:
            fork = merge_base(repo, CommitId(version.parent), CommitId(other))
            return fork is None or not self._stood(file, place, str(fork))
        if version.commit not in self._undoes:
            change = read_patch(repo, version.parent, version.commit)
            self._undoes[version.commit] = self._takes_back(change)
        return self._undoes[version.commit]

    def _takes_back(self, change: Sequence[FilePatch]) -> bool:
        if all(file.new_oid in self._before for file in change):
            return True
        return undone_share(lines_of(change), self._known) >= _NOTHING_ELSE

    def _stood(self, file: FilePatch, place: int, commit: str) -> bool:
        return (
            stand(self._snapshots, [file], commit).states.get(HunkPart(0, place))
            is HunkState.PRESENT
        )


def _read_versions(listed: str) -> Iterator[_Version]:
    for record in listed.split("\x01")[1:]:
        head, _, raw = record.partition("\0")
        commit, *parents = head.split()
        if parents and (entry := raw.strip("\n").partition("\0")[0]).startswith(":"):
            mode, _, oid, _, _ = entry.removeprefix(":").split(" ")
            yield _Version(commit=commit, parent=parents[0], before=TreeEntry(mode=mode, oid=oid))


_MOST_BACKPORT_COMMITS: Final = 4
_TELLING: Final = 20
_NOT_THERE: Final = frozenset({HunkState.MISSING, HunkState.APPLICABLE})


def prove(repo: Repository, fix: CommitId, tip: CommitId) -> ProofResult:
    """Whether the branch at TIP contains the change of FIX; of a merge, what it brought."""
    if is_shallow(repo):
        return decide(Evidence(fix=str(fix), tip=str(tip), shallow=True))
    (said,) = read_log(repo, "-1", str(fix))
    base = said.parents[0] if said.parents else empty_tree(repo)
    fixes = [said]
    if len(said.parents) > 1:
        fixes += read_log(repo, str(fix), f"^{base}")[1:]
    return _prove(repo, base, fixes, tip)


def prove_range(repo: Repository, base: CommitId, fix: CommitId, tip: CommitId) -> ProofResult:
    """Whether the branch at TIP contains what BASE..FIX changed, taken as a whole."""
    if is_shallow(repo):
        return decide(Evidence(fix=str(fix), tip=str(tip), shallow=True))
    return _prove(repo, str(base), read_log(repo, str(fix), f"^{base}"), tip)


def _prove(
    repo: Repository, base: str, fixes: Sequence[CommitClaims], tip: CommitId
) -> ProofResult:
    fix = fixes[0].id
    patch = read_patch(repo, base, fix)
    search = _Search(repo=repo, snapshots=BlobCache(repo), patch=patch, fixes=fixes, tip=str(tip))
    return decide(search.evidence())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """Gathers the evidence, and no more of it than the answer needs."""

    repo: Repository
    snapshots: BlobCache
    patch: Sequence[FilePatch]
    fixes: Sequence[CommitClaims]
    tip: str

    def evidence(self) -> Evidence:
        now = stand(self.snapshots, self.patch, self.tip)
        if all(state is HunkState.PRESENT for state in now.states.values()):
            return self._told(self._fates(now, [], None), Provenance(), [])
        provenance = self._provenance()
        traces = list(self._traces(provenance.backport_commits[-_MOST_BACKPORT_COMMITS:]))
        known = [*self.patch, *(file for found in traces for file in found.change)]
        undoing = Undoing(self.snapshots, known, self.tip)
        parts = self._fates(now, traces, undoing)
        told = {(fate.path, fate.commit) for fate in parts}
        own = [
            fate
            for found in traces
            for fate in self._own_fates(found, own_files(found, lines_of(self.patch)), undoing)
            if (fate.path, fate.commit) not in told
        ]
        return self._told([*parts, *own], provenance, traces)

    def _told(
        self, parts: Sequence[PartFate], provenance: Provenance, traces: Sequence[BackportTrace]
    ) -> Evidence:
        return Evidence(
            fix=self.fixes[0].id,
            tip=self.tip,
            parts=parts,
            backport_commits=[trace.backport_commit for trace in traces],
            reverted_by=provenance.reverted_by,
        )

    def _provenance(self) -> Provenance:
        fix = self.fixes[0].id
        found = trace(self.repo, self.fixes, self.tip)
        if not is_ancestor(self.repo, CommitId(fix), CommitId(self.tip)):
            return found
        arrival = BackportCommit(commit=_arrival(self.repo, fix, self.tip), link=CommitLink.ITSELF)
        return replace(found, backport_commits=(arrival, *found.backport_commits))

    def _traces(self, backport_commits: Sequence[BackportCommit]) -> Iterator[BackportTrace]:
        for backport_commit in backport_commits:
            if found := trace_backport(self.snapshots, self.patch, backport_commit):
                yield found

    def _fates(
        self, now: HunkStates, traces: Sequence[BackportTrace], undoing: Undoing | None
    ) -> list[PartFate]:
        fix = lines_of(self.patch)
        fork = None if traces or not undoing else self._fork()
        fates = []
        for part, file, piece in parts_of(self.patch):
            fate, commit = _fate(part, file, piece, now.states[part], traces, fix, undoing, fork)
            fates.append(_part_fate(file, piece, fate, commit))
        return fates

    def _fork(self) -> str | None:
        fork = merge_base(self.repo, CommitId(self.fixes[0].id), CommitId(self.tip))
        return str(fork) if fork else None

    def _own_fates(
        self, trace: BackportTrace, own: Sequence[FilePatch], undoing: Undoing
    ) -> Iterator[PartFate]:
        """The parts that a backport had in a form of its own, and that were taken back."""
        now = stand(self.snapshots, own, self.tip)
        for part, file, piece in parts_of(own):
            if now.states[part] is HunkState.PRESENT:
                continue
            fate, commit = _later(part, file, trace.backport_commit.commit, undoing)
            if fate is Fate.TAKEN_BACK:
                yield _part_fate(file, piece, fate, commit)


def _fate(
    part: HunkPart,
    file: FilePatch,
    piece: Hunk | None,
    now: HunkState,
    traces: Sequence[BackportTrace],
    fix: Lines,
    undoing: Undoing | None,
    fork: str | None,
) -> tuple[Fate, str | None]:
    if now is HunkState.PRESENT or undoing is None:
        return Fate.THERE, None
    if not traces:
        return _unbrought(part, file, piece, now, fork, undoing)
    fate, commit = carried(part, piece, traces, fix)
    if fate is Fate.THERE:
        return _later(part, file, commit, undoing)
    if fate is Fate.UNCLEAR and now is HunkState.MISSING:
        return Fate.LEFT_OUT, commit
    return fate, commit


def _unbrought(
    part: HunkPart,
    file: FilePatch,
    piece: Hunk | None,
    now: HunkState,
    fork: str | None,
    undoing: Undoing,
) -> tuple[Fate, str | None]:
    """What became of a part that nobody speaks of: it may have come, and gone, in silence."""
    if fork and piece and weight(piece.added) >= _TELLING:
        fate, commit = _later(part, file, fork, undoing)
        if commit:
            return fate, commit
    return (Fate.MISSING if now in _NOT_THERE else Fate.UNCLEAR), None


def _later(
    part: HunkPart, file: FilePatch, since: str, undoing: Undoing
) -> tuple[Fate, str | None]:
    """What became of a part after it was brought."""
    removal = undoing.find(file, part.piece, since)
    if removal is None:
        return Fate.REWRITTEN, None
    return (Fate.TAKEN_BACK if removal.undoes else Fate.REWRITTEN), removal.commit


def _part_fate(file: FilePatch, piece: Hunk | None, fate: Fate, commit: str | None) -> PartFate:
    line = piece.line if piece else 1
    return PartFate(path=file.path, line=line, weight=weight_of(piece), fate=fate, commit=commit)


def _arrival(repo: Repository, fix: str, tip: str) -> str:
    """The commit with which the fix came into the branch: a merge, or the fix itself."""
    chain = repo.run("rev-list", "--first-parent", "--parents", tip, f"^{fix}", "--").text
    after = set(repo.run("rev-list", "--ancestry-path", f"{fix}..{tip}", "--").text.split())
    arrival = fix
    for line in chain.splitlines():
        commit, *parents = line.split()
        if commit in after:
            arrival = fix if parents[:1] == [fix] else commit
    return arrival
