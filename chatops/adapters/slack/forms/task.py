"""The forms in which a task is written down, changed, and given up."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields
from chatops.adapters.slack.forms.fields import REASON, FieldOption
from chatops.adapters.slack.forms.form_layout import (
    OWN_TIME,
    TIME_LIMIT,
    Form,
    FormContext,
    HandedIn,
    headed,
    load_incident,
    modal,
    moment_in,
    must_fit,
    small,
)
from chatops.application.tasks.tasks import (
    CRITERION_LIMIT,
    DETAILS_LIMIT,
    OUTCOME_LIMIT,
    TASK_LIMIT,
    Due,
    TaskDropRequest,
    TaskEditRequest,
    TaskRequest,
)
from chatops.domain.errors import NothingWritten, ReasonMissing, TooLong, unknown_task
from chatops.domain.tasks import DueInThePast, Priority, Task, TaskType, task_over
from chatops.domain.time.parse import PLANNED, Direction

TEXT, OWNER, TYPE, PRIORITY = "text", "owner", "type", "priority"
DUE, CRITERION, DETAILS = "due", "criterion", "details"

_LIMITS = {TEXT: TASK_LIMIT, CRITERION: CRITERION_LIMIT, DETAILS: DETAILS_LIMIT}
_TYPES = [
    FieldOption(value=TaskType.TASK, label=TaskType.TASK.label, description="For the fight itself"),
    FieldOption(
        value=TaskType.ACTION, label=TaskType.ACTION.label, description="To be done also afterwards"
    ),
    FieldOption(
        value=TaskType.BUG, label=TaskType.BUG.label, description="Something else that is broken"
    ),
    FieldOption(
        value=TaskType.DEBT, label=TaskType.DEBT.label, description="What was only patched up"
    ),
]
_PRIORITIES = [FieldOption(value=each, label=each.label) for each in Priority]


def build(context: FormContext) -> View:
    blocks: list[Block] = [
        *headed(context),
        fields.text_field(
            TEXT,
            "What is to be done?",
            initial=context.form_state.text,
            example="Ask the payment provider for their logs",
            limit=TASK_LIMIT,
        ),
        fields.person_field(
            OWNER, "Who does it?", initial=context.form_state.person, optional=True
        ),
        *_more(context, None),
    ]
    return modal(context.form_state, title="Add a task", submit="Add", blocks=blocks)


def build_edit(context: FormContext) -> View:
    task = _task(context)
    if task.done_at is not None:
        raise task_over(task.number, dropped=task.dropped)
    blocks: list[Block] = [
        *headed(context),
        fields.text_field(
            TEXT,
            "What is to be done?",
            initial=context.form_state.text or task.text,
            limit=TASK_LIMIT,
        ),
        fields.person_field(OWNER, "Who does it?", initial=task.owner or "", optional=True),
        *_more(context, task),
    ]
    if task.url:
        blocks.append(small("It stands in the tracker too, and is changed there as well."))
    return modal(context.form_state, title=f"Task {task.number}", submit="Save", blocks=blocks)


def _more(context: FormContext, task: Task | None) -> Sequence[Block]:
    """What makes a task one that somebody can do in time, and know that it is done."""
    playbook, due = context.known.playbook, task.due_at if task else None
    ends = f"{playbook.working_hours.end:%H:%M} {playbook.zone}"
    initial = due.astimezone(ZoneInfo(playbook.zone)).date() if due else None
    usual = TaskType.TASK if context.known.incident.status.running else TaskType.ACTION
    return (
        fields.date_field(
            DUE, "Until when?", initial=initial, hint=f"The day ends at {ends}.", optional=True
        ),
        fields.text_field(
            OWN_TIME,
            "Or at a time of its own",
            example="15:30, 2 days or monday 9:00",
            limit=TIME_LIMIT,
            optional=True,
        ),
        fields.text_field(
            CRITERION,
            "How do we know that it is done?",
            initial=task.criterion if task else "",
            example="The alert fires within a minute when the pool is full",
            limit=CRITERION_LIMIT,
            optional=True,
        ),
        fields.menu_field(TYPE, "Type", _TYPES, initial=task.type if task else usual),
        fields.menu_field(
            PRIORITY,
            "Priority",
            _PRIORITIES,
            initial=task.priority if task else None,
            optional=True,
        ),
        fields.text_field(
            DETAILS,
            "Details",
            initial=task.details if task else "",
            limit=DETAILS_LIMIT,
            lines=True,
            optional=True,
        ),
    )


def build_drop(context: FormContext) -> View:
    task = _task(context)
    if task.done_at is not None:
        raise task_over(task.number, dropped=task.dropped)
    blocks: list[Block] = [
        *headed(context),
        small(f"*Task {task.number}* will not be done any more."),
        fields.reason_field(initial=context.form_state.reason, limit=OUTCOME_LIMIT),
    ]
    return modal(context.form_state, title="Drop a task", submit="Drop it", blocks=blocks)


def parse(given: HandedIn) -> TaskRequest:
    return TaskRequest(**given.request, **_entered(given))


def parse_edit(given: HandedIn) -> TaskEditRequest:
    return TaskEditRequest(**given.request, number=_number(given), changes=_entered(given))


def parse_drop(given: HandedIn) -> TaskDropRequest:
    reason = given.entered.text(REASON)
    return TaskDropRequest(**given.request, number=_number(given), reason=reason)


def _entered(given: HandedIn) -> dict[str, Any]:
    entered = given.entered
    must_fit(entered, _LIMITS)
    priority = entered.choice(PRIORITY)
    return {
        "text": entered.text(TEXT),
        "owner": entered.person(OWNER),
        "type": TaskType(entered.choice(TYPE) or TaskType.TASK),
        "priority": Priority(priority) if priority else None,
        "due": _due(given),
        "criterion": entered.text(CRITERION),
        "details": entered.text(DETAILS),
    }


def _due(given: HandedIn) -> Due:
    """The moment that was typed counts more than the day that was picked."""
    own = moment_in(given, OWN_TIME, Direction.AHEAD, farthest=PLANNED)
    return Due(at=own) if own else Due(day=given.entered.date(DUE))


def _number(given: HandedIn) -> int:
    return int(given.form_state.about) if given.form_state.about.isdecimal() else 0


def _task(context: FormContext) -> Task:
    for task in context.known.tasks:
        if f"{task.number}" == context.form_state.about:
            return task
    raise unknown_task(context.form_state.about)


_AT_FIELDS = {NothingWritten: TEXT, TooLong: TEXT, DueInThePast: DUE}

FORM = Form(
    action="task",
    load=load_incident(build),
    parse=parse,
    carry_out=lambda use_cases, request, _: use_cases.add_task(request),
    fields=_AT_FIELDS,
)
EDIT = Form(
    action="task_edit",
    load=load_incident(build_edit),
    parse=parse_edit,
    carry_out=lambda use_cases, request, _: use_cases.edit_task(request),
    fields=_AT_FIELDS,
)
DROP = Form(
    action="task_drop",
    load=load_incident(build_drop),
    parse=parse_drop,
    carry_out=lambda use_cases, request, _: use_cases.drop_task(request),
    fields={ReasonMissing: REASON, TooLong: REASON},
)
