"""Compares changes by the lines and words that they add and remove, wherever these stand."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chatops.adapters.git.alignment.patches import FilePatch, Hunk
from chatops.adapters.git.alignment.presence import weight

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
