"""What the result of a step's work means for the step."""

from dataclasses import dataclass
from datetime import timedelta

from chatops.application.ports.git import BranchState


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
