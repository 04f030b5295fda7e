"""Listens to the slash commands: acknowledges, understands, does, answers."""

from collections.abc import Mapping
from types import MappingProxyType

from slack_bolt import Ack

from chatops.adapters.slack.forms.hotfix import Subject
from chatops.adapters.slack.incoming.context import SlackContext
from chatops.adapters.slack.incoming.listeners import hotfix_orders, orders
from chatops.adapters.slack.payloads import Json, who_typed
from chatops.commands.arguments import ParsedCommand
from chatops.commands.caller import Caller
from chatops.commands.form_state import FormName, FormState
from chatops.commands.hotfix import HOTFIX
from chatops.commands.incident import INCIDENT
from chatops.commands.parser import parse, vocabulary
from chatops.commands.table import CommandName
from chatops.domain.errors import TooLong

#: Every order of every table.
HANDLERS: Mapping[CommandName, hotfix_orders.Handler] = MappingProxyType(
    {**orders.HANDLERS, **hotfix_orders.HANDLERS}
)


def on_command(context: SlackContext, ack: Ack, body: Json) -> None:
    ack()
    caller = who_typed(body, context.clock.now())
    context.boundary.run(
        "command",
        lambda: _obey(context, caller, body),
        lambda post: context.answers.tell(caller, post),
    )


def _obey(context: SlackContext, caller: Caller, body: Json) -> None:
    team = context.use_cases.team
    table = HOTFIX if body.get("command") == team.hotfix_command else INCIDENT
    known = vocabulary(team, context.use_cases.look.policy(), table)
    typed = parse(f"{body.get('text') or ''}", known)
    if typed.form is not None:
        context.modals.open(caller, _slip(typed, typed.form))
        return
    try:
        answer = HANDLERS[typed.order](context, caller, typed)
    except TooLong:
        if typed.command.form is None:
            raise
        # It is shortened in the form rather than typed again.
        answer = _slip(typed, typed.command.form)
    if isinstance(answer, FormState):
        context.modals.open(caller, answer)
    else:
        context.answers.tell(caller, answer)


def _slip(typed: ParsedCommand, form: FormName) -> FormState:
    """The form of a command, with what was typed in it."""
    person = typed.people[0].id if typed.people and not typed.people[0].is_group else ""
    return FormState(
        form=form,
        reference=typed.reference,
        text=typed.text or " ".join(typed.files),
        reason=typed.reason,
        severity=typed.severity,
        time=typed.time,
        about=_subject(typed),
        way=hotfix_orders.WAYS.get(typed.order, ""),
        person=person,
    )


def _subject(typed: ParsedCommand) -> str:
    """What the form is about within the incident: an entry, or a hotfix and a detail of it."""
    if typed.command not in HOTFIX.rows:
        return typed.what or f"{typed.number or ''}"
    detail = typed.commit or typed.branch or f"{typed.step or ''}"
    return Subject(number=typed.number, detail=detail).about
