"""The forms for a promise that cannot be kept as it stands: snooze, waive or reassign it."""

from dataclasses import replace

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields
from chatops.adapters.slack.forms.fields import REASON, REASON_LIMIT
from chatops.adapters.slack.forms.form_layout import (
    WHEN,
    Form,
    FormContext,
    HandedIn,
    headed,
    load_incident,
    modal,
    permission_of,
    when,
    when_fields,
)
from chatops.adapters.slack.rendering.blocks import sections
from chatops.adapters.slack.rendering.mrkdwn import escape
from chatops.application.promises.reassign import ReassignRequest
from chatops.application.promises.snooze import SnoozeRequest
from chatops.domain.errors import ReasonMissing, UnknownPerson
from chatops.domain.hotfix.errors import WaivedByBranch
from chatops.domain.promises.model import Promise
from chatops.domain.promises.resolve_name import meant
from chatops.domain.time.parse import InvalidTime


def build_snooze(context: FormContext) -> View:
    promise = _promise(context)
    blocks: list[Block] = [
        *headed(context),
        *due(promise),
        *when_fields("Until", usual=None, typed=context.form_state.time),
        fields.reason_field(initial=context.form_state.reason),
    ]
    form_state = replace(context.form_state, about=promise.key)
    return modal(form_state, title="Snooze", submit="Snooze", blocks=blocks)


def build_waive(context: FormContext) -> View:
    promise = _promise(context)
    blocks: list[Block] = [
        *headed(context),
        *due(promise),
        fields.reason_field(initial=context.form_state.reason),
    ]
    form_state = replace(context.form_state, about=promise.key)
    return modal(form_state, title="Waive", submit="Waive", blocks=blocks)


def parse_snooze(given: HandedIn) -> SnoozeRequest:
    return SnoozeRequest(
        **given.request,
        promise=given.form_state.about,
        until=when(given),
        reason=given.entered.text(REASON),
    )


def parse_waive(given: HandedIn) -> SnoozeRequest:
    return SnoozeRequest(
        **given.request,
        promise=given.form_state.about,
        until=None,
        reason=given.entered.text(REASON),
    )


def _promise(context: FormContext) -> Promise:
    return meant(context.known.promises, context.form_state.about)


def due(promise: Promise) -> list[Block]:
    stamp = int(promise.due_at.timestamp())
    due = f"<!date^{stamp}^{{time}}|{promise.due_at:%H:%M} UTC>"
    return sections(f"*{escape(promise.title)}*, due {due}")


SNOOZE = Form(
    action="snooze",
    load=load_incident(build_snooze),
    parse=parse_snooze,
    carry_out=lambda use_cases, request, _: use_cases.snooze(request),
    fields={InvalidTime: WHEN, ReasonMissing: REASON},
)
WAIVE = Form(
    action="waive",
    load=load_incident(build_waive, permission_of("waive")),
    parse=parse_waive,
    carry_out=lambda use_cases, request, _: use_cases.snooze(request),
    fields={ReasonMissing: REASON, WaivedByBranch: REASON},
)


OWNER = "owner"


def build_reassign(context: FormContext) -> View:
    promise = meant(context.known.promises, context.form_state.about)
    blocks: list[Block] = [
        *headed(context),
        *due(promise),
        fields.person_field(OWNER, "Who takes it over?", initial=context.form_state.person),
        fields.text_field(
            REASON,
            "Why?",
            initial=context.form_state.reason,
            hint="They read it, and it goes on the timeline.",
            limit=REASON_LIMIT,
            lines=True,
            optional=True,
        ),
    ]
    form_state = replace(context.form_state, about=promise.key)
    return modal(form_state, title="Hand over", submit="Hand over", blocks=blocks)


def parse_reassign(given: HandedIn) -> ReassignRequest:
    return ReassignRequest(
        **given.request,
        promise=given.form_state.about,
        owner=given.entered.person(OWNER) or "",
        reason=given.entered.text(REASON),
    )


REASSIGN = Form(
    action="hand_over",
    load=load_incident(build_reassign),
    parse=parse_reassign,
    carry_out=lambda use_cases, request, _: use_cases.reassign(request),
    fields={UnknownPerson: OWNER},
)
