"""The actions about promises: settle them, hand them over, put them off, give them up."""

from chatops.application.promises.fulfil import DisputeRequest, FulfilRequest
from chatops.application.promises.reassign import ReassignRequest
from chatops.application.promises.snooze import SnoozeRequest
from chatops.application.session import Request
from chatops.commands.action import Action, Answer, HelpSection, ParsedCommand
from chatops.commands.arguments import OWNER, REASON, TEXT, UNTIL, WHAT
from chatops.commands.context import Caller, CommandContext, RequestFields, target_of, typed_at
from chatops.domain.messages.posts import ActionId
from chatops.domain.promises.after_resolution import REPORTER_KEY
from chatops.domain.promises.resolve_name import meant
from chatops.domain.promises.while_running import INACTIVE_KEY
from chatops.domain.team import Permission
from chatops.domain.time.parse import Direction

_WHAT = WHAT.shown("[what]")
_REASON = REASON.shown("[reason]")


def _key(context: CommandContext, fields: RequestFields, typed: ParsedCommand) -> str:
    """The key of the promise that was named. Raises UserError."""
    known = context.use_cases.look.known(Request(**fields))
    return meant(known.promises, typed.what).key


def _snooze(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    fields = typed.request(context, caller)
    until = typed_at(context, caller, typed.time, Direction.AHEAD)
    key = _key(context, fields, typed)
    return context.use_cases.snooze(
        SnoozeRequest(**fields, promise=key, until=until, reason=typed.reason)
    )


def _waive(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    fields = typed.request(context, caller)
    key = _key(context, fields, typed)
    return context.use_cases.snooze(
        SnoozeRequest(**fields, promise=key, until=None, reason=typed.reason)
    )


def _reassign(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    fields = typed.request(context, caller)
    owner = typed.people[0].id
    key = _key(context, fields, typed)
    return context.use_cases.reassign(
        ReassignRequest(**fields, promise=key, owner=owner, reason=typed.reason)
    )


def _fulfil(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    fields = typed.request(context, caller)
    return context.use_cases.fulfil(FulfilRequest(**fields, promise=_key(context, fields, typed)))


def _press_fulfil(context: CommandContext, caller: Caller, about: str) -> Answer:
    target = target_of(context, about)
    return context.use_cases.fulfil(
        FulfilRequest(**caller.request(target.incident), promise=target.detail or INACTIVE_KEY)
    )


def _still_there(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    fields = typed.request(context, caller)
    return context.use_cases.dispute(
        DisputeRequest(**fields, promise=REPORTER_KEY, reason=typed.text)
    )


ACTIONS: tuple[Action, ...] = (
    Action(
        name="snooze",
        words=("snooze",),
        arguments=(_WHAT, UNTIL.shown("[20 min | 15:30]"), _REASON),
        help="Put off the next update, or what else is owed",
        chapter=HelpSection.OWED,
        permission=Permission.SNOOZE,
        form="form_snooze",
        enough=("time", "reason"),
        run=_snooze,
        buttons=(ActionId("snooze"),),
    ),
    Action(
        name="waive",
        words=("waive",),
        arguments=(_WHAT, _REASON),
        help="Give up the next update, or what else is owed",
        chapter=HelpSection.OWED,
        permission=Permission.WAIVE,
        form="form_waive",
        enough=("reason",),
        run=_waive,
        buttons=(ActionId("waive"),),
    ),
    Action(
        name="hand_over",
        words=("handover",),
        arguments=(_WHAT, OWNER.shown("[@person]"), _REASON),
        help="Give what you owe to somebody else",
        chapter=HelpSection.OWED,
        permission=Permission.HAND_OVER,
        form="form_hand_over",
        enough=("people",),
        run=_reassign,
        buttons=(ActionId("hand_over"),),
    ),
    Action(
        name="settle",
        words=("settle",),
        arguments=(_WHAT,),
        help="Say that it is gone, that all is quiet, that you are still on it",
        chapter=HelpSection.OWED,
        run=_fulfil,
        buttons=(
            ActionId("fulfil"),
            ActionId("gone"),
            ActionId("quiet"),
            ActionId("still_on_it"),
            ActionId("keep_channel"),
        ),
        press=_press_fulfil,
    ),
    Action(
        name="still_there",
        words=("still-there",),
        arguments=(TEXT.shown("[what they see]"),),
        help="Say that whoever reported it still sees it",
        chapter=HelpSection.OWED,
        form="form_not_gone",
        enough=("text",),
        run=_still_there,
        buttons=(ActionId("not_gone"),),
    ),
)
