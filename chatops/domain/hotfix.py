"""A hotfix: one fix of one service on its way through a playbook's pipeline, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from chatops.domain.hotfix_errors import HotfixOver, NeverSkipped, NotTheTurn, StepBusy
from chatops.domain.hotfix_facts import FixCommit
from chatops.domain.hotfix_runs import (
    BESIDE,
    ApprovalGiven,
    Backport,
    PullRequestLink,
    Rollback,
    StepRun,
    StepState,
    Tick,
    first_open,
)
from chatops.domain.hotfix_steps import FixWay, Skip, StepKind

#: What a new commit on the branch makes worthless, as long as nothing has left the branch.
_BOUND_TO_HEAD = (StepKind.STAGE, StepKind.SMOKE, StepKind.APPROVE)
_JUDGED = frozenset({StepState.DONE, StepState.FAILED})
#: What takes the fix out of the branch.
_LEAVING = (StepKind.MERGE, StepKind.TAG, StepKind.DEPLOY)


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
    #: The commit that raised the version: it is left out of what goes back.
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

    def step(self, kind: StepKind) -> StepRun | None:
        return next((step for step in self.steps if step.kind is kind), None)

    def is_over(self, kind: StepKind) -> bool:
        """Whether a step is done or skipped, or is none of this pipeline's."""
        step = self.step(kind)
        return step is None or step.state.over

    def is_done(self, kind: StepKind) -> bool:
        step = self.step(kind)
        return step is not None and step.state is StepState.DONE

    def with_step(self, changed: StepRun) -> "Hotfix":
        steps = (changed if step.kind is changed.kind else step for step in self.steps)
        return replace(self, steps=tuple(steps))

    def begun(self, kind: StepKind, *, by: str | None, now: datetime) -> "Hotfix":
        """Start a step whose turn it is, or start it again after it failed.

        Raises:
            HotfixOver, NotTheTurn, StepBusy
        """
        step = self._turn_of(kind)
        if step.state is StepState.RUNNING:
            raise StepBusy(step.title)
        return self.with_step(step.begun(by=by, now=now))

    def done(
        self, kind: StepKind, *evidence: str, by: str | None = None, now: datetime
    ) -> "Hotfix":
        """End a step well, and let the next one have its turn."""
        step = self.step(kind)
        assert step is not None  # noqa: S101 - nobody ends a step that is not there
        return self.with_step(step.done(*evidence, by=by, now=now)).advanced(now)

    def failed(self, kind: StepKind, trouble: str, *evidence: str, now: datetime) -> "Hotfix":
        step = self.step(kind)
        assert step is not None  # noqa: S101 - nobody fails at a step that is not there
        return self.with_step(step.failed(trouble, *evidence, now=now))

    def waiting(self, kind: StepKind, trouble: str = "", *, now: datetime) -> "Hotfix":
        step = self.step(kind)
        assert step is not None  # noqa: S101 - nobody waits at a step that is not there
        return self.with_step(step.waiting(trouble, now=now))

    def skipped(
        self, kind: StepKind, rule: Skip, *, by: str, leave: str | None, reason: str, now: datetime
    ) -> "Hotfix":
        """Leave a step out; who gave leave has been asked about before.

        Raises:
            HotfixOver, NotTheTurn, NeverSkipped, StepBusy
        """
        step = self._turn_of(kind)
        if rule is Skip.NEVER:
            raise NeverSkipped(step.title)
        if step.state is StepState.RUNNING:
            raise StepBusy(step.title)
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
        if head == self.head or any(self.is_done(kind) for kind in _LEAVING):
            return moved
        for kind in _BOUND_TO_HEAD:
            step = moved.step(kind) if self.comes_after_fix(kind) else None
            if step is not None and (step.worked or step.state in _JUDGED):
                moved = moved.with_step(StepRun(kind=kind, title=step.title, round=step.round))
        ticks = tuple(tick for tick in moved.ticks if moved.is_over_at(tick))
        return replace(moved, ticks=ticks).advanced(now)

    def is_over_at(self, tick: Tick) -> bool:
        """Whether a tick outlives a new commit: those of tests do not."""
        return tick.step not in _BOUND_TO_HEAD or not self.comes_after_fix(tick.step)

    def approved(self, given: ApprovalGiven) -> "Hotfix":
        """Take an approval; a person's newer one replaces the older."""
        others = (each for each in self.approvals if each.by != given.by)
        return replace(self, approvals=(*others, given))

    def comes_after_fix(self, kind: StepKind) -> bool:
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
        shipped = self.merged or self.deployed
        return tuple(each for each in self.backports if shipped and not each.state.settled)

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

    def _turn_of(self, kind: StepKind) -> StepRun:
        """The step, if it may be started now."""
        self.must_run()
        step, current = self.step(kind), self.current
        if step is None or (step is not current and not _beside(step)):
            raise NotTheTurn(kind, current.title if current is not None else None)
        return step


def _beside(step: StepRun) -> bool:
    """What goes on beside others may be taken up again while later steps are done."""
    return step.kind in BESIDE and step.state in {StepState.RUNNING, StepState.FAILED}


def _same_item(one: Tick, other: Tick) -> bool:
    return (one.checklist, one.item) == (other.checklist, other.item)
