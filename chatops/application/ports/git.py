"""What is asked of a repository, in the words of git, and what it comes to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from chatops.domain.playbook.pipeline import BackportMethod, Increment, MergeWay, VersionRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a host wants to see before it lets the bot in."""

    username: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Whose work a commit is and when it was asked for: asked twice, it is the same commit.

    ``trailers`` name the incident, the step and who approved. The step's own trailer
    (``STEP``) is found again after a crash.
    """

    name: str
    email: str
    at: datetime
    trailers: tuple[tuple[str, str], ...] = ()


#: The trailer that tells which step of which hotfix made a commit: ``INC-2026-014/1 merge``.
STEP = "Hotfix-Step"


@dataclass(frozen=True, slots=True, kw_only=True)
class StartBranch:
    """A branch at the freshly fetched tip of ``production`` (none: the service's own).

    A branch of that name that is there already is taken over if it holds nothing but production
    and what was pushed on top of it since.
    """

    branch: str
    production: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revert:
    """Take a commit (a merge too) back, on ``branch``: an id, or the number of a pull request."""

    commit: str
    branch: str
    message: str
    signed: Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """Bring a commit from anywhere in the repository onto ``branch``."""

    commit: str
    branch: str
    signed: Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class BumpVersion:
    """Count the version up on ``branch``, all files in one commit.

    ``message`` is made when the version is known: it holds ``{version}``.
    """

    branch: str
    rule: VersionRule
    tag_pattern: str
    message: str
    signed: Signed
    step: Increment = Increment.PATCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Bring ``commit`` (the head that was approved) into ``into``."""

    commit: str
    into: str
    way: MergeWay
    message: str
    signed: Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """An annotated tag at ``commit``."""

    tag: str
    commit: str
    message: str
    signed: Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class BringBack:
    """The fix into ``target``: pushed to it, or to ``pull_branch``, which a pull request brings in.

    ``commits`` are the fix, oldest first, without the bump; ``head`` and ``base`` bound the
    branch that a merge brings. ``bump`` is settled in favour of the target in a merge. With
    ``draft``, a conflict leaves that branch with a commit that says what is left to do, so that
    a pull request can be opened from it.
    """

    target: str
    method: BackportMethod
    commits: tuple[str, ...]
    base: str
    head: str
    message: str
    signed: Signed
    bump: str = ""
    pull_branch: str | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveBranch:
    """Delete a branch, once every commit of it is in ``kept_in``."""

    branch: str
    kept_in: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PutFile:
    """A file with ``content`` at ``path`` on ``branch``, which starts at ``base`` if it is new.

    One commit, on top of whatever others have put there; what others wrote into this very file
    is not written over.
    """

    branch: str
    base: str
    path: str
    content: str
    message: str
    signed: Signed


Job = StartBranch | Revert | Pick | BumpVersion | Merge | Tag | BringBack | RemoveBranch | PutFile


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitLine:
    """A commit as a list shows it."""

    sha: str
    author: str
    email: str
    at: datetime
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileConflict:
    """A file that both sides changed, and who changed it last on each."""

    path: str
    kind: str
    ours: tuple[CommitLine, ...] = ()
    theirs: tuple[CommitLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a job comes to, or came to.

    ``plan`` are the very commands of git that would do the same, with full names and ids.
    ``name`` is the branch or tag that the job made, moved or removed.
    ``before`` and ``after`` are the tip of the branch (or what the tag points to) before and
    after; equal where there was nothing left to do. ``made`` are the new commits, oldest first.
    With ``conflicts`` nothing was done (but for the draft that was asked for), and ``commands``
    finish it by hand.
    """

    plan: tuple[str, ...]
    name: str = ""
    before: str = ""
    after: str = ""
    made: tuple[CommitLine, ...] = ()
    version: str = ""
    previous: str = ""
    notes: tuple[str, ...] = ()
    conflicts: tuple[FileConflict, ...] = ()
    commands: tuple[str, ...] = ()

    @property
    def already(self) -> bool:
        """Whether it was done before anybody asked."""
        return self.before == self.after and not self.conflicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The newest commits of the production branch, and what is known of versions."""

    branch: str
    tip: str
    commits: Sequence[CommitLine]
    #: The newest version that production's branch was tagged with, and the one that comes next.
    version: str = ""
    following: str = ""
    #: Commits by file, where files were asked about.
    by_file: Sequence[tuple[str, Sequence[CommitLine]]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchState:
    """A branch as the remote has it, oldest commit first: none of it while ``tip`` is empty."""

    tip: str
    commits: Sequence[CommitLine] = ()
    files: tuple[str, ...] = ()
    added: int = 0
    removed: int = 0
