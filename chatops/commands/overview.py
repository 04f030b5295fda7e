"""The actions about many incidents at once: lists, what is due anywhere, digests, statistics."""

from chatops.application.analytics.digests import DigestRequest
from chatops.application.analytics.statistics import StatisticsRequest
from chatops.application.promises.due_list import DueQuestion, Whose
from chatops.commands.action import (
    Action,
    Answer,
    HelpSection,
    OnBoard,
    ParsedCommand,
)
from chatops.commands.arguments import DIGEST, PERIOD
from chatops.commands.context import Caller, CommandContext, meant_by
from chatops.domain.messages.posts import ActionId, BoardPlace, Post

#: The word after which the statistics come as a file.
_FILE = "csv"


def _list(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    del typed
    return _open(context, caller)


def _press_list(context: CommandContext, caller: Caller, about: str) -> Answer:
    del about
    return _open(context, caller)


def _open(context: CommandContext, caller: Caller) -> Post:
    return context.use_cases.look.open(team=caller.team, user=caller.user, now=caller.now)


def _due(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    """Of the incident that is meant or, outside of any, of all."""
    return _owed(context, caller, incident=meant_by(context.use_cases, caller, typed.reference))


def _due_mine(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    del typed
    return _owed(context, caller, whose=Whose.MINE)


def _due_all(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    del typed
    return _owed(context, caller)


def _press_due(context: CommandContext, caller: Caller, about: str) -> Answer:
    """A page of the list; a button carries whose, and after a colon which page."""
    of, _, page = about.partition(":")
    return _owed(
        context,
        caller,
        incident=int(of) if of.isdecimal() else None,
        whose=Whose(of) if of in set(Whose) else Whose.ALL,
        page=int(page) if page.isdecimal() else 1,
    )


def _owed(
    context: CommandContext,
    caller: Caller,
    *,
    incident: int | None = None,
    whose: Whose = Whose.ALL,
    page: int = 1,
) -> Post:
    return context.use_cases.look.due(
        DueQuestion(
            team=caller.team,
            user=caller.user,
            now=caller.now,
            incident=incident,
            whose=whose,
            page=page,
        )
    )


def _digest(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    """A digest as it would be posted now, for one pair of eyes."""
    request = DigestRequest(team=caller.team, user=caller.user, now=caller.now, key=typed.text)
    return context.use_cases.digest(request)


def _stats(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    """`stats 2026-03 by service`, and `csv` after it for a file."""
    words = typed.text.split()
    if words and words[-1].casefold() == _FILE:
        return _press_file(context, caller, " ".join(words[:-1]))
    return _press_stats(context, caller, typed.text)


def _press_stats(context: CommandContext, caller: Caller, about: str) -> Answer:
    """A button carries what one would type."""
    return context.use_cases.numbers.answer(_asked(caller, about))


def _press_file(context: CommandContext, caller: Caller, about: str) -> Answer:
    return context.use_cases.numbers.share(_asked(caller, about), once=caller.once)


def _asked(caller: Caller, text: str) -> StatisticsRequest:
    return StatisticsRequest(team=caller.team, user=caller.user, now=caller.now, text=text)


ACTIONS: tuple[Action, ...] = (
    Action(
        name="list",
        words=("list",),
        help="Show the open incidents",
        chapter=HelpSection.OVERVIEW,
        looks=True,
        run=_list,
        buttons=(ActionId("list"),),
        press=_press_list,
    ),
    Action(
        name="due",
        words=("due",),
        help="Show what is owed, and by whom",
        chapter=HelpSection.OWED,
        looks=True,
        run=_due,
        buttons=(ActionId("due"),),
        press=_press_due,
        board=(OnBoard(place=BoardPlace.MENU, label="What is due", rank=5),),
    ),
    Action(
        name="due_mine",
        words=("due", "mine"),
        help="Show what you owe anywhere",
        looks=True,
        run=_due_mine,
    ),
    Action(
        name="due_all",
        words=("due", "all"),
        help="Show what is owed anywhere",
        looks=True,
        run=_due_all,
    ),
    Action(
        name="stats",
        words=("stats",),
        arguments=(PERIOD.shown("[2026-03 | last 90 days] [by severity | service] [csv]"),),
        help="Show the numbers: times, promises, hotfixes",
        chapter=HelpSection.OVERVIEW,
        looks=True,
        options=(("csv", "--csv numbers.csv"),),
        run=_stats,
        buttons=(ActionId("stats"),),
        press=_press_stats,
    ),
    Action(name="stats_file", looks=True, buttons=(ActionId("stats_file"),), press=_press_file),
    Action(
        name="digest",
        words=("digest",),
        arguments=(DIGEST.shown("[daily | weekly]"),),
        help="Show a digest as it would be posted now",
        chapter=HelpSection.OVERVIEW,
        looks=True,
        run=_digest,
    ),
)
