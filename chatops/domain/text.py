"""Texts from people, as every place that they go to can take them."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

#: What Slack refuses or nothing can send: control characters, and halves of a character.
_UNSENDABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def sendable(text: str, *, instead: str = "") -> str:
    r"""A text without the characters that neither Slack nor a database takes.

    >>> sendable("check\x00out")
    'checkout'
    """
    return _UNSENDABLE.sub(instead, text)


#: How alike two words must be, from 0 to 1, so that one is taken for a slip of the other.
_ALIKE = 0.6


def closest_match(word: str, choices: Iterable[str], *, likeness: float = _ALIKE) -> str | None:
    """The choice that ``word`` most likely stands for, whatever its case; none where none is near.

    ``likeness`` is difflib's ratio, from 0 (nothing alike) to 1 (the same letters).

    >>> closest_match("severites", ["severities", "roles"]), closest_match("zebra", ["roles"])
    ('severities', None)
    """
    by_folded = {choice.casefold(): choice for choice in reversed(list(choices))}
    found = get_close_matches(word.casefold(), by_folded, n=1, cutoff=likeness)
    return by_folded[found[0]] if found else None
