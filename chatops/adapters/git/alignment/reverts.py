"""Finds out who removed a part of a fix that had been brought, and whether that undid the fix."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from chatops.adapters.git.alignment.hunk_state import HunkPart, judge_file, stand
from chatops.adapters.git.alignment.patches import FilePatch, read_patch
from chatops.adapters.git.alignment.presence import HunkState
from chatops.adapters.git.alignment.similarity import lines_of, undone_share
from chatops.adapters.git.alignment.snapshots import BlobCache
from chatops.adapters.git.objects.history import merge_base
from chatops.adapters.git.objects.objects import TreeEntry
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
