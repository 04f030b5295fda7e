"""What people order and press about promises: settle, hand over, put off, give up."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from chatops.adapters.slack.incoming.context import SlackContext
from chatops.adapters.slack.incoming.listeners.buttons import Handler, opens, target_of
from chatops.application.incidents.update import PostponeRequest
from chatops.application.promises.fulfil import NotGoneRequest, SettleRequest
from chatops.application.reminders.reassign import HandOverRequest
from chatops.application.session import Request
from chatops.commands.arguments import ParsedCommand
from chatops.commands.caller import About, Caller
from chatops.commands.context import CommandContext, about_incident, typed_at
from chatops.commands.form_state import FormName
from chatops.commands.table import CommandName
from chatops.domain.messages.posts import ActionId, Post
from chatops.domain.promises.after_resolution import REPORTER_KEY
from chatops.domain.promises.model import STALE_KEY, meant
from chatops.domain.time.parse import Direction


def _key(context: CommandContext, about: About, typed: ParsedCommand) -> str:
    """The key of the promise that was named. Raises NoSuchPromise, WhichPromise."""
    known = context.use_cases.look.known(Request(**about))
    return meant(known.promises, typed.what).key


def _snooze(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(context, caller, typed)
    until = typed_at(context, caller, typed.time, Direction.AHEAD)
    key = _key(context, about, typed)
    return context.use_cases.put_off(
        PostponeRequest(**about, promise=key, until=until, reason=typed.reason)
    )


def _waive(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(context, caller, typed)
    key = _key(context, about, typed)
    return context.use_cases.put_off(
        PostponeRequest(**about, promise=key, until=None, reason=typed.reason)
    )


def _hand_over(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(context, caller, typed)
    owner = typed.people[0].id
    key = _key(context, about, typed)
    return context.use_cases.hand_over(
        HandOverRequest(**about, promise=key, owner=owner, reason=typed.reason)
    )


def _settle(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(context, caller, typed)
    return context.use_cases.settle(SettleRequest(**about, promise=_key(context, about, typed)))


def _still_there(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(context, caller, typed)
    return context.use_cases.say_not_gone(
        NotGoneRequest(**about, promise=REPORTER_KEY, reason=typed.text)
    )


HANDLERS: Mapping[CommandName, Callable[[CommandContext, Caller, ParsedCommand], Post]] = (
    MappingProxyType(
        {
            CommandName.SNOOZE: _snooze,
            CommandName.WAIVE: _waive,
            CommandName.HAND_OVER: _hand_over,
            CommandName.SETTLE: _settle,
            CommandName.STILL_THERE: _still_there,
        }
    )
)


def _settled(context: SlackContext, caller: Caller, about: str) -> Post:
    target = target_of(context, about)
    return context.use_cases.settle(
        SettleRequest(**caller.about(target.incident), promise=target.detail or STALE_KEY)
    )


PRESSES: Mapping[ActionId, Handler] = MappingProxyType(
    {
        ActionId.SNOOZE: opens(FormName.SNOOZE),
        ActionId.WAIVE: opens(FormName.WAIVE),
        ActionId.HAND_OVER: opens(FormName.HAND_OVER),
        ActionId.NOT_GONE: opens(FormName.NOT_GONE),
        ActionId.GONE: _settled,
        ActionId.QUIET: _settled,
        ActionId.STILL_ON_IT: _settled,
        ActionId.KEEP_CHANNEL: _settled,
    }
)
