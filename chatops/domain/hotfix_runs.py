"""What has become of a hotfix's parts: its steps, approvals, ticks and backports."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chatops.domain.hotfix_policy import RollbackWay
from chatops.domain.hotfix_steps import StepKind

#: Steps that go on while later ones are done: watching production, and waiting for the proof.
BESIDE = frozenset({StepKind.WATCH, StepKind.ALIGN})


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

    kind: StepKind
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
    """The fix on its way back into one target branch.

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
    """Production on its way back to what it was.

    ``phase`` is what is being done: ``revert``, ``tag``, ``deploy``, waiting for somebody who
    does that ``by_hand``, asking what is ``deployed``, asking to ``verify`` that it works, or
    nothing more. ``sha`` and ``release`` are what production is to run then; ``said_by`` is who
    said that it does, where production was not asked.
    """

    way: RollbackWay
    reason: str
    by: str
    at: datetime
    phase: str = ""
    round: int = 0
    sha: str = ""
    release: str = ""
    trouble: str = ""
    done_at: datetime | None = None
    said_by: str | None = None

    @property
    def running(self) -> bool:
        return self.done_at is None

    @property
    def waits(self) -> bool:
        """Whether it goes on only when a person has done something."""
        return self.running and (bool(self.trouble) or self.phase == "by_hand")


def first_open(steps: Sequence[StepRun]) -> StepRun | None:
    """The step whose turn it is; what only waits for the world goes on beside the others."""
    return next((step for step in steps if not _lets_on(step)), None)


def _lets_on(step: StepRun) -> bool:
    return step.state.over or (step.kind in BESIDE and step.state is StepState.RUNNING)
