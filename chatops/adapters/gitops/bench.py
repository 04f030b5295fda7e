"""What a job is worked on with: the objects, what the remote held a moment ago, and who signs."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC

from chatops.adapters.gitops.commits import Hands, Signing, signature
from chatops.adapters.gitops.earlier import Earlier, made_earlier
from chatops.adapters.gitops.errors import EmptyRepository, UnknownBranch
from chatops.adapters.gitops.history import LogLine, describe
from chatops.adapters.gitops.objects import Signature
from chatops.adapters.gitops.plans import clean
from chatops.adapters.gitops.pushing import RefUpdate
from chatops.adapters.gitops.repository import Repository
from chatops.application.ports.git import STEP, CommitLine, Result, Signed
from chatops.domain.git.names import BranchName, CommitId
from chatops.domain.services import Service
from chatops.domain.team import GitRules

#: Signs that git strips from the ends of a name; a name of nothing else it refuses.
_CRUD = " .,:;<>\"\\'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What a job comes to, and the refs to move so that it is done; none: there is nothing left."""

    result: Result
    updates: tuple[RefUpdate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
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

    def hands(self, signed: Signed) -> Hands:
        """The bot as committer, at the moment at which the job was asked for."""
        name, email = self.rules.name, self.rules.email
        return Hands(name=name, email=email, at=signed.at.astimezone(UTC), signing=self.signing)

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
