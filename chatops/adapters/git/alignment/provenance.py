"""Finds the commits of a branch that say they brought a fix, and those that took it back."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chatops.adapters.git.objects.repository import Repository
from chatops.domain.git.alignment import CarryingCommit, CommitLink

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

    carriers: tuple[CarryingCommit, ...] = ()
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
    return Provenance(carriers=tuple(tracer.carriers), reverted_by=tracer.reverted_by)


class _Tracer:
    """Reads a branch in order and remembers who brought the fix and who took it back."""

    def __init__(self, fixes: Sequence[CommitClaims]) -> None:
        self.carriers: list[CarryingCommit] = []
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
        self.carriers.append(CarryingCommit(commit=said.id, link=link))

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
