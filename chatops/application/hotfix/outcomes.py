"""What a piece of a step's work came to, and what that means for the step."""

from dataclasses import dataclass
from datetime import timedelta

from chatops.application.hotfix.operate import Done
from chatops.application.ports.git import BranchState
from chatops.domain.messages.effects import DoStep


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkResult:
    """What a piece of work came to; ``branch`` is the fix's, where it was worked on."""

    act: DoStep
    done: Done
    branch: BranchState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """The work is done; with ``confirm`` the step ends only when nobody has to look first.

    ``pushed`` is the branch with commits that others brought meanwhile: they are told of then.
    """

    evidence: tuple[str, ...] = ()
    confirm: bool = False
    pushed: BranchState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFailed:
    """It did not work; a person decides how it goes on."""

    why: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepContinues:
    """There is more to do: the next piece of work, or another look at the same."""

    work: str
    target: str = ""
    look: int = 0
    after: timedelta = timedelta()


#: None: the step goes on, until the facts say that it is done.
StepOutcome = StepDone | StepFailed | StepContinues | None
