"""What commits that speak of a fix did for each part of it: brought, adapted, or left it out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chatops.adapters.git.alignment.hunk_state import HunkPart, HunkStates, stand
from chatops.adapters.git.alignment.patches import FilePatch, Hunk, read_patch
from chatops.adapters.git.alignment.presence import HunkState
from chatops.adapters.git.alignment.similarity import (
    ChangedWords,
    Lines,
    lines_of,
    lines_of_piece,
    lines_share,
    without,
    words_of,
    words_share,
)
from chatops.adapters.git.alignment.snapshots import BlobCache
from chatops.adapters.git.merge.cherry_pick import empty_tree
from chatops.adapters.git.objects.repository import Repository
from chatops.domain.git.alignment import CarryingCommit, CommitLink, Fate

_NEARLY_ALL: Final = 0.8
_MOST: Final = 0.5
_RECOGNIZED: Final = 0.5
_UNBROUGHT: Final = {HunkState.APPLICABLE: Fate.LEFT_OUT, HunkState.NO_FILE: Fate.NOT_HERE}
_WEAK: Final = frozenset({CommitLink.SUBJECT, CommitLink.MENTION, CommitLink.REQUEST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bringing:
    """A carrier, how the fix stood right after it, and what the carrier itself changed.

    ``own`` are the words of what it changed apart from what the fix does.
    """

    carrier: CarryingCommit
    standing: HunkStates
    change: Sequence[FilePatch]
    lines: Lines
    own: ChangedWords


def read_bringing(
    snapshots: BlobCache, patch: Sequence[FilePatch], carrier: CarryingCommit
) -> Bringing | None:
    """What a carrier did; None if it only speaks of the fix, on which nothing may be built."""
    standing = stand(snapshots, patch, carrier.commit)
    parents = _parents(snapshots.repo, carrier.commit)
    parent = parents[0] if parents else empty_tree(snapshots.repo)
    if carrier.link in _WEAK:
        before = stand(snapshots, patch, parent)
        if not standing.parts(HunkState.PRESENT) - before.parts(HunkState.PRESENT):
            return None
    paths = [path for file in patch for path in (file.path, file.old_path)]
    change = read_patch(
        snapshots.repo, parent, carrier.commit, paths=paths if len(parents) > 1 else ()
    )
    lines = lines_of(change)
    own = words_of(without(lines, lines_of(patch)))
    return Bringing(carrier=carrier, standing=standing, change=change, lines=lines, own=own)


def carried(
    part: HunkPart, piece: Hunk | None, bringings: Sequence[Bringing], fix: Lines
) -> tuple[Fate, str]:
    """What the carriers did for one part of the fix, and which of them."""
    newest_first = bringings[::-1]
    for bringing in newest_first:
        if bringing.standing.states[part] is HunkState.PRESENT:
            return Fate.THERE, bringing.carrier.commit
    for bringing in newest_first:
        if piece and lines_share(piece, bringing.lines, fix) >= _NEARLY_ALL:
            return Fate.ADAPTED, bringing.carrier.commit
    last = newest_first[0]
    state = last.standing.states[part]
    if state is HunkState.MISSING:
        return Fate.LEFT_OUT, last.carrier.commit
    for bringing in newest_first:
        if piece and words_share(lines_of_piece(piece), bringing.own) >= _MOST:
            return Fate.ADAPTED, bringing.carrier.commit
    return _UNBROUGHT.get(state, Fate.UNCLEAR), last.carrier.commit


def own_files(bringing: Bringing, fix: Lines) -> list[FilePatch]:
    """The files in which a carrier did what the fix does, under the names they have there."""
    known = words_of(fix)
    return [
        file
        for file in bringing.change
        if file.pieces and words_share(lines_of([file]), known) >= _RECOGNIZED
    ]


def _parents(repo: Repository, commit: str) -> list[str]:
    return repo.run("rev-list", "--no-walk", "--parents", commit, "--").text.split()[1:]
