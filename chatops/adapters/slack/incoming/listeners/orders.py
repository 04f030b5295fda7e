"""One handler for each order that can be carried out at once; the others have a form alone."""

from collections.abc import Mapping
from types import MappingProxyType

from chatops.adapters.slack.incoming.listeners import (
    drill_orders,
    numbers_orders,
    overview_orders,
    post_mortem_orders,
    promise_orders,
    task_orders,
)
from chatops.application.incidents.paging import PageRequest
from chatops.application.incidents.roles import RoleRequest
from chatops.application.incidents.severity import SeverityRequest
from chatops.application.incidents.timeline_notes import (
    CorrectionRequest,
    DecisionRequest,
    NoteRequest,
)
from chatops.application.lifecycle.declare import DeclareRequest
from chatops.application.lifecycle.end import ReasonRequest
from chatops.application.session import Request
from chatops.commands.arguments import ParsedCommand
from chatops.commands.caller import Caller
from chatops.commands.context import CommandContext, Handler, about_incident, typed_at
from chatops.commands.table import CommandName
from chatops.commands.usage import help_text
from chatops.domain.messages.posts import Post
from chatops.domain.time.parse import Direction


def _declare(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    request = DeclareRequest(
        team=caller.team,
        user=caller.user,
        now=caller.now,
        title=typed.text,
        severity=typed.severity,
        answer_url=caller.answer_url,
        once=caller.once,
    )
    return context.use_cases.declare(request).answer


def _severity(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(context, caller, typed)
    return context.use_cases.change_severity(
        SeverityRequest(**about, severity=typed.severity, reason=typed.reason)
    )


def _status(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    return context.use_cases.look.status(Request(**about_incident(context, caller, typed)))


def _role(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(context, caller, typed)
    holder = {"me": caller.user, "nobody": None}.get(typed.holder, typed.holder)
    return context.use_cases.assign_role(RoleRequest(**about, role=typed.role, holder=holder))


def _join(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    return context.use_cases.join(Request(**about_incident(context, caller, typed)))


def _page(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(context, caller, typed)
    whom = tuple(each.id for each in typed.people)
    return context.use_cases.page(PageRequest(**about, whom=whom, why=typed.reason))


def _timeline(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    return context.use_cases.look.timeline(Request(**about_incident(context, caller, typed)))


def _note(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(context, caller, typed)
    at = typed_at(context, caller, typed.time, Direction.BACK)
    return context.use_cases.add_note(NoteRequest(**about, text=typed.text, at=at))


def _correct(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(context, caller, typed)
    entry = typed.number or 0
    return context.use_cases.correct_note(CorrectionRequest(**about, entry=entry, text=typed.text))


def _decide(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(context, caller, typed)
    return context.use_cases.decide(
        DecisionRequest(**about, decision=typed.text, reason=typed.reason)
    )


def _reopen(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(context, caller, typed)
    return context.use_cases.reopen(ReasonRequest(**about, reason=typed.reason))


def _close(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(context, caller, typed)
    return context.use_cases.close(ReasonRequest(**about, reason=typed.reason))


def _list(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    del typed
    return context.use_cases.look.open(team=caller.team, user=caller.user, now=caller.now)


def _help(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    del caller
    name = context.use_cases.team.incident_command
    return Post(headline=f"What {name} can do", text=help_text(name, about=typed.text))


HANDLERS: Mapping[CommandName, Handler] = MappingProxyType(
    {
        CommandName.DECLARE: _declare,
        CommandName.SEVERITY: _severity,
        CommandName.STATUS: _status,
        CommandName.ROLE: _role,
        CommandName.JOIN: _join,
        CommandName.PAGE: _page,
        CommandName.TIMELINE: _timeline,
        CommandName.NOTE: _note,
        CommandName.CORRECT: _correct,
        CommandName.DECIDE: _decide,
        CommandName.REOPEN: _reopen,
        CommandName.CLOSE: _close,
        CommandName.LIST: _list,
        CommandName.DUE: overview_orders.due,
        CommandName.DUE_MINE: overview_orders.due_mine,
        CommandName.DUE_ALL: overview_orders.due_all,
        CommandName.DIGEST: overview_orders.digest,
        CommandName.STATS: numbers_orders.stats,
        CommandName.HELP: _help,
        **drill_orders.HANDLERS,
        **post_mortem_orders.HANDLERS,
        **task_orders.HANDLERS,
        **promise_orders.HANDLERS,
    }
)
