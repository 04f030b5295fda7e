"""Finds the word of a command that somebody meant when a finger slipped."""

from collections.abc import Iterable

from chatops.domain.text import closest_match

#: Stricter than elsewhere, as most of what is typed is a title: “checkout” is no slip of “check”.
_LIKENESS, _LETTERS_MORE_OR_LESS = 0.75, 2


def nearest(typed: str, choices: Iterable[str]) -> str:
    """The choice that ``typed`` is a slip of, or an empty text.

    >>> nearest("udpate", ["update", "page"]), nearest("checkout", ["update", "check"])
    ('update', '')
    >>> nearest("akc", ["ack", "due"])
    'ack'
    """
    choices = list(choices)
    for swapped in (each for each in choices if sorted(each) == sorted(typed.casefold())):
        return swapped
    as_long = [each for each in choices if abs(len(each) - len(typed)) <= _LETTERS_MORE_OR_LESS]
    return closest_match(typed, as_long, likeness=_LIKENESS) or ""
