"""Tells the drill as it happens: who does what, and the first words of what the bot answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap

from rich.console import Console
from rich.text import Text

_WIDTH = 98
_TIME, _NAME = 8, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrator:
    """Prints; colours are shown on a terminal alone."""

    console: Console

    def says(self, words: str, style: str = "") -> None:
        """Print words of its own, as they are."""
        self.console.print(Text(words, style=style), soft_wrap=True, highlight=False, markup=False)

    def scene(self, title: str) -> None:
        self.says(f"\n{title}", "bold")

    def tells(self, at: datetime, who: str, words: Sequence[str], style: str = "") -> None:
        """Tell what somebody did or said, with the time, and their name before it."""
        head = f"  {at:%H:%M}".ljust(_TIME) + f" {who}".ljust(_NAME) + "  "
        for words_ in words:
            for line in wrap(words_, _WIDTH - len(head)):
                self.says(head + line, style)
                head = " " * len(head)
