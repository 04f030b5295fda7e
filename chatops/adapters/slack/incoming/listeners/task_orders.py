"""One handler for each order, and each button, about tasks that can be carried out at once."""

from collections.abc import Mapping
from types import MappingProxyType

from chatops.adapters.slack.incoming.context import SlackContext
from chatops.adapters.slack.incoming.listeners.buttons import Handler as Press
from chatops.adapters.slack.incoming.listeners.buttons import opens, target_of
from chatops.application.session import Request
from chatops.application.tasks.export import TaskExportRequest
from chatops.application.tasks.tasks import (
    TaskDoneRequest,
    TaskDropRequest,
    TaskEditRequest,
    TaskOwnerRequest,
    TaskRequest,
)
from chatops.commands.arguments import ParsedCommand
from chatops.commands.caller import Caller
from chatops.commands.context import CommandContext, Handler, about_incident
from chatops.commands.form_state import FormName, FormState
from chatops.commands.table import CommandName
from chatops.domain.messages.posts import ActionId, Post

_SURE = "sure"


def _list(front: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    return front.desk.look.tasks(Request(**about_incident(front, caller, typed)))


def _show(front: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    if typed.number is None:
        return _list(front, caller, typed)
    return front.desk.look.task(Request(**about_incident(front, caller, typed)), typed.number)


def _add(front: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    owner = typed.people[0].id if typed.people else None
    about = about_incident(front, caller, typed)
    return front.desk.add_task(TaskRequest(**about, text=typed.text, owner=owner))


def _done(front: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about, number = about_incident(front, caller, typed), typed.number or 0
    return front.desk.finish_task(TaskDoneRequest(**about, number=number, outcome=typed.text))


def _edit(front: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about, number = about_incident(front, caller, typed), typed.number or 0
    changes = {"text": typed.text} if typed.text else {}
    return front.desk.edit_task(TaskEditRequest(**about, number=number, changes=changes))


def _drop(front: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about, number = about_incident(front, caller, typed), typed.number or 0
    return front.desk.drop_task(TaskDropRequest(**about, number=number, reason=typed.reason))


def _assign(front: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about, number = about_incident(front, caller, typed), typed.number or 0
    owner = typed.people[0].id
    return front.desk.assign_task(TaskOwnerRequest(**about, number=number, owner=owner))


def _export(front: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about, number = about_incident(front, caller, typed), typed.number or 0
    sure = typed.text.casefold() == _SURE
    return front.desk.export_task(TaskExportRequest(**about, number=number, sure=sure))


HANDLERS: Mapping[CommandName, Handler] = MappingProxyType(
    {
        CommandName.TASKS: _list,
        CommandName.TASK_SHOW: _show,
        CommandName.TASK: _add,
        CommandName.TASK_DONE: _done,
        CommandName.TASK_EDIT: _edit,
        CommandName.TASK_DROP: _drop,
        CommandName.TASK_ASSIGN: _assign,
        CommandName.TASK_EXPORT: _export,
    }
)


def _press_tasks(front: SlackContext, caller: Caller, about: str) -> Post | None:
    slip = FormState.unpacked(about)
    if slip is not None or target_of(front, about).detail == "add":
        return opens(FormName.TASK)(front, caller, about.removesuffix(":add"))
    return front.desk.look.tasks(Request(**caller.about(target_of(front, about).incident)))


def _press_done(front: SlackContext, caller: Caller, about: str) -> Post:
    target = target_of(front, about)
    number = _number(target.detail)
    return front.desk.finish_task(TaskDoneRequest(**caller.about(target.incident), number=number))


def _press_show(front: SlackContext, caller: Caller, about: str) -> Post:
    target = target_of(front, about)
    request = Request(**caller.about(target.incident))
    return front.desk.look.task(request, _number(target.detail))


def _press_export(front: SlackContext, caller: Caller, about: str) -> Post:
    target = target_of(front, about)
    number, _, sure = target.detail.partition(":")
    return front.desk.export_task(
        TaskExportRequest(
            **caller.about(target.incident), number=_number(number), sure=sure == _SURE
        )
    )


def _number(detail: str) -> int:
    return int(detail) if detail.isdecimal() else 0


PRESSES: Mapping[ActionId, Press] = MappingProxyType(
    {
        ActionId.TASK: _press_tasks,
        ActionId.TASK_DONE: _press_done,
        ActionId.TASK_SHOW: _press_show,
        ActionId.TASK_EDIT: opens(FormName.TASK_EDIT),
        ActionId.TASK_DROP: opens(FormName.TASK_DROP),
        ActionId.TASK_EXPORT: _press_export,
    }
)
