"""Understands what was typed in a terminal, carries it out, and prints what came of it."""

import re
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Protocol, TypeVar

import typer

from chatops.adapters.storage.errors import StorageUnavailable
from chatops.application.analytics.statistics import StatisticsRequest
from chatops.application.incidents.update import UpdateRequest
from chatops.application.lifecycle.declare import DeclareRequest
from chatops.application.lifecycle.end import ResolveRequest
from chatops.application.ports.external import ExternalError
from chatops.application.postmortem.requests import EditRequest
from chatops.application.postmortem.views import PostMortemView
from chatops.application.session import Request
from chatops.application.tasks.tasks import Due, TaskEditRequest
from chatops.cli.shell.context import Shell, open_shell
from chatops.cli.shell.words import (
    NAME,
    as_in_slack,
    help_text,
    incomplete,
    misplaced,
    needed,
    no_name,
    person,
    printed,
    told,
    unknown_status,
    which_incident,
)
from chatops.clock import Clock, SystemClock
from chatops.commands.action import Action, ParsedCommand
from chatops.commands.catalogue import ACTIONS, HELP, INCIDENT
from chatops.commands.context import Caller, RequestFields, must_be_meant
from chatops.commands.form_state import FormState
from chatops.commands.parser import parse, vocabulary
from chatops.domain.analytics.report import Report, spreadsheet
from chatops.domain.errors import NoIncidentHere, UserError
from chatops.domain.incident.model import Status
from chatops.domain.messages.posts import Post, aligned
from chatops.domain.postmortem.model import EditedMeanwhile
from chatops.domain.tasks import Priority, TaskType
from chatops.domain.time.durations import counted
from chatops.domain.time.parse import PLANNED, Direction, read_time
from chatops.logs import set_up_logging
from chatops.settings import LogFormat, LogLevel, Settings, read_settings

LATER = "Slack hears of it as soon as the bot reaches it."
AGAIN = "To declare it all the same, repeat the command with --anyway."


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOptions:
    """The options of the command, besides who it is and what about."""

    next: str = ""
    technical: str = ""
    status: str = ""
    cause: str = ""
    plain: str = ""
    impact: str = ""
    private: bool = False
    anyway: bool = False
    csv: str = ""
    file: str = ""
    due: str = ""
    criterion: str = ""
    type: str = ""
    priority: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentInvocation:
    """One command as it was typed."""

    words: tuple[str, ...]
    given: IncidentOptions = IncidentOptions()
    by: str = ""
    reference: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """What to print, and whether what was asked for is done."""

    text: str
    done: bool = True


def incident_command(
    words: Annotated[list[str] | None, typer.Argument(help="As after /incident in Slack.")] = None,
    *,
    by: Annotated[str, typer.Option(help="Your Slack member ID, such as U0123ABCD.")] = "",
    reference: Annotated[str, typer.Option("--in", help="The incident: INC-2026-001.")] = "",
    team: Annotated[str, typer.Option(help="Workspace ID, if no incident tells it.")] = "",
    next_: Annotated[str, typer.Option("--next", help="update: next word in “30 min”.")] = "",
    technical: Annotated[str, typer.Option(help="update: for responders.")] = "",
    status: Annotated[str, typer.Option(help="update: investigating, fixing, monitoring.")] = "",
    cause: Annotated[str, typer.Option(help="resolve: what caused it.")] = "",
    plain: Annotated[str, typer.Option(help="resolve: last word for stakeholders.")] = "",
    impact: Annotated[str, typer.Option(help="declare: who notices what, in plain words.")] = "",
    private: Annotated[bool, typer.Option("--private", help="declare: members only.")] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="declare: though it is like another.")
    ] = False,
    csv: Annotated[str, typer.Option(help="stats: a file to write, or - to print.")] = "",
    file: Annotated[str, typer.Option(help="postmortem edit: the text, or - for stdin.")] = "",
    due: Annotated[str, typer.Option(help="task edit: until when, “2 days”, 2026-03-05.")] = "",
    criterion: Annotated[str, typer.Option(help="task edit: how we know that it is done.")] = "",
    type_: Annotated[str, typer.Option("--type", help="task edit: action, bug, …")] = "",
    priority: Annotated[str, typer.Option(help="task edit: high, medium, low.")] = "",
    details: Annotated[str, typer.Option(help="task edit: what else to know.")] = "",
) -> None:
    """Do from a terminal what people do in Slack; `chatops incident help` lists it."""
    given = IncidentOptions(
        next=next_,
        technical=technical,
        status=status,
        cause=cause,
        plain=plain,
        impact=impact,
        private=private,
        anyway=anyway,
        csv=csv,
        file=file,
        due=due,
        criterion=criterion,
        type=type_,
        priority=priority,
        details=details,
    )
    asked = IncidentInvocation(
        words=tuple(words or ()), given=given, by=by, reference=reference, team=team
    )
    answer(lambda settings: obey(settings, asked, SystemClock()))


def answer(work: Callable[[Settings], CommandResult]) -> None:
    """Do the work, print what came of it, and end the program with a code that says the same."""
    try:
        settings = read_settings()
        set_up_logging(level=LogLevel.ERROR, style=LogFormat.TEXT, secrets=settings.secrets)
        outcome = work(settings)
    except (UserError, StorageUnavailable, ExternalError) as error:
        sys.stderr.write(f"{told(error)}\n")
        raise typer.Exit(2) from error
    sys.stdout.write(f"{outcome.text}\n")
    raise typer.Exit(0 if outcome.done else 1)


def obey(settings: Settings, asked: IncidentInvocation, clock: Clock) -> CommandResult:
    """Carry a command out on the bot's database.

    Raises:
        UserError, StorageUnavailable
    """
    with open_shell(settings, clock) as shell:
        known = replace(
            vocabulary(shell.use_cases.team, shell.use_cases.look.policy(), INCIDENT), name=NAME
        )
        typed = parse(as_in_slack(asked.words), known, sure=True)
        typed = replace(typed, reference=typed.reference or asked.reference)
        if typed.action is HELP:
            return CommandResult(text=help_text())
        caller = Caller(
            team=asked.team or shell.workspace(),
            user=person(asked.by),
            now=clock.now(),
            once=f"shell:{secrets.token_hex(8)}",
        )
        _must_make_sense(typed, asked.given, caller)
        try:
            return _done(shell, caller, typed, asked.given)
        except NoIncidentHere as error:
            raise which_incident() from error


def _must_make_sense(typed: ParsedCommand, given: IncidentOptions, caller: Caller) -> None:
    for action in INCIDENT.actions:
        for option, _ in action.options:
            if getattr(given, option) and action is not typed.action:
                raise misplaced(option, action)
    if typed.action.looks:
        return
    if not caller.user:
        raise no_name()
    if not all(getattr(typed, name) for name in needed(typed.action)):
        raise incomplete(typed.action)


def _done(
    shell: Shell, caller: Caller, typed: ParsedCommand, given: IncidentOptions
) -> CommandResult:
    own = OWN.get(typed.action.name)
    if own is not None:
        return own(shell, caller, typed, given)
    answer = typed.action.run(shell, caller, typed) if typed.action.run else None
    if answer is None or isinstance(answer, FormState):
        raise incomplete(typed.action)
    return _told(shell, typed.action, answer)


def _told(shell: Shell, action: Action, post: Post) -> CommandResult:
    """An answer; whoever changed something reads that Slack hears of it later."""
    team = shell.use_cases.team
    return _printed(action, printed(post, team.incident_command, team.hotfix_command))


def _printed(action: Action, words: str) -> CommandResult:
    return CommandResult(text=words if action.looks else f"{words}\n{LATER}")


def _declared(
    shell: Shell, caller: Caller, typed: ParsedCommand, given: IncidentOptions
) -> CommandResult:
    request = DeclareRequest(
        team=caller.team,
        user=caller.user,
        now=caller.now,
        title=typed.text,
        severity=typed.severity,
        impact=given.impact,
        private=given.private,
        similar_seen=given.anyway,
        once=caller.once,
    )
    declared = shell.use_cases.declare(request)
    team = shell.use_cases.team
    words = printed(declared.answer, team.incident_command, team.hotfix_command)
    if declared.incident is None:
        return CommandResult(text=f"{words}\n{AGAIN}", done=False)
    return _printed(typed.action, words)


def _statistics(
    shell: Shell, caller: Caller, typed: ParsedCommand, given: IncidentOptions
) -> CommandResult:
    return CommandResult(text=numbers(shell, caller, typed, file=given.csv))


def _post_mortem(
    shell: Shell, caller: Caller, typed: ParsedCommand, given: IncidentOptions
) -> CommandResult:
    fields = _fields(shell, caller, typed)
    return _printed(typed.action, post_mortem(shell, typed.action.name, fields, file=given.file))


def _task_edited(
    shell: Shell, caller: Caller, typed: ParsedCommand, given: IncidentOptions
) -> CommandResult:
    fields = _fields(shell, caller, typed)
    post = shell.use_cases.edit_task(edit_of(shell, caller, typed, given, fields))
    return _told(shell, typed.action, post)


def _updated(
    shell: Shell, caller: Caller, typed: ParsedCommand, given: IncidentOptions
) -> CommandResult:
    post = shell.use_cases.post_update(_update(shell, caller, typed, given))
    return _told(shell, typed.action, post)


def _update(
    shell: Shell, caller: Caller, typed: ParsedCommand, given: IncidentOptions
) -> UpdateRequest:
    fields = _fields(shell, caller, typed)
    if given.status and given.status not in {each for each in Status if each.running}:
        raise unknown_status(given.status)
    return UpdateRequest(
        **fields,
        plain=typed.text,
        technical=given.technical,
        status=Status(given.status) if given.status else None,
        next_at=_next(shell, fields, given.next),
    )


def _next(shell: Shell, fields: RequestFields, said: str) -> datetime:
    """When the next word comes: as said, else as the severity promises."""
    if said:
        zone = shell.zone_of(fields["user"])
        return read_time(said, now=fields["now"], zone=zone, direction=Direction.AHEAD).at
    known = shell.use_cases.look.known(Request(**fields))
    every = known.playbook.severity(known.incident.severity).update_every
    if every is None:
        raise incomplete(ACTIONS["update"])
    return fields["now"] + every


def _resolved(
    shell: Shell, caller: Caller, typed: ParsedCommand, given: IncidentOptions
) -> CommandResult:
    request = ResolveRequest(
        **_fields(shell, caller, typed),
        fix=typed.text,
        root_cause=given.cause,
        plain=given.plain,
    )
    return _told(shell, typed.action, shell.use_cases.resolve(request))


def _fields(shell: Shell, caller: Caller, typed: ParsedCommand) -> RequestFields:
    incident = must_be_meant(
        shell.use_cases, caller, reference=typed.reference, command=typed.action.spelled
    )
    return caller.request(incident)


#: What a terminal does in its own way: its options stand for the form, its output for a message.
OWN: Mapping[str, Callable[[Shell, Caller, ParsedCommand, IncidentOptions], CommandResult]] = (
    MappingProxyType(
        {
            "declare": _declared,
            "update": _updated,
            "resolve": _resolved,
            "task_edit": _task_edited,
            "stats": _statistics,
            "post_mortem": _post_mortem,
            "post_mortem_show": _post_mortem,
            "post_mortem_edit": _post_mortem,
        }
    )
)


_STAMP = re.compile(r"<!-- (?P<reference>\S+) text (?P<version>\d+) -->\n?")


def no_file(why: str) -> UserError:
    """The text to save is nowhere."""
    return UserError(
        f"{why} Get the text first: `chatops incident postmortem show > post-mortem.md`; edit"
        " it, and save it: `chatops incident postmortem edit --file post-mortem.md` (or - to"
        " read what is piped in)."
    )


def newer_text(error: EditedMeanwhile) -> UserError:
    """Somebody else saved in between; both texts are kept."""
    return UserError(
        f"{error} The newer one: `chatops incident postmortem show`; take its first line over"
        " once yours has both."
    )


def post_mortem(shell: Shell, action: str, fields: RequestFields, *, file: str) -> str:
    """What is printed of it; an edited text is saved.

    Raises:
        UserError, NotAllowed
    """
    match action:
        case "post_mortem_show":
            view = shell.use_cases.post_mortem.look(Request(**fields))
            return f"{_stamp(view)}{view.markdown}"
        case "post_mortem_edit":
            return _edited(shell, fields, file)
        case _:
            return _questions(shell.use_cases.post_mortem.look(Request(**fields), whole=False))


def _stamp(view: PostMortemView) -> str:
    """The first line of the text: from which one an edited text was made."""
    return f"<!-- {view.incident.reference} text {view.version} -->\n"


def _edited(shell: Shell, fields: RequestFields, file: str) -> str:
    text = _read(file)
    stamp = _STAMP.match(text)
    body = text[stamp.end() :] if stamp else text
    view = shell.use_cases.post_mortem.look(Request(**fields), whole=False)
    version = int(stamp["version"]) if stamp else view.version
    try:
        post = shell.use_cases.post_mortem.edit(EditRequest(**fields, body=body, version=version))
    except EditedMeanwhile as error:
        raise newer_text(error) from error
    team = shell.use_cases.team
    return printed(post, team.incident_command, team.hotfix_command)


def _read(file: str) -> str:
    if not file:
        why = "Say which file holds the text."
        raise no_file(why)
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = f"{file} cannot be read ({error})."
        raise no_file(why) from error


def _questions(view: PostMortemView) -> str:
    state = f"{view.incident.reference}: the post-mortem is {view.post_mortem.state}."
    lines = (f"  {each.key}: {each.ask}\n      {_said(each.answer)}" for each in view.questions)
    return "\n".join(
        [state, *lines, "", 'Answer one: chatops incident postmortem answer well "we were two"']
    )


def _said(answer: str) -> str:
    return answer.replace("\n", "\n      ") if answer else "not answered yet"


#: Where a file is written that is to go on through a pipe.
_OUT = "-"


def not_written(file: str, why: str) -> UserError:
    """The file cannot be written."""
    return UserError(f"{file} was not written: {why}.")


def numbers(shell: Shell, caller: Caller, typed: ParsedCommand, *, file: str) -> str:
    """What to print; with ``file`` the spreadsheet is written there.

    Raises:
        UnknownPeriod, UserError
    """
    request = StatisticsRequest(team=caller.team, user=caller.user, now=caller.now, text=typed.text)
    report = shell.use_cases.numbers.report(request)
    if file == _OUT:
        return spreadsheet(report.cases).rstrip("\n")
    if file:
        return _written(report, Path(file))
    words = printed(shell.use_cases.numbers.answer(request), shell.use_cases.team.incident_command)
    return "\n\n".join([words, *_tables(report)])


def _tables(report: Report) -> list[str]:
    if not report.groups:
        return []
    return [f"{each.caption}\n{aligned(each)}" for each in report.sheets if each.rows]


def _written(report: Report, file: Path) -> str:
    try:
        file.write_text(spreadsheet(report.cases), encoding="utf-8")
    except OSError as error:
        raise not_written(str(file), error.strerror or "the system refuses") from error
    many = counted(len(report.cases), "incident")
    return f"{file} holds {many} of {report.question.period.name}."


_Word = TypeVar("_Word", bound=StrEnum)


def unknown_word(option: str, given: str, known: type[StrEnum]) -> UserError:
    """An option has no such value."""
    words = ", ".join(each.value for each in known)
    return UserError(f"There is no {option} “{given[:40]}”. Pick one of {words}.")


class TaskWords(Protocol):
    """The options of `task edit`."""

    @property
    def due(self) -> str: ...

    @property
    def criterion(self) -> str: ...

    @property
    def type(self) -> str: ...

    @property
    def priority(self) -> str: ...

    @property
    def details(self) -> str: ...


def edit_of(
    shell: Shell, caller: Caller, typed: ParsedCommand, given: TaskWords, fields: RequestFields
) -> TaskEditRequest:
    """The change that was typed.

    Raises:
        UserError, InvalidTime
    """
    changes: dict[str, Any] = {
        "text": typed.text,
        "criterion": given.criterion,
        "details": given.details,
        "type": _one_of(TaskType, "type", given.type),
        "priority": _one_of(Priority, "priority", given.priority),
        "due": _due(shell, caller, given.due) if given.due else None,
    }
    said = {name: value for name, value in changes.items() if value}
    return TaskEditRequest(**fields, number=typed.number or 0, changes=said)


def _one_of(known: type[_Word], option: str, given: str) -> _Word | None:
    words = given.strip().casefold().replace(" ", "_")
    if words and words not in set(known):
        raise unknown_word(option, given, known)
    return known(words) if words else None


def _due(shell: Shell, caller: Caller, given: str) -> Due:
    """A day such as 2026-03-05, or the words for a moment."""
    try:
        return Due(day=date.fromisoformat(given.strip()))
    except ValueError:
        pass
    due = read_time(
        given,
        now=caller.now,
        zone=shell.zone_of(caller.user),
        direction=Direction.AHEAD,
        usual=shell.use_cases.look.policy().working_hours.end,
        farthest=PLANNED,
    )
    return Due(at=due.at)
