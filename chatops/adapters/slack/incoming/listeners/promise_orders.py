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
from chatops.commands.context import CommandContext, about_incident
from chatops.commands.form_state import FormName
from chatops.commands.table import CommandName
from chatops.domain.messages.posts import ActionId, Post
from chatops.domain.promises.after_resolution import REPORTER_KEY
from chatops.domain.promises.model import STALE_KEY, meant
from chatops.domain.time.parse import moment


def _key(front: CommandContext, about: About, typed: ParsedCommand) -> str:
    """The key of the promise that was named. Raises NoSuchPromise, WhichPromise."""
    known = front.desk.look.known(Request(**about))
    return meant(known.promises, typed.what).key


def _snooze(front: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(front, caller, typed)
    until = moment(typed.time, now=caller.now, zone=front.zone_of(caller.user))
    key = _key(front, about, typed)
    return front.desk.put_off(
        PostponeRequest(**about, promise=key, until=until, reason=typed.reason)
    )


def _waive(front: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(front, caller, typed)
    key = _key(front, about, typed)
    return front.desk.put_off(
        PostponeRequest(**about, promise=key, until=None, reason=typed.reason)
    )


def _hand_over(front: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(front, caller, typed)
    owner = typed.people[0].id
    key = _key(front, about, typed)
    return front.desk.hand_over(
        HandOverRequest(**about, promise=key, owner=owner, reason=typed.reason)
    )


def _settle(front: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(front, caller, typed)
    return front.desk.settle(SettleRequest(**about, promise=_key(front, about, typed)))


def _still_there(front: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(front, caller, typed)
    return front.desk.say_not_gone(NotGoneRequest(**about, promise=REPORTER_KEY, reason=typed.text))


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


def _settled(front: SlackContext, caller: Caller, about: str) -> Post:
    target = target_of(front, about)
    return front.desk.settle(
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
