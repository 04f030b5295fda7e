"""One handler for each order, and each button, about tasks that can be carried out at once."""

from collections.abc import Mapping
from types import MappingProxyType

from chatops.adapters.slack.incoming.context import Front
from chatops.adapters.slack.incoming.listeners.buttons import Handler as Press
from chatops.adapters.slack.incoming.listeners.buttons import opens, target_of
from chatops.application.session import Request
from chatops.application.tasks.export import ExportRequest
from chatops.application.tasks.tasks import (
    TaskDoneRequest,
    TaskDropRequest,
    TaskEditRequest,
    TaskOwnerRequest,
    TaskRequest,
)
from chatops.commands.arguments import Typed
from chatops.commands.caller import Caller
from chatops.commands.context import Counter, Handler, about_incident
from chatops.commands.form_state import FormName, Slip
from chatops.commands.table import Order
from chatops.domain.messages.posts import Ask, Post

_SURE = "sure"


def _list(front: Counter, caller: Caller, typed: Typed) -> Post:
    return front.desk.look.tasks(Request(**about_incident(front, caller, typed)))


def _show(front: Counter, caller: Caller, typed: Typed) -> Post:
    if typed.number is None:
        return _list(front, caller, typed)
    return front.desk.look.task(Request(**about_incident(front, caller, typed)), typed.number)


def _add(front: Counter, caller: Caller, typed: Typed) -> Post:
    owner = typed.people[0].id if typed.people else None
    about = about_incident(front, caller, typed)
    return front.desk.add_task(TaskRequest(**about, text=typed.text, owner=owner))


def _done(front: Counter, caller: Caller, typed: Typed) -> Post:
    about, number = about_incident(front, caller, typed), typed.number or 0
    return front.desk.finish_task(TaskDoneRequest(**about, number=number, outcome=typed.text))


def _edit(front: Counter, caller: Caller, typed: Typed) -> Post:
    about, number = about_incident(front, caller, typed), typed.number or 0
    changes = {"text": typed.text} if typed.text else {}
    return front.desk.edit_task(TaskEditRequest(**about, number=number, changes=changes))


def _drop(front: Counter, caller: Caller, typed: Typed) -> Post:
    about, number = about_incident(front, caller, typed), typed.number or 0
    return front.desk.drop_task(TaskDropRequest(**about, number=number, reason=typed.reason))


def _assign(front: Counter, caller: Caller, typed: Typed) -> Post:
    about, number = about_incident(front, caller, typed), typed.number or 0
    owner = typed.people[0].id
    return front.desk.assign_task(TaskOwnerRequest(**about, number=number, owner=owner))


def _export(front: Counter, caller: Caller, typed: Typed) -> Post:
    about, number = about_incident(front, caller, typed), typed.number or 0
    sure = typed.text.casefold() == _SURE
    return front.desk.export_task(ExportRequest(**about, number=number, sure=sure))


HANDLERS: Mapping[Order, Handler] = MappingProxyType(
    {
        Order.TASKS: _list,
        Order.TASK_SHOW: _show,
        Order.TASK: _add,
        Order.TASK_DONE: _done,
        Order.TASK_EDIT: _edit,
        Order.TASK_DROP: _drop,
        Order.TASK_ASSIGN: _assign,
        Order.TASK_EXPORT: _export,
    }
)


def _press_tasks(front: Front, caller: Caller, about: str) -> Post | None:
    slip = Slip.unpacked(about)
    if slip is not None or target_of(front, about).detail == "add":
        return opens(FormName.TASK)(front, caller, about.removesuffix(":add"))
    return front.desk.look.tasks(Request(**caller.about(target_of(front, about).incident)))


def _press_done(front: Front, caller: Caller, about: str) -> Post:
    target = target_of(front, about)
    number = _number(target.detail)
    return front.desk.finish_task(TaskDoneRequest(**caller.about(target.incident), number=number))


def _press_show(front: Front, caller: Caller, about: str) -> Post:
    target = target_of(front, about)
    request = Request(**caller.about(target.incident))
    return front.desk.look.task(request, _number(target.detail))


def _press_export(front: Front, caller: Caller, about: str) -> Post:
    target = target_of(front, about)
    number, _, sure = target.detail.partition(":")
    return front.desk.export_task(
        ExportRequest(**caller.about(target.incident), number=_number(number), sure=sure == _SURE)
    )


def _number(detail: str) -> int:
    return int(detail) if detail.isdecimal() else 0


PRESSES: Mapping[Ask, Press] = MappingProxyType(
    {
        Ask.TASK: _press_tasks,
        Ask.TASK_DONE: _press_done,
        Ask.TASK_SHOW: _press_show,
        Ask.TASK_EDIT: opens(FormName.TASK_EDIT),
        Ask.TASK_DROP: opens(FormName.TASK_DROP),
        Ask.TASK_EXPORT: _press_export,
    }
)
