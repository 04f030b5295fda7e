"""Decides from evidence whether a branch contains a fix: contained, absent, or a person must say.

Provenance says that somebody brought the fix, content says that it is there; neither alone is a
proof. Each part of the fix has a fate on the branch, and the fates together give the answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_NEARLY_ALL: Final = 0.8
_MOST: Final = 0.5
_MUCH: Final = 0.15


class Containment(StrEnum):
    """Whether the branch contains the fix."""

    CONTAINED = "contained"
    ABSENT = "absent"
    UNSURE = "unsure"


class CommitLink(StrEnum):
    """What ties a commit on the branch to the fix."""

    ITSELF = "the fix itself is in the history"
    TRAILER = "names the fix as its origin"
    IDENTITY = "has the author and the time of the fix"
    SUBJECT = "has the subject of the fix"
    MENTION = "mentions the fix"
    REQUEST = "mentions the pull request of the fix"
    AGAIN = "takes a revert back"
    CONTENT = "brought lines of the fix"


_STRONG: Final = frozenset({CommitLink.TRAILER, CommitLink.IDENTITY, CommitLink.AGAIN})


class Fate(StrEnum):
    """What became of one part of the fix on the branch."""

    THERE = "stands in the branch"
    REWRITTEN = "was brought, and later work went over it"
    ADAPTED = "was brought in another form"
    TAKEN_BACK = "was brought, and later taken back"
    LEFT_OUT = "was left out when the fix was brought"
    MISSING = "is missing: the old lines are in place"
    UNCLEAR = "cannot be told: the lines that it changes are not on the branch"
    NOT_HERE = "does not concern the branch: the file is not there"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackportCommit:
    """A commit on the branch that may have brought the fix."""

    commit: str
    link: CommitLink


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFate:
    """One part of the fix: where it is, how much it says, what became of it, and through whom."""

    path: str
    line: int
    weight: int
    fate: Fate
    commit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that was found about a fix and a branch."""

    fix: str
    tip: str
    parts: Sequence[PartFate] = ()
    backport_commits: Sequence[BackportCommit] = ()
    reverted_by: str | None = None
    shallow: bool = False

    @property
    def strongly_tied(self) -> bool:
        """Whether a commit is tied to the fix by more than words in passing."""
        return any(backport_commit.link in _STRONG for backport_commit in self.backport_commits)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofResult:
    """The answer, and the lines of evidence that a person can check."""

    answer: Containment
    lines: tuple[str, ...]


def decide(evidence: Evidence) -> ProofResult:
    """The answer that the evidence supports."""
    answer, reason = _decide(evidence)
    return ProofResult(answer=answer, lines=(reason, *_lines(evidence)))


def _decide(evidence: Evidence) -> tuple[Containment, str]:
    if evidence.shallow:
        return Containment.UNSURE, "The clone is shallow: history that is cut off proves nothing."
    if not evidence.parts:
        return Containment.CONTAINED, "The fix changes nothing, so there is nothing to bring."
    shares = _Shares(evidence.parts)
    if shares.of(Fate.THERE) == 1:
        return Containment.CONTAINED, "Every part of the fix stands in the branch."
    if evidence.reverted_by:
        return _decide_reverted(shares)
    return (
        _decide_brought(evidence, shares)
        if evidence.backport_commits
        else _decide_unbrought(shares)
    )


class _Shares:
    """How much of the fix, by weight, met each fate."""

    def __init__(self, parts: Sequence[PartFate]) -> None:
        self._parts = parts
        self._total = sum(part.weight for part in parts)

    def of(self, *fates: Fate) -> float:
        return sum(part.weight for part in self._parts if part.fate in fates) / self._total


def _decide_reverted(shares: _Shares) -> tuple[Containment, str]:
    if shares.of(Fate.THERE) and not shares.of(Fate.TAKEN_BACK, Fate.LEFT_OUT, Fate.MISSING):
        return (
            Containment.UNSURE,
            "A commit says that it reverts the fix, but none of it was taken back.",
        )
    return Containment.ABSENT, "The fix was brought and then reverted."


def _decide_brought(evidence: Evidence, shares: _Shares) -> tuple[Containment, str]:
    if shares.of(Fate.TAKEN_BACK):
        return Containment.ABSENT, "The fix was brought, but a part of it was taken back."
    if shares.of(Fate.UNCLEAR, Fate.NOT_HERE) == 1 and evidence.strongly_tied:
        return Containment.UNSURE, "The fix was brought, but in a form that cannot be recognized."
    if not shares.of(Fate.THERE, Fate.REWRITTEN, Fate.ADAPTED):
        return Containment.ABSENT, "Commits speak of the fix, but nothing of it was brought."
    return _decide_whole(shares)


def _decide_whole(shares: _Shares) -> tuple[Containment, str]:
    """Whether all was brought of a fix of which something was."""
    if shares.of(Fate.LEFT_OUT, Fate.MISSING):
        return Containment.ABSENT, "The fix was brought in part only."
    if shares.of(Fate.UNCLEAR) >= _MUCH:
        return Containment.UNSURE, "The fix was brought, but a part of it cannot be recognized."
    return Containment.CONTAINED, "The fix was brought, and nothing of it is missing."


def _decide_unbrought(shares: _Shares) -> tuple[Containment, str]:
    if shares.of(Fate.TAKEN_BACK):
        return Containment.ABSENT, "The fix was there once, but a part of it was taken back."
    stood = shares.of(Fate.THERE, Fate.REWRITTEN)
    if not stood:
        return Containment.ABSENT, "Nothing of the fix stands in the branch, and nobody brought it."
    if shares.of(Fate.MISSING, Fate.LEFT_OUT):
        if stood >= _MOST:
            return (
                Containment.UNSURE,
                "Most of the fix stands in the branch, but a part is missing.",
            )
        return Containment.ABSENT, "Most of the fix is missing from the branch."
    if stood >= _NEARLY_ALL:
        return (
            Containment.CONTAINED,
            "Nearly all of the fix stands in the branch, and none is missing.",
        )
    return Containment.UNSURE, "Some of the fix stands in the branch, and nobody says why."


def _lines(evidence: Evidence) -> Iterator[str]:
    for backport_commit in evidence.backport_commits:
        yield f"{backport_commit.commit:.10} {backport_commit.link}"
    if evidence.reverted_by:
        yield f"{evidence.reverted_by:.10} reverts it"
    for part in evidence.parts:
        by = f" ({part.commit:.10})" if part.commit else ""
        yield f"{part.path}:{part.line} {part.fate}{by}"
