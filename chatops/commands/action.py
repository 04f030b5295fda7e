"""What an action is: its words, its arguments, its form, its buttons, and what carries it out.

Text that is typed becomes a ``ParsedCommand`` of an action, a press on a button names one by the
button's id. Both end in the action's handler, which makes a request of them and calls a use case:
the answer is a message, or the state of a form that must be filled in first.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from chatops.application.session import Request
from chatops.application.use_cases import UseCases
from chatops.commands.context import Caller, CommandContext, RequestFields, must_be_meant, target_of
from chatops.commands.form_state import FormState
from chatops.commands.words import Mentioned
from chatops.domain.errors import TooLong
from chatops.domain.messages.posts import ActionId, BoardPlace, ButtonStyle, Post
from chatops.domain.playbook.pipeline import StepKind
from chatops.domain.team import Permission, Team


class CommandName(StrEnum):
    """The slash commands; what a team calls them is its own choice."""

    INCIDENT = "incident"
    HOTFIX = "hotfix"

    def name_in(self, team: Team) -> str:
        return team.hotfix_command if self is CommandName.HOTFIX else team.incident_command


class HelpSection(StrEnum):
    """The headings of the help, in their order."""

    RUNNING = "While it runs"
    RECORD = "For the record"
    ENDING = "Its end, and what follows"
    OWED = "What is owed"
    OVERVIEW = "All incidents"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentKind:
    """A kind of argument: how it is read, and which part of a parsed command it becomes."""

    name: str
    becomes: str
    read: "Reader"

    def shown(self, shown: str) -> "Argument":
        """An argument of this kind, as usage shows it: ``<needed>`` or ``[optional]``."""
        return Argument(kind=self, shown=shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument of an action: its kind, and how usage shows it."""

    kind: ArgumentKind
    shown: str

    @property
    def needed(self) -> bool:
        return self.shown.startswith("<")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedCommand:
    """What was typed, understood as far as its words go.

    For hotfixes ``number`` picks one of the incident's.
    """

    action: "Action"
    reference: str = ""
    severity: str = ""
    role: str = ""
    holder: str = ""
    people: tuple[Mentioned, ...] = ()
    number: int | None = None
    time: str = ""
    what: str = ""
    text: str = ""
    reason: str = ""
    commit: str = ""
    step: StepKind | None = None
    branch: str = ""
    flag: str = ""
    files: tuple[str, ...] = ()

    @property
    def form(self) -> str:
        """The form to open; none where the action has none, or enough was typed without it."""
        typed = [getattr(self, name) for name in self.action.enough]
        return "" if typed and all(typed) else self.action.form

    @property
    def person(self) -> str:
        """The id of the first person who was mentioned; groups are nobody in particular."""
        return self.people[0].id if self.people and not self.people[0].is_group else ""

    def incident(self, context: CommandContext, caller: Caller) -> int:
        """The id of the incident that is meant. Raises NoIncidentHere, UnknownIncident."""
        command = f"{self.action.command.name_in(context.use_cases.team)} {self.action.spelled}"
        return must_be_meant(context.use_cases, caller, reference=self.reference, command=command)

    def request(self, context: CommandContext, caller: Caller) -> RequestFields:
        """Who asks, when, and about which incident. Raises NoIncidentHere, UnknownIncident."""
        return caller.request(self.incident(context, caller))


#: The answer, or the form that must be filled in first.
Answer: TypeAlias = Post | FormState
Run = Callable[[CommandContext, Caller, ParsedCommand], Answer]
#: Takes what the button carries: an incident's id, and a detail after a colon.
Press = Callable[[CommandContext, Caller, str], Answer]
Fill = Callable[[ParsedCommand], FormState]


def filled(typed: ParsedCommand) -> FormState:
    """The form of an action, with what was typed in it."""
    return FormState(
        form=typed.action.form,
        reference=typed.reference,
        text=typed.text or " ".join(typed.files),
        reason=typed.reason,
        severity=typed.severity,
        time=typed.time,
        about=typed.what or f"{typed.number or ''}",
        person=typed.person,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OnBoard:
    """How the first button of an action stands on an incident's board, the lower ``rank`` first."""

    place: BoardPlace
    label: str
    rank: int = 0
    tone: ButtonStyle = ButtonStyle.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that people can ask for, and everything that is known of it.

    ``words`` are what is typed after ``command``; an action without any has buttons alone.
    ``aliases`` are other words for the same. ``help`` says what it does, under the heading of
    ``chapter`` (the first action of a word counts); ``hinted`` puts it into the hint that Slack
    shows behind the command. ``looks`` says that it changes nothing, so that a terminal asks for
    no name.

    ``form`` is the form that it opens, unless ``enough`` was typed: the arguments with which it
    can be done at once. ``fill`` puts into the form what was typed. In a terminal ``options``
    stand for the fields of the form, each with how usage shows it; ``form_optional`` says that
    all of them may be left out.

    ``run`` carries out what was typed. ``buttons`` are the ids of its buttons, ``press`` carries
    out a press on one (none: it opens the form); ``redraws`` says that a press in a form shows
    that form anew instead of the answer; ``board`` says where it stands on a board.
    ``permission`` is what the team's table must give.
    """

    name: str
    command: CommandName = CommandName.INCIDENT
    words: tuple[str, ...] = ()
    aliases: tuple[tuple[str, ...], ...] = ()
    arguments: tuple[Argument, ...] = ()
    help: str = ""
    chapter: HelpSection | None = None
    hinted: bool = False
    permission: Permission | None = None
    looks: bool = False
    form: str = ""
    enough: tuple[str, ...] = ()
    form_optional: bool = False
    fill: Fill = filled
    options: tuple[tuple[str, str], ...] = ()
    run: Run | None = None
    buttons: tuple[ActionId, ...] = ()
    press: Press | None = None
    redraws: bool = False
    board: tuple[OnBoard, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an action that something cannot be asked for, or has a part that nothing uses."""
        runs = bool(self.words) and bool(self.enough or not self.form)
        problems = {
            "no words and no buttons": not self.words and not self.buttons,
            "words without a help": bool(self.words) != bool(self.help),
            "nothing that carries out what is typed": runs and self.run is None,
            "a handler for what always opens a form": not runs and self.run is not None,
            "buttons that do nothing": bool(self.buttons) and not (self.press or self.form),
            "a press without a button": self.press is not None and not self.buttons,
            "enough without a form": bool(self.enough) and not self.form,
            "a place on the board without a button": bool(self.board) and not self.buttons,
        }
        if found := [problem for problem, is_so in problems.items() if is_so]:
            message = f"The action {self.name} has {', '.join(found)}"
            raise ValueError(message)

    @property
    def openings(self) -> tuple[str, ...]:
        """The first words by which it is known: its own, and aliases of a single word."""
        return (*self.words[:1], *(alias[0] for alias in self.aliases if len(alias) == 1))

    @property
    def spelled(self) -> str:
        """Its words, as they are typed after the command's name."""
        return " ".join(self.words)

    @property
    def pattern(self) -> str:
        """Its words and arguments, as they are typed after the command's name."""
        return " ".join([*self.words, *(argument.shown for argument in self.arguments)])

    def typed(self, context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
        """Carry out what was typed, or ask for what is missing; what is too long gets a form."""
        if typed.form or self.run is None:
            return self.fill(typed)
        try:
            return self.run(context, caller, typed)
        except TooLong:
            if not self.form:
                raise
            # It is shortened in the form rather than typed again.
            return self.fill(typed)

    def pressed(self, context: CommandContext, caller: Caller, about: str) -> Answer:
        """Carry out a press on one of its buttons; one that was to open a form opens it again.

        Raises:
            Outdated
        """
        again = FormState.unpacked(about)
        if again is not None:
            return again
        return (self.press or opens(self.form))(context, caller, about)


def opens(form: str) -> Press:
    """Open a form about what a button carries."""

    def press(context: CommandContext, caller: Caller, about: str) -> FormState:
        del caller
        target = target_of(context, about)
        return FormState(form=form, incident=target.incident, about=target.detail)

    return press


#: What is done with a request about an incident that says no more than who, when and which.
Ask: TypeAlias = Callable[[UseCases, Request], Post]


def typed_for(ask: Ask) -> Run:
    """Ask about the incident that is named, or whose channel it is."""

    def run(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
        return ask(context.use_cases, Request(**typed.request(context, caller)))

    return run


def pressed_for(ask: Ask) -> Press:
    """Ask about the incident that a button carries."""

    def press(context: CommandContext, caller: Caller, about: str) -> Post:
        return ask(context.use_cases, Request(**caller.request(target_of(context, about).incident)))

    return press


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTable:
    """One slash command: its actions, and what it means without any of their words.

    ``empty`` is meant by no words, ``otherwise`` by words of no action, ``numbered`` by a number
    alone; where ``otherwise`` is none such words are a mistake. ``intro`` and ``outro`` stand
    around the actions in the help, with ``{name}``.
    """

    command: CommandName
    actions: tuple[Action, ...]
    empty: Action
    intro: str
    outro: str
    otherwise: Action | None = None
    numbered: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of one team: a command of its, severities, audiences, and how references look."""

    table: CommandTable
    name: str
    severities: tuple[str, ...]
    audiences: tuple[str, ...]
    reference: re.Pattern[str]


Read = tuple[ParsedCommand, str]
Reader = Callable[[ParsedCommand, str, Argument, Vocabulary], Read]
