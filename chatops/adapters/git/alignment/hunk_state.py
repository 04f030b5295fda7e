"""How a commit stands to each piece of a change: which are there, missing, or overtaken."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from chatops.adapters.git.alignment.patches import FilePatch, Piece
from chatops.adapters.git.alignment.presence import State, Text, applies, judge, weight
from chatops.adapters.git.alignment.snapshots import Snapshots
from chatops.adapters.git.objects.objects import SUBMODULE, Entry

WHOLE: Final = -1
_ALIKE: Final = 0.5
_NEARLY_THE_SAME: Final = 0.8
_NOTHING: Final = Text(b"")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a change that is judged by itself: a piece of a file, or (WHOLE) the file."""

    file: int
    piece: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one commit stands to every part of a change."""

    states: dict[Part, State]

    def parts(self, state: State) -> set[Part]:
        return {part for part, found in self.states.items() if found is state}


def stand(snapshots: Snapshots, patch: Sequence[FilePatch], commit: str) -> Standing:
    """Judge every part of the change against the files of the commit."""
    entries = snapshots.entries(
        commit, (path for file in patch for path in (file.path, file.old_path))
    )
    snapshots.load(_blobs(patch, entries.values()))
    states: dict[Part, State] = {}
    for number, file in enumerate(patch):
        entry = entries.get(file.path) or entries.get(file.old_path)
        if entry is None and not file.is_gone:
            entry = _elsewhere(snapshots, file, commit)
        found = _try_out(snapshots, file, entry, judge_file(snapshots, file, entry))
        states.update({Part(number, place): state for place, state in found.items()})
        if file.path != file.old_path:
            states[Part(number, WHOLE)] = _renamed(
                has_new=file.path in entries, has_old=file.old_path in entries
            )
    return Standing(states=states)


def parts_of(patch: Sequence[FilePatch]) -> Iterator[tuple[Part, FilePatch, Piece | None]]:
    """Every part of a change, with its file and its piece."""
    for number, file in enumerate(patch):
        for place, piece in enumerate(file.pieces):
            yield Part(number, place), file, piece
        if not file.pieces or file.path != file.old_path:
            yield Part(number, WHOLE), file, None


def weight_of(piece: Piece | None) -> int:
    return max(1, weight(piece.removed) + weight(piece.added)) if piece else 1


def _blobs(patch: Sequence[FilePatch], entries: Iterable[Entry]) -> Iterator[str]:
    for file in patch:
        if SUBMODULE not in {file.old_mode, file.new_mode}:
            yield from (file.old_oid, file.new_oid)
    for entry in entries:
        if entry.mode != SUBMODULE:
            yield entry.oid


def _elsewhere(snapshots: Snapshots, file: FilePatch, commit: str) -> Entry | None:
    """The file where it has moved to; one that the change makes must be found nearly as made."""
    if file.is_new or file.path != file.old_path:
        return snapshots.moved(
            commit, file.path, file.new_oid, alike=_NEARLY_THE_SAME, same_folder=True
        )
    return snapshots.moved(commit, file.path, file.old_oid, alike=_ALIKE)


def _renamed(*, has_new: bool, has_old: bool) -> State:
    if has_old:
        return State.MISSING
    return State.PRESENT if has_new else State.OVERTAKEN


def judge_file(snapshots: Snapshots, file: FilePatch, entry: Entry | None) -> dict[int, State]:
    """The state of each piece of a file (or WHOLE), given what stands in its place."""
    places = range(len(file.pieces)) if file.pieces else (WHOLE,)
    state = _judge_whole(file, entry)
    text = snapshots.text(entry.oid) if entry else None
    if state is not None or text is None or entry is None or not file.pieces:
        return dict.fromkeys(places, state or State.OVERTAKEN)
    return _judge_pieces(snapshots, file, entry.oid, text)


def _try_out(
    snapshots: Snapshots, file: FilePatch, entry: Entry | None, states: dict[int, State]
) -> dict[int, State]:
    """The states, told apart where neither side of a piece was found but it would still apply."""
    text = snapshots.text(entry.oid) if entry else None
    if entry is None or text is None or State.OVERTAKEN not in states.values():
        return states
    merged = snapshots.merged(entry.oid, file.old_oid, file.new_oid)
    if merged is None:
        return states
    return {
        place: State.APPLICABLE
        if state is State.OVERTAKEN and place != WHOLE and applies(file.pieces[place], text, merged)
        else state
        for place, state in states.items()
    }


def _judge_pieces(snapshots: Snapshots, file: FilePatch, oid: str, text: Text) -> dict[int, State]:
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


def _judge_whole(file: FilePatch, entry: Entry | None) -> State | None:
    """The state of all of a file at once, where its pieces need not be looked at."""
    if file.is_gone:
        return State.MISSING if entry else State.PRESENT
    if entry is None:
        made = file.is_new or file.path != file.old_path
        return State.MISSING if made else State.NO_FILE
    if file.old_oid == file.new_oid:
        return _judge_mode(file, entry)
    if entry.oid == file.new_oid:
        return State.PRESENT
    return State.MISSING if entry.oid == file.old_oid else None


def _judge_mode(file: FilePatch, entry: Entry) -> State:
    if entry.mode == file.new_mode:
        return State.PRESENT
    return State.MISSING if entry.mode == file.old_mode else State.OVERTAKEN
