"""What one check found."""

from dataclasses import dataclass
from enum import StrEnum


class FindingLevel(StrEnum):
    """How it is: fine, worth a look, or wrong."""

    FINE = "fine"
    LOOK = "look"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: how it is, in words, and what would mend it."""

    name: str
    state: FindingLevel
    words: str
    mend: str = ""


def fine(name: str, words: str) -> Finding:
    return Finding(name=name, state=FindingLevel.FINE, words=words)


def look(name: str, words: str, mend: str) -> Finding:
    return Finding(name=name, state=FindingLevel.LOOK, words=words, mend=mend)


def wrong(name: str, words: str, mend: str) -> Finding:
    return Finding(name=name, state=FindingLevel.WRONG, words=words, mend=mend)
