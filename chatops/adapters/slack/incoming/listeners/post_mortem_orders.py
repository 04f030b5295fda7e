"""What people order and press about post-mortems and reviews."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from chatops.adapters.slack.incoming.context import SlackContext
from chatops.adapters.slack.incoming.listeners.buttons import Handler, Outdated, opens, target_of
from chatops.application.postmortem.requests import (
    AnswersRequest,
    ExportRequest,
    FinishRequest,
    ReviewRequest,
)
from chatops.application.session import Request
from chatops.commands.arguments import ParsedCommand
from chatops.commands.caller import Caller
from chatops.commands.context import CommandContext, about_incident, typed_at
from chatops.commands.form_state import FormName, FormState
from chatops.commands.table import CommandName
from chatops.domain.messages.posts import ActionId, Post
from chatops.domain.postmortem.model import Export, QuestionsOpen
from chatops.domain.time.parse import PLANNED, Direction, read_time


def _show(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    return context.use_cases.post_mortem.show(Request(**about_incident(context, caller, typed)))


def _answer(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(context, caller, typed)
    return context.use_cases.post_mortem.answer(
        AnswersRequest(**about, answers={typed.role: typed.text})
    )


def _began(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(context, caller, typed)
    began = typed_at(context, caller, typed.time, Direction.BACK)
    return context.use_cases.post_mortem.answer(AnswersRequest(**about, began_at=began))


def _done(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(context, caller, typed)
    return context.use_cases.post_mortem.finish(FinishRequest(**about, reason=typed.reason))


def _skip(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(context, caller, typed)
    return context.use_cases.post_mortem.skip(FinishRequest(**about, reason=typed.reason))


def _export(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(context, caller, typed)
    return context.use_cases.post_mortem.export(ExportRequest(**about, place=Export(typed.text)))


def _review(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    about = about_incident(context, caller, typed)
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


def _held(context: CommandContext, caller: Caller, typed: ParsedCommand) -> Post:
    return context.use_cases.post_mortem.hold_review(
        Request(**about_incident(context, caller, typed))
    )


HANDLERS: Mapping[CommandName, Callable[[CommandContext, Caller, ParsedCommand], Post]] = (
    MappingProxyType(
        {
            CommandName.POST_MORTEM_SHOW: _show,
            CommandName.POST_MORTEM_ANSWER: _answer,
            CommandName.POST_MORTEM_BEGAN: _began,
            CommandName.POST_MORTEM_DONE: _done,
            CommandName.POST_MORTEM_SKIP: _skip,
            CommandName.POST_MORTEM_EXPORT: _export,
            CommandName.REVIEW: _review,
            CommandName.REVIEW_HELD: _held,
        }
    )
)


def _show_pressed(context: SlackContext, caller: Caller, about: str) -> Post:
    target = target_of(context, about)
    return context.use_cases.post_mortem.show(Request(**caller.about(target.incident)))


def _done_pressed(context: SlackContext, caller: Caller, about: str) -> Post | None:
    """Done at once where nothing is open; else the form asks why it stays so."""
    if FormState.unpacked(about) is None:
        target = target_of(context, about)
        try:
            return context.use_cases.post_mortem.finish(
                FinishRequest(**caller.about(target.incident))
            )
        except QuestionsOpen:
            pass
    return opens(FormName.POST_MORTEM_DONE)(context, caller, about)


def _export_pressed(context: SlackContext, caller: Caller, about: str) -> Post:
    target = target_of(context, about)
    if target.detail not in set(Export):
        raise Outdated(context.use_cases.team.incident_command)
    request = ExportRequest(**caller.about(target.incident), place=Export(target.detail))
    return context.use_cases.post_mortem.export(request)


def _held_pressed(context: SlackContext, caller: Caller, about: str) -> Post:
    target = target_of(context, about)
    return context.use_cases.post_mortem.hold_review(Request(**caller.about(target.incident)))


PRESSES: Mapping[ActionId, Handler] = MappingProxyType(
    {
        ActionId.POST_MORTEM: opens(FormName.POST_MORTEM),
        ActionId.POST_MORTEM_SHOW: _show_pressed,
        ActionId.POST_MORTEM_DONE: _done_pressed,
        ActionId.POST_MORTEM_SKIP: opens(FormName.POST_MORTEM_SKIP),
        ActionId.POST_MORTEM_EXPORT: _export_pressed,
        ActionId.REVIEW: opens(FormName.REVIEW),
        ActionId.REVIEW_HELD: _held_pressed,
    }
)
