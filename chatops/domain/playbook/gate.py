"""The gate of a hotfix: is production broken right now, and if not, which way is open instead."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from chatops.domain.strict import STRICT

_WORD = re.compile(r"[^\W_]+")


class Path(StrEnum):
    """How a fix may travel to production."""

    HOTFIX = "hotfix"
    EXPEDITED = "expedited"
    NORMAL = "normal"


class Needs(StrEnum):
    """How many of a gate's criteria must hold."""

    ALL = "all"
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateQuestion:
    """A question of the gate; ``yes`` and ``no`` name the next question, or a path."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    key: str
    ask: str
    yes: str
    no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What must be so before a hotfix may start, and the way that is open if it is not."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    #: The whole of it in one sentence.
    rule: str = ""
    needs: Needs = Needs.ALL
    criteria: tuple[str, ...] = ()
    questions: tuple[GateQuestion, ...] = ()
    #: Phrases in a reason that speak against a hotfix.
    red_flags: tuple[str, ...] = ()
    qualifies: tuple[str, ...] = ()
    not_a_hotfix: tuple[str, ...] = ()
    #: What must be ready before the first step.
    prerequisites: tuple[str, ...] = ()
    when_unsure: Path = Path.NORMAL
    #: What to do instead, for each path that is no hotfix.
    instead: Mapping[Path, str] = field(default_factory=dict)

    def warns(self, reason: str) -> tuple[str, ...]:
        """The red-flag phrases in a reason, also with a few words in between.

        >>> gate = Gate(red_flags=("Important meeting tomorrow", "Customer is asking about…"))
        >>> gate.warns("IMPORTANT for the board meeting, tomorrow!")
        ('Important meeting tomorrow',)
        """
        said = _words(reason)
        return tuple(flag for flag in self.red_flags if _flag(flag).search(said))

    def holds(self, ticked: frozenset[int]) -> bool:
        """Whether enough of the criteria hold, given the indexes of those that do."""
        if not self.criteria:
            return True
        met = [index in ticked for index in range(len(self.criteria))]
        return all(met) if self.needs is Needs.ALL else any(met)

    def path(self, answers: Mapping[str, bool]) -> Path | None:
        """Where the answers lead; none while an answer is missing."""
        if not self.questions:
            return Path.HOTFIX
        asked = {question.key: question for question in self.questions}
        here = self.questions[0].key
        for _ in self.questions:
            if here not in answers:
                return None
            here = asked[here].yes if answers[here] else asked[here].no
            if here not in asked:
                return Path(here)
        return None


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _flag(phrase: str) -> re.Pattern[str]:
    between = r" (?:\w+ ){0,3}?"
    return re.compile(rf"\b{between.join(_words(phrase).split())}\b")
