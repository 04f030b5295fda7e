"""The actions about hotfixes."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from chatops.application.hotfix.session import (
    AbortRequest,
    BackportRequest,
    FixRequest,
    FlagRequest,
    HotfixRequest,
    SkipRequest,
    WaiveBackportRequest,
)
from chatops.application.hotfix.views import HotfixView
from chatops.application.use_cases import UseCases
from chatops.commands.action import Action, Answer, CommandName, ParsedCommand, filled, opens
from chatops.commands.arguments import BRANCH, COMMIT, FILES, FLAG, LEAVE, REASON, SPOKEN, STEP
from chatops.commands.context import Caller, CommandContext, HotfixRequestFields, target_of
from chatops.commands.form_state import FormState, Subject
from chatops.commands.usage import escaped
from chatops.domain.hotfix.errors import HotfixOver, NoHotfixYet, WhichHotfix
from chatops.domain.hotfix.model import Hotfix
from chatops.domain.messages.posts import ActionId, Button, Post
from chatops.domain.playbook.pipeline import FixWay, StepKind
from chatops.domain.team import Permission

#: What the button about an incident adds to start a hotfix beside a running one.
ANOTHER = "another"

_REASON = REASON.shown("[reason]")
_BRANCH = BRANCH.shown("[branch]")
_SHOWN = 5


def known_of_incident(use_cases: UseCases, request: HotfixRequest) -> HotfixView:
    """What is known of an incident that may have several hotfixes: no one of them is meant."""
    try:
        return use_cases.hotfix.known(request)
    except WhichHotfix:
        return use_cases.hotfix.known(replace(request, number=1))


def fields_typed(
    context: CommandContext, caller: Caller, typed: ParsedCommand
) -> HotfixRequestFields:
    """Who asks, when, and about which hotfix. Raises NoIncidentHere, UnknownIncident."""
    return {**typed.request(context, caller), "number": typed.number}


def _fields_pressed(context: CommandContext, caller: Caller, about: str) -> HotfixRequestFields:
    target = target_of(context, about)
    return {**caller.request(target.incident), "number": Subject.of(target.detail).number}


def _filled(typed: ParsedCommand) -> FormState:
    """The form, about the hotfix that was numbered and what was named of it."""
    detail = typed.commit or typed.branch or f"{typed.step or ''}"
    return replace(filled(typed), about=Subject(number=typed.number, detail=detail).packed)


def _start(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    fields = fields_typed(context, caller, typed)
    form_state = FormState(form="form_hotfix_start", incident=fields["incident"])
    return _running_already(context, HotfixRequest(**fields)) or form_state


def _press_start(context: CommandContext, caller: Caller, about: str) -> Answer:
    """Open the gate; or show what is running, with a button that starts another one."""
    target = target_of(context, about)
    if target.detail != ANOTHER:
        running = _running_already(context, HotfixRequest(**caller.request(target.incident)))
        if running is not None:
            return running
    return FormState(form="form_hotfix_start", incident=target.incident)


def _running_already(context: CommandContext, request: HotfixRequest) -> Post | None:
    """What is shown to whoever wants a hotfix while one is running: that, and the way to more."""
    known = known_of_incident(context.use_cases, replace(request, number=None, once=None))
    running = [each for each in known.hotfixes if each.current is not None]
    if not running:
        return None
    incident = f"{known.incident.id}"
    another = Button(ask=ActionId("hotfix"), label="Start another…", about=f"{incident}:{ANOTHER}")
    if len(running) > 1:
        return _several(running, incident, another)
    one = replace(request, number=running[0].number, once=None)
    status = context.use_cases.hotfix.status(one)
    return replace(status, buttons=(*status.buttons, another))


def _several(running: Sequence[Hotfix], incident: str, another: Button) -> Post:
    words = f"{len(running)} hotfixes are running. Which one?"
    lines = "\n".join(
        f"{each.number} · {escaped(each.service)} · {escaped(each.title)}" for each in running
    )
    shows = tuple(
        Button(
            ask=ActionId("hotfix_status"),
            label=f"Show {each.number}",
            about=f"{incident}:{each.number}",
        )
        for each in running[:_SHOWN]
    )
    return Post(headline=words, text=f"*{words}*\n{lines}", buttons=(*shows, another))


def _status(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    return context.use_cases.hotfix.status(HotfixRequest(**fields_typed(context, caller, typed)))


def _press_status(context: CommandContext, caller: Caller, about: str) -> Answer:
    return context.use_cases.hotfix.status(HotfixRequest(**_fields_pressed(context, caller, about)))


def _ready(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    fields = fields_typed(context, caller, typed)
    return context.use_cases.hotfix.fix(FixRequest(**fields, way=FixWay.PUSH))


def _made(way: FixWay, context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    """Have the fix made of a commit; before there is a hotfix, through the gate first."""
    fields = fields_typed(context, caller, typed)
    try:
        return context.use_cases.hotfix.fix(FixRequest(**fields, way=way, source=typed.commit))
    except (NoHotfixYet, HotfixOver):
        if typed.number is not None:
            raise
        subject = Subject(number=None, detail=typed.commit)
        return FormState(
            form="form_hotfix_start", incident=fields["incident"], about=subject.packed, way=way
        )


def _filled_way(way: FixWay, typed: ParsedCommand) -> FormState:
    return replace(_filled(typed), way=way)


def _skip(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    leave = typed.people[0].id if typed.people else None
    request = SkipRequest(
        **fields_typed(context, caller, typed),
        step=typed.step or StepKind.GATE,
        reason=typed.reason,
        leave=leave,
    )
    return context.use_cases.hotfix.skip(request)


def _back(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    request = HotfixRequest(**fields_typed(context, caller, typed))
    return context.use_cases.hotfix.rolled_back(request)


def _press_back(context: CommandContext, caller: Caller, about: str) -> Answer:
    request = HotfixRequest(**_fields_pressed(context, caller, about))
    return context.use_cases.hotfix.rolled_back(request)


def _backport(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    fields = fields_typed(context, caller, typed)
    return context.use_cases.hotfix.backport(BackportRequest(**fields, target=typed.branch or None))


def _align(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    fields = fields_typed(context, caller, typed)
    return context.use_cases.hotfix.align(BackportRequest(**fields, target=typed.branch or None))


def _press_align(context: CommandContext, caller: Caller, about: str) -> Answer:
    branch = Subject.of(target_of(context, about).detail).detail
    asked = _fields_pressed(context, caller, about)
    return context.use_cases.hotfix.align(BackportRequest(**asked, target=branch or None))


def _waive(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    fields = fields_typed(context, caller, typed)
    return context.use_cases.hotfix.waive(
        WaiveBackportRequest(**fields, target=typed.branch, reason=typed.reason)
    )


def _flag(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    fields = typed.request(context, caller)
    return context.use_cases.hotfix.flag(FlagRequest(**fields, flag=typed.flag))


def _abort(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    fields = fields_typed(context, caller, typed)
    return context.use_cases.hotfix.abort(AbortRequest(**fields, reason=typed.reason))


START = Action(
    name="hotfix_start",
    command=CommandName.HOTFIX,
    words=("start",),
    help="Ask the gate, and start a hotfix; without any words the same",
    hinted=True,
    permission=Permission.HOTFIX,
    run=_start,
    buttons=(ActionId("hotfix"),),
    press=_press_start,
)
STATUS = Action(
    name="hotfix_status",
    command=CommandName.HOTFIX,
    words=("status",),
    help="Show where it stands",
    hinted=True,
    looks=True,
    run=_status,
    buttons=(ActionId("hotfix_status"),),
    press=_press_status,
)

ACTIONS: tuple[Action, ...] = (
    START,
    STATUS,
    Action(
        name="hotfix_next",
        command=CommandName.HOTFIX,
        words=("next",),
        help="Show exactly what the next step does, and do it",
        hinted=True,
        permission=Permission.HOTFIX,
        form="form_hotfix_next",
        fill=_filled,
        buttons=(ActionId("hotfix_next"),),
    ),
    Action(
        name="hotfix_ready",
        command=CommandName.HOTFIX,
        words=("ready",),
        help="Say that the pushed commits are the fix",
        permission=Permission.HOTFIX,
        run=_ready,
        buttons=(ActionId("hotfix_fix"),),
        press=opens("form_hotfix_fix"),
    ),
    Action(
        name="hotfix_revert",
        command=CommandName.HOTFIX,
        words=("revert",),
        arguments=(COMMIT.shown("[commit | #12]"),),
        help="Fix it by taking a commit or a pull request back",
        permission=Permission.HOTFIX,
        form="form_hotfix_fix",
        enough=("commit",),
        fill=partial(_filled_way, FixWay.REVERT),
        run=partial(_made, FixWay.REVERT),
    ),
    Action(
        name="hotfix_pick",
        command=CommandName.HOTFIX,
        words=("pick",),
        arguments=(COMMIT.shown("[commit]"),),
        help="Fix it by bringing a commit that exists",
        permission=Permission.HOTFIX,
        form="form_hotfix_fix",
        enough=("commit",),
        fill=partial(_filled_way, FixWay.PICK),
        run=partial(_made, FixWay.PICK),
    ),
    Action(
        name="hotfix_flag",
        command=CommandName.HOTFIX,
        words=("flag",),
        arguments=(FLAG.shown("<name> off"),),
        help="Turn a feature flag off",
        permission=Permission.HOTFIX,
        run=_flag,
    ),
    Action(
        name="hotfix_approve",
        command=CommandName.HOTFIX,
        words=("approve",),
        arguments=(SPOKEN.shown("[verbal @person]"),),
        help="Look at the fix and approve it; or put down an approval that you heard",
        hinted=True,
        form="form_hotfix_approve",
        fill=_filled,
        buttons=(ActionId("approve"),),
    ),
    Action(
        name="hotfix_check",
        command=CommandName.HOTFIX,
        words=("check",),
        help="Tick the checklist of the current step off",
        permission=Permission.HOTFIX,
        form="form_hotfix_checklist",
        fill=_filled,
        buttons=(ActionId("hotfix_checklist"),),
    ),
    Action(
        name="hotfix_skip",
        command=CommandName.HOTFIX,
        words=("skip",),
        arguments=(STEP.shown("[step]"), LEAVE.shown("[@who gave leave]"), _REASON),
        help="Leave a step out",
        permission=Permission.LEAVE,
        form="form_hotfix_skip",
        enough=("step", "reason"),
        fill=_filled,
        run=_skip,
        buttons=(ActionId("skip"),),
    ),
    Action(
        name="hotfix_rollback",
        command=CommandName.HOTFIX,
        words=("rollback",),
        arguments=(_REASON,),
        help="Weigh it, and bring production back to the last good version",
        hinted=True,
        permission=Permission.ROLLBACK,
        form="form_hotfix_rollback",
        fill=_filled,
        buttons=(ActionId("rollback"),),
    ),
    Action(
        name="hotfix_back",
        command=CommandName.HOTFIX,
        words=("back",),
        help="Say that production is back, where a rollback waits for somebody to deploy it",
        permission=Permission.ROLLBACK,
        run=_back,
        buttons=(ActionId("rolled_back"),),
        press=_press_back,
    ),
    Action(
        name="hotfix_backport",
        command=CommandName.HOTFIX,
        words=("backport",),
        arguments=(_BRANCH,),
        help="Bring the fix to the branches that the next releases come from",
        hinted=True,
        permission=Permission.HOTFIX,
        form="form_hotfix_backport",
        enough=("branch",),
        fill=_filled,
        run=_backport,
        buttons=(ActionId("backport"),),
    ),
    Action(
        name="hotfix_align",
        command=CommandName.HOTFIX,
        words=("align",),
        arguments=(_BRANCH,),
        help="Prove again that the fix is there",
        run=_align,
        buttons=(ActionId("align"),),
        press=_press_align,
    ),
    Action(
        name="hotfix_aligned",
        command=CommandName.HOTFIX,
        permission=Permission.HOTFIX,
        form="form_hotfix_aligned",
        buttons=(ActionId("aligned"),),
    ),
    Action(
        name="hotfix_waive",
        command=CommandName.HOTFIX,
        words=("waive",),
        arguments=(_BRANCH, _REASON),
        help="Decide that a branch shall not get the fix",
        permission=Permission.WAIVE,
        form="form_hotfix_waive",
        enough=("branch", "reason"),
        fill=_filled,
        run=_waive,
        buttons=(ActionId("waive_backport"),),
    ),
    Action(
        name="hotfix_abort",
        command=CommandName.HOTFIX,
        words=("abort",),
        arguments=(_REASON,),
        help="Give the hotfix up",
        permission=Permission.HOTFIX,
        form="form_hotfix_abort",
        enough=("reason",),
        fill=_filled,
        run=_abort,
        buttons=(ActionId("abort"),),
    ),
    Action(
        name="hotfix_log",
        command=CommandName.HOTFIX,
        words=("log",),
        arguments=(FILES.shown("[file …]"),),
        help="Show what changed in production lately, overall and in files",
        looks=True,
        form="form_hotfix_log",
        fill=_filled,
        buttons=(ActionId("hotfix_log"),),
    ),
)
