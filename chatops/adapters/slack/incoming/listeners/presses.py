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


def _declare(front: SlackContext, caller: Caller, about: str) -> Post | None:
    """Open the form; or declare at once what was found similar to others, and is not the same."""
    slip = FormState.unpacked(about)
    severity, bar, title = about.partition("|")
    if slip is not None or not bar:
        front.modals.open(caller, slip or FormState(form=FormName.DECLARE))
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
    return front.desk.declare(request).answer


def _take_role(front: SlackContext, caller: Caller, about: str) -> Post | None:
    target = target_of(front, about)
    request = RoleRequest(**caller.about(target.incident), role=target.detail, holder=caller.user)
    answer = front.desk.assign_role(request)
    return None if front.modals.refreshed(caller) else answer


def _join(front: SlackContext, caller: Caller, about: str) -> Post:
    return front.desk.join(Request(**caller.about(target_of(front, about).incident)))


def _acknowledge(front: SlackContext, caller: Caller, about: str) -> Post:
    return front.desk.acknowledge(Request(**caller.about(target_of(front, about).incident)))


def _timeline(front: SlackContext, caller: Caller, about: str) -> Post | None:
    slip = FormState.unpacked(about)
    if slip is not None or target_of(front, about).detail == "add":
        return opens(FormName.NOTE)(front, caller, about.removesuffix(":add"))
    return front.desk.look.timeline(Request(**caller.about(target_of(front, about).incident)))


def _status(front: SlackContext, caller: Caller, about: str) -> Post:
    return front.desk.look.status(Request(**caller.about(target_of(front, about).incident)))


def _list(front: SlackContext, caller: Caller, about: str) -> Post:
    del about
    return front.desk.look.open(team=caller.team, user=caller.user, now=caller.now)


def _retry(front: SlackContext, caller: Caller, about: str) -> Post:
    incident = target_of(front, about).incident
    return front.desk.retry(Request(**caller.about(incident)))


def _more(front: SlackContext, caller: Caller, about: str) -> Post:
    """A menu whose choice we cannot read; those that we can are another ask."""
    del caller, about
    raise Outdated(front.desk.team.incident_command)


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
