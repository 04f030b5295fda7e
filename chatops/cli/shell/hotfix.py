"""`chatops hotfix …`: understands what was typed, carries it out, and prints what came of it."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Annotated

import typer

from chatops.application.hotfix.advance import StepPlan
from chatops.application.hotfix.session import (
    ApproveRequest,
    HotfixRequest,
    LogRequest,
    NextRequest,
    RollbackRequest,
    StartRequest,
    TickRequest,
)
from chatops.cli.shell.command import LATER, CommandResult, answer
from chatops.cli.shell.context import Shell, open_shell
from chatops.cli.shell.words import (
    HOTFIX_NAME,
    as_in_slack,
    no_name,
    person,
    printed,
    which_incident,
)
from chatops.clock import Clock, SystemClock
from chatops.commands.action import ParsedCommand
from chatops.commands.catalogue import HOTFIX, HOTFIX_HELP
from chatops.commands.context import Caller, HotfixRequestFields, must_be_meant
from chatops.commands.form_state import FormState, Subject
from chatops.commands.hotfix import known_of_incident
from chatops.commands.parser import parse, vocabulary
from chatops.commands.usage import help_text, usage_error
from chatops.domain.errors import NoIncidentHere, UserError
from chatops.domain.hotfix.errors import NoHotfixYet
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.hotfix import Gate, Needs, Path
from chatops.domain.playbook.pipeline import FixWay, StepKind
from chatops.settings import Settings


def gate_of(gate: Gate) -> str:
    """Everything that must be so, one line each."""
    answers = answers_of(gate)
    asked = (
        f"- {question.ask} {'yes' if answers[question.key] else 'no'}"
        for question in gate.questions
        if question.key in answers
    )
    needs = "All of this must be so:" if gate.needs is Needs.ALL else "One of these must be so:"
    parts = (
        *((gate.rule,) if gate.rule else ()),
        *((needs,) if gate.criteria else ()),
        *(f"- {each}" for each in gate.criteria),
        *asked,
        *(("And this must be ready:",) if gate.prerequisites else ()),
        *(f"- {each}" for each in gate.prerequisites),
        "",
        f"If it is: {HOTFIX_NAME} start --holds --title … --reason …",
    )
    return "\n".join(parts)


def answers_of(gate: Gate) -> Mapping[str, bool]:
    """The answers on the way through the gate; yes, wherever both lead on."""
    following = {question.key: question for question in gate.questions}
    answers: dict[str, bool] = {}
    here = gate.questions[0].key if gate.questions else Path.HOTFIX.value
    while here in following and here not in answers:
        question = following[here]
        answers[here] = _leads_on(gate, question.yes)
        here = question.yes if answers[here] else question.no
    return answers


def _leads_on(gate: Gate, answer: str) -> bool:
    """Whether an answer leads to a hotfix, or to a question that can."""
    following = {question.key: question for question in gate.questions}
    reached, left = {answer}, [answer]
    while left:
        question = following.get(left.pop())
        new = {question.yes, question.no} - reached if question is not None else set()
        reached |= new
        left += new
    return Path.HOTFIX.value in reached


_GO = f"Nothing is done yet. To do exactly this: the same command with --go ({HOTFIX_NAME} …)."


def hotfix_without_title() -> UserError:
    """A hotfix begins with a few words."""
    return UserError(
        'Say what the fix does, with --title "Charge cards again", and why it cannot wait,'
        ' with --reason "nobody can pay".'
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HotfixOptions:
    """The options: what is asked for in Slack's forms."""

    title: str = ""
    reason: str = ""
    service: str = ""
    ticket: str = ""
    pipeline: str = ""
    version: str = ""
    holds: bool = False
    anyway: bool = False
    by_hand: bool = False
    go: bool = False


def told_by(shell: Shell, post: Post, *, looked: bool = False) -> CommandResult:
    words = words_of(shell, post)
    return CommandResult(text=words if looked else f"{words}\n{LATER}")


def words_of(shell: Shell, post: Post) -> str:
    return printed(post, shell.use_cases.team.incident_command, shell.use_cases.team.hotfix_command)


def _fields(shell: Shell, caller: Caller, typed: ParsedCommand) -> HotfixRequestFields:
    command = f"{HOTFIX_NAME} {typed.action.spelled}"
    incident = must_be_meant(shell.use_cases, caller, reference=typed.reference, command=command)
    return {**caller.request(incident), "number": typed.number}


def start(
    shell: Shell,
    caller: Caller,
    typed: ParsedCommand,
    given: HotfixOptions,
    form_state: FormState | None = None,
) -> CommandResult:
    """Show the gate; whoever says that it holds gets through it."""
    fields = _fields(shell, caller, typed)
    known = known_of_incident(shell.use_cases, replace(HotfixRequest(**fields), number=None))
    gate = known.playbook.hotfix.gate
    if not given.holds:
        return CommandResult(text=gate_of(gate), done=False)
    if not given.title.strip() or not given.reason.strip():
        raise hotfix_without_title()
    request = StartRequest(
        **caller.request(fields["incident"]),
        service=given.service,
        title=given.title,
        reason=given.reason,
        criteria=frozenset(range(len(gate.criteria))),
        prerequisites=frozenset(range(len(gate.prerequisites))),
        answers=answers_of(gate),
        anyway=given.anyway,
        pipeline=given.pipeline or None,
        ticket=given.ticket,
        way=FixWay(form_state.way) if form_state is not None and form_state.way else None,
        source=Subject.of(form_state.about).detail if form_state is not None else "",
    )
    return told_by(shell, shell.use_cases.hotfix.start(request))


def _next(
    shell: Shell, caller: Caller, typed: ParsedCommand, given: HotfixOptions
) -> CommandResult:
    """Show the plan; with ``--go`` take the step, and with it tick its checklist off."""
    fields = _fields(shell, caller, typed)
    request = NextRequest(**fields, by_hand=given.by_hand)
    plan = shell.use_cases.hotfix.plan(request)
    if not given.go:
        return CommandResult(text=f"{_as_lines(plan)}\n\n{_GO}", done=False)
    if plan.checklist is not None:
        items = frozenset(range(len(plan.checklist.items)))
        unmarked: HotfixRequestFields = {**fields, "once": None}
        tick = TickRequest(**unmarked, checklist=plan.checklist.key, items=items)
        shell.use_cases.hotfix.tick(tick)
    return told_by(shell, shell.use_cases.hotfix.next(replace(request, step=plan.step.kind)))


def _as_lines(plan: StepPlan) -> str:
    items = plan.checklist.items if plan.checklist is not None else ()
    parts = (
        plan.title,
        *(f"  {line}" for line in plan.lines),
        *(f"- {note}" for note in plan.notes),
        *(f"In conflict: {conflict}" for conflict in plan.conflicts),
        *(f"  {line}" for line in plan.commands),
        *(f"Mind: {each}" for each in plan.mind),
        *(f"[{'x' if index in plan.ticked else ' '}] {item}" for index, item in enumerate(items)),
    )
    return "\n".join(part for part in parts if part)


def _check(
    shell: Shell, caller: Caller, typed: ParsedCommand, given: HotfixOptions
) -> CommandResult:
    """Show the checklist of the current step; with ``--go`` tick all of it off."""
    fields = _fields(shell, caller, typed)
    plan = shell.use_cases.hotfix.plan(NextRequest(**fields))
    if plan.checklist is None or not given.go:
        return CommandResult(text=_as_lines(plan), done=plan.checklist is None)
    items = frozenset(range(len(plan.checklist.items)))
    tick = TickRequest(**fields, checklist=plan.checklist.key, items=items)
    return told_by(shell, shell.use_cases.hotfix.tick(tick))


def _approve(
    shell: Shell, caller: Caller, typed: ParsedCommand, given: HotfixOptions
) -> CommandResult:
    """Show what would be approved; with ``--go`` approve exactly that."""
    fields = _fields(shell, caller, typed)
    known = shell.use_cases.hotfix.known(HotfixRequest(**fields))
    if known.hotfix is None:
        raise NoHotfixYet
    fix = known.hotfix
    head = fix.head if fix.comes_after_fix(StepKind.APPROVE) else ""
    if not given.go:
        status = words_of(shell, shell.use_cases.hotfix.status(HotfixRequest(**fields)))
        what = f"Commit {head}, +{fix.work.added} -{fix.work.removed}" if head else "The plan"
        questions = "".join(f"\n- {each}" for each in known.playbook.hotfix.review_questions)
        return CommandResult(text=f"{status}\n{what}{questions}\n\n{_GO}", done=False)
    spoken = typed.people[0].id if typed.people else None
    request = ApproveRequest(**fields, sha=head or None, spoken_by=spoken)
    return told_by(shell, shell.use_cases.hotfix.approve(request))


def _rollback(
    shell: Shell, caller: Caller, typed: ParsedCommand, given: HotfixOptions
) -> CommandResult:
    """Say where production goes back to; with ``--go`` begin."""
    fields = _fields(shell, caller, typed)
    known = shell.use_cases.hotfix.known(HotfixRequest(**fields))
    if known.hotfix is None:
        raise NoHotfixYet
    if not given.go:
        rule = known.playbook.hotfix.rollback
        back_to = given.version or known.hotfix.previous or "what ran before"
        weighed = (
            *(f"+ {each}" for each in (*rule.triggers, *rule.back_when)),
            *(f"- {each}" for each in rule.forward_when),
        )
        lines = "\n".join((f"Production would go back to {back_to}.", *weighed))
        return CommandResult(text=f"{lines}\n\n{_GO}", done=False)
    request = RollbackRequest(**fields, reason=typed.reason, version=given.version)
    return told_by(shell, shell.use_cases.hotfix.rollback(request))


def _log(shell: Shell, caller: Caller, typed: ParsedCommand, given: HotfixOptions) -> CommandResult:
    incident = _fields(shell, caller, typed)["incident"]
    request = LogRequest(
        **caller.request(incident), service=given.service or None, files=typed.files
    )
    return told_by(shell, shell.use_cases.hotfix.log(request), looked=True)


def _begin(
    shell: Shell, caller: Caller, typed: ParsedCommand, given: HotfixOptions
) -> CommandResult:
    return start(shell, caller, typed, given)


OWN: Mapping[str, Callable[[Shell, Caller, ParsedCommand, HotfixOptions], CommandResult]] = (
    MappingProxyType(
        {
            "hotfix_start": _begin,
            "hotfix_next": _next,
            "hotfix_check": _check,
            "hotfix_approve": _approve,
            "hotfix_rollback": _rollback,
            "hotfix_log": _log,
        }
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HotfixInvocation:
    """One command as it was typed."""

    words: tuple[str, ...]
    given: HotfixOptions = field(default_factory=HotfixOptions)
    by: str = ""
    reference: str = ""
    team: str = ""


def hotfix_command(
    words: Annotated[list[str] | None, typer.Argument(help="As after /hotfix in Slack.")] = None,
    *,
    by: Annotated[str, typer.Option(help="Your Slack member ID, such as U0123ABCD.")] = "",
    reference: Annotated[str, typer.Option("--in", help="The incident: INC-2026-001.")] = "",
    team: Annotated[str, typer.Option(help="Workspace ID, if no incident tells it.")] = "",
    title: Annotated[str, typer.Option(help="start: what the fix does.")] = "",
    reason: Annotated[str, typer.Option(help="start: why it cannot wait.")] = "",
    service: Annotated[str, typer.Option(help="start, log: which service.")] = "",
    ticket: Annotated[str, typer.Option(help="start: the ticket.")] = "",
    pipeline: Annotated[str, typer.Option(help="start: another pipeline.")] = "",
    version: Annotated[str, typer.Option(help="rollback: the last good version.")] = "",
    holds: Annotated[bool, typer.Option("--holds", help="start: all the gate asks is so.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="start: despite red flags.")] = False,
    by_hand: Annotated[bool, typer.Option("--by-hand", help="next: it is done already.")] = False,
    go: Annotated[bool, typer.Option("--go", help="Do it, after it was shown.")] = False,
) -> None:
    """Bring a fix to production from a terminal; `chatops hotfix help` lists what there is."""
    given = HotfixOptions(
        title=title,
        reason=reason,
        service=service,
        ticket=ticket,
        pipeline=pipeline,
        version=version,
        holds=holds,
        anyway=anyway,
        by_hand=by_hand,
        go=go,
    )
    asked = HotfixInvocation(
        words=tuple(words or ()), given=given, by=by, reference=reference, team=team
    )
    answer(lambda settings: obey(settings, asked, SystemClock()))


def obey(settings: Settings, asked: HotfixInvocation, clock: Clock) -> CommandResult:
    """Carry a command out on the bot's database; a running bot does the outward acts.

    Raises:
        UserError, StorageUnavailable, ExternalError
    """
    with open_shell(settings, clock) as shell:
        known = vocabulary(shell.use_cases.team, shell.use_cases.look.policy(), HOTFIX)
        typed = parse(as_in_slack(asked.words), replace(known, name=HOTFIX_NAME))
        typed = replace(typed, reference=typed.reference or asked.reference)
        if typed.action is HOTFIX_HELP:
            post = Post(headline="", text=help_text(HOTFIX_NAME, HOTFIX))
            return CommandResult(
                text=words_of(shell, post).replace("&lt;", "<").replace("&gt;", ">")
            )
        caller = Caller(
            team=asked.team or shell.workspace(),
            user=person(asked.by),
            now=clock.now(),
            once=f"shell:{secrets.token_hex(8)}",
        )
        if not typed.action.looks and not caller.user:
            raise no_name()
        try:
            return _done(shell, caller, typed, asked.given)
        except NoIncidentHere as error:
            raise which_incident() from error


def _done(
    shell: Shell, caller: Caller, typed: ParsedCommand, given: HotfixOptions
) -> CommandResult:
    own = OWN.get(typed.action.name)
    if own is not None:
        return own(shell, caller, typed, given)
    if typed.form or typed.action.run is None:
        raise usage_error(HOTFIX_NAME, [typed.action])
    answer = typed.action.run(shell, caller, typed)
    if isinstance(answer, FormState):
        return start(shell, caller, typed, given, answer)
    return told_by(shell, answer, looked=typed.action.looks)
