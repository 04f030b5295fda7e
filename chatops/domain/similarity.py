"""Tells which open incidents a new one might be a duplicate of."""

import re
from collections.abc import Iterable

from chatops.domain.incident import Incident

_WORD = re.compile(r"\w+")
_EMPTY_WORDS = frozenset(
    _WORD.findall(
        "a an and are at broken down error errors for from in is issue it no not of on our s"
        " the to us we with"
    )
)
#: Share of the shorter title's telling words that must be shared.
_ENOUGH = 0.5


def _words(title: str) -> frozenset[str]:
    """The words that tell one incident from another; all of them if none does."""
    words = frozenset(_WORD.findall(title.casefold()))
    return (words - _EMPTY_WORDS) or words


def alike(one: str, other: str) -> float:
    """How alike two titles are, from 0 to 1.

    >>> alike("checkout is down", "Checkout broken for everybody")
    1.0
    >>> alike("checkout is down", "search is down")
    0.0
    """
    left, right = _words(one), _words(other)
    if not left or not right:
        return 0.0
    return len(left & right) / min(len(left), len(right))


def similar(title: str, running: Iterable[Incident], most: int = 3) -> tuple[Incident, ...]:
    """The incidents that ``title`` might repeat, the likeliest first."""
    scored = [(alike(title, incident.title), incident) for incident in running]
    close = [pair for pair in scored if pair[0] >= _ENOUGH]
    close.sort(key=lambda pair: (-pair[0], -pair[1].id))
    return tuple(incident for _, incident in close[:most])
