"""The numbers, ordered or asked for with a button: to be read, or as a file."""

from chatops.application.analytics.statistics import StatisticsRequest
from chatops.commands.arguments import ParsedCommand
from chatops.commands.caller import Caller
from chatops.commands.context import CommandContext
from chatops.domain.messages.posts import Post

#: The word after which the numbers come as a file.
_FILE = "csv"


def stats(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    """`stats 2026-03 by service`, and `csv` after it for a file."""
    words = typed.text.split()
    if words and words[-1].casefold() == _FILE:
        return pressed_file(context, caller, " ".join(words[:-1]))
    return pressed(context, caller, typed.text)


def pressed(context: CommandContext, caller: Caller, about: str) -> Post:
    """A button carries what one would type."""
    return context.use_cases.numbers.answer(_asked(caller, about))


def pressed_file(context: CommandContext, caller: Caller, about: str) -> Post:
    return context.use_cases.numbers.share(_asked(caller, about), once=caller.once)


def _asked(caller: Caller, text: str) -> StatisticsRequest:
    return StatisticsRequest(team=caller.team, user=caller.user, now=caller.now, text=text)
