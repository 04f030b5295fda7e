"""One handler for each order that can be carried out at once; the others have a form alone."""

from collections.abc import Mapping
from types import MappingProxyType

from chatops.adapters.slack.forms.time_fields import earlier
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
from chatops.commands.arguments import Typed
from chatops.commands.caller import Caller
from chatops.commands.context import Counter, Handler, about_incident
from chatops.commands.table import Order
from chatops.commands.usage import help_text
from chatops.domain.messages.posts import Post


def _declare(front: Counter, caller: Caller, typed: Typed) -> Post:
    request = DeclareRequest(
        team=caller.team,
        user=caller.user,
        now=caller.now,
        title=typed.text,
        severity=typed.severity,
        answer_url=caller.answer_url,
        once=caller.once,
    )
    return front.desk.declare(request).answer


def _severity(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = about_incident(front, caller, typed)
    return front.desk.change_severity(
        SeverityRequest(**about, severity=typed.severity, reason=typed.reason)
    )


def _status(front: Counter, caller: Caller, typed: Typed) -> Post:
    return front.desk.look.status(Request(**about_incident(front, caller, typed)))


def _role(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = about_incident(front, caller, typed)
    holder = {"me": caller.user, "nobody": None}.get(typed.holder, typed.holder)
    return front.desk.assign_role(RoleRequest(**about, role=typed.role, holder=holder))


def _join(front: Counter, caller: Caller, typed: Typed) -> Post:
    return front.desk.join(Request(**about_incident(front, caller, typed)))


def _page(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = about_incident(front, caller, typed)
    whom = tuple(each.id for each in typed.people)
    return front.desk.page(PageRequest(**about, whom=whom, why=typed.reason))


def _timeline(front: Counter, caller: Caller, typed: Typed) -> Post:
    return front.desk.look.timeline(Request(**about_incident(front, caller, typed)))


def _note(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = about_incident(front, caller, typed)
    zone = front.zone_of(caller.user) if typed.time else ""
    at = earlier(typed.time, now=caller.now, zone=zone) if typed.time else None
    return front.desk.add_note(NoteRequest(**about, text=typed.text, at=at))


def _correct(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = about_incident(front, caller, typed)
    entry = typed.number or 0
    return front.desk.correct_note(CorrectionRequest(**about, entry=entry, text=typed.text))


def _decide(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = about_incident(front, caller, typed)
    return front.desk.decide(DecisionRequest(**about, decision=typed.text, reason=typed.reason))


def _reopen(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = about_incident(front, caller, typed)
    return front.desk.reopen(ReasonRequest(**about, reason=typed.reason))


def _close(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = about_incident(front, caller, typed)
    return front.desk.close(ReasonRequest(**about, reason=typed.reason))


def _list(front: Counter, caller: Caller, typed: Typed) -> Post:
    del typed
    return front.desk.look.open(team=caller.team, user=caller.user, now=caller.now)


def _help(front: Counter, caller: Caller, typed: Typed) -> Post:
    del caller
    name = front.desk.team.incident_command
    return Post(headline=f"What {name} can do", text=help_text(name, about=typed.text))


HANDLERS: Mapping[Order, Handler] = MappingProxyType(
    {
        Order.DECLARE: _declare,
        Order.SEVERITY: _severity,
        Order.STATUS: _status,
        Order.ROLE: _role,
        Order.JOIN: _join,
        Order.PAGE: _page,
        Order.TIMELINE: _timeline,
        Order.NOTE: _note,
        Order.CORRECT: _correct,
        Order.DECIDE: _decide,
        Order.REOPEN: _reopen,
        Order.CLOSE: _close,
        Order.LIST: _list,
        Order.DUE: overview_orders.due,
        Order.DUE_MINE: overview_orders.due_mine,
        Order.DUE_ALL: overview_orders.due_all,
        Order.DIGEST: overview_orders.digest,
        Order.STATS: numbers_orders.stats,
        Order.HELP: _help,
        **drill_orders.HANDLERS,
        **post_mortem_orders.HANDLERS,
        **task_orders.HANDLERS,
        **promise_orders.HANDLERS,
    }
)
