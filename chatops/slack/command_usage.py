"""Says how the command is used: the help, and the words for what was typed wrong."""

from collections.abc import Sequence

from chatops.domain.errors import Mistake
from chatops.slack.commands import COMMANDS, Command


class Usage(Mistake):
    """Arguments are missing, or are of the wrong kind."""

    def __init__(self, name: str, rows: Sequence[Command], hint: str = "") -> None:
        lines = "\n".join(f"`{name} {row.pattern}`: {row.help}" for row in rows)
        super().__init__(f"{hint or 'Write it like this:'}\n{lines}")


class DidYouMean(Mistake):
    """A word that is nearly a sub-command."""

    def __init__(self, name: str, typed: str, meant: str) -> None:
        super().__init__(
            f"There is no `{name} {typed[:40]}`. Did you mean `{name} {meant}`? "
            f"To declare it as an incident: `{name} declare {typed[:40]}`."
        )


def help_text(name: str) -> str:
    """The table, for people; mrkdwn."""
    rows = [row for row in COMMANDS if row.help != "The same"]
    lines = "\n".join(f"`{name} {_escaped(row.pattern)}`  {row.help}" for row in rows)
    return (
        f"*Something is broken?* `{name} checkout is down` opens the form.\n\n{lines}\n\n"
        f"All of them work in the incident's channel, and anywhere with its reference:"
        f" `{name} status INC-2026-014`."
    )


def _escaped(pattern: str) -> str:
    return pattern.replace("<", "&lt;").replace(">", "&gt;")
