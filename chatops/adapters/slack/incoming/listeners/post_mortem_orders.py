"""What people order and press about post-mortems and reviews."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from chatops.adapters.slack.incoming.context import Front
from chatops.adapters.slack.incoming.listeners.buttons import Handler, Outdated, opens, target_of
from chatops.application.postmortem.requests import (
    AnswersRequest,
    EndRequest,
    ExportRequest,
    ReviewRequest,
)
from chatops.application.session import Request
from chatops.commands.arguments import Typed
from chatops.commands.caller import Caller
from chatops.commands.context import Counter, about_incident
from chatops.commands.form_state import FormName, Slip
from chatops.commands.table import Order
from chatops.domain.messages.posts import Ask, Post
from chatops.domain.postmortem.model import Export, QuestionsOpen
from chatops.domain.time.parse import coming, gone


def _show(front: Counter, caller: Caller, typed: Typed) -> Post:
    return front.desk.post_mortem.show(Request(**about_incident(front, caller, typed)))


def _answer(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = about_incident(front, caller, typed)
    return front.desk.post_mortem.answer(AnswersRequest(**about, answers={typed.role: typed.text}))


def _began(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = about_incident(front, caller, typed)
    began = gone(typed.time, now=caller.now, zone=front.zone_of(caller.user))
    return front.desk.post_mortem.answer(AnswersRequest(**about, began_at=began))


def _done(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = about_incident(front, caller, typed)
    return front.desk.post_mortem.finish(EndRequest(**about, reason=typed.reason))


def _skip(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = about_incident(front, caller, typed)
    return front.desk.post_mortem.skip(EndRequest(**about, reason=typed.reason))


def _export(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = about_incident(front, caller, typed)
    return front.desk.post_mortem.export(ExportRequest(**about, place=Export(typed.text)))


def _review(front: Counter, caller: Caller, typed: Typed) -> Post:
    about = about_incident(front, caller, typed)
    rule = front.desk.look.known(Request(**about))
    usual = rule.playbook.severity(rule.incident.severity).post_mortem.review_at
    at = coming(typed.time, now=caller.now, zone=front.zone_of(caller.user), usual=usual)
    return front.desk.post_mortem.plan_review(ReviewRequest(**about, at=at))


def _held(front: Counter, caller: Caller, typed: Typed) -> Post:
    return front.desk.post_mortem.hold_review(Request(**about_incident(front, caller, typed)))


HANDLERS: Mapping[Order, Callable[[Counter, Caller, Typed], Post]] = MappingProxyType(
    {
        Order.POST_MORTEM_SHOW: _show,
        Order.POST_MORTEM_ANSWER: _answer,
        Order.POST_MORTEM_BEGAN: _began,
        Order.POST_MORTEM_DONE: _done,
        Order.POST_MORTEM_SKIP: _skip,
        Order.POST_MORTEM_EXPORT: _export,
        Order.REVIEW: _review,
        Order.REVIEW_HELD: _held,
    }
)


def _show_pressed(front: Front, caller: Caller, about: str) -> Post:
    target = target_of(front, about)
    return front.desk.post_mortem.show(Request(**caller.about(target.incident)))


def _done_pressed(front: Front, caller: Caller, about: str) -> Post | None:
    """Done at once where nothing is open; else the form asks why it stays so."""
    if Slip.unpacked(about) is None:
        target = target_of(front, about)
        try:
            return front.desk.post_mortem.finish(EndRequest(**caller.about(target.incident)))
        except QuestionsOpen:
            pass
    return opens(FormName.POST_MORTEM_DONE)(front, caller, about)


def _export_pressed(front: Front, caller: Caller, about: str) -> Post:
    target = target_of(front, about)
    if target.detail not in set(Export):
        raise Outdated(front.desk.team.incident_command)
    request = ExportRequest(**caller.about(target.incident), place=Export(target.detail))
    return front.desk.post_mortem.export(request)


def _held_pressed(front: Front, caller: Caller, about: str) -> Post:
    target = target_of(front, about)
    return front.desk.post_mortem.hold_review(Request(**caller.about(target.incident)))


PRESSES: Mapping[Ask, Handler] = MappingProxyType(
    {
        Ask.POST_MORTEM: opens(FormName.POST_MORTEM),
        Ask.POST_MORTEM_SHOW: _show_pressed,
        Ask.POST_MORTEM_DONE: _done_pressed,
        Ask.POST_MORTEM_SKIP: opens(FormName.POST_MORTEM_SKIP),
        Ask.POST_MORTEM_EXPORT: _export_pressed,
        Ask.REVIEW: opens(FormName.REVIEW),
        Ask.REVIEW_HELD: _held_pressed,
    }
)
