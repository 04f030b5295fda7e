"""The actions about tasks."""

from chatops.application.session import Request
from chatops.application.tasks.export import TaskExportRequest
from chatops.application.tasks.tasks import (
    TaskDoneRequest,
    TaskDropRequest,
    TaskEditRequest,
    TaskOwnerRequest,
    TaskRequest,
)
from chatops.commands.action import (
    Action,
    Answer,
    HelpSection,
    OnBoard,
    ParsedCommand,
    opens,
)
from chatops.commands.arguments import NOTE, NUMBER, OWNER, REASON, TEXT
from chatops.commands.context import Caller, CommandContext, target_of
from chatops.domain.messages.posts import ActionId, BoardPlace

#: Ends what exports a task although there is an issue like it.
_SURE = "sure"
_WHICH = NUMBER.shown("<number>")
_TEXT = NOTE.shown("[text]")


def _list(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    return context.use_cases.look.tasks(Request(**typed.request(context, caller)))


def _press_list(context: CommandContext, caller: Caller, about: str) -> Answer:
    """The list; or the form for one more, where the button says ``add``."""
    target = target_of(context, about)
    if target.detail == "add":
        return opens("form_task")(context, caller, f"{target.incident}")
    return context.use_cases.look.tasks(Request(**caller.request(target.incident)))


def _show(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    if typed.number is None:
        return _list(context, caller, typed)
    return context.use_cases.look.task(Request(**typed.request(context, caller)), typed.number)


def _press_show(context: CommandContext, caller: Caller, about: str) -> Answer:
    target = target_of(context, about)
    request = Request(**caller.request(target.incident))
    return context.use_cases.look.task(request, _number(target.detail))


def _add(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    owner = typed.people[0].id if typed.people else None
    about = typed.request(context, caller)
    return context.use_cases.add_task(TaskRequest(**about, text=typed.text, owner=owner))


def _done(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    about, number = typed.request(context, caller), typed.number or 0
    return context.use_cases.finish_task(
        TaskDoneRequest(**about, number=number, outcome=typed.text)
    )


def _press_done(context: CommandContext, caller: Caller, about: str) -> Answer:
    target = target_of(context, about)
    number = _number(target.detail)
    return context.use_cases.finish_task(
        TaskDoneRequest(**caller.request(target.incident), number=number)
    )


def _edit(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    about, number = typed.request(context, caller), typed.number or 0
    changes = {"text": typed.text} if typed.text else {}
    return context.use_cases.edit_task(TaskEditRequest(**about, number=number, changes=changes))


def _drop(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    about, number = typed.request(context, caller), typed.number or 0
    return context.use_cases.drop_task(TaskDropRequest(**about, number=number, reason=typed.reason))


def _assign(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    about, number = typed.request(context, caller), typed.number or 0
    owner = typed.people[0].id
    return context.use_cases.assign_task(TaskOwnerRequest(**about, number=number, owner=owner))


def _export(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    about, number = typed.request(context, caller), typed.number or 0
    sure = typed.text.casefold() == _SURE
    return context.use_cases.export_task(TaskExportRequest(**about, number=number, sure=sure))


def _press_export(context: CommandContext, caller: Caller, about: str) -> Answer:
    target = target_of(context, about)
    number, _, sure = target.detail.partition(":")
    asked = caller.request(target.incident)
    return context.use_cases.export_task(
        TaskExportRequest(**asked, number=_number(number), sure=sure == _SURE)
    )


def _number(detail: str) -> int:
    return int(detail) if detail.isdecimal() else 0


ACTIONS: tuple[Action, ...] = (
    Action(
        name="tasks",
        words=("task",),
        help="Show what there is to do",
        chapter=HelpSection.RECORD,
        looks=True,
        run=_list,
        buttons=(ActionId("task"),),
        press=_press_list,
        board=(OnBoard(place=BoardPlace.MENU, label="Tasks", rank=2),),
    ),
    Action(
        name="task_show",
        words=("task", "show"),
        arguments=(NUMBER.shown("[number]"),),
        help="Show one task, and what can be done with it",
        looks=True,
        run=_show,
        buttons=(ActionId("task_show"),),
        press=_press_show,
    ),
    Action(
        name="task",
        words=("task", "add"),
        arguments=(OWNER.shown("[@owner]"), _TEXT),
        help="Write a task down",
        form="form_task",
        enough=("text",),
        run=_add,
    ),
    Action(
        name="task_done",
        words=("task", "done"),
        arguments=(_WHICH, NOTE.shown("[what came of it]")),
        help="Tick a task off",
        run=_done,
        buttons=(ActionId("task_done"),),
        press=_press_done,
    ),
    Action(
        name="task_edit",
        words=("task", "edit"),
        arguments=(_WHICH, _TEXT),
        help="Change a task: its words, owner, date, success criterion",
        form="form_task_edit",
        enough=("text",),
        form_optional=True,
        options=(
            ("due", '--due "2 days"'),
            ("criterion", '--criterion "how we know that it is done"'),
            ("type", "--type bug"),
            ("priority", "--priority high"),
            ("details", '--details "what else to know"'),
        ),
        run=_edit,
        buttons=(ActionId("task_edit"),),
    ),
    Action(
        name="task_drop",
        words=("task", "drop"),
        arguments=(_WHICH, REASON.shown("[reason]")),
        help="Give a task up, and say why",
        form="form_task_drop",
        enough=("reason",),
        run=_drop,
        buttons=(ActionId("task_drop"),),
    ),
    Action(
        name="task_export",
        words=("task", "export"),
        arguments=(_WHICH, TEXT.shown("[sure]")),
        help="Bring a task into the tracker",
        run=_export,
        buttons=(ActionId("task_export"),),
        press=_press_export,
    ),
    Action(
        name="task_assign",
        words=("task", "assign"),
        arguments=(_WHICH, OWNER.shown("<@person>")),
        help="Give a task to somebody",
        run=_assign,
    ),
)
