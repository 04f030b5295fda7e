"""Reads what a merge could not settle: which path, which kind, and what stands on each side."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chatops.adapters.git.objects.objects import SUBMODULE, SYMLINK, TreeEntry


class ConflictKind(StrEnum):
    """Why git could not settle a path by itself."""

    CONTENT = "both sides changed the same lines"
    ADD_ADD = "both sides added the file"
    MODIFY_DELETE = "one side changed what the other deleted"
    RENAME_DELETE = "one side renamed what the other deleted"
    RENAME = "both sides renamed, to different or to the same places"
    FILE_LOCATION = "a file was added in a folder that the other side renamed"
    DIRECTORY = "one side has a folder where the other has a file"
    BINARY = "both sides changed a binary file"
    SUBMODULE = "both sides moved a submodule"
    MODE = "both sides changed the kind or the mode of the file"
    OTHER = "git could not settle it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One path that a person has to settle, with what the base and both sides hold there."""

    path: str
    kind: ConflictKind
    base: TreeEntry | None
    ours: TreeEntry | None
    theirs: TreeEntry | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeReport:
    """What `git merge-tree -z` wrote."""

    tree: str
    conflicts: tuple[Conflict, ...]
    merged: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    paths: tuple[str, ...]
    type: str
    words: str


_BY_TYPE: Sequence[tuple[str, ConflictKind]] = (
    ("submodule", ConflictKind.SUBMODULE),
    ("binary", ConflictKind.BINARY),
    ("rename/delete", ConflictKind.RENAME_DELETE),
    ("modify/delete", ConflictKind.MODIFY_DELETE),
    ("rename/rename", ConflictKind.RENAME),
    ("rename involved", ConflictKind.RENAME),
    ("directory rename suggested", ConflictKind.FILE_LOCATION),
    ("directory rename", ConflictKind.FILE_LOCATION),
    ("file/directory", ConflictKind.DIRECTORY),
    ("distinct", ConflictKind.MODE),
)


def parse_report(fields: Sequence[str], *, clean: bool, names: Mapping[str, str]) -> MergeReport:
    """The answer of `git merge-tree --write-tree -z --messages`, taken apart.

    ``names`` says what to call the two commits in git's words. Some renames that collide leave
    conflict markers in a merge that git calls clean; its words tell, and they count.
    """
    end = fields.index("", 1)
    notes = _notes(fields[end + 1 :], names)
    noted = [note for note in notes if note.type.startswith("CONFLICT")]
    settled = clean and not noted
    return MergeReport(
        tree=fields[0],
        conflicts=() if settled else _conflicts(_stages(fields[1:end], names), noted),
        merged=frozenset(path for note in notes for path in note.paths),
    )


def _conflicts(stages: dict[str, dict[str, TreeEntry]], noted: list[_Note]) -> tuple[Conflict, ...]:
    paths = stages or {path: {} for note in noted for path in note.paths[:1]}
    return tuple(_conflict(path, entries, noted) for path, entries in paths.items())


def _stages(lines: Iterable[str], names: Mapping[str, str]) -> dict[str, dict[str, TreeEntry]]:
    stages: dict[str, dict[str, TreeEntry]] = {}
    moved_aside = re.compile(rf"~(?:{'|'.join(names)})(?:_\d+)?$")
    for line in lines:
        head, _, path = line.partition("\t")
        mode, oid, stage = head.split(" ")
        stages.setdefault(moved_aside.sub("", path), {})[stage] = TreeEntry(mode=mode, oid=oid)
    return stages


def _notes(fields: Sequence[str], names: Mapping[str, str]) -> list[_Note]:
    notes = []
    at = 0
    while at < len(fields):
        count = int(fields[at])
        paths = tuple(fields[at + 1 : at + 1 + count])
        kind, words = fields[at + 1 + count : at + 3 + count]
        for commit, name in names.items():
            words = words.replace(commit, name)
        notes.append(_Note(paths=paths, type=kind, words=words.strip()))
        at += 3 + count
    return notes


def _conflict(path: str, stages: Mapping[str, TreeEntry], notes: Sequence[_Note]) -> Conflict:
    about = [note for note in notes if path in note.paths]
    return Conflict(
        path=path,
        kind=_kind(stages, about),
        base=stages.get("1"),
        ours=stages.get("2"),
        theirs=stages.get("3"),
        words=tuple(note.words for note in about),
    )


def _kind(stages: Mapping[str, TreeEntry], about: Sequence[_Note]) -> ConflictKind:
    modes = {entry.mode for entry in stages.values()}
    if SUBMODULE in modes:
        return ConflictKind.SUBMODULE
    for sign, kind in _BY_TYPE:
        if any(sign in note.type for note in about):
            return kind
    return _kind_by_stages(stages) if stages else ConflictKind.OTHER


def _kind_by_stages(stages: Mapping[str, TreeEntry]) -> ConflictKind:
    ours, theirs = stages.get("2"), stages.get("3")
    if ours is None or theirs is None:
        return ConflictKind.MODIFY_DELETE
    if ours.oid == theirs.oid or (SYMLINK in {ours.mode, theirs.mode} and ours.mode != theirs.mode):
        return ConflictKind.MODE
    return ConflictKind.CONTENT if "1" in stages else ConflictKind.ADD_ADD
