"""One handler for each order about a hotfix that can be carried out at once."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from chatops.adapters.slack.forms.hotfix import AboutHotfix, Subject
from chatops.adapters.slack.forms.hotfix_start import known_of_incident
from chatops.adapters.slack.rendering.mrkdwn import escape
from chatops.application.hotfix.session import (
    AbortRequest,
    BackportRequest,
    FixRequest,
    FlagRequest,
    HotfixRequest,
    SkipRequest,
    WaiveBackportRequest,
)
from chatops.commands.arguments import ParsedCommand
from chatops.commands.caller import Caller
from chatops.commands.context import CommandContext
from chatops.commands.form_state import FormName, FormState
from chatops.commands.hotfix import HOTFIX
from chatops.commands.resolve_incident import must_be_meant
from chatops.commands.table import CommandName
from chatops.commands.usage import help_text
from chatops.domain.hotfix.errors import HotfixOver, NoHotfixYet
from chatops.domain.hotfix.model import Hotfix
from chatops.domain.messages.posts import ActionId, Button, Post
from chatops.domain.playbook.pipeline import FixWay, StepKind

#: Gives the answer, or the slip of the form that must be filled in first.
Handler = Callable[[CommandContext, Caller, ParsedCommand], Post | FormState]

#: What the button about an incident adds to start a hotfix beside a running one.
ANOTHER = "another"

WAYS: Mapping[CommandName, FixWay] = MappingProxyType(
    {CommandName.HOTFIX_REVERT: FixWay.REVERT, CommandName.HOTFIX_PICK: FixWay.PICK}
)
_SHOWN = 5


def running_already(context: CommandContext, request: HotfixRequest) -> Post | None:
    """What is shown to whoever wants a hotfix while one is running: that, and the way to more."""
    known = known_of_incident(context.use_cases, replace(request, about=None, once=None))
    running = [each for each in known.hotfixes if each.current is not None]
    if not running:
        return None
    incident = f"{known.incident.id}"
    another = Button(ask=ActionId.HOTFIX, label="Start another…", about=f"{incident}:{ANOTHER}")
    if len(running) == 1:
        status = context.use_cases.hotfix.status(
            replace(request, about=running[0].number, once=None)
        )
        return replace(status, buttons=(*status.buttons, another))
    return _several(running, incident, another)


def _several(running: list[Hotfix], incident: str, another: Button) -> Post:
    words = f"{len(running)} hotfixes are running. Which one?"
    lines = "\n".join(f"{each.number} · {escape(each.service)} · {escape(each.title)}"
                      for each in running)  # fmt: skip
    shows = tuple(
        Button(
            ask=ActionId.HOTFIX_STATUS,
            label=f"Show {each.number}",
            about=f"{incident}:{each.number}",
        )
        for each in running[:_SHOWN]
    )
    return Post(headline=words, text=f"*{words}*\n{lines}", buttons=(*shows, another))


def _about(context: CommandContext, caller: Caller, typed: ParsedCommand) -> AboutHotfix:
    command = f"{context.use_cases.team.hotfix_command} {typed.command.words[0]}"
    incident = must_be_meant(context.use_cases, caller, reference=typed.reference, command=command)
    return {**caller.about(incident), "about": typed.number}


def _start(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post | FormState:
    about = _about(context, caller, typed)
    form_state = FormState(form=FormName.HOTFIX_START, incident=about["incident"])
    return running_already(context, HotfixRequest(**about)) or form_state


def _status(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    return context.use_cases.hotfix.status(HotfixRequest(**_about(context, caller, typed)))


def _ready(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    return context.use_cases.hotfix.fix(
        FixRequest(**_about(context, caller, typed), way=FixWay.PUSH)
    )


def _made(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post | FormState:
    """Have the fix made of a commit; before there is a hotfix, through the gate first."""
    about, way = _about(context, caller, typed), WAYS[typed.order]
    try:
        return context.use_cases.hotfix.fix(FixRequest(**about, way=way, source=typed.commit))
    except (NoHotfixYet, HotfixOver):
        if typed.number is not None:
            raise
        subject = Subject(number=None, detail=typed.commit)
        return FormState(
            form=FormName.HOTFIX_START, incident=about["incident"], about=subject.about, way=way
        )


def _skip(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    leave = typed.people[0].id if typed.people else None
    request = SkipRequest(
        **_about(context, caller, typed),
        step=typed.step or StepKind.GATE,
        reason=typed.reason,
        leave=leave,
    )
    return context.use_cases.hotfix.skip(request)


def _back(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    return context.use_cases.hotfix.rolled_back(HotfixRequest(**_about(context, caller, typed)))


def _backport(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = _about(context, caller, typed)
    return context.use_cases.hotfix.backport(BackportRequest(**about, target=typed.branch or None))


def _align(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = _about(context, caller, typed)
    return context.use_cases.hotfix.align(BackportRequest(**about, target=typed.branch or None))


def _waive(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = _about(context, caller, typed)
    return context.use_cases.hotfix.waive(
        WaiveBackportRequest(**about, target=typed.branch, reason=typed.reason)
    )


def _flag(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = _about(context, caller, typed)
    return context.use_cases.hotfix.flag(
        FlagRequest(
            incident=about["incident"],
            user=about["user"],
            now=about["now"],
            channel=about["channel"],
            once=about["once"],
            flag=typed.flag,
        )
    )


def _abort(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = _about(context, caller, typed)
    return context.use_cases.hotfix.abort(AbortRequest(**about, reason=typed.reason))


def _help(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    del caller
    name = context.use_cases.team.hotfix_command
    return Post(headline=f"What {name} can do", text=help_text(name, HOTFIX, typed.text))


HANDLERS: Mapping[CommandName, Handler] = MappingProxyType(
    {
        CommandName.HOTFIX_START: _start,
        CommandName.HOTFIX_STATUS: _status,
        CommandName.HOTFIX_READY: _ready,
        CommandName.HOTFIX_REVERT: _made,
        CommandName.HOTFIX_PICK: _made,
        CommandName.HOTFIX_SKIP: _skip,
        CommandName.HOTFIX_BACK: _back,
        CommandName.HOTFIX_BACKPORT: _backport,
        CommandName.HOTFIX_ALIGN: _align,
        CommandName.HOTFIX_WAIVE: _waive,
        CommandName.HOTFIX_FLAG: _flag,
        CommandName.HOTFIX_ABORT: _abort,
        CommandName.HOTFIX_HELP: _help,
    }
)
