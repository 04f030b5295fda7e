"""Says how a command is used: the help, and the words for what was typed wrong."""

from collections.abc import Sequence

from chatops.domain.errors import Mistake
from chatops.slack.command_table import Command, Table
from chatops.slack.commands import INCIDENT


class Usage(Mistake):
    """Arguments are missing, or are of the wrong kind."""

    def __init__(self, name: str, rows: Sequence[Command], hint: str = "") -> None:
        lines = "\n".join(f"`{name} {row.pattern}`: {row.help}" for row in rows)
        super().__init__(f"{hint or 'Write it like this:'}\n{lines}")


class DidYouMean(Mistake):
    """A word that is nearly a sub-command; ``otherwise`` is the way if it is none."""

    def __init__(self, name: str, typed: str, meant: str, otherwise: str) -> None:
        super().__init__(
            f"There is no `{name} {typed[:40]}`. Did you mean `{name} {meant}`? {otherwise}"
        )


def help_text(name: str, table: Table = INCIDENT) -> str:
    """The table, for people; mrkdwn."""
    rows = [row for row in table.rows if row.help != "The same"]
    lines = "\n".join(f"`{name} {_escaped(row.pattern)}`  {row.help}" for row in rows)
    return f"{table.intro.format(name=name)}\n\n{lines}\n\n{table.outro.format(name=name)}"


def _escaped(pattern: str) -> str:
    return pattern.replace("<", "&lt;").replace(">", "&gt;")
