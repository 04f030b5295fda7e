"""The numbers, ordered or asked for with a button: to be read, or as a file."""

from chatops.application.analytics.statistics import NumbersRequest
from chatops.commands.arguments import Typed
from chatops.commands.caller import Caller
from chatops.commands.context import Counter
from chatops.domain.messages.posts import Post

#: The word after which the numbers come as a file.
_FILE = "csv"


def stats(front: Counter, caller: Caller, typed: Typed) -> Post:
    """`stats 2026-03 by service`, and `csv` after it for a file."""
    words = typed.text.split()
    if words and words[-1].casefold() == _FILE:
        return pressed_file(front, caller, " ".join(words[:-1]))
    return pressed(front, caller, typed.text)


def pressed(front: Counter, caller: Caller, about: str) -> Post:
    """A button carries what one would type."""
    return front.desk.numbers.answer(_asked(caller, about))


def pressed_file(front: Counter, caller: Caller, about: str) -> Post:
    return front.desk.numbers.share(_asked(caller, about), once=caller.once)


def _asked(caller: Caller, text: str) -> NumbersRequest:
    return NumbersRequest(team=caller.team, user=caller.user, now=caller.now, text=text)
