"""Every action that there is: by slash command, by name and by button."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from chatops.commands import drills, hotfix, incident, overview, postmortem, promises, tasks
from chatops.commands.action import (
    Action,
    Answer,
    CommandName,
    CommandTable,
    HelpSection,
    ParsedCommand,
)
from chatops.commands.arguments import TEXT
from chatops.commands.context import Caller, CommandContext, outdated
from chatops.commands.form_state import FormState
from chatops.commands.parser import parse, vocabulary
from chatops.commands.usage import help_text
from chatops.commands.words import readable
from chatops.domain.messages.posts import ActionId, BoardButtons, BoardPlace, Button, Post


def _help(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    del caller
    command = typed.action.command
    name = command.name_in(context.use_cases.team)
    return Post(
        headline=f"What {name} can do", text=help_text(name, TABLES[command], about=typed.text)
    )


def _press_unreadable(context: CommandContext, caller: Caller, about: str) -> Answer:
    """A menu's choice, or a form's state, that we cannot read any more."""
    del caller, about
    raise outdated(context)


def _press_run(context: CommandContext, caller: Caller, about: str) -> Answer:
    """Run the command that may have been meant, once for each who presses."""
    command, _, text = about.partition(" ")
    once = f"run:{caller.place}:{caller.user}"
    return obey(context, replace(caller, once=once), command, text, sure=True)


def _press_declare_text(context: CommandContext, caller: Caller, about: str) -> Answer:
    """Open the form for what was meant as a title."""
    del context, caller
    return FormState(form="form_declare", text=readable(about))


def obey(
    context: CommandContext, caller: Caller, command: str, text: str, *, sure: bool = False
) -> Answer:
    """Carry out what was typed after a slash command, or ask for what is missing.

    ``sure`` says that it was asked back, and is meant so.

    Raises:
        DidYouMean, UserError, and what the action raises.
    """
    team = context.use_cases.team
    table = HOTFIX if command == team.hotfix_command else INCIDENT
    known = vocabulary(team, context.use_cases.look.policy(), table)
    typed = parse(text, known, sure=sure)
    return typed.action.typed(context, caller, typed)


HELP = Action(
    name="help",
    words=("help",),
    arguments=(TEXT.shown("[command]"),),
    help="Show this, or all about one command",
    chapter=HelpSection.OVERVIEW,
    hinted=True,
    looks=True,
    run=_help,
)
HOTFIX_HELP = Action(
    name="hotfix_help",
    command=CommandName.HOTFIX,
    words=("help",),
    arguments=(TEXT.shown("[command]"),),
    help="Show this, or all about one command",
    hinted=True,
    looks=True,
    run=_help,
)
#: The id of every menu of buttons: what is chosen names another one.
MORE = Action(name="more", buttons=(ActionId("more"),), press=_press_unreadable)
#: Opens again, with what it carries, a form that has no button of its own.
OPEN_FORM = Action(name="open_form", buttons=(ActionId("open_form"),), press=_press_unreadable)
#: The answers to a question about what was typed.
RUN_COMMAND = Action(name="run_command", buttons=(ActionId("run_command"),), press=_press_run)
DECLARE_TEXT = Action(
    name="declare_text", buttons=(ActionId("declare_text"),), press=_press_declare_text
)

_ALL: tuple[Action, ...] = (
    *incident.ACTIONS,
    *tasks.ACTIONS,
    *postmortem.ACTIONS,
    *overview.ACTIONS,
    *promises.ACTIONS,
    *drills.ACTIONS,
    HELP,
    *hotfix.ACTIONS,
    HOTFIX_HELP,
    MORE,
    OPEN_FORM,
    RUN_COMMAND,
    DECLARE_TEXT,
)


def _typed(command: CommandName) -> tuple[Action, ...]:
    return tuple(action for action in _ALL if action.words and action.command is command)


INCIDENT = CommandTable(
    command=CommandName.INCIDENT,
    actions=_typed(CommandName.INCIDENT),
    empty=HELP,
    otherwise=incident.DECLARE,
    intro="*Something is broken?* `{name} checkout is down` opens the form.",
    outro=(
        "`{name} help task` says all about one of them. All of them work in the"
        " incident's channel, and anywhere with its reference:"
        " `{name} status INC-2026-014`."
    ),
)
HOTFIX = CommandTable(
    command=CommandName.HOTFIX,
    actions=_typed(CommandName.HOTFIX),
    empty=hotfix.START,
    numbered=hotfix.STATUS,
    intro="*Production is broken right now?* `{name}` in the incident's channel opens the gate.",
    outro=(
        "Where an incident has several hotfixes, put the number in front: `{name} 2 next`."
        " From elsewhere name the incident: `{name} INC-2026-014 status`."
    ),
)
TABLES: Mapping[CommandName, CommandTable] = MappingProxyType(
    {table.command: table for table in (INCIDENT, HOTFIX)}
)


def _board(place: BoardPlace) -> tuple[Button, ...]:
    """The buttons of one place, in their order."""
    here = [(on, each) for each in _ALL for on in each.board if on.place is place]
    return tuple(
        Button(ask=action.buttons[0], label=on.label, about="", tone=on.tone)
        for on, action in sorted(here, key=lambda one: one[0].rank)
    )


BOARD: BoardButtons = MappingProxyType({place: _board(place) for place in BoardPlace})

ACTIONS: Mapping[str, Action] = MappingProxyType({action.name: action for action in _ALL})
BUTTONS: Mapping[str, Action] = MappingProxyType(
    {button: action for action in _ALL for button in action.buttons}
)
