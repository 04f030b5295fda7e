"""Finds the word that somebody meant when a finger slipped."""

from collections.abc import Sequence

_TYPO = 2
_SHORT = 4


def nearest(typed: str, choices: Sequence[str]) -> str:
    """The choice that ``typed`` is a slip of, or an empty text.

    >>> nearest("udpate", ["update", "page"]), nearest("checkout", ["update", "page"])
    ('update', '')
    """
    word = typed.casefold()
    near = [(distance(word, choice), choice) for choice in choices]
    best, choice = min(near, default=(_TYPO + 1, ""))
    allowed = 1 if min(len(choice), len(word)) <= _SHORT else _TYPO
    return choice if best <= allowed else ""


def distance(one: str, other: str) -> int:
    """How many letters must be changed, added, dropped or swapped to turn one into the other.

    >>> distance("udpate", "update"), distance("list", "lists"), distance("", "abc")
    (1, 1, 3)
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        this = [row]
        for column, against in enumerate(other, 1):
            cost = last[column - 1] + (letter != against)
            this.append(min(cost, last[column] + 1, this[-1] + 1))
            swapped = (
                row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against
            )
            if swapped:
                this[-1] = min(this[-1], before[column - 2] + 1)
        before, last = last, this
    return last[-1]
