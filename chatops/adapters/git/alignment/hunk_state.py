"""How a commit stands to each piece of a change: which are there, missing, or overtaken."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from chatops.adapters.git.alignment.patches import FilePatch, Hunk
from chatops.adapters.git.alignment.presence import HunkState, Text, applies, judge, weight
from chatops.adapters.git.alignment.snapshots import BlobCache
from chatops.adapters.git.objects.objects import SUBMODULE, TreeEntry

_WORD = re.compile(r"\w{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The lines that a change adds and removes, in any of its files, white space aside."""

    added: Counter[str]
    removed: Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedWords:
    """The words in the lines that a change adds and removes."""

    added: frozenset[str]
    removed: frozenset[str]


def lines_of(patch: Iterable[FilePatch]) -> Lines:
    pieces = [piece for file in patch for piece in file.pieces]
    return Lines(
        added=_bag(line for piece in pieces for line in piece.added),
        removed=_bag(line for piece in pieces for line in piece.removed),
    )


def lines_of_piece(piece: Hunk) -> Lines:
    return Lines(added=_bag(piece.added), removed=_bag(piece.removed))


def without(change: Lines, other: Lines) -> Lines:
    """What a change does of its own, apart from what the other does."""
    return Lines(added=change.added - other.added, removed=change.removed - other.removed)


def undone_share(change: Lines, patch: Lines) -> float:
    """How much of what ``change`` does is the inverse of ``patch``."""
    return _share(change, (change.added & patch.removed) + (change.removed & patch.added))


def lines_share(piece: Hunk, change: Lines, patch: Lines) -> float:
    """How much of a piece of ``patch`` the change does too, as often as ``patch`` does it."""
    old, new = _bag(piece.removed), _bag(piece.added)
    return _covered(
        (new - old, lambda line: change.added[line] >= patch.added[line]),
        (old - new, lambda line: change.removed[line] >= patch.removed[line]),
    )


def words_of(change: Lines) -> ChangedWords:
    return ChangedWords(
        added=frozenset(_words(change.added)), removed=frozenset(_words(change.removed))
    )


def words_share(change: Lines, known: ChangedWords) -> float:
    """How many of the words that a change adds or removes are known to be added or removed."""
    old, new = _words(change.removed), _words(change.added)
    return _covered((new - old, known.added.__contains__), (old - new, known.removed.__contains__))


def _covered(*sides: tuple[Counter[str], Callable[[str], bool]]) -> float:
    total = sum(_size(bag) for bag, _ in sides)
    covered = sum(
        _size(Counter({text: count for text, count in bag.items() if holds(text)}))
        for bag, holds in sides
    )
    return covered / total if total else 0.0


def _share(change: Lines, common: Counter[str]) -> float:
    total = _size(change.added + change.removed)
    return _size(common) / total if total else 0.0


def _size(lines: Counter[str]) -> int:
    return sum(max(1, weight([line])) * count for line, count in lines.items())


def _bag(lines: Iterable[str]) -> Counter[str]:
    return Counter(" ".join(line.split()) for line in lines)


def _words(lines: Iterable[str]) -> Counter[str]:
    return Counter(word for line in lines for word in _WORD.findall(line.casefold()))


WHOLE: Final = -1
_ALIKE: Final = 0.5
_NEARLY_THE_SAME: Final = 0.8
_NOTHING: Final = Text(b"")


@dataclass(frozen=True, slots=True)
class HunkPart:
    """A part of a change that is judged by itself: a piece of a file, or (WHOLE) the file."""

    file: int
    piece: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HunkStates:
    """How one commit stands to every part of a change."""

    states: dict[HunkPart, HunkState]

    def parts(self, state: HunkState) -> set[HunkPart]:
        return {part for part, found in self.states.items() if found is state}


def stand(snapshots: BlobCache, patch: Sequence[FilePatch], commit: str) -> HunkStates:
    """Judge every part of the change against the files of the commit."""
    entries = snapshots.entries(
        commit, (path for file in patch for path in (file.path, file.old_path))
    )
    snapshots.load(_blobs(patch, entries.values()))
    states: dict[HunkPart, HunkState] = {}
    for number, file in enumerate(patch):
        entry = entries.get(file.path) or entries.get(file.old_path)
        if entry is None and not file.is_gone:
            entry = _elsewhere(snapshots, file, commit)
        found = _try_out(snapshots, file, entry, judge_file(snapshots, file, entry))
        states.update({HunkPart(number, place): state for place, state in found.items()})
        if file.path != file.old_path:
            states[HunkPart(number, WHOLE)] = _renamed(
                has_new=file.path in entries, has_old=file.old_path in entries
            )
    return HunkStates(states=states)


def parts_of(patch: Sequence[FilePatch]) -> Iterator[tuple[HunkPart, FilePatch, Hunk | None]]:
    """Every part of a change, with its file and its piece."""
    for number, file in enumerate(patch):
        for place, piece in enumerate(file.pieces):
            yield HunkPart(number, place), file, piece
        if not file.pieces or file.path != file.old_path:
            yield HunkPart(number, WHOLE), file, None


def weight_of(piece: Hunk | None) -> int:
    return max(1, weight(piece.removed) + weight(piece.added)) if piece else 1


def _blobs(patch: Sequence[FilePatch], entries: Iterable[TreeEntry]) -> Iterator[str]:
    for file in patch:
        if SUBMODULE not in {file.old_mode, file.new_mode}:
            yield from (file.old_oid, file.new_oid)
    for entry in entries:
        if entry.mode != SUBMODULE:
            yield entry.oid


def _elsewhere(snapshots: BlobCache, file: FilePatch, commit: str) -> TreeEntry | None:
    """The file where it has moved to; one that the change makes must be found nearly as made."""
    if file.is_new or file.path != file.old_path:
        return snapshots.moved(
            commit, file.path, file.new_oid, alike=_NEARLY_THE_SAME, same_folder=True
        )
    return snapshots.moved(commit, file.path, file.old_oid, alike=_ALIKE)


def _renamed(*, has_new: bool, has_old: bool) -> HunkState:
    if has_old:
        return HunkState.MISSING
    return HunkState.PRESENT if has_new else HunkState.OVERTAKEN


def judge_file(
    snapshots: BlobCache, file: FilePatch, entry: TreeEntry | None
) -> dict[int, HunkState]:
    """The state of each piece of a file (or WHOLE), given what stands in its place."""
    places = range(len(file.pieces)) if file.pieces else (WHOLE,)
    state = _judge_whole(file, entry)
    text = snapshots.text(entry.oid) if entry else None
    if state is not None or text is None or entry is None or not file.pieces:
        return dict.fromkeys(places, state or HunkState.OVERTAKEN)
    return _judge_pieces(snapshots, file, entry.oid, text)


def _try_out(
    snapshots: BlobCache, file: FilePatch, entry: TreeEntry | None, states: dict[int, HunkState]
) -> dict[int, HunkState]:
    """The states, told apart where neither side of a piece was found but it would still apply."""
    text = snapshots.text(entry.oid) if entry else None
    if entry is None or text is None or HunkState.OVERTAKEN not in states.values():
        return states
    merged = snapshots.merged(entry.oid, file.old_oid, file.new_oid)
    if merged is None:
        return states
    return {
        place: HunkState.APPLICABLE
        if state is HunkState.OVERTAKEN
        and place != WHOLE
        and applies(file.pieces[place], text, merged)
        else state
        for place, state in states.items()
    }


def _judge_pieces(
    snapshots: BlobCache, file: FilePatch, oid: str, text: Text
) -> dict[int, HunkState]:
    before = snapshots.text(file.old_oid) or _NOTHING
    after = snapshots.text(file.new_oid) or _NOTHING
    return {
        place: judge(
            piece,
            text,
            before=before,
            after=after,
            places=lambda: (
                snapshots.alignment(file.old_oid, oid),
                snapshots.alignment(file.new_oid, oid),
            ),
        )
        for place, piece in enumerate(file.pieces)
    }


def _judge_whole(file: FilePatch, entry: TreeEntry | None) -> HunkState | None:
    """The state of all of a file at once, where its pieces need not be looked at."""
    if file.is_gone:
        return HunkState.MISSING if entry else HunkState.PRESENT
    if entry is None:
        made = file.is_new or file.path != file.old_path
        return HunkState.MISSING if made else HunkState.NO_FILE
    if file.old_oid == file.new_oid:
        return _judge_mode(file, entry)
    if entry.oid == file.new_oid:
        return HunkState.PRESENT
    return HunkState.MISSING if entry.oid == file.old_oid else None


def _judge_mode(file: FilePatch, entry: TreeEntry) -> HunkState:
    if entry.mode == file.new_mode:
        return HunkState.PRESENT
    return HunkState.MISSING if entry.mode == file.old_mode else HunkState.OVERTAKEN
