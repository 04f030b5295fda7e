"""One handler for each thing that a button can ask for."""

from collections.abc import Mapping
from types import MappingProxyType

from chatops.adapters.slack.incoming.context import SlackContext
from chatops.adapters.slack.incoming.listeners import (
    drill_orders,
    hotfix_presses,
    numbers_orders,
    overview_orders,
    post_mortem_orders,
    promise_orders,
    task_orders,
)
from chatops.adapters.slack.incoming.listeners.buttons import Handler, Outdated, opens, target_of
from chatops.application.incidents.roles import RoleRequest
from chatops.application.lifecycle.declare import DeclareRequest
from chatops.application.session import Request
from chatops.commands.caller import Caller
from chatops.commands.form_state import FormName, FormState
from chatops.domain.messages.posts import ActionId, Post


def _declare(context: SlackContext, caller: Caller, about: str) -> Post | None:
    """Open the form; or declare at once what was found similar to others, and is not the same."""
    form_state = FormState.unpacked(about)
    severity, bar, title = about.partition("|")
    if form_state is not None or not bar:
        context.modals.open(caller, form_state or FormState(form=FormName.DECLARE))
        return None
    request = DeclareRequest(
        team=caller.team,
        user=caller.user,
        now=caller.now,
        title=title,
        severity=severity,
        answer_url=caller.answer_url,
        similar_seen=True,
        once=f"declare:{caller.place}:{caller.user}",
    )
    return context.use_cases.declare(request).answer


def _take_role(context: SlackContext, caller: Caller, about: str) -> Post | None:
    target = target_of(context, about)
    request = RoleRequest(**caller.about(target.incident), role=target.detail, holder=caller.user)
    answer = context.use_cases.assign_role(request)
    return None if context.modals.refreshed(caller) else answer


def _join(context: SlackContext, caller: Caller, about: str) -> Post:
    return context.use_cases.join(Request(**caller.about(target_of(context, about).incident)))


def _acknowledge(context: SlackContext, caller: Caller, about: str) -> Post:
    return context.use_cases.acknowledge(
        Request(**caller.about(target_of(context, about).incident))
    )


def _timeline(context: SlackContext, caller: Caller, about: str) -> Post | None:
    form_state = FormState.unpacked(about)
    if form_state is not None or target_of(context, about).detail == "add":
        return opens(FormName.NOTE)(context, caller, about.removesuffix(":add"))
    return context.use_cases.look.timeline(
        Request(**caller.about(target_of(context, about).incident))
    )


def _status(context: SlackContext, caller: Caller, about: str) -> Post:
    return context.use_cases.look.status(
        Request(**caller.about(target_of(context, about).incident))
    )


def _list(context: SlackContext, caller: Caller, about: str) -> Post:
    del about
    return context.use_cases.look.open(team=caller.team, user=caller.user, now=caller.now)


def _retry(context: SlackContext, caller: Caller, about: str) -> Post:
    incident = target_of(context, about).incident
    return context.use_cases.retry(Request(**caller.about(incident)))


def _more(context: SlackContext, caller: Caller, about: str) -> Post:
    """A menu whose choice we cannot read; those that we can are another ask."""
    del caller, about
    raise Outdated(context.use_cases.team.incident_command)


HANDLERS: Mapping[ActionId, Handler] = MappingProxyType(
    {
        ActionId.UPDATE: opens(FormName.UPDATE),
        ActionId.SEVERITY: opens(FormName.SEVERITY),
        ActionId.ROLE: opens(FormName.ROLES),
        ActionId.TAKE_ROLE: _take_role,
        ActionId.JOIN: _join,
        ActionId.PAGE: opens(FormName.PAGE),
        ActionId.ACKNOWLEDGE: _acknowledge,
        ActionId.TIMELINE: _timeline,
        ActionId.DECIDE: opens(FormName.DECIDE),
        ActionId.RESOLVE: opens(FormName.RESOLVE),
        ActionId.REOPEN: opens(FormName.REOPEN),
        ActionId.CLOSE: opens(FormName.CLOSE),
        ActionId.STATUS: _status,
        ActionId.DUE: overview_orders.due_pressed,
        ActionId.LIST: _list,
        ActionId.STATS: numbers_orders.pressed,
        ActionId.STATS_FILE: numbers_orders.pressed_file,
        ActionId.DECLARE: _declare,
        ActionId.RETRY: _retry,
        ActionId.MORE: _more,
        **hotfix_presses.HANDLERS,
        **drill_orders.PRESSES,
        **post_mortem_orders.PRESSES,
        **task_orders.PRESSES,
        **promise_orders.PRESSES,
    }
)
