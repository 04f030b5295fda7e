"""The forms that write on the timeline: a note, a decision, a correction."""

from datetime import datetime

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields
from chatops.adapters.slack.forms.fields import REASON
from chatops.adapters.slack.forms.form_layout import (
    TIME_LIMIT,
    Form,
    FormContext,
    HandedIn,
    headed,
    load_incident,
    modal,
    moment_in,
    must_fit,
    permission_of,
    small,
)
from chatops.adapters.slack.rendering.mrkdwn import escape
from chatops.application.incidents.timeline_notes import (
    NOTE_LIMIT,
    CorrectionRequest,
    DecisionRequest,
    NoteRequest,
    is_correctable,
)
from chatops.application.session import Request
from chatops.application.use_cases import UseCases
from chatops.commands.context import Caller
from chatops.commands.form_state import FormState
from chatops.domain.errors import (
    NothingWritten,
    ReasonMissing,
    TooLong,
    not_your_entry,
    unknown_entry,
)
from chatops.domain.incident.timeline import Entry
from chatops.domain.time.parse import Direction

TEXT = "text"
AT = "at"


def build_note(context: FormContext) -> View:
    form_state = context.form_state
    said = (
        f"Said by <@{form_state.author}>."
        if form_state.author
        else f"From {escape(form_state.source)}."
    )
    blocks: list[Block] = [
        *headed(context),
        fields.text_field(
            TEXT,
            "What happened?",
            initial=form_state.text[:NOTE_LIMIT],
            example="Payments work again in Europe",
            limit=NOTE_LIMIT,
            lines=True,
        ),
        *(
            [small(f"{said} It is noted for when it was said.")]
            if form_state.source
            else _when(context)
        ),
    ]
    return modal(form_state, title="Add to timeline", submit="Add", blocks=blocks)


def _when(context: FormContext) -> list[Block]:
    return [
        fields.text_field(
            AT,
            "When?",
            initial=context.form_state.time,
            example="14:20, 20 min ago or yesterday 13:50 (empty: now)",
            limit=TIME_LIMIT,
            optional=True,
        )
    ]


def parse_note(given: HandedIn) -> NoteRequest:
    form_state = given.form_state
    said_at = datetime.fromisoformat(form_state.said_at) if form_state.said_at else None
    return NoteRequest(
        **given.request,
        text=given.entered.text(TEXT),
        at=moment_in(given, AT, Direction.BACK) or said_at,
        source=form_state.source or None,
        author=form_state.author or None,
    )


NOTE = Form(
    action="note",
    load=load_incident(build_note),
    parse=parse_note,
    carry_out=lambda use_cases, request, _: use_cases.add_note(request),
    fields={NothingWritten: TEXT, TooLong: TEXT},
)


DECISION = "decision"


def build_decision(context: FormContext) -> View:
    blocks: list[Block] = [
        *headed(context),
        fields.text_field(
            DECISION,
            "What is decided?",
            initial=context.form_state.text,
            example="Roll back to v1.2.3",
            limit=NOTE_LIMIT,
            lines=True,
        ),
        fields.text_field(
            REASON,
            "Why?",
            initial=context.form_state.reason,
            example="A fix takes an hour, the rollback five minutes",
            limit=NOTE_LIMIT,
            lines=True,
        ),
    ]
    return modal(context.form_state, title="Record a decision", submit="Record", blocks=blocks)


def parse_decision(given: HandedIn) -> DecisionRequest:
    must_fit(given.entered, {DECISION: NOTE_LIMIT, REASON: NOTE_LIMIT})
    return DecisionRequest(
        **given.request,
        decision=given.entered.text(DECISION),
        reason=given.entered.text(REASON),
    )


DECISION_FORM = Form(
    action="decide",
    load=load_incident(build_decision, permission_of("decide")),
    parse=parse_decision,
    carry_out=lambda use_cases, request, _: use_cases.decide(request),
    fields={NothingWritten: DECISION, ReasonMissing: REASON},
)


def build_correction(context: FormContext, entry: Entry) -> View:
    blocks: list[Block] = [
        *headed(context),
        fields.text_field(
            TEXT,
            "What should it say?",
            initial=context.form_state.text or entry.text[:NOTE_LIMIT],
            limit=NOTE_LIMIT,
            lines=True,
        ),
        small("The first wording stays on record."),
    ]
    return modal(context.form_state, title="Correct an entry", submit="Correct", blocks=blocks)


def parse_correction(given: HandedIn) -> CorrectionRequest:
    entry = int(given.form_state.about) if given.form_state.about.isdecimal() else 0
    return CorrectionRequest(**given.request, entry=entry, text=given.entered.text(TEXT))


def _load_correction(use_cases: UseCases, caller: Caller, form_state: FormState) -> View:
    def found(context: FormContext) -> View:
        request = Request(**caller.request(context.known.incident.id))
        number = int(form_state.about) if form_state.about.isdecimal() else 0
        entry = use_cases.look.entry(request, number)
        if entry is None:
            raise unknown_entry(form_state.about)
        if not is_correctable(entry, caller.user):
            raise not_your_entry()
        return build_correction(context, entry)

    return load_incident(found)(use_cases, caller, form_state)


CORRECTION = Form(
    action="correct",
    load=_load_correction,
    parse=parse_correction,
    carry_out=lambda use_cases, request, _: use_cases.correct_note(request),
    fields={NothingWritten: TEXT, TooLong: TEXT},
)
