"""Says how a command is used: the help, and the words for what was typed wrong."""

from collections.abc import Iterator, Sequence

from chatops.commands.action import Action, CommandTable, HelpSection
from chatops.commands.words import readable
from chatops.domain.errors import UserError

#: What is shown of a long text between backticks.
_SHOWN = 80


def usage_error(name: str, actions: Sequence[Action], hint: str = "") -> UserError:
    """Arguments are missing, or are of the wrong kind."""
    lines = "\n".join(_usage(name, actions))
    return UserError(f"{hint or 'Write it like this:'}\n{lines}")


def _usage(name: str, actions: Sequence[Action]) -> Iterator[str]:
    for action in actions:
        yield f"`{name} {action.pattern}`: {action.help}"
        yield from (f"`{name} {' '.join(words)}`: The same" for words in action.aliases)


class DidYouMean(UserError):
    """What was typed may be a slip, or a title that begins like a sub-command; it is asked back.

    ``command`` is what may be meant, after the command's ``name``, and ``title`` what else could be
    declared, both as Slack handed them over; without a ``title`` nothing can be declared.
    """

    def __init__(
        self, name: str, *, command: str, title: str = "", why: str = "", otherwise: str = ""
    ) -> None:
        self.name, self.command, self.title = name, command, title
        self._why, self._otherwise = why, otherwise
        declare = f"To declare it as an incident: `{name} declare {_shown(title)}`."
        parts = (
            why,
            f"Did you mean `{name} {_shown(command)}`?",
            declare if title else "",
            otherwise,
        )
        super().__init__(" ".join(part for part in parts if part))

    def offering(self, command: str) -> "DidYouMean":
        """The same question about another command."""
        return DidYouMean(
            self.name,
            command=command,
            title=self.title,
            why=self._why,
            otherwise=self._otherwise,
        )


def _shown(typed: str) -> str:
    """What was typed, as it can stand between backticks.

    >>> _shown("update `x` <@U1|sam>")
    'update x @sam'
    """
    return " ".join(readable(typed).replace("`", "").split())[:_SHOWN]


def help_text(name: str, table: CommandTable, about: str = "") -> str:
    """The table, or all about one of its words, for people; mrkdwn."""
    meant = _of_word(table, about.strip().casefold())
    if meant:
        return _lines(name, meant)
    body = "\n\n".join(_chapters(name, table)) or _lines(name, table.actions)
    return f"{table.intro.format(name=name)}\n\n{body}\n\n{table.outro.format(name=name)}"


def _of_word(table: CommandTable, word: str) -> Sequence[Action]:
    """The actions whose words begin with a word."""
    return [action for action in table.actions if word in action.openings]


def _lines(name: str, actions: Sequence[Action]) -> str:
    return "\n".join(f"`{name} {escaped(each.pattern)}`  {each.help}" for each in actions)


def _chapters(name: str, table: CommandTable) -> Iterator[str]:
    """Each heading with a line for each of its words; what follows a word is named, no more."""
    for chapter in HelpSection:
        first_words = [each.words[0] for each in table.actions if each.chapter is chapter]
        if first_words:
            lines = [_line(name, _of_word(table, word)) for word in first_words]
            yield "\n".join([f"*{chapter}*", *lines])


def _line(name: str, actions: Sequence[Action]) -> str:
    first, *others = actions
    if not others:
        return _lines(name, actions)
    choices = " | ".join(dict.fromkeys(each.words[1] for each in actions if each.words[1:]))
    return f"`{name} {first.words[0]} [{choices}]`  {first.help}"


def hint(table: CommandTable) -> str:
    """What Slack shows behind the command while somebody types it."""
    title = ["title"] if table.otherwise else []
    words = [each.words[0] for each in table.actions if each.hinted]
    return f"[{' | '.join([*title, *words])} …]"


def escaped(text: str) -> str:
    """A text in which Slack reads no mark of its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
