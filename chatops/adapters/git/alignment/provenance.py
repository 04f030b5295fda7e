"""Finds the commits that say they brought a fix or took it back, and what each did to its parts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from chatops.adapters.git.alignment.hunk_state import (
    ChangedWords,
    HunkPart,
    HunkStates,
    Lines,
    lines_of,
    lines_of_piece,
    lines_share,
    stand,
    without,
    words_of,
    words_share,
)
from chatops.adapters.git.alignment.patches import FilePatch, Hunk, read_patch
from chatops.adapters.git.alignment.presence import HunkState
from chatops.adapters.git.alignment.snapshots import BlobCache
from chatops.adapters.git.merge.cherry_pick import empty_tree
from chatops.adapters.git.objects.repository import Repository
from chatops.domain.git.alignment import BackportCommit, CommitLink, Fate

_FORMAT = "%H%x00%P%x00%an%x00%at%x00%B%x00%x1e"
_END = "\0\x1e\n"
_ORIGIN = re.compile(
    r"(?:cherry[ -]?pick(?:ed)?|back-?port(?:ed|s)?|forward-?port(?:ed)?|picked|upstream commit)"
    r"[^\n]{0,30}?\b([0-9a-f]{7,64})\b",
    re.IGNORECASE,
)
_REVERT = re.compile(r"[Rr]everts?(?: commit)? ([0-9a-f]{7,64})")
_ID = re.compile(r"\b[0-9a-f]{10,64}\b")
_REQUEST = re.compile(
    r"(?:Merge (?:pull request|PR) #(\d+)|\(#(\d+)\)$|See merge request \S*!(\d+))"
)
_NUMBER = re.compile(r"[#!](\d+)\b")
_PREFIXES = re.compile(r"^(?:\[[^\]]*\]\s*)+|\s*\((?:#\d+|cherry picked[^)]*)\)")
_SHORTEST_SUBJECT = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitClaims:
    """What a commit says about itself."""

    id: str
    parents: tuple[str, ...]
    author: str
    when: str
    message: str

    @property
    def subject(self) -> str:
        return self.message.strip().partition("\n")[0].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """The commits that brought a fix to a branch, oldest first, and what reverted it in the end."""

    backport_commits: tuple[BackportCommit, ...] = ()
    reverted_by: str | None = None


def read_log(repo: Repository, *span: str) -> list[CommitClaims]:
    """`git log --topo-order SPAN`."""
    out = repo.run("log", "--topo-order", f"--format={_FORMAT}", *span, "--").text + "\n"
    records = (record.split("\0", 4) for record in out.split(_END) if record.strip())
    return [
        CommitClaims(
            id=commit, parents=tuple(parents.split()), author=author, when=when, message=message
        )
        for commit, parents, author, when, message in records
    ]


def trace(repo: Repository, fixes: Sequence[CommitClaims], tip: str) -> Provenance:
    """Follow the fix through the branch, from the oldest commit to the tip."""
    history = read_log(repo, tip, *(f"^{fix.id}" for fix in fixes))
    tracer = _Tracer(fixes)
    for said in reversed(history):
        tracer.read(said)
    return Provenance(
        backport_commits=tuple(tracer.backport_commits), reverted_by=tracer.reverted_by
    )


class _Tracer:
    """Reads a branch in order and remembers who brought the fix and who took it back."""

    def __init__(self, fixes: Sequence[CommitClaims]) -> None:
        self.backport_commits: list[BackportCommit] = []
        self.reverted_by: str | None = None
        self._family = {fix.id for fix in fixes}
        for fix in fixes:
            self._family.update(_ORIGIN.findall(fix.message))
        self._reverts: set[str] = set()
        self._made = {(fix.author, fix.when) for fix in fixes}
        self._subjects = {subject for fix in fixes if (subject := _plain(fix.subject))}
        self._requests = {number for fix in fixes for number in _requests(fix.message)}

    def read(self, said: CommitClaims) -> None:
        undone = _REVERT.findall(said.message)
        if _any_of(undone, self._reverts):
            self._bring(said, CommitLink.AGAIN)
        elif _any_of(undone, self._family) or self._reverts_by_subject(said):
            self.reverted_by = said.id
            self._reverts.add(said.id)
        elif link := next(self._links(said), None):
            self._bring(said, link)

    def _bring(self, said: CommitClaims, link: CommitLink) -> None:
        self.reverted_by = None
        self._family.add(said.id)
        self.backport_commits.append(BackportCommit(commit=said.id, link=link))

    def _links(self, said: CommitClaims) -> Iterator[CommitLink]:
        """What ties the commit to the fix, the strongest first."""
        alone = len(said.parents) == 1
        if said.id in self._family:
            yield CommitLink.ITSELF
        if _any_of(_ORIGIN.findall(said.message), self._family):
            yield CommitLink.TRAILER
        if alone and (said.author, said.when) in self._made:
            yield CommitLink.IDENTITY
        if alone and _plain(said.subject) in self._subjects:
            yield CommitLink.SUBJECT
        if _any_of(_ID.findall(said.message), self._family):
            yield CommitLink.MENTION
        if self._requests & set(_NUMBER.findall(said.message)):
            yield CommitLink.REQUEST

    def _reverts_by_subject(self, said: CommitClaims) -> bool:
        if not said.subject.startswith('Revert "'):
            return False
        return _plain(said.subject[len('Revert "') :].rstrip('"')) in self._subjects


def _any_of(written: Iterable[str], known: Iterable[str]) -> bool:
    """Whether one of the ids, which may be short, is one of those known, which may be too."""
    names = tuple(known)
    return any(name.startswith(one) or one.startswith(name) for one in written for name in names)


def _plain(subject: str) -> str:
    """A subject without the marks that backports add; empty if it is too short to tell much."""
    plain = _PREFIXES.sub("", subject).strip().casefold()
    return plain if len(plain) >= _SHORTEST_SUBJECT else ""


def _requests(message: str) -> Iterator[str]:
    for found in _REQUEST.finditer(message.partition("\n")[0]):
        yield from filter(None, found.groups())


_NEARLY_ALL: Final = 0.8
_MOST: Final = 0.5
_RECOGNIZED: Final = 0.5
_UNBROUGHT: Final = {HunkState.APPLICABLE: Fate.LEFT_OUT, HunkState.NO_FILE: Fate.NOT_HERE}
_WEAK: Final = frozenset({CommitLink.SUBJECT, CommitLink.MENTION, CommitLink.REQUEST})


@dataclass(frozen=True, slots=True, kw_only=True)
class BackportTrace:
    """A backport commit, how the fix stood right after it, and what it changed itself.

    ``own`` are the words of what it changed apart from what the fix does.
    """

    backport_commit: BackportCommit
    states_after: HunkStates
    change: Sequence[FilePatch]
    lines: Lines
    own: ChangedWords


def trace_backport(
    snapshots: BlobCache, patch: Sequence[FilePatch], backport_commit: BackportCommit
) -> BackportTrace | None:
    """What a backport commit did; None if it only speaks of the fix, which proves nothing."""
    states_after = stand(snapshots, patch, backport_commit.commit)
    parents = _parents(snapshots.repo, backport_commit.commit)
    parent = parents[0] if parents else empty_tree(snapshots.repo)
    if backport_commit.link in _WEAK:
        before = stand(snapshots, patch, parent)
        if not states_after.parts(HunkState.PRESENT) - before.parts(HunkState.PRESENT):
            return None
    paths = [path for file in patch for path in (file.path, file.old_path)]
    change = read_patch(
        snapshots.repo, parent, backport_commit.commit, paths=paths if len(parents) > 1 else ()
    )
    lines = lines_of(change)
    own = words_of(without(lines, lines_of(patch)))
    return BackportTrace(
        backport_commit=backport_commit,
        states_after=states_after,
        change=change,
        lines=lines,
        own=own,
    )


def carried(
    part: HunkPart, piece: Hunk | None, traces: Sequence[BackportTrace], fix: Lines
) -> tuple[Fate, str]:
    """What the backport commits did for one part of the fix, and which of them."""
    newest_first = traces[::-1]
    for trace in newest_first:
        if trace.states_after.states[part] is HunkState.PRESENT:
            return Fate.THERE, trace.backport_commit.commit
    for trace in newest_first:
        if piece and lines_share(piece, trace.lines, fix) >= _NEARLY_ALL:
            return Fate.ADAPTED, trace.backport_commit.commit
    last = newest_first[0]
    state = last.states_after.states[part]
    if state is HunkState.MISSING:
        return Fate.LEFT_OUT, last.backport_commit.commit
    for trace in newest_first:
        if piece and words_share(lines_of_piece(piece), trace.own) >= _MOST:
            return Fate.ADAPTED, trace.backport_commit.commit
    return _UNBROUGHT.get(state, Fate.UNCLEAR), last.backport_commit.commit


def own_files(trace: BackportTrace, fix: Lines) -> list[FilePatch]:
    """The files in which a backport commit did what the fix does, as they are called there."""
    known = words_of(fix)
    return [
        file
        for file in trace.change
        if file.pieces and words_share(lines_of([file]), known) >= _RECOGNIZED
    ]


def _parents(repo: Repository, commit: str) -> list[str]:
    return repo.run("rev-list", "--no-walk", "--parents", commit, "--").text.split()[1:]
