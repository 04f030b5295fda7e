"""Says how a command is used: the help, and the words for what was typed wrong."""

from collections.abc import Iterator, Sequence

from chatops.commands.incident import INCIDENT
from chatops.commands.table import CommandRow, CommandTable
from chatops.domain.errors import UserError


class Usage(UserError):
    """Arguments are missing, or are of the wrong kind."""

    def __init__(self, name: str, rows: Sequence[CommandRow], hint: str = "") -> None:
        lines = "\n".join(f"`{name} {row.pattern}`: {row.help}" for row in rows)
        super().__init__(f"{hint or 'Write it like this:'}\n{lines}")


class DidYouMean(UserError):
    """A word that is nearly a sub-command; ``otherwise`` is the way if it is none."""

    def __init__(self, name: str, typed: str, meant: str, otherwise: str) -> None:
        super().__init__(
            f"There is no `{name} {typed[:40]}`. Did you mean `{name} {meant}`? {otherwise}"
        )


def help_text(name: str, table: CommandTable = INCIDENT, about: str = "") -> str:
    """The table, or all about one of its words, for people; mrkdwn."""
    rows = [row for row in table.rows if row.help != "The same"]
    meant = [row for row in rows if row.words[0] == about.strip().casefold()]
    if meant:
        return _lines(name, meant)
    body = "\n\n".join(_chapters(name, table, rows)) or _lines(name, rows)
    return f"{table.intro.format(name=name)}\n\n{body}\n\n{table.outro.format(name=name)}"


def _lines(name: str, rows: Sequence[CommandRow]) -> str:
    return "\n".join(f"`{name} {_escaped(row.pattern)}`  {row.help}" for row in rows)


def _chapters(name: str, table: CommandTable, rows: Sequence[CommandRow]) -> Iterator[str]:
    """Each heading with a line for each of its words; what follows a word is named, no more."""
    for title, first_words in table.chapters:
        lines = [_line(name, [row for row in rows if row.words[0] == word]) for word in first_words]
        yield "\n".join([f"*{title}*", *lines])


def _line(name: str, rows: Sequence[CommandRow]) -> str:
    first, *others = rows
    if not others:
        return _lines(name, rows)
    choices = " | ".join(dict.fromkeys(row.words[1] for row in rows if row.words[1:]))
    return f"`{name} {first.words[0]} [{choices}]`  {first.help}"


def _escaped(pattern: str) -> str:
    return pattern.replace("<", "&lt;").replace(">", "&gt;")
