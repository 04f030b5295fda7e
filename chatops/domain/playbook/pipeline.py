"""The steps that bring a fix to production, in a playbook's order and by its rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from chatops.domain.strict import STRICT
from chatops.domain.time.deadlines import Deadline

#: The least and the most that something takes.
Span = tuple[timedelta, timedelta]


class StepKind(StrEnum):
    """Everything that a pipeline can consist of."""

    GATE = "gate"
    BRANCH = "branch"
    REPRODUCE = "reproduce"
    FIX = "fix"
    BUMP = "bump"
    PULL_REQUEST = "pull_request"
    APPROVE = "approve"
    STAGE = "stage"
    SMOKE = "smoke"
    MERGE = "merge"
    TAG = "tag"
    DEPLOY = "deploy"
    VERIFY = "verify"
    WATCH = "watch"
    BACKPORT = "backport"
    ALIGN = "align"
    CLEAN_UP = "clean_up"
    FOLLOW_UP = "follow_up"


class FixWay(StrEnum):
    """How the harm may be ended: people push commits, or the bot makes one, or a flag goes off."""

    PUSH = "push"
    REVERT = "revert"
    PICK = "pick"
    FLAG = "flag"


class Skip(StrEnum):
    """Who may leave a step out."""

    NEVER = "never"
    WITH_LEAVE = "with_leave"
    FREELY = "freely"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a pipeline.

    ``takes`` is how long it usually takes, at least and at most; its end is the step's budget.
    ``by`` is when it is to be over, counted from the start of the hotfix.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    kind: StepKind
    title: str
    takes: Span | None = None
    by: timedelta | None = None
    skip: Skip = Skip.WITH_LEAVE
    #: It happens by itself, once the step before it is done (a deploy on every push to main).
    automatic: bool = False
    #: What to do when the time is over.
    when_over: str = ""
    #: What to keep in mind while doing it.
    mind: tuple[str, ...] = ()
    #: For ``fix`` alone.
    ways: tuple[FixWay, ...] = ()
    #: For ``verify`` alone: whoever reported the trouble is asked whether it is gone.
    ask_reporter: bool = False


class Increment(StrEnum):
    """The part of a version that counts up."""

    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"


class SkipPermission(StrEnum):
    """What is said to somebody who wants something."""

    ALLOWED = "allowed"
    WARNED = "warned"
    REFUSED = "refused"


class VersionFileKind(StrEnum):
    """Files whose version the bot knows how to count up."""

    PACKAGE_JSON = "package_json"
    PYPROJECT = "pyproject"
    CARGO = "cargo"
    VERSION = "version"
    CONSTANT = "constant"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFile:
    """A file that states the version; its lock file, if there is one, goes along.

    A ``constant`` is found by ``pattern``, whose one group is a number that counts up by one and
    keeps its leading zeros.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    kind: VersionFileKind
    path: str
    pattern: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRule:
    """How a hotfix gets its version.

    ``repositories`` names the files of repositories that differ from ``files``. With neither,
    the tag alone carries the version. All files go into one commit.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    increments: Mapping[Increment, SkipPermission] = field(
        default_factory=lambda: {
            Increment.PATCH: SkipPermission.ALLOWED,
            Increment.MINOR: SkipPermission.WARNED,
            Increment.MAJOR: SkipPermission.REFUSED,
        }
    )
    files: tuple[VersionFile, ...] = ()
    repositories: Mapping[str, tuple[VersionFile, ...]] = field(default_factory=dict)
    #: Take the next patch also when that patch's predecessor has not been released yet.
    even_if_unreleased: bool = False

    def files_of(self, repository: str) -> tuple[VersionFile, ...]:
        """The version files of a repository, by its name without its owner."""
        return self.repositories.get(repository, self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestRule:
    """How a pull request is opened; its title and body are texts."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    labels: tuple[str, ...] = ()
    #: Audiences of ``chatops.yml`` that are asked to look.
    reviewers: tuple[str, ...] = ()


class MergeWay(StrEnum):
    """How the fix enters the production branch."""

    MERGE = "merge"
    NO_FF = "no_ff"
    SQUASH = "squash"


class BackportMethod(StrEnum):
    """How the fix gets into the branches that the next release comes from."""

    CHERRY_PICK = "cherry_pick"
    MERGE = "merge"
    MERGE_NO_FF = "merge_no_ff"


class ConflictSide(StrEnum):
    """Whose lines are advised to win where both sides changed the same ones."""

    HOTFIX = "hotfix"
    TARGET = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackportRule:
    """How, where to and by when the fix goes back.

    ``branch`` names the branch that carries it; without one it is pushed to the target itself.
    ``several`` is the method for more than one commit, where it differs.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    method: BackportMethod
    due: Deadline
    #: The step whose end starts the clock.
    since: StepKind = StepKind.DEPLOY
    targets: tuple[str, ...] = ("develop",)
    several: BackportMethod | None = None
    branch: str | None = None
    pull_request: PullRequestRule | None = None
    prefer: ConflictSide | None = None
    test_after: bool = True
    #: What a reminder says about why it matters.
    story: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """One way from the gate to the end; a playbook has one for each git model it knows.

    ``branch`` and ``tag`` are patterns; without ``branch`` people commit to production directly.
    ``production`` names candidates, of which the first that exists is meant.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    key: str
    title: str
    steps: tuple[Step, ...]
    production: tuple[str, ...] = ("main", "master")
    branch: str | None = None
    tag: str | None = None
    version: VersionRule | None = None
    pull_request: PullRequestRule | None = None
    merge: MergeWay | None = None
    backport: BackportRule | None = None
    #: From the gate to production, at least and at most.
    takes: Span | None = None
    #: The goal for it.
    target: timedelta | None = None

    def step(self, kind: StepKind) -> Step | None:
        return next((step for step in self.steps if step.kind is kind), None)
