"""The steps that bring a fix to production, in a playbook's order and by its rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from chatops.domain.strict import STRICT
from chatops.domain.time.durations import Deadline

#: The least and the most that something takes.
Span = tuple[timedelta, timedelta]


class Doer(StrEnum):
    """Who does the work of a step; where both may, the service's settings decide."""

    BOT = "bot"
    PERSON = "person"
    BOTH = "both"


class WorkLane(StrEnum):
    """Where work is done one after the other: on a repository, on servers, or by looking on."""

    REPOSITORY = "repo"
    SERVERS = "servers"
    PRODUCTION = "watch"


class StepForm(StrEnum):
    """The form that a person gets when it is their turn."""

    PLAN = "plan"
    FIX = "fix"
    APPROVAL = "approval"


class Budget(StrEnum):
    """When somebody hears of a step's time: at its end, or at its least time as well."""

    LIMIT = "limit"
    TIME_BOX = "time_box"


class Skip(StrEnum):
    """Who may leave a step out."""

    NEVER = "never"
    WITH_LEAVE = "with_leave"
    FREELY = "freely"


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

    @property
    def spec(self) -> "StepSpec":
        return STEP_SPECS[self]


class RollbackStep(StrEnum):
    """What a rollback can consist of, in this order; no playbook lists these."""

    REVERT = "rollback_revert"
    TAG = "rollback_tag"
    DEPLOY = "rollback_deploy"
    CHECK = "rollback_check"
    VERIFY = "rollback_verify"

    @property
    def spec(self) -> "StepSpec":
        return STEP_SPECS[self]


#: A step of a pipeline, or of a rollback: one state machine takes both.
AnyStepKind = StepKind | RollbackStep


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSpec:
    """What is true of every step of one kind; how it behaves stands in ``hotfix/steps.py``.

    ``label`` is what a step of this kind is called where no playbook gives it a title, and
    ``skip`` who may leave it out where the playbook does not say. ``confirm`` stands on the
    button with which a person ends it where the bot has nothing to do.
    """

    label: str
    doer: Doer
    lane: WorkLane = WorkLane.REPOSITORY
    form: StepForm = StepForm.PLAN
    confirm: str = "It is done"
    skip: Skip = Skip.WITH_LEAVE
    budget: Budget = Budget.LIMIT
    #: It goes on while later steps are done.
    beside: bool = False
    #: The bot commits to the branch of the fix.
    commits: bool = False
    #: A new commit on the branch makes what it found worthless.
    judges_head: bool = False
    #: The fix leaves its branch: what is pushed to that later is another matter.
    leaves_branch: bool = False
    #: The fix reaches production: what must fall is measured before.
    ships: bool = False
    #: Where it fails production may be harmed, so that a rollback is offered.
    in_production: bool = False
    #: Whoever left it out in a hurry makes up for it afterwards.
    made_up_for: bool = False


STEP_SPECS: Mapping[AnyStepKind, StepSpec] = {
    StepKind.GATE: StepSpec(label="gate", doer=Doer.PERSON, confirm="Go on"),
    StepKind.BRANCH: StepSpec(label="branch", doer=Doer.BOT),
    StepKind.REPRODUCE: StepSpec(
        label="reproduce",
        doer=Doer.PERSON,
        confirm="It is reproduced",
        budget=Budget.TIME_BOX,
        made_up_for=True,
    ),
    StepKind.FIX: StepSpec(
        label="fix",
        doer=Doer.BOTH,
        form=StepForm.FIX,
        confirm="The fix is ready",
        commits=True,
    ),
    StepKind.BUMP: StepSpec(label="bump", doer=Doer.BOT, commits=True),
    StepKind.PULL_REQUEST: StepSpec(label="pull request", doer=Doer.BOT, made_up_for=True),
    StepKind.APPROVE: StepSpec(
        label="approve",
        doer=Doer.PERSON,
        form=StepForm.APPROVAL,
        confirm="Go on without",
        judges_head=True,
        made_up_for=True,
    ),
    StepKind.STAGE: StepSpec(
        label="stage",
        doer=Doer.BOTH,
        lane=WorkLane.SERVERS,
        confirm="It works there",
        judges_head=True,
        made_up_for=True,
    ),
    StepKind.SMOKE: StepSpec(
        label="smoke",
        doer=Doer.PERSON,
        confirm="All is well",
        judges_head=True,
        made_up_for=True,
    ),
    StepKind.MERGE: StepSpec(label="merge", doer=Doer.BOT, leaves_branch=True, ships=True),
    StepKind.TAG: StepSpec(label="tag", doer=Doer.BOT, leaves_branch=True),
    StepKind.DEPLOY: StepSpec(
        label="deploy",
        doer=Doer.BOTH,
        lane=WorkLane.SERVERS,
        confirm="It is deployed",
        leaves_branch=True,
        ships=True,
        in_production=True,
    ),
    StepKind.VERIFY: StepSpec(
        label="verify",
        doer=Doer.BOTH,
        lane=WorkLane.PRODUCTION,
        confirm="It works",
        in_production=True,
        made_up_for=True,
    ),
    StepKind.WATCH: StepSpec(label="watch", doer=Doer.BOT, lane=WorkLane.PRODUCTION, beside=True),
    StepKind.BACKPORT: StepSpec(label="backport", doer=Doer.BOT),
    StepKind.ALIGN: StepSpec(label="align", doer=Doer.BOT, beside=True),
    StepKind.CLEAN_UP: StepSpec(label="clean up", doer=Doer.BOT),
    StepKind.FOLLOW_UP: StepSpec(
        label="follow up", doer=Doer.PERSON, confirm="Write the tasks down"
    ),
    # None waits behind a deploy that hangs, or behind the next look of a watch: a lane is strict.
    RollbackStep.REVERT: StepSpec(label="revert the fix", doer=Doer.BOT),
    RollbackStep.TAG: StepSpec(label="tag the reverted version", doer=Doer.BOT),
    RollbackStep.DEPLOY: StepSpec(label="bring production back", doer=Doer.BOTH),
    RollbackStep.CHECK: StepSpec(label="see what production runs", doer=Doer.BOTH),
    RollbackStep.VERIFY: StepSpec(label="see whether production works", doer=Doer.BOT),
}


#: The second half of a deploy, as effects name it: production is asked what it runs.
DEPLOYED = "deployed"


def kind_of_work(name: str) -> AnyStepKind:
    """The kind of step that a piece of work belongs to, by the name that its effect has."""
    if name in set(RollbackStep):
        return RollbackStep(name)
    return StepKind.DEPLOY if name == DEPLOYED else StepKind(name)


def lane_of_work(name: str) -> WorkLane:
    """Where a piece of work waits for others."""
    return WorkLane.PRODUCTION if name == DEPLOYED else kind_of_work(name).spec.lane


class FixWay(StrEnum):
    """How the harm may be ended: people push commits, or the bot makes one, or a flag goes off."""

    PUSH = "push"
    REVERT = "revert"
    PICK = "pick"
    FLAG = "flag"


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
    #: None: as is usual for its kind.
    skip: Skip | None = None
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

    @property
    def skip_rule(self) -> Skip:
        """Who may leave it out."""
        return self.skip if self.skip is not None else self.kind.spec.skip


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
    """How, where to and by when the fix is backported.

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

    def step(self, kind: AnyStepKind) -> Step | None:
        return next((step for step in self.steps if step.kind is kind), None)
