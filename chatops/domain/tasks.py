"""Tasks: what somebody said they would do during an incident, or after it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from chatops.domain.errors import UserError

#: In ``done_in``: it was given up rather than done.
_DROPPED = "dropped"


class TaskType(StrEnum):
    """What sort of work it is; all but a plain task are action items that outlive the fight."""

    TASK = "task"
    ACTION = "action"
    BUG = "bug"
    DEBT = "technical_debt"

    @property
    def label(self) -> str:
        return _TYPES[self]


_TYPES = {
    TaskType.TASK: "Task",
    TaskType.ACTION: "Action item",
    TaskType.BUG: "Bug",
    TaskType.DEBT: "Technical debt",
}


class Priority(StrEnum):
    """How much it matters."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def label(self) -> str:
        return self.value.capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task; ``number`` counts within its incident, as people name it (`task done 3`).

    ``criterion`` says how we know that it is done. ``origin`` is the key of the playbook's
    follow-up that it came from, ``url`` where it stands in a tracker. ``done_in`` is the tracker in
    which it was ended (empty: here), followed by “dropped” where it was given up, not done.
    """

    incident: int
    number: int
    text: str
    made_by: str
    made_at: datetime
    owner: str | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    type: TaskType = TaskType.TASK
    priority: Priority | None = None
    due_at: datetime | None = None
    criterion: str = ""
    details: str = ""
    origin: str = ""
    url: str = ""
    done_in: str = ""
    id: int = 0

    @property
    def is_action(self) -> bool:
        """Whether it is to be done also when the fight is over, and tracked until it is."""
        return self.type is not TaskType.TASK

    @property
    def dropped(self) -> bool:
        return self.done_at is not None and self.done_in.endswith(_DROPPED)

    @property
    def ended_in(self) -> str:
        """The tracker in which it was ended; empty where that was here."""
        return self.done_in.removesuffix(_DROPPED).strip()

    @property
    def missing(self) -> tuple[str, ...]:
        """What an action item lacks so that somebody can do it, in time, and know that it is done.

        >>> from datetime import UTC
        >>> then = datetime(2026, 11, 21, tzinfo=UTC)
        >>> bare = Task(incident=1, number=1, text="x", made_by="U1", made_at=then)
        >>> bare.missing, replace(bare, type=TaskType.BUG, due_at=then).missing
        ((), ('owner', 'criterion'))
        """
        if not self.is_action or self.done_at is not None:
            return ()
        has = {"owner": self.owner, "date": self.due_at, "criterion": self.criterion}
        return tuple(name for name, value in has.items() if not value)

    def overdue(self, now: datetime) -> bool:
        return self.done_at is None and self.due_at is not None and self.due_at < now

    def finished(self, by: str | None, now: datetime, *, tracker: str = "") -> "Task":
        """Mark it done; the first to say so counts."""
        if self.done_at:
            return self
        return replace(self, done_at=now, done_by=by, done_in=tracker)

    def given_up(self, by: str | None, now: datetime, *, tracker: str = "") -> "Task":
        """Drop it; one that is over stays as it ended."""
        if self.done_at:
            return self
        return replace(self, done_at=now, done_by=by, done_in=f"{tracker} {_DROPPED}".strip())

    def taken_up_again(self) -> "Task":
        return replace(self, done_at=None, done_by=None, done_in="")

    def given_to(self, owner: str) -> "Task":
        return replace(self, owner=owner)


def task_over(number: int, *, dropped: bool) -> UserError:
    """What is done or dropped is not changed any more."""
    end = "dropped" if dropped else "done"
    return UserError(f"Task {number} is {end}. Add another one: `/incident task add`.")


class DueInThePast(UserError):
    """A task cannot become due before now."""

    def __init__(self) -> None:
        super().__init__("That day is over; nothing was changed. Pick a day to come.")


def nothing_changed(number: int) -> UserError:
    """Somebody wants a task changed, and does not say how."""
    return UserError(
        f"Say what is to change: `/incident task edit {number}` and the new words, or use "
        "the form in Slack."
    )


def no_tracker() -> UserError:
    """The team has no tracker."""
    return UserError(
        "There is no tracker to bring it to. Name one in `chatops.yml`, under tracker: the "
        "service whose repository has the issues."
    )


def drill_stays_here() -> UserError:
    """Nothing of an exercise leaves the chat."""
    return UserError("This is a drill: its tasks stay here. See them: `/incident task`.")
