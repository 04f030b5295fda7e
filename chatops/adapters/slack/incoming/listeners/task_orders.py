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


def _list(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    return context.use_cases.look.tasks(Request(**about_incident(context, caller, typed)))


def _show(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    if typed.number is None:
        return _list(context, caller, typed)
    return context.use_cases.look.task(
        Request(**about_incident(context, caller, typed)), typed.number
    )


def _add(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    owner = typed.people[0].id if typed.people else None
    about = about_incident(context, caller, typed)
    return context.use_cases.add_task(TaskRequest(**about, text=typed.text, owner=owner))


def _done(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about, number = about_incident(context, caller, typed), typed.number or 0
    return context.use_cases.finish_task(
        TaskDoneRequest(**about, number=number, outcome=typed.text)
    )


def _edit(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about, number = about_incident(context, caller, typed), typed.number or 0
    changes = {"text": typed.text} if typed.text else {}
    return context.use_cases.edit_task(TaskEditRequest(**about, number=number, changes=changes))


def _drop(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about, number = about_incident(context, caller, typed), typed.number or 0
    return context.use_cases.drop_task(TaskDropRequest(**about, number=number, reason=typed.reason))


def _assign(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about, number = about_incident(context, caller, typed), typed.number or 0
    owner = typed.people[0].id
    return context.use_cases.assign_task(TaskOwnerRequest(**about, number=number, owner=owner))


def _export(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about, number = about_incident(context, caller, typed), typed.number or 0
    sure = typed.text.casefold() == _SURE
    return context.use_cases.export_task(TaskExportRequest(**about, number=number, sure=sure))


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


def _press_tasks(context: SlackContext, caller: Caller, about: str) -> Post | None:
    form_state = FormState.unpacked(about)
    if form_state is not None or target_of(context, about).detail == "add":
        return opens(FormName.TASK)(context, caller, about.removesuffix(":add"))
    return context.use_cases.look.tasks(Request(**caller.about(target_of(context, about).incident)))


def _press_done(context: SlackContext, caller: Caller, about: str) -> Post:
    target = target_of(context, about)
    number = _number(target.detail)
    return context.use_cases.finish_task(
        TaskDoneRequest(**caller.about(target.incident), number=number)
    )


def _press_show(context: SlackContext, caller: Caller, about: str) -> Post:
    target = target_of(context, about)
    request = Request(**caller.about(target.incident))
    return context.use_cases.look.task(request, _number(target.detail))


def _press_export(context: SlackContext, caller: Caller, about: str) -> Post:
    target = target_of(context, about)
    number, _, sure = target.detail.partition(":")
    return context.use_cases.export_task(
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
