"""Orders about many incidents at once: what is due anywhere, and the digests."""

from chatops.application.analytics.digests import DigestRequest
from chatops.application.promises.due_list import DueQuestion, Whose
from chatops.commands.arguments import ParsedCommand
from chatops.commands.caller import Caller
from chatops.commands.context import CommandContext
from chatops.commands.resolve_incident import meant_by
from chatops.domain.messages.posts import Post


def due(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    """Of the incident that is meant or, outside of any, of all."""
    return _owed(context, caller, incident=meant_by(context.use_cases, caller, typed.reference))


def due_mine(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    del typed
    return _owed(context, caller, whose=Whose.MINE)


def due_all(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    del typed
    return _owed(context, caller)


def due_pressed(context: CommandContext, caller: Caller, about: str) -> Post:
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


def digest(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    """A digest as it would be posted now, for one pair of eyes."""
    request = DigestRequest(team=caller.team, user=caller.user, now=caller.now, key=typed.text)
    return context.use_cases.digest(request)
