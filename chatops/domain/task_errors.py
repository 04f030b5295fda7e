"""The mistakes people can make with tasks, each told in words written for who made it."""

from chatops.domain.errors import Mistake


class TaskOver(Mistake):
    """What is done or dropped is not changed any more."""

    def __init__(self, number: int, *, dropped: bool) -> None:
        end = "dropped" if dropped else "done"
        super().__init__(f"Task {number} is {end}. Add another one: `/incident task add`.")


class DueInThePast(Mistake):
    """A task cannot become due before now."""

    def __init__(self) -> None:
        super().__init__("That day is over; nothing was changed. Pick a day to come.")


class NothingChanged(Mistake):
    """Somebody wants a task changed, and does not say how."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Say what is to change: `/incident task edit {number}` and the new words, or use "
            "the form in Slack."
        )


class NoTracker(Mistake):
    """The team has no tracker."""

    def __init__(self) -> None:
        super().__init__(
            "There is no tracker to bring it to. Name one in `chatops.yml`, under tracker: the "
            "service whose repository has the issues."
        )


class DrillStaysHere(Mistake):
    """Nothing of an exercise leaves the chat."""

    def __init__(self) -> None:
        super().__init__("This is a drill: its tasks stay here. See them: `/incident task`.")
