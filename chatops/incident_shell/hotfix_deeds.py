"""What a terminal shows before a hotfix goes on, and does with ``--go``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from chatops.adapters.slack.forms.hotfix import AboutHotfix, Subject
from chatops.adapters.slack.forms.hotfix_start import known_of_incident
from chatops.application.hotfix.advance import Plan
from chatops.application.hotfix.session import (
    ApproveRequest,
    HotfixRequest,
    LogRequest,
    NextRequest,
    RollbackRequest,
    StartRequest,
    TickRequest,
)
from chatops.commands.arguments import Typed
from chatops.commands.caller import Caller
from chatops.commands.form_state import Slip
from chatops.commands.resolve_incident import must_be_meant
from chatops.commands.table import Order
from chatops.domain.errors import Mistake
from chatops.domain.hotfix.errors import NoHotfixYet
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.pipeline import FixWay, StepKind
from chatops.incident_shell.command import LATER, Outcome
from chatops.incident_shell.desk import Shell
from chatops.incident_shell.gates import answers_of, gate_of
from chatops.incident_shell.words import HOTFIX_NAME, printed

_GO = f"Nothing is done yet. To do exactly this: the same command with --go ({HOTFIX_NAME} …)."


class NoTitle(Mistake):
    """A hotfix begins with a few words."""

    def __init__(self) -> None:
        super().__init__(
            'Say what the fix does, with --title "Charge cards again", and why it cannot wait,'
            ' with --reason "nobody can pay".'
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
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


def told_by(shell: Shell, post: Post, *, looked: bool = False) -> Outcome:
    words = words_of(shell, post)
    return Outcome(text=words if looked else f"{words}\n{LATER}")


def words_of(shell: Shell, post: Post) -> str:
    return printed(post, shell.desk.team.incident_command, shell.desk.team.hotfix_command)


def _about(shell: Shell, caller: Caller, typed: Typed) -> AboutHotfix:
    command = f"{HOTFIX_NAME} {typed.command.words[0]}"
    incident = must_be_meant(shell.desk, caller, reference=typed.reference, command=command)
    return {**caller.about(incident), "about": typed.number}


def start(
    shell: Shell, caller: Caller, typed: Typed, given: Given, slip: Slip | None = None
) -> Outcome:
    """Show the gate; whoever says that it holds gets through it."""
    about = _about(shell, caller, typed)
    known = known_of_incident(shell.desk, replace(HotfixRequest(**about), about=None))
    gate = known.playbook.hotfix.gate
    if not given.holds:
        return Outcome(text=gate_of(gate), done=False)
    if not given.title.strip() or not given.reason.strip():
        raise NoTitle
    request = StartRequest(
        **caller.about(about["incident"]),
        service=given.service,
        title=given.title,
        reason=given.reason,
        criteria=frozenset(range(len(gate.criteria))),
        prerequisites=frozenset(range(len(gate.prerequisites))),
        answers=answers_of(gate),
        anyway=given.anyway,
        pipeline=given.pipeline or None,
        ticket=given.ticket,
        way=FixWay(slip.way) if slip is not None and slip.way else None,
        source=Subject.of(slip.about).detail if slip is not None else "",
    )
    return told_by(shell, shell.desk.hotfix.start(request))


def _next(shell: Shell, caller: Caller, typed: Typed, given: Given) -> Outcome:
    """Show the plan; with ``--go`` take the step, and with it tick its checklist off."""
    about = _about(shell, caller, typed)
    request = NextRequest(**about, by_hand=given.by_hand)
    plan = shell.desk.hotfix.plan(request)
    if not given.go:
        return Outcome(text=f"{_as_lines(plan)}\n\n{_GO}", done=False)
    if plan.checklist is not None:
        items = frozenset(range(len(plan.checklist.items)))
        unmarked: AboutHotfix = {**about, "once": None}
        tick = TickRequest(**unmarked, checklist=plan.checklist.key, items=items)
        shell.desk.hotfix.tick(tick)
    return told_by(shell, shell.desk.hotfix.next(replace(request, step=plan.step.kind)))


def _as_lines(plan: Plan) -> str:
    items = plan.checklist.items if plan.checklist is not None else ()
    parts = (
        plan.title,
        *(f"  {line}" for line in plan.lines),
        *(f"- {note}" for note in plan.notes),
        *(f"In conflict: {quarrel}" for quarrel in plan.quarrels),
        *(f"  {line}" for line in plan.commands),
        *(f"Mind: {each}" for each in plan.mind),
        *(f"[{'x' if index in plan.ticked else ' '}] {item}" for index, item in enumerate(items)),
    )
    return "\n".join(part for part in parts if part)


def _check(shell: Shell, caller: Caller, typed: Typed, given: Given) -> Outcome:
    """Show the checklist of the current step; with ``--go`` tick all of it off."""
    about = _about(shell, caller, typed)
    plan = shell.desk.hotfix.plan(NextRequest(**about))
    if plan.checklist is None or not given.go:
        return Outcome(text=_as_lines(plan), done=plan.checklist is None)
    items = frozenset(range(len(plan.checklist.items)))
    tick = TickRequest(**about, checklist=plan.checklist.key, items=items)
    return told_by(shell, shell.desk.hotfix.tick(tick))


def _approve(shell: Shell, caller: Caller, typed: Typed, given: Given) -> Outcome:
    """Show what would be approved; with ``--go`` approve exactly that."""
    about = _about(shell, caller, typed)
    known = shell.desk.hotfix.known(HotfixRequest(**about))
    if known.hotfix is None:
        raise NoHotfixYet
    fix = known.hotfix
    head = fix.head if fix.comes_after_fix(StepKind.APPROVE) else ""
    if not given.go:
        status = words_of(shell, shell.desk.hotfix.status(HotfixRequest(**about)))
        what = f"Commit {head}, +{fix.work.added} -{fix.work.removed}" if head else "The plan"
        questions = "".join(f"\n- {each}" for each in known.playbook.hotfix.review_questions)
        return Outcome(text=f"{status}\n{what}{questions}\n\n{_GO}", done=False)
    spoken = typed.people[0].id if typed.people else None
    request = ApproveRequest(**about, sha=head or None, spoken_by=spoken)
    return told_by(shell, shell.desk.hotfix.approve(request))


def _rollback(shell: Shell, caller: Caller, typed: Typed, given: Given) -> Outcome:
    """Say where production goes back to; with ``--go`` begin."""
    about = _about(shell, caller, typed)
    known = shell.desk.hotfix.known(HotfixRequest(**about))
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
        return Outcome(text=f"{lines}\n\n{_GO}", done=False)
    request = RollbackRequest(**about, reason=typed.reason, version=given.version)
    return told_by(shell, shell.desk.hotfix.rollback(request))


def _log(shell: Shell, caller: Caller, typed: Typed, given: Given) -> Outcome:
    incident = _about(shell, caller, typed)["incident"]
    request = LogRequest(**caller.about(incident), service=given.service or None, files=typed.files)
    return told_by(shell, shell.desk.hotfix.log(request), looked=True)


def _begin(shell: Shell, caller: Caller, typed: Typed, given: Given) -> Outcome:
    return start(shell, caller, typed, given)


OWN: Mapping[Order, Callable[[Shell, Caller, Typed, Given], Outcome]] = MappingProxyType(
    {
        Order.HOTFIX_START: _begin,
        Order.HOTFIX_NEXT: _next,
        Order.HOTFIX_CHECK: _check,
        Order.HOTFIX_APPROVE: _approve,
        Order.HOTFIX_ROLLBACK: _rollback,
        Order.HOTFIX_LOG: _log,
    }
)
