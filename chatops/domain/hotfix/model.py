"""A hotfix: one fix of one service on its way through a playbook's pipeline, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import permutations

from chatops.domain.hotfix.errors import HotfixOver, NeverSkipped, NotTheTurn, step_busy
from chatops.domain.playbook.hotfix import Approval, RollbackWay
from chatops.domain.playbook.pipeline import (
    AnyStepKind,
    FixWay,
    RollbackStep,
    Skip,
    StepForm,
    StepKind,
)


class StepState(StrEnum):
    """Pending → waiting (for a person) → running → done, failed (to be tried again) or skipped."""

    PENDING = "pending"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"

    @property
    def over(self) -> bool:
        return self in {StepState.DONE, StepState.SKIPPED}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRun:
    """One step, and how far it has come.

    ``since`` is when its turn came, ``round`` counts its attempts. ``evidence`` are lines for
    people: a SHA, an address, a reading. ``trouble`` says why it failed, or what it waits for.
    ``leave`` is who allowed that it was skipped. ``worked`` says that the bot's part is done, and
    a person has to say that all is well.
    """

    kind: AnyStepKind
    title: str
    state: StepState = StepState.PENDING
    since: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    by: str | None = None
    round: int = 0
    evidence: tuple[str, ...] = ()
    trouble: str = ""
    reason: str = ""
    leave: str | None = None
    worked: bool = False

    def begun(self, *, by: str | None, now: datetime) -> "StepRun":
        return replace(
            self,
            state=StepState.RUNNING,
            since=self.since or now,
            started_at=now,
            ended_at=None,
            by=by or self.by,
            round=self.round + 1,
            trouble="",
        )

    def done(self, *evidence: str, by: str | None = None, now: datetime) -> "StepRun":
        return replace(
            self,
            state=StepState.DONE,
            since=self.since or now,
            started_at=self.started_at or now,
            ended_at=now,
            by=by or self.by,
            evidence=tuple(dict.fromkeys((*self.evidence, *evidence))),
            trouble="",
        )

    def failed(self, trouble: str, *evidence: str, now: datetime) -> "StepRun":
        return replace(
            self,
            state=StepState.FAILED,
            ended_at=now,
            trouble=trouble,
            evidence=(*self.evidence, *evidence),
        )

    def waiting(self, trouble: str = "", *, now: datetime) -> "StepRun":
        return replace(
            self, state=StepState.WAITING, since=self.since or now, ended_at=None, trouble=trouble
        )

    def lasted(self, now: datetime) -> timedelta:
        """How long it has been its turn, or was."""
        if self.since is None:
            return timedelta()
        return (self.ended_at or now) - self.since


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalGiven:
    """Somebody agreed to exactly ``sha``.

    ``roles`` are the roles of the policy that the person had then. A spoken approval was put
    down by ``witness``, who heard it.
    """

    by: str
    sha: str
    at: datetime
    roles: tuple[str, ...] = ()
    witness: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One item of a checklist was ticked off; ``step`` is the step that the list belongs to."""

    step: StepKind
    checklist: str
    item: int
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestLink:
    """A pull request by its number and its address."""

    number: int
    url: str


class BackportState(StrEnum):
    """Owed → (conflict) → opened as a pull request or brought → proven; or waived.

    ``UNSURE``: it was brought, and a person must say whether it is there.
    """

    OWED = "owed"
    CONFLICT = "conflict"
    OPENED = "opened"
    BROUGHT = "brought"
    UNSURE = "unsure"
    PROVEN = "proven"
    WAIVED = "waived"

    @property
    def settled(self) -> bool:
        return self in {BackportState.PROVEN, BackportState.WAIVED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Backport:
    """The backport of the fix to one target branch.

    ``paths`` are the files in conflict, ``commands`` how to finish by hand, ``evidence`` what
    proves (or speaks against) that the fix is there, for target tip ``tip``.
    """

    target: str
    state: BackportState = BackportState.OWED
    branch: str | None = None
    pull_request: PullRequestLink | None = None
    sha: str | None = None
    tip: str | None = None
    owner: str | None = None
    paths: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    proven_at: datetime | None = None
    #: Who said so, where the code alone left it open; or who waived it.
    by: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """A rollback: production is brought to the version that ran before, step by step.

    ``sha`` and ``release`` are what production is to run then, ``reverted`` counts the commits
    that are reverted. ``healthy`` says whether production was seen to work afterwards;
    ``said_by`` is who said that it is back, where production was not asked.
    """

    way: RollbackWay
    reason: str
    by: str
    at: datetime
    steps: tuple[StepRun, ...] = ()
    reverted: int = 0
    sha: str = ""
    release: str = ""
    healthy: bool = False
    done_at: datetime | None = None
    said_by: str | None = None

    @property
    def running(self) -> bool:
        return self.done_at is None

    @property
    def current(self) -> StepRun | None:
        """The step whose turn it is."""
        return first_open(self.steps) if self.running else None

    @property
    def round(self) -> int:
        """The attempt; a step that is tried in a later rollback has a later one."""
        return max((step.round for step in self.steps), default=0)

    @property
    def trouble(self) -> str:
        """What stopped it."""
        current = self.current
        return current.trouble if current is not None else ""

    @property
    def waits(self) -> bool:
        """Whether it goes on only when a person has done something."""
        current = self.current
        return current is not None and current.state in {StepState.WAITING, StepState.FAILED}

    @property
    def phase(self) -> str:
        """For texts of the version before: ``by_hand`` where a person is to deploy it."""
        current = self.current
        waits = current is not None and current.state is StepState.WAITING
        return "by_hand" if waits else ""

    def step(self, kind: RollbackStep) -> StepRun | None:
        return next((step for step in self.steps if step.kind is kind), None)

    def with_step(self, changed: StepRun) -> "Rollback":
        return replace(self, steps=_with(self.steps, changed))


def rollback_steps(*, reverts: bool, tags: bool, round_: int) -> tuple[StepRun, ...]:
    """The steps of a rollback that have not begun; ``round_`` is that of the attempt before."""
    git = (RollbackStep.REVERT, *((RollbackStep.TAG,) if tags else ())) if reverts else ()
    kinds = (*git, RollbackStep.DEPLOY, RollbackStep.CHECK, RollbackStep.VERIFY)
    return tuple(
        StepRun(kind=kind, title=kind.spec.label.capitalize(), round=round_) for kind in kinds
    )


def _with(steps: Sequence[StepRun], changed: StepRun) -> tuple[StepRun, ...]:
    return tuple(changed if step.kind is changed.kind else step for step in steps)


def first_open(steps: Sequence[StepRun]) -> StepRun | None:
    """The step whose turn it is; what only waits for the world goes on beside the others."""
    return next((step for step in steps if not _lets_on(step)), None)


def _lets_on(step: StepRun) -> bool:
    return step.state.over or (step.kind.spec.beside and step.state is StepState.RUNNING)


#: Approvals beyond so many are not tried in every order: a policy asks for two or three.
_MOST = 6


def missing(approval: Approval, given: Sequence[ApprovalGiven]) -> tuple[str, ...]:
    """What is still needed, role by role; ``any`` for whoever else has to agree.

    Each person counts once, and for the role that leaves the least to be asked for.

    >>> from datetime import UTC, datetime
    >>> now = datetime(2026, 11, 20, tzinfo=UTC)
    >>> def said(by, *roles):
    ...     return ApprovalGiven(by=by, sha="", at=now, roles=roles)
    >>> rule = Approval(roles=("lead", "manager"))
    >>> missing(rule, [said("U1", "lead", "manager"), said("U2", "lead")])
    ()
    >>> missing(Approval(roles=("lead",), others=1), [said("U1")])
    ('lead',)
    """
    if not approval.required:
        return ()
    best: tuple[str, ...] | None = None
    for order in permutations(given[-_MOST:]):
        left = _left(approval, order)
        if best is None or len(left) < len(best):
            best = left
    return best if best is not None else _left(approval, ())


def _left(approval: Approval, given: Sequence[ApprovalGiven]) -> tuple[str, ...]:
    roles = list(approval.roles)
    others = approval.others
    for each in given:
        fitting = next((role for role in roles if role in each.roles), None)
        if fitting is not None:
            roles.remove(fitting)
        elif others:
            others -= 1
    return (*roles, *("any" for _ in range(others)))


@dataclass(frozen=True, slots=True, kw_only=True)
class FixCommit:
    """A commit that belongs to the fix."""

    sha: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HotfixFacts:
    """A hotfix as its texts see it; what is not known yet is empty.

    ``title`` says in a few words what the fix does. ``base`` is the branch that the pull request
    at hand goes to. ``version`` and ``previous`` stand without the ``v``.
    """

    title: str
    base: str
    branch: str = ""
    #: The tracker's key, such as ``ET-1234``.
    ticket: str = ""
    #: The part of the code, for a commit message such as ``fix(payment): …``.
    scope: str = ""
    #: The numbered work item, such as ``0015-hotfix-auth-token``.
    increment: str = ""
    version: str = ""
    previous: str = ""
    #: In one sentence, what is broken.
    issue: str = ""
    #: Who is affected, and what it costs in revenue, security or data.
    impact: str = ""
    root_cause: str = ""
    #: What changed, in two or three points.
    changes: tuple[str, ...] = ()
    #: How the fix was, or is to be, verified.
    checks: tuple[str, ...] = ()
    commits: tuple[FixCommit, ...] = ()
    author: str | None = None
    approvers: tuple[str, ...] = ()
    #: Address of the pull request to production.
    pull_request: str = ""
    deployed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long an incident's turns took; none for a turn that did not happen."""

    to_acknowledge: timedelta | None = None
    to_deploy: timedelta | None = None
    to_resolve: timedelta | None = None


_JUDGED = frozenset({StepState.DONE, StepState.FAILED})


class HotfixState(StrEnum):
    """Running until every step is over, or until somebody gives it up."""

    RUNNING = "running"
    DONE = "done"
    ABORTED = "aborted"
    ROLLED_BACK = "rolled_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commits:
    """What stands on the branch above production: newest last, with its size."""

    commits: tuple[FixCommit, ...] = ()
    #: Names and addresses of those who wrote them, as git has them.
    authors: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    added: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotfix:
    """One hotfix; ``number`` counts within its incident, ``version`` counts its saves.

    Commits are full ids. ``base`` is the production tip that the branch started from, ``head``
    the newest commit of the fix, ``merged`` and ``deployed`` what production's branch and
    servers have of it. ``release`` and ``previous`` are versions without the ``v``.
    """

    id: int
    incident: int
    number: int
    service: str
    pipeline: str
    title: str
    started_by: str
    started_at: datetime
    steps: tuple[StepRun, ...]
    state: HotfixState = HotfixState.RUNNING
    ended_at: datetime | None = None
    ended_by: str | None = None
    end_reason: str = ""
    #: The tracker's key, where the playbook wants one, and its numbered work item.
    ticket: str = ""
    increment: str = ""
    #: The part of the code, for a commit message such as ``fix(payment): …``.
    scope: str = ""
    impact: str = ""
    root_cause: str = ""
    changes: tuple[str, ...] = ()
    scenario: str = ""
    #: The engineer whose fix it is.
    author: str | None = None
    way: FixWay | None = None
    #: What ``way`` works on: a commit or pull request to revert or to pick, or a flag's name.
    source: str = ""
    production: str = ""
    branch: str = ""
    base: str = ""
    head: str = ""
    tag: str = ""
    release: str = ""
    previous: str = ""
    #: The commit that raised the version: no backport takes it along.
    bump: str = ""
    merged: str = ""
    deployed: str = ""
    deployed_at: datetime | None = None
    pull_request: PullRequestLink | None = None
    work: Commits = field(default_factory=Commits)
    approvals: tuple[ApprovalGiven, ...] = ()
    ticks: tuple[Tick, ...] = ()
    backports: tuple[Backport, ...] = ()
    rollback: Rollback | None = None
    #: What checks measured before the fix went out, by their titles.
    before: Mapping[str, float] = field(default_factory=dict)
    #: How often the outside was looked at; names the next look.
    looks: int = 0
    version: int = 0

    @property
    def name(self) -> str:
        """What people call it besides its title: the version, or the service."""
        return f"v{self.release}" if self.release else f"the hotfix of {self.service}"

    @property
    def current(self) -> StepRun | None:
        """The step whose turn it is; none when all are over."""
        return first_open(self.steps) if self.state is HotfixState.RUNNING else None

    def _current_beside(self, kind: AnyStepKind) -> StepRun | None:
        """The step whose turn it is, among those of the pipeline or of the rollback."""
        if isinstance(kind, StepKind):
            return self.current
        return self.rollback.current if self.rollback is not None else None

    def step(self, kind: AnyStepKind) -> StepRun | None:
        if isinstance(kind, RollbackStep):
            return self.rollback.step(kind) if self.rollback is not None else None
        return next((step for step in self.steps if step.kind is kind), None)

    def is_over(self, kind: StepKind) -> bool:
        """Whether a step is done or skipped, or is none of this pipeline's."""
        step = self.step(kind)
        return step is None or step.state.over

    def is_done(self, kind: StepKind) -> bool:
        step = self.step(kind)
        return step is not None and step.state is StepState.DONE

    def with_step(self, changed: StepRun) -> "Hotfix":
        if isinstance(changed.kind, RollbackStep) and self.rollback is not None:
            return replace(self, rollback=self.rollback.with_step(changed))
        return replace(self, steps=_with(self.steps, changed))

    def begun(self, kind: AnyStepKind, *, by: str | None, now: datetime) -> "Hotfix":
        """Start a step whose turn it is, or start it again after it failed.

        Raises:
            HotfixOver, NotTheTurn, UserError
        """
        step = self._turn_of(kind)
        if step.state is StepState.RUNNING:
            raise step_busy(step.title)
        return self.with_step(step.begun(by=by, now=now))

    def done(
        self, kind: AnyStepKind, *evidence: str, by: str | None = None, now: datetime
    ) -> "Hotfix":
        """End a step well, and let the next one have its turn."""
        step = self.step(kind)
        assert step is not None  # noqa: S101 - nobody ends a step that is not there
        return self.with_step(step.done(*evidence, by=by, now=now)).advanced(now)

    def failed(self, kind: AnyStepKind, trouble: str, *evidence: str, now: datetime) -> "Hotfix":
        step = self.step(kind)
        assert step is not None  # noqa: S101 - nobody fails at a step that is not there
        return self.with_step(step.failed(trouble, *evidence, now=now))

    def waiting(self, kind: AnyStepKind, trouble: str = "", *, now: datetime) -> "Hotfix":
        step = self.step(kind)
        assert step is not None  # noqa: S101 - nobody waits at a step that is not there
        return self.with_step(step.waiting(trouble, now=now))

    def skipped(
        self,
        kind: AnyStepKind,
        rule: Skip,
        *,
        by: str,
        leave: str | None,
        reason: str,
        now: datetime,
    ) -> "Hotfix":
        """Leave a step out; who gave leave has been asked about before.

        Raises:
            HotfixOver, NotTheTurn, NeverSkipped, UserError
        """
        step = self._turn_of(kind)
        if rule is Skip.NEVER:
            raise NeverSkipped(step.title)
        if step.state is StepState.RUNNING:
            raise step_busy(step.title)
        gone = replace(
            step, state=StepState.SKIPPED, ended_at=now, by=by, leave=leave, reason=reason
        )
        return self.with_step(gone).advanced(now)

    def advanced(self, now: datetime) -> "Hotfix":
        """Give the next step its turn; after the last one the hotfix is done."""
        if self.state is not HotfixState.RUNNING:
            return self
        current = self.current
        if current is not None:
            if current.state is StepState.PENDING:
                return self.with_step(current.waiting(now=now))
            return self
        if all(step.state.over for step in self.steps):
            return replace(self, state=HotfixState.DONE, ended_at=now)
        return self

    def moved(self, head: str, work: Commits, *, now: datetime) -> "Hotfix":
        """Somebody pushed: what was tested and approved is another commit than this.

        What left the branch already stays as it is.
        """
        moved = replace(self, head=head, work=work)
        if head == self.head or self.has_left_branch:
            return moved
        for step in self.steps:
            if self._judges_head(step.kind) and (step.worked or step.state in _JUDGED):
                again = StepRun(kind=step.kind, title=step.title, round=step.round)
                moved = moved.with_step(again)
        ticks = tuple(tick for tick in moved.ticks if moved.is_over_at(tick))
        return replace(moved, ticks=ticks).advanced(now)

    def is_over_at(self, tick: Tick) -> bool:
        """Whether a tick outlives a new commit: those of tests do not."""
        return not self._judges_head(tick.step)

    @property
    def has_left_branch(self) -> bool:
        """Whether the fix has left its branch: what comes onto that now is another matter."""
        return any(
            step.kind.spec.leaves_branch and step.state is StepState.DONE for step in self.steps
        )

    def _judges_head(self, kind: AnyStepKind) -> bool:
        return kind.spec.judges_head and self.comes_after_fix(kind)

    @property
    def is_pushed(self) -> bool:
        """Whether people make the fix, and push it."""
        return self.way in {None, FixWay.PUSH}

    def form_of(self, kind: AnyStepKind) -> StepForm:
        """The form of a step; of a fix that the bot makes it is the plan, as of any other."""
        made_by_bot = kind.spec.form is StepForm.FIX and not self.is_pushed
        return StepForm.PLAN if made_by_bot else kind.spec.form

    def approved(self, given: ApprovalGiven) -> "Hotfix":
        """Take an approval; a person's newer one replaces the older."""
        others = (each for each in self.approvals if each.by != given.by)
        return replace(self, approvals=(*others, given))

    def comes_after_fix(self, kind: AnyStepKind) -> bool:
        """Whether a step judges the fix that was made, rather than the plan to make one."""
        kinds = [step.kind for step in self.steps]
        return kind in kinds and kinds.index(kind) > kinds.index(StepKind.FIX)

    @property
    def standing(self) -> tuple[ApprovalGiven, ...]:
        """The approvals of exactly what would be shipped now, or of the plan."""
        bound = self.comes_after_fix(StepKind.APPROVE)
        return tuple(each for each in self.approvals if not bound or each.sha == self.head)

    def ticked(self, tick: Tick) -> "Hotfix":
        """Tick an item, or take the tick back."""
        same = [each for each in self.ticks if _same_item(each, tick)]
        rest = tuple(each for each in self.ticks if not _same_item(each, tick))
        return replace(self, ticks=rest if same else (*rest, tick))

    def backport(self, target: str) -> Backport | None:
        return next((each for each in self.backports if each.target == target), None)

    def with_backport(self, changed: Backport) -> "Hotfix":
        """Take the new state of a backport, or a backport to one more target."""
        if self.backport(changed.target) is None:
            return replace(self, backports=(*self.backports, changed))
        all_of_them = (
            changed if each.target == changed.target else each for each in self.backports
        )
        return replace(self, backports=tuple(all_of_them))

    @property
    def owed(self) -> tuple[Backport, ...]:
        """The backports that are not settled, once there is something in production to bring."""
        return tuple(each for each in self.backports if self.shipped and not each.state.settled)

    @property
    def shipped(self) -> bool:
        """Whether production has something of it: its branch, or its servers."""
        return bool(self.merged or self.deployed)

    @property
    def in_production(self) -> str:
        """The version that production runs, as far as the bot brought it there."""
        if self.rollback is not None and not self.rollback.running:
            return self.rollback.release
        return self.release if self.deployed else self.previous

    @property
    def stayed_at(self) -> datetime | None:
        """When it reached production to stay; none while it has not, or was rolled back."""
        return None if self.state is HotfixState.ROLLED_BACK else self.deployed_at

    @property
    def open(self) -> bool:
        """Whether there is still something to be seen to: a step, or a backport."""
        return self.state is HotfixState.RUNNING or bool(self.owed)

    def aborted(self, *, by: str, reason: str, now: datetime) -> "Hotfix":
        """Give it up; what has left the branch stays where it is, and stays owed.

        Raises:
            HotfixOver
        """
        self.must_run()
        return replace(
            self, state=HotfixState.ABORTED, ended_at=now, ended_by=by, end_reason=reason
        )

    def rolled_back(self, *, by: str | None, reason: str, now: datetime) -> "Hotfix":
        """Production is back at what it was before."""
        return replace(
            self, state=HotfixState.ROLLED_BACK, ended_at=now, ended_by=by, end_reason=reason
        )

    def must_run(self) -> None:
        if self.state is not HotfixState.RUNNING:
            raise HotfixOver(self.name, self.state)

    def _turn_of(self, kind: AnyStepKind) -> StepRun:
        """The step, if it may be started now; a hotfix that is done is rolled back as well."""
        if isinstance(kind, StepKind):
            self.must_run()
        step, current = self.step(kind), self._current_beside(kind)
        if step is None or (step is not current and not _beside(step)):
            raise NotTheTurn(kind.spec.label, current.title if current is not None else None)
        return step


def _beside(step: StepRun) -> bool:
    """What goes on beside others may be taken up again while later steps are done."""
    return step.kind.spec.beside and step.state in {StepState.RUNNING, StepState.FAILED}


def _same_item(one: Tick, other: Tick) -> bool:
    return (one.checklist, one.item) == (other.checklist, other.item)
