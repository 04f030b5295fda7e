"""What a job is worked on with: the objects, what the remote held a moment ago, and who signs."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Final

from chatops.adapters.git.errors import EmptyRepository, UnknownBranch
from chatops.adapters.git.jobs.manual_commands import clean
from chatops.adapters.git.objects.commits import Committer, LogLine, Signing, describe, signature
from chatops.adapters.git.objects.objects import Signature
from chatops.adapters.git.objects.push import RefUpdate
from chatops.adapters.git.objects.repository import Repository
from chatops.application.ports.git import STEP, CommitLine, Result, Signed
from chatops.domain.git.names import BranchName, CommitId
from chatops.domain.services import Service
from chatops.domain.team import GitRules

#: How far back on a branch an earlier attempt is looked for.
_MOST: Final = 2000
_REVERTS: Final = re.compile(r"This reverts commit ([0-9a-f]{40}(?:[0-9a-f]{24})?)\b")
_BETWEEN: Final = "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A commit that an earlier attempt made, and what it says."""

    id: CommitId
    message: str


def made_earlier(repo: Repository, tip: CommitId, trailer: tuple[str, str] | None) -> list[Earlier]:
    """The commits below TIP with the trailer, oldest first, but for those reverted since."""
    if trailer is None:
        return []
    key, value = trailer
    wanted = _plain(value)
    undone: set[str] = set()
    found = []
    for commit, values, message in _newest(repo, tip, key):
        if commit in undone:
            continue
        undone.update(_REVERTS.findall(message))
        if wanted in map(_plain, values):
            found.append(Earlier(id=CommitId(commit), message=message))
    return found[::-1]


def _newest(repo: Repository, tip: CommitId, key: str) -> Iterator[tuple[str, Sequence[str], str]]:
    """`git log TIP`: each commit with the values of its trailers of one key."""
    shape = f"%H%x00%(trailers:key={key},valueonly,unfold,separator=%x1f)%x00%B"
    answer = repo.run("log", "-z", f"-{_MOST}", f"--format={shape}", str(tip), "--")
    fields = iter(answer.text.split("\0"))
    for commit, values, message in zip(fields, fields, fields, strict=False):
        yield commit, values.split(_BETWEEN), message


def _plain(value: str) -> str:
    return " ".join(value.split())


#: Signs that git strips from the ends of a name; a name of nothing else it refuses.
_CRUD = " .,:;<>\"\\'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What a job comes to, and the refs to move so that it is done; none: there is nothing left."""

    result: Result
    updates: tuple[RefUpdate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobContext:
    """One job's view of a repository: refs are read once, so that nothing moves while it works."""

    repo: Repository
    service: Service
    rules: GitRules
    branches: Mapping[str, CommitId]
    tags: Mapping[str, CommitId]
    signing: Signing | None = None

    def tip(self, branch: BranchName) -> CommitId:
        if not self.branches:
            raise EmptyRepository
        if str(branch) not in self.branches:
            raise UnknownBranch(str(branch))
        return self.branches[str(branch)]

    def hands(self, signed: Signed) -> Committer:
        """The bot as committer, at the moment at which the job was asked for."""
        name, email = self.rules.name, self.rules.email
        return Committer(name=name, email=email, at=signed.at.astimezone(UTC), signing=self.signing)

    def earlier(self, tip: CommitId, signed: Signed) -> list[Earlier]:
        return made_earlier(self.repo, tip, step_of(signed))

    def lines(self, commits: Sequence[CommitId]) -> tuple[CommitLine, ...]:
        return tuple(map(commit_line, describe(self.repo, commits)))

    def already(
        self,
        tip: CommitId,
        *notes: str,
        made: Sequence[CommitId] = (),
        version: str = "",
        previous: str = "",
    ) -> Prepared:
        """Nothing is left to do."""
        return Prepared(
            result=Result(
                plan=(),
                before=str(tip),
                after=str(tip),
                made=self.lines(made),
                version=version,
                previous=previous,
                notes=tuple(map(clean, notes)),
            )
        )

    def moving(
        self,
        update: RefUpdate,
        plan: Sequence[str],
        *notes: str,
        made: Sequence[CommitId] = (),
        version: str = "",
        previous: str = "",
    ) -> Prepared:
        """One branch moves, by the commits that were made for it."""
        return Prepared(
            updates=(update,),
            result=Result(
                plan=tuple(plan),
                before=str(update.expected or ""),
                after=str(update.new or ""),
                made=self.lines(made),
                version=version,
                previous=previous,
                notes=tuple(map(clean, notes)),
            ),
        )


def author_of(signed: Signed) -> Signature:
    """The engineer as git writes a person; what cannot be seen or stored is left out."""
    name, email = _visible(signed.name), _visible(signed.email)
    who = signature(name, email, signed.at.astimezone(UTC))
    if who.name.strip(_CRUD):
        return who
    return replace(who, name=email.strip(_CRUD).partition("@")[0] or "unknown")


def step_of(signed: Signed) -> tuple[str, str] | None:
    return next((trailer for trailer in signed.trailers if trailer[0] == STEP), None)


def commit_line(line: LogLine) -> CommitLine:
    return CommitLine(
        sha=str(line.id),
        author=clean(line.author),
        email=clean(line.email),
        at=line.committed,
        subject=clean(line.subject),
    )


def repository_name(service: Service) -> str:
    """The name of a service's repository, without its owner."""
    path = service.project or service.repository
    return re.split(r"[/:]", path.rstrip("/").removesuffix(".git"))[-1]


def _visible(text: str) -> str:
    return "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
