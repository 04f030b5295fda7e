"""The actions about one incident: declare it, lead it, write it down, end it."""

from chatops.application.incidents.paging import PageRequest
from chatops.application.incidents.roles import RoleRequest
from chatops.application.incidents.severity import SeverityRequest
from chatops.application.incidents.timeline_notes import (
    CorrectionRequest,
    DecisionRequest,
    NoteRequest,
)
from chatops.application.lifecycle.declare import DeclareRequest
from chatops.application.lifecycle.end import ReasonRequest
from chatops.application.session import Request
from chatops.application.use_cases import UseCases
from chatops.commands.action import (
    Action,
    Answer,
    HelpSection,
    OnBoard,
    ParsedCommand,
    opens,
    pressed_for,
    typed_for,
)
from chatops.commands.arguments import (
    CLOCK,
    DECISION,
    HOLDER,
    KNOWN_SEVERITY,
    NOTE,
    NUMBER,
    PEOPLE,
    REASON,
    ROLE,
    SEVERITY,
    TEXT,
)
from chatops.commands.context import Caller, CommandContext, target_of, typed_at
from chatops.commands.form_state import FormState
from chatops.domain.messages.posts import ActionId, BoardPlace, ButtonStyle, Post
from chatops.domain.team import Permission
from chatops.domain.time.parse import Direction

_REASON = REASON.shown("[reason]")


def _declare(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    request = DeclareRequest(
        team=caller.team,
        user=caller.user,
        now=caller.now,
        title=typed.text,
        severity=typed.severity,
        answer_url=caller.answer_url,
        once=caller.once,
    )
    return context.use_cases.declare(request).answer


def _press_declare(context: CommandContext, caller: Caller, about: str) -> Answer:
    """Open the form; or declare at once what was found similar to others, and is not the same."""
    severity, bar, title = about.partition("|")
    if not bar:
        return FormState(form="form_declare")
    request = DeclareRequest(
        team=caller.team,
        user=caller.user,
        now=caller.now,
        title=title,
        severity=severity,
        answer_url=caller.answer_url,
        similar_seen=True,
        once=f"declare:{caller.place}:{caller.user}",
    )
    return context.use_cases.declare(request).answer


def _severity(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    about = typed.request(context, caller)
    return context.use_cases.change_severity(
        SeverityRequest(**about, severity=typed.severity, reason=typed.reason)
    )


def _status(use_cases: UseCases, request: Request) -> Post:
    return use_cases.look.status(request)


def _role(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    about = typed.request(context, caller)
    holder = {"me": caller.user, "nobody": None}.get(typed.holder, typed.holder)
    return context.use_cases.assign_role(RoleRequest(**about, role=typed.role, holder=holder))


def _press_take_role(context: CommandContext, caller: Caller, about: str) -> Answer:
    target = target_of(context, about)
    request = RoleRequest(**caller.request(target.incident), role=target.detail, holder=caller.user)
    return context.use_cases.assign_role(request)


def _join(use_cases: UseCases, request: Request) -> Post:
    return use_cases.join(request)


def _page(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    about = typed.request(context, caller)
    whom = tuple(each.id for each in typed.people)
    return context.use_cases.page(PageRequest(**about, whom=whom, why=typed.reason))


def _acknowledge(use_cases: UseCases, request: Request) -> Post:
    return use_cases.acknowledge(request)


def _timeline(use_cases: UseCases, request: Request) -> Post:
    return use_cases.look.timeline(request)


def _press_timeline(context: CommandContext, caller: Caller, about: str) -> Answer:
    """The timeline; or the form for one more entry, where the button says ``add``."""
    target = target_of(context, about)
    if target.detail == "add":
        return opens("form_note")(context, caller, f"{target.incident}")
    return pressed_for(_timeline)(context, caller, about)


def _note(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    about = typed.request(context, caller)
    at = typed_at(context, caller, typed.time, Direction.BACK)
    return context.use_cases.add_note(NoteRequest(**about, text=typed.text, at=at))


def _correct(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    about, entry = typed.request(context, caller), typed.number or 0
    return context.use_cases.correct_note(CorrectionRequest(**about, entry=entry, text=typed.text))


def _decide(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    about = typed.request(context, caller)
    return context.use_cases.decide(
        DecisionRequest(**about, decision=typed.text, reason=typed.reason)
    )


def _reopen(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    about = typed.request(context, caller)
    return context.use_cases.reopen(ReasonRequest(**about, reason=typed.reason))


def _close(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    about = typed.request(context, caller)
    return context.use_cases.close(ReasonRequest(**about, reason=typed.reason))


def _retry(use_cases: UseCases, request: Request) -> Post:
    return use_cases.retry(request)


DECLARE = Action(
    name="declare",
    words=("declare",),
    arguments=(KNOWN_SEVERITY.shown("[severity]"), TEXT.shown("[title]")),
    help="Declare an incident; with a severity and a title at once",
    chapter=HelpSection.RUNNING,
    permission=Permission.DECLARE,
    form="form_declare",
    enough=("severity", "text"),
    options=(
        ("impact", '--impact "who notices what"'),
        ("private", "--private"),
        ("anyway", "--anyway"),
    ),
    run=_declare,
    buttons=(ActionId("declare"),),
    press=_press_declare,
)

ACTIONS: tuple[Action, ...] = (
    DECLARE,
    Action(
        name="update",
        words=("update",),
        arguments=(TEXT.shown("[text]"),),
        help="Give word, and promise the next one",
        chapter=HelpSection.RUNNING,
        hinted=True,
        permission=Permission.UPDATE,
        form="form_update",
        options=(
            ("next", '--next "30 min"'),
            ("technical", '--technical "for responders"'),
            ("status", "--status fixing"),
        ),
        buttons=(ActionId("update"),),
        board=(
            OnBoard(
                place=BoardPlace.RUNNING, label="Write update", rank=1, tone=ButtonStyle.WANTED
            ),
        ),
    ),
    Action(
        name="status",
        words=("status",),
        help="Show where the incident stands",
        chapter=HelpSection.RUNNING,
        hinted=True,
        looks=True,
        run=typed_for(_status),
        buttons=(ActionId("status"),),
        press=pressed_for(_status),
    ),
    Action(
        name="severity",
        words=("severity",),
        arguments=(SEVERITY.shown("[severity]"), _REASON),
        help="Raise or lower the severity",
        chapter=HelpSection.RUNNING,
        hinted=True,
        permission=Permission.SEVERITY,
        form="form_severity",
        enough=("severity",),
        run=_severity,
        buttons=(ActionId("severity"),),
        board=(OnBoard(place=BoardPlace.RUNNING, label="Severity", rank=2),),
    ),
    Action(
        name="role",
        words=("role",),
        arguments=(ROLE.shown("[role]"), HOLDER.shown("[@person]")),
        help="Take a role, give it to somebody, or leave it vacant with “nobody”",
        chapter=HelpSection.RUNNING,
        form="form_roles",
        enough=("role",),
        run=_role,
        buttons=(ActionId("role"),),
        board=(OnBoard(place=BoardPlace.MENU, label="Roles", rank=1),),
    ),
    Action(
        name="take_role",
        buttons=(ActionId("take_role"),),
        press=_press_take_role,
        redraws=True,
    ),
    Action(
        name="join",
        words=("join",),
        help="Come into the incident's channel",
        chapter=HelpSection.RUNNING,
        run=typed_for(_join),
        buttons=(ActionId("join"),),
        press=pressed_for(_join),
    ),
    Action(
        name="page",
        words=("page",),
        arguments=(PEOPLE.shown("[@person | @group | audience]"), REASON.shown("[why]")),
        help="Page people now",
        chapter=HelpSection.RUNNING,
        permission=Permission.PAGE,
        form="form_page",
        enough=("people",),
        run=_page,
        buttons=(ActionId("page"),),
        board=(OnBoard(place=BoardPlace.RUNNING, label="Page", rank=3),),
    ),
    Action(
        name="acknowledge",
        words=("ack",),
        aliases=(("acknowledge",),),
        help="Acknowledge the page: say that you are on it",
        chapter=HelpSection.RUNNING,
        run=typed_for(_acknowledge),
        buttons=(ActionId("acknowledge"),),
        press=pressed_for(_acknowledge),
        board=(
            OnBoard(place=BoardPlace.UNACKNOWLEDGED, label="I am on it", tone=ButtonStyle.WANTED),
        ),
    ),
    Action(
        name="timeline",
        words=("timeline",),
        aliases=(("timeline", "show"),),
        help="Show what happened",
        chapter=HelpSection.RECORD,
        looks=True,
        run=typed_for(_timeline),
        buttons=(ActionId("timeline"),),
        press=_press_timeline,
        board=(OnBoard(place=BoardPlace.MENU, label="Timeline", rank=4),),
    ),
    Action(
        name="note",
        words=("timeline", "add"),
        arguments=(CLOCK.shown("[14:30]"), NOTE.shown("[text]")),
        help="Put something on the timeline",
        form="form_note",
        enough=("text",),
        run=_note,
    ),
    Action(
        name="correct",
        words=("timeline", "edit"),
        arguments=(NUMBER.shown("<number>"), NOTE.shown("[text]")),
        help="Correct an entry of yours",
        form="form_correct",
        enough=("text",),
        run=_correct,
    ),
    Action(
        name="decide",
        words=("decide",),
        arguments=(DECISION.shown("[decision because reason]"),),
        help="Put a decision and its reason on record",
        chapter=HelpSection.RECORD,
        permission=Permission.DECIDE,
        form="form_decide",
        enough=("text", "reason"),
        run=_decide,
        buttons=(ActionId("decide"),),
        board=(OnBoard(place=BoardPlace.MENU, label="Record a decision", rank=3),),
    ),
    Action(
        name="resolve",
        words=("resolve",),
        arguments=(TEXT.shown("[what fixed it]"),),
        help="Say that it is over",
        chapter=HelpSection.ENDING,
        hinted=True,
        permission=Permission.RESOLVE,
        form="form_resolve",
        options=(
            ("cause", '--cause "what caused it"'),
            ("plain", '--plain "the last word for stakeholders"'),
        ),
        buttons=(ActionId("resolve"),),
        board=(OnBoard(place=BoardPlace.RUNNING, label="Resolve", rank=4),),
    ),
    Action(
        name="reopen",
        words=("reopen",),
        arguments=(_REASON,),
        help="Take it up again",
        chapter=HelpSection.ENDING,
        permission=Permission.REOPEN,
        form="form_reopen",
        enough=("reason",),
        form_optional=True,
        run=_reopen,
        buttons=(ActionId("reopen"),),
        board=(
            OnBoard(place=BoardPlace.RESOLVED, label="Reopen", rank=3),
            OnBoard(place=BoardPlace.CLOSED, label="Reopen"),
        ),
    ),
    Action(
        name="close",
        words=("close",),
        arguments=(_REASON,),
        help="Put it on file, or see what is still owed",
        chapter=HelpSection.ENDING,
        permission=Permission.CLOSE,
        form="form_close",
        enough=("reason",),
        form_optional=True,
        run=_close,
        buttons=(ActionId("close"),),
        board=(OnBoard(place=BoardPlace.RESOLVED, label="Close", rank=1, tone=ButtonStyle.WANTED),),
    ),
    Action(name="retry", buttons=(ActionId("retry"),), press=pressed_for(_retry)),
)
