"""The actions about post-mortems and reviews."""

from chatops.application.postmortem.requests import (
    AnswersRequest,
    ExportRequest,
    FinishRequest,
    ReviewRequest,
)
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
from chatops.commands.arguments import DAY, EXPORT, QUESTION, REASON, TEXT
from chatops.commands.context import Caller, CommandContext, outdated, target_of, typed_at
from chatops.domain.messages.posts import ActionId, BoardPlace, Post
from chatops.domain.postmortem.model import Export, QuestionsOpen
from chatops.domain.team import Permission
from chatops.domain.time.parse import PLANNED, Direction, read_time


def _show(use_cases: UseCases, request: Request) -> Post:
    return use_cases.post_mortem.show(request)


def _answer(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    about = typed.request(context, caller)
    return context.use_cases.post_mortem.answer(
        AnswersRequest(**about, answers={typed.role: typed.text})
    )


def _began(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    about = typed.request(context, caller)
    began = typed_at(context, caller, typed.time, Direction.BACK)
    return context.use_cases.post_mortem.answer(AnswersRequest(**about, began_at=began))


def _done(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    about = typed.request(context, caller)
    return context.use_cases.post_mortem.finish(FinishRequest(**about, reason=typed.reason))


def _press_done(context: CommandContext, caller: Caller, about: str) -> Answer:
    """Done at once where nothing is open; else the form asks why it stays so."""
    request = FinishRequest(**caller.request(target_of(context, about).incident))
    try:
        return context.use_cases.post_mortem.finish(request)
    except QuestionsOpen:
        return opens("form_post_mortem_done")(context, caller, about)


def _skip(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    about = typed.request(context, caller)
    return context.use_cases.post_mortem.skip(FinishRequest(**about, reason=typed.reason))


def _export(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    about = typed.request(context, caller)
    return context.use_cases.post_mortem.export(ExportRequest(**about, place=Export(typed.text)))


def _press_export(context: CommandContext, caller: Caller, about: str) -> Answer:
    target = target_of(context, about)
    if target.detail not in set(Export):
        raise outdated(context)
    request = ExportRequest(**caller.request(target.incident), place=Export(target.detail))
    return context.use_cases.post_mortem.export(request)


def _review(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Answer:
    about = typed.request(context, caller)
    rule = context.use_cases.look.known(Request(**about))
    usual = rule.playbook.severity(rule.incident.severity).post_mortem.review_at
    review = read_time(
        typed.time,
        now=caller.now,
        zone=context.zone_of(caller.user),
        direction=Direction.AHEAD,
        usual=usual,
        farthest=PLANNED,
    )
    return context.use_cases.post_mortem.plan_review(ReviewRequest(**about, at=review.at))


def _held(use_cases: UseCases, request: Request) -> Post:
    return use_cases.post_mortem.hold_review(request)


ACTIONS: tuple[Action, ...] = (
    Action(
        name="post_mortem",
        words=("postmortem",),
        help="Write the post-mortem: answer what it asks",
        chapter=HelpSection.ENDING,
        permission=Permission.POST_MORTEM,
        looks=True,
        form="form_post_mortem",
        form_optional=True,
        buttons=(ActionId("post_mortem"),),
        board=(OnBoard(place=BoardPlace.RESOLVED, label="Write post-mortem", rank=2),),
    ),
    Action(
        name="post_mortem_show",
        words=("postmortem", "show"),
        help="Share it as it is now, as a file",
        looks=True,
        run=typed_for(_show),
        buttons=(ActionId("post_mortem_show"),),
        press=pressed_for(_show),
    ),
    Action(
        name="post_mortem_edit",
        words=("postmortem", "edit"),
        help="Edit it: here in the form, in a terminal or on the page as Markdown",
        permission=Permission.POST_MORTEM,
        form="form_post_mortem",
        form_optional=True,
        options=(("file", "--file post-mortem.md"),),
    ),
    Action(
        name="post_mortem_answer",
        words=("postmortem", "answer"),
        arguments=(QUESTION.shown("<question>"), TEXT.shown("<answer>")),
        help="Answer one of its questions, such as root_cause",
        permission=Permission.POST_MORTEM,
        run=_answer,
    ),
    Action(
        name="post_mortem_began",
        words=("postmortem", "began"),
        arguments=(DAY.shown("<13:40 | yesterday 22:10>"),),
        help="Say when the trouble itself began",
        permission=Permission.POST_MORTEM,
        run=_began,
    ),
    Action(
        name="post_mortem_done",
        words=("postmortem", "done"),
        arguments=(REASON.shown("[why questions stay open]"),),
        help="Say that it is done, and tell what was learned",
        permission=Permission.POST_MORTEM,
        run=_done,
        buttons=(ActionId("post_mortem_done"),),
        press=_press_done,
    ),
    Action(
        name="post_mortem_skip",
        words=("postmortem", "skip"),
        arguments=(REASON.shown("[reason]"),),
        help="Say why there will be none",
        permission=Permission.POST_MORTEM,
        form="form_post_mortem_skip",
        enough=("reason",),
        run=_skip,
        buttons=(ActionId("post_mortem_skip"),),
    ),
    Action(
        name="post_mortem_export",
        words=("postmortem", "export"),
        arguments=(EXPORT.shown("<file | canvas | docs>"),),
        help="Take it out: as a file, a canvas, or into the docs repository",
        run=_export,
        buttons=(ActionId("post_mortem_export"),),
        press=_press_export,
    ),
    Action(
        name="review",
        words=("review",),
        arguments=(DAY.shown("[tomorrow 10:00]"),),
        help="Plan or move the review; it comes as a calendar file",
        chapter=HelpSection.ENDING,
        permission=Permission.POST_MORTEM,
        form="form_review",
        enough=("time",),
        run=_review,
        buttons=(ActionId("review"),),
    ),
    Action(
        name="review_held",
        words=("review", "held"),
        help="Say that the review was held",
        permission=Permission.POST_MORTEM,
        run=typed_for(_held),
        buttons=(ActionId("review_held"),),
        press=pressed_for(_held),
    ),
)
