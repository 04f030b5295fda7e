"""What a terminal says of a task beyond its words: its date, success criterion, type, priority."""

from datetime import date
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from chatops.application.tasks.tasks import Due, TaskEditRequest
from chatops.cli.shell.context import Shell
from chatops.commands.action import ParsedCommand
from chatops.commands.caller import About, Caller
from chatops.domain.errors import UserError
from chatops.domain.tasks import Priority, TaskType
from chatops.domain.time.parse import PLANNED, Direction, read_time

_Word = TypeVar("_Word", bound=StrEnum)


def unknown_word(option: str, given: str, known: type[StrEnum]) -> UserError:
    """An option has no such value."""
    words = ", ".join(each.value for each in known)
    return UserError(f"There is no {option} “{given[:40]}”. Pick one of {words}.")


class TaskWords(Protocol):
    """The options of `task edit`."""

    @property
    def due(self) -> str: ...

    @property
    def criterion(self) -> str: ...

    @property
    def type(self) -> str: ...

    @property
    def priority(self) -> str: ...

    @property
    def details(self) -> str: ...


def edit_of(
    shell: Shell, caller: Caller, typed: ParsedCommand, given: TaskWords, about: About
) -> TaskEditRequest:
    """The change that was typed.

    Raises:
        UserError, InvalidTime
    """
    changes: dict[str, Any] = {
        "text": typed.text,
        "criterion": given.criterion,
        "details": given.details,
        "type": _one_of(TaskType, "type", given.type),
        "priority": _one_of(Priority, "priority", given.priority),
        "due": _due(shell, caller, given.due) if given.due else None,
    }
    said = {name: value for name, value in changes.items() if value}
    return TaskEditRequest(**about, number=typed.number or 0, changes=said)


def _one_of(known: type[_Word], option: str, given: str) -> _Word | None:
    words = given.strip().casefold().replace(" ", "_")
    if words and words not in set(known):
        raise unknown_word(option, given, known)
    return known(words) if words else None


def _due(shell: Shell, caller: Caller, given: str) -> Due:
    """A day such as 2026-03-05, or the words for a moment."""
    try:
        return Due(day=date.fromisoformat(given.strip()))
    except ValueError:
        pass
    due = read_time(
        given,
        now=caller.now,
        zone=shell.zone_of(caller.user),
        direction=Direction.AHEAD,
        usual=shell.use_cases.look.policy().working_hours.end,
        farthest=PLANNED,
    )
    return Due(at=due.at)
