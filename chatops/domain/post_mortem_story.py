"""The parts of a post-mortem as its text speaks of them: turns, questions, actions, times."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from chatops.domain.post_mortem_hotfixes import HotfixStory

_POINT = re.compile(r"^\s*(?:[-*•+]|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One turn of the story; ``who`` is a name, or none for the bot."""

    at: datetime
    text: str
    who: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question of the form, and what was answered."""

    key: str
    ask: str
    prompt: str = ""
    answer: str = ""
    lesson: bool = False

    @property
    def mark(self) -> int:
        """Tells the answer from any other."""
        return crc32(self.answer.strip().encode())

    @property
    def points(self) -> tuple[str, ...]:
        r"""The answer line by line, without the marks of a list.

        >>> Asked(key="well", ask="", answer="- paged in a minute\n\n2. one more").points
        ('paged in a minute', 'one more')
        """
        lines = (_POINT.sub("", line).strip() for line in self.answer.splitlines())
        return tuple(filter(None, lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionLine:
    """A task or an action item, with its owner's name."""

    number: int
    text: str
    owner: str | None
    sort: str
    due_at: datetime | None = None
    criterion: str = ""
    priority: str = ""
    done_at: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """How long a turn took."""

    label: str
    took: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class LateWord:
    """A promise that was not kept: what, for when, and how much later it came, if it did."""

    what: str
    due_at: datetime
    late_by: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The whole story besides its timeline.

    ``left_out`` counts the lines of the timeline that were left out.
    """

    began_at: datetime | None
    people: tuple[str, ...]
    roles: tuple[tuple[str, str], ...]
    spans: tuple[Span, ...]
    hotfixes: tuple[HotfixStory, ...]
    late: tuple[LateWord, ...]
    left_out: int
    fix: str
