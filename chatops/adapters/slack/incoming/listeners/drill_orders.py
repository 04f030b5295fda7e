"""One handler for each order about drills, and for each button that asks for the same."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from chatops.adapters.slack.incoming.context import SlackContext
from chatops.adapters.slack.incoming.listeners.buttons import Handler as Press
from chatops.adapters.slack.incoming.listeners.buttons import target_of
from chatops.application.ports.scenarios import DrillRequest
from chatops.application.services import UseCases
from chatops.application.session import Request
from chatops.commands.arguments import ParsedCommand
from chatops.commands.caller import Caller
from chatops.commands.context import CommandContext, Handler, typed_at
from chatops.commands.form_state import FormName, FormState
from chatops.commands.resolve_incident import meant_by
from chatops.commands.table import CommandName
from chatops.domain.messages.posts import ActionId, Post
from chatops.domain.time.parse import Direction


def _start(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    at = typed_at(context, caller, typed.time, Direction.AHEAD)
    request = DrillRequest(
        team=caller.team,
        user=caller.user,
        now=caller.now,
        scenario=typed.text,
        pace=typed.number or 1,
        at=at,
        answer_url=caller.answer_url,
        once=caller.once,
    )
    return context.use_cases.drill.start(request)


def _list(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    del typed
    return context.use_cases.drill.look.list(team=caller.team, user=caller.user, now=caller.now)


def _stop(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    return context.use_cases.drill.stop(_meant(context, caller, typed))


def _pause(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    return context.use_cases.drill.pause(_meant(context, caller, typed))


def _continue(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    return context.use_cases.drill.proceed(_meant(context, caller, typed))


def _debrief(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    return context.use_cases.drill.look.debrief(_meant(context, caller, typed))


def _meant(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Request:
    """The drill that is named, or whose channel it is, or the only one that runs."""
    found = meant_by(context.use_cases, caller, typed.reference)
    if found is None:
        found = context.use_cases.drill.look.the_one(team=caller.team, user=caller.user)
    return Request(**caller.about(found))


def _opens(context: SlackContext, caller: Caller, about: str) -> None:
    context.modals.open(caller, FormState.unpacked(about) or FormState(form=FormName.DRILL))


def _pressed(deed: Callable[[UseCases, Request], Post]) -> Press:
    def press(context: SlackContext, caller: Caller, about: str) -> Post:
        return deed(context.use_cases, Request(**caller.about(target_of(context, about).incident)))

    return press


HANDLERS: Mapping[CommandName, Handler] = MappingProxyType(
    {
        CommandName.DRILL: _start,
        CommandName.DRILL_LIST: _list,
        CommandName.DRILL_STOP: _stop,
        CommandName.DRILL_PAUSE: _pause,
        CommandName.DRILL_CONTINUE: _continue,
        CommandName.DRILL_DEBRIEF: _debrief,
    }
)
PRESSES: Mapping[ActionId, Press] = MappingProxyType(
    {
        ActionId.DRILL: _opens,
        ActionId.DRILL_STOP: _pressed(lambda use_cases, request: use_cases.drill.stop(request)),
        ActionId.DRILL_PAUSE: _pressed(lambda use_cases, request: use_cases.drill.pause(request)),
        ActionId.DRILL_CONTINUE: _pressed(
            lambda use_cases, request: use_cases.drill.proceed(request)
        ),
        ActionId.DRILL_DEBRIEF: _pressed(
            lambda use_cases, request: use_cases.drill.look.debrief(request)
        ),
    }
)
