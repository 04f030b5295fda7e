"""Decides whether a piece of a change stands in a file, is missing from it, or was overtaken."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Final

from chatops.adapters.git.alignment.line_mapping import Alignment
from chatops.adapters.git.alignment.patches import BOTTOM, TOP, Hunk

_WORD = re.compile(r"\w")
# How many lines of context to look for above and below, the most certain first.
_ALL_CONTEXT: Final = (4, 4)
_LITTLE_CONTEXT: Final = (
    (3, 1), (1, 3), (2, 2), (1, 1), (3, 0), (0, 3), (1, 0), (0, 1), (0, 0),
)  # fmt: skip
_ENOUGH_INSIDE: Final = 4
_ENOUGH_AT_EDGE: Final = 6
_ENOUGH_ALONE: Final = 12
_ENOUGH_ANYWHERE: Final = 20
_LEAST: Final = 3
_MOST, _HALF, _FEW = 0.8, 0.5, 0.2


Places = tuple[Alignment, Alignment]


class HunkState(StrEnum):
    """How a file stands to a piece of a change."""

    PRESENT = "present"
    MISSING = "missing"
    APPLICABLE = "would still apply"
    OVERTAKEN = "overtaken"
    NO_FILE = "the file is not there"


class Text:
    """The lines of a file, made quick to search."""

    def __init__(self, content: bytes) -> None:
        lines = [line.rstrip() for line in content.decode("utf-8", "surrogateescape").split("\n")]
        if lines[-1] == "":
            lines.pop()
        self._lines = lines
        self._joined = "\n".join(["", TOP, *lines, BOTTOM, ""])

    @property
    def content(self) -> str:
        return "\n".join([*self._lines, ""])

    def count(self, block: Sequence[str]) -> int:
        return self._joined.count("\n".join(["", *block, ""])) if block else 0

    @cached_property
    def bag(self) -> Counter[str]:
        """How often each line is there, white space aside."""
        return Counter("".join(line.split()) for line in self._lines)

    def likeness(self, other: "Text") -> float:
        """The share of lines that both have, from 0 to 1."""
        most = max(self.bag.total(), other.bag.total())
        return (self.bag & other.bag).total() / most if most else 1.0


def weight(lines: Iterable[str]) -> int:
    """How much the lines say: their letters and digits."""
    return sum(len(_WORD.findall(line)) for line in lines)


def judge(
    piece: Hunk, text: Text, *, before: Text, after: Text, places: Callable[[], Places]
) -> HunkState:
    """How ``text`` stands to a piece of the change that made ``after`` of ``before``."""
    for state in _firm_opinions(piece, text, before, after, places):
        if state:
            return state
    came, stayed = _shares(piece, text, after)
    for old, new in _blocks(piece, _LITTLE_CONTEXT):
        state = _compare(old, new, text, before, after, firm=False)
        if state is HunkState.PRESENT or (state and (came is None or came <= _HALF)):
            return state
    return _by_shares(came, stayed)


def applies(piece: Hunk, text: Text, merged: Text) -> bool:
    """Whether the piece stands in what a merge made of ``text``, and not in ``text`` itself."""
    blocks = _blocks(piece, [_ALL_CONTEXT, *_LITTLE_CONTEXT])
    return any(merged.count(new) > text.count(new) for _, new in blocks)


def _firm_opinions(
    piece: Hunk, text: Text, before: Text, after: Text, places: Callable[[], Places]
) -> Iterator[HunkState | None]:
    """What all the context says, what the new lines say by themselves, what the place says."""
    for old, new in _blocks(piece, [_ALL_CONTEXT]):
        yield _compare(old, new, text, before, after, firm=True)
    yield HunkState.PRESENT if _came_whole(piece.added, text, before, after) else None
    yield _by_place(piece, *places())


def _by_place(piece: Hunk, from_old: Alignment, from_new: Alignment) -> HunkState | None:
    """Whether the old or the new lines stand where they are to be expected."""
    has_old = from_old.keeps(*_span(piece.old_line, len(piece.removed)))
    has_new = from_new.keeps(*_span(piece.line, len(piece.added)))
    if has_old == has_new:
        return None
    return HunkState.PRESENT if has_new else HunkState.MISSING


def _span(first: int, count: int) -> tuple[int, int]:
    """The lines to look for; where there are none, the lines on either side of the place."""
    return (first, count) if count else (first - 1, 2)


def _came_whole(added: Sequence[str], text: Text, before: Text, after: Text) -> bool:
    """Whether all the new lines stand together, in this place or another."""
    if weight(added) < _ENOUGH_ANYWHERE:
        return False
    return text.count(added) >= after.count(added) > before.count(added)


def _blocks(
    piece: Hunk, contexts: Iterable[tuple[int, int]]
) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """The old and the new lines with so much context; an empty block says nothing."""
    for above, below in contexts:
        if (above and not piece.before) or (below and not piece.after):
            continue
        head = piece.before[-above:] if above else ()
        tail = piece.after[:below]
        yield _block(head, piece.removed, tail), _block(head, piece.added, tail)


def _block(head: Sequence[str], middle: Sequence[str], tail: Sequence[str]) -> Sequence[str]:
    whole = (*head, *middle, *tail)
    if head and tail:
        enough = weight(whole) >= (_ENOUGH_INSIDE if middle else _ENOUGH_AT_EDGE)
    else:
        enough = weight(middle) >= (_ENOUGH_AT_EDGE if head or tail else _ENOUGH_ALONE)
    return whole if enough else ()


def _compare(
    old: Sequence[str], new: Sequence[str], text: Text, before: Text, after: Text, *, firm: bool
) -> HunkState | None:
    """What the blocks say; with little context, only what the change itself would alter counts."""
    has_old, has_new = text.count(old), text.count(new)
    if has_new and not has_old:
        return HunkState.PRESENT if firm or has_new > before.count(new) else None
    if has_old and not has_new:
        return HunkState.MISSING if firm or has_old > after.count(old) else None
    if has_old and has_new:
        if has_new >= after.count(new) and has_old <= after.count(old):
            return HunkState.PRESENT
        if has_new <= before.count(new) and has_old >= before.count(old):
            return HunkState.MISSING
    return None


def _shares(piece: Hunk, text: Text, after: Text) -> tuple[float | None, float | None]:
    """How much of the new lines came, and of the old ones stayed, wherever they stand."""
    old, new = _bag(piece.removed), _bag(piece.added)
    came = _share(new - old, lambda line: text.bag[line] >= after.bag[line])
    return came, _share(old - new, lambda line: text.bag[line] > after.bag[line])


def _by_shares(came: float | None, stayed: float | None) -> HunkState:
    if came is not None and came >= _MOST and (stayed is None or stayed <= _HALF):
        return HunkState.PRESENT
    if stayed is not None and stayed >= _MOST and (came is None or came <= _FEW):
        return HunkState.MISSING
    return HunkState.OVERTAKEN


def _bag(lines: Iterable[str]) -> Counter[str]:
    """The lines that say something, white space aside."""
    return Counter("".join(line.split()) for line in lines if weight([line]) >= _LEAST)


def _share(lines: Counter[str], holds: Callable[[str], bool]) -> float | None:
    total = sum(len(line) * count for line, count in lines.items())
    if not total:
        return None
    return sum(len(line) * count for line, count in lines.items() if holds(line)) / total
