"""What can be wrong with a playbook, told by file, line and field."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chatops.domain.errors import UserError
from chatops.domain.text import closest_match


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookProblem:
    """One thing that is wrong, and what would be right."""

    file: Path
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}"
        return f"{place} {self.field}: {self.message}" if self.field else f"{place} {self.message}"


class BrokenPlaybook(UserError):
    """A playbook cannot be used as it is; ``problems`` holds everything that is wrong."""

    def __init__(self, problems: Sequence[PlaybookProblem]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(str(problem) for problem in self.problems)
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        super().__init__(f"The playbook has {count}:\n{lines}")


class UnknownPlaybook(UserError):
    """No playbook of that name is shipped, and no folder is there."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        super().__init__(
            f"There is no playbook “{asked[:80]}”{near(asked, known)}. Name one of"
            f" {', '.join(known)}, or give the path of a folder with a playbook.yml in it."
        )


def near(word: str, known: Sequence[str]) -> str:
    """Point to what was probably meant, or to nothing.

    >>> near("severites", ["severities", "roles"])
    '; did you mean severities?'
    >>> near("zebra", ["severities", "roles"])
    ''
    """
    meant = closest_match(word, known)
    return f"; did you mean {meant}?" if meant else ""
