"""The form in which a decision and its reason are put on record."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields
from chatops.adapters.slack.forms.form_layout import (
    Form,
    FormContext,
    HandedIn,
    about_incident,
    headed,
    modal,
    must_fit,
    permission_of,
)
from chatops.application.incidents.timeline_notes import NOTE_LIMIT, DecisionRequest
from chatops.domain.errors import NothingWritten, ReasonMissing

DECISION, REASON = "decision", "reason"


def build(scene: FormContext) -> View:
    blocks: list[Block] = [
        *headed(scene),
        fields.text_field(
            DECISION,
            "What is decided?",
            initial=scene.form_state.text,
            example="Roll back to v1.2.3",
            limit=NOTE_LIMIT,
            lines=True,
        ),
        fields.text_field(
            REASON,
            "Why?",
            initial=scene.form_state.reason,
            example="A fix takes an hour, the rollback five minutes",
            limit=NOTE_LIMIT,
            lines=True,
        ),
    ]
    return modal(scene.form_state, title="Record a decision", submit="Record", blocks=blocks)


def parse(given: HandedIn) -> DecisionRequest:
    must_fit(given.entered, {DECISION: NOTE_LIMIT, REASON: NOTE_LIMIT})
    return DecisionRequest(
        **given.about,
        decision=given.entered.text(DECISION),
        reason=given.entered.text(REASON),
    )


FORM = Form(
    action="decide",
    load=about_incident(build, permission_of("decide")),
    parse=parse,
    carry_out=lambda use_cases, request, _: use_cases.decide(request),
    fields={NothingWritten: DECISION, ReasonMissing: REASON},
)
