"""Proves whether a branch contains a fix, by who brought it and by what stands there now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from chatops.adapters.git.alignment.attribution import Bringing, carried, own_files, read_bringing
from chatops.adapters.git.alignment.hunk_state import (
    HunkPart,
    HunkStates,
    parts_of,
    stand,
    weight_of,
)
from chatops.adapters.git.alignment.patches import FilePatch, Hunk, read_patch
from chatops.adapters.git.alignment.presence import HunkState, weight
from chatops.adapters.git.alignment.provenance import CommitClaims, Provenance, read_log, trace
from chatops.adapters.git.alignment.reverts import Undoing
from chatops.adapters.git.alignment.similarity import Lines, lines_of
from chatops.adapters.git.alignment.snapshots import BlobCache
from chatops.adapters.git.merge.cherry_pick import empty_tree
from chatops.adapters.git.objects.history import is_ancestor, merge_base
from chatops.adapters.git.objects.repository import Repository, is_shallow
from chatops.domain.git.alignment import (
    CarryingCommit,
    CommitLink,
    Evidence,
    Fate,
    PartFate,
    ProofResult,
    decide,
)
from chatops.domain.git.names import CommitId

_MOST_CARRIERS: Final = 4
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
        bringings = list(self._bringings(provenance.carriers[-_MOST_CARRIERS:]))
        known = [*self.patch, *(file for found in bringings for file in found.change)]
        undoing = Undoing(self.snapshots, known, self.tip)
        parts = self._fates(now, bringings, undoing)
        told = {(fate.path, fate.commit) for fate in parts}
        own = [
            fate
            for found in bringings
            for fate in self._own_fates(found, own_files(found, lines_of(self.patch)), undoing)
            if (fate.path, fate.commit) not in told
        ]
        return self._told([*parts, *own], provenance, bringings)

    def _told(
        self, parts: Sequence[PartFate], provenance: Provenance, bringings: Sequence[Bringing]
    ) -> Evidence:
        return Evidence(
            fix=self.fixes[0].id,
            tip=self.tip,
            parts=parts,
            carriers=[bringing.carrier for bringing in bringings],
            reverted_by=provenance.reverted_by,
        )

    def _provenance(self) -> Provenance:
        fix = self.fixes[0].id
        found = trace(self.repo, self.fixes, self.tip)
        if not is_ancestor(self.repo, CommitId(fix), CommitId(self.tip)):
            return found
        arrival = CarryingCommit(commit=_arrival(self.repo, fix, self.tip), link=CommitLink.ITSELF)
        return replace(found, carriers=(arrival, *found.carriers))

    def _bringings(self, carriers: Sequence[CarryingCommit]) -> Iterator[Bringing]:
        for carrier in carriers:
            if found := read_bringing(self.snapshots, self.patch, carrier):
                yield found

    def _fates(
        self, now: HunkStates, bringings: Sequence[Bringing], undoing: Undoing | None
    ) -> list[PartFate]:
        fix = lines_of(self.patch)
        fork = None if bringings or not undoing else self._fork()
        fates = []
        for part, file, piece in parts_of(self.patch):
            fate, commit = _fate(part, file, piece, now.states[part], bringings, fix, undoing, fork)
            fates.append(_part_fate(file, piece, fate, commit))
        return fates

    def _fork(self) -> str | None:
        fork = merge_base(self.repo, CommitId(self.fixes[0].id), CommitId(self.tip))
        return str(fork) if fork else None

    def _own_fates(
        self, bringing: Bringing, own: Sequence[FilePatch], undoing: Undoing
    ) -> Iterator[PartFate]:
        """The parts that a backport had in a form of its own, and that were taken back."""
        now = stand(self.snapshots, own, self.tip)
        for part, file, piece in parts_of(own):
            if now.states[part] is HunkState.PRESENT:
                continue
            fate, commit = _later(part, file, bringing.carrier.commit, undoing)
            if fate is Fate.TAKEN_BACK:
                yield _part_fate(file, piece, fate, commit)


def _fate(
    part: HunkPart,
    file: FilePatch,
    piece: Hunk | None,
    now: HunkState,
    bringings: Sequence[Bringing],
    fix: Lines,
    undoing: Undoing | None,
    fork: str | None,
) -> tuple[Fate, str | None]:
    if now is HunkState.PRESENT or undoing is None:
        return Fate.THERE, None
    if not bringings:
        return _unbrought(part, file, piece, now, fork, undoing)
    fate, commit = carried(part, piece, bringings, fix)
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
