"""One handler for each thing that a button can ask for."""

from collections.abc import Mapping
from types import MappingProxyType

from chatops.adapters.slack.incoming.context import Front
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
from chatops.commands.form_state import FormName, Slip
from chatops.domain.messages.posts import Ask, Post


def _declare(front: Front, caller: Caller, about: str) -> Post | None:
    """Open the form; or declare at once what was found similar to others, and is not the same."""
    slip = Slip.unpacked(about)
    severity, bar, title = about.partition("|")
    if slip is not None or not bar:
        front.modals.open(caller, slip or Slip(form=FormName.DECLARE))
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


def _take_role(front: Front, caller: Caller, about: str) -> Post | None:
    target = target_of(front, about)
    request = RoleRequest(**caller.about(target.incident), role=target.detail, holder=caller.user)
    answer = front.desk.assign_role(request)
    return None if front.modals.refreshed(caller) else answer


def _join(front: Front, caller: Caller, about: str) -> Post:
    return front.desk.join(Request(**caller.about(target_of(front, about).incident)))


def _acknowledge(front: Front, caller: Caller, about: str) -> Post:
    return front.desk.acknowledge(Request(**caller.about(target_of(front, about).incident)))


def _timeline(front: Front, caller: Caller, about: str) -> Post | None:
    slip = Slip.unpacked(about)
    if slip is not None or target_of(front, about).detail == "add":
        return opens(FormName.NOTE)(front, caller, about.removesuffix(":add"))
    return front.desk.look.timeline(Request(**caller.about(target_of(front, about).incident)))


def _status(front: Front, caller: Caller, about: str) -> Post:
    return front.desk.look.status(Request(**caller.about(target_of(front, about).incident)))


def _list(front: Front, caller: Caller, about: str) -> Post:
    del about
    return front.desk.look.open(team=caller.team, user=caller.user, now=caller.now)


def _retry(front: Front, caller: Caller, about: str) -> Post:
    incident = target_of(front, about).incident
    return front.desk.retry(Request(**caller.about(incident)))


def _more(front: Front, caller: Caller, about: str) -> Post:
    """A menu whose choice we cannot read; those that we can are another ask."""
    del caller, about
    raise Outdated(front.desk.team.incident_command)


HANDLERS: Mapping[Ask, Handler] = MappingProxyType(
    {
        Ask.UPDATE: opens(FormName.UPDATE),
        Ask.SEVERITY: opens(FormName.SEVERITY),
        Ask.ROLE: opens(FormName.ROLES),
        Ask.TAKE_ROLE: _take_role,
        Ask.JOIN: _join,
        Ask.PAGE: opens(FormName.PAGE),
        Ask.ACKNOWLEDGE: _acknowledge,
        Ask.TIMELINE: _timeline,
        Ask.DECIDE: opens(FormName.DECIDE),
        Ask.RESOLVE: opens(FormName.RESOLVE),
        Ask.REOPEN: opens(FormName.REOPEN),
        Ask.CLOSE: opens(FormName.CLOSE),
        Ask.STATUS: _status,
        Ask.DUE: overview_orders.due_pressed,
        Ask.LIST: _list,
        Ask.STATS: numbers_orders.pressed,
        Ask.STATS_FILE: numbers_orders.pressed_file,
        Ask.DECLARE: _declare,
        Ask.RETRY: _retry,
        Ask.MORE: _more,
        **hotfix_presses.HANDLERS,
        **drill_orders.PRESSES,
        **post_mortem_orders.PRESSES,
        **task_orders.PRESSES,
        **promise_orders.PRESSES,
    }
)
