"""The form in which something is put on the timeline."""

from datetime import datetime

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields
from chatops.adapters.slack.forms.form_layout import (
    TIME_LIMIT,
    Form,
    FormContext,
    HandedIn,
    about_incident,
    headed,
    modal,
    moment_in,
    small,
)
from chatops.adapters.slack.rendering.mrkdwn import escape
from chatops.application.incidents.timeline_notes import NOTE_LIMIT, NoteRequest
from chatops.domain.errors import NothingWritten, TooLong
from chatops.domain.time.parse import Direction

TEXT, AT = "text", "at"


def build(scene: FormContext) -> View:
    form_state = scene.form_state
    said = (
        f"Said by <@{form_state.author}>."
        if form_state.author
        else f"From {escape(form_state.source)}."
    )
    blocks: list[Block] = [
        *headed(scene),
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
            else _when(scene)
        ),
    ]
    return modal(form_state, title="Add to timeline", submit="Add", blocks=blocks)


def _when(scene: FormContext) -> list[Block]:
    return [
        fields.text_field(
            AT,
            "When?",
            initial=scene.form_state.time,
            example="14:20, 20 min ago or yesterday 13:50 (empty: now)",
            limit=TIME_LIMIT,
            optional=True,
        )
    ]


def parse(given: HandedIn) -> NoteRequest:
    form_state = given.form_state
    said_at = datetime.fromisoformat(form_state.said_at) if form_state.said_at else None
    return NoteRequest(
        **given.about,
        text=given.entered.text(TEXT),
        at=moment_in(given, AT, Direction.BACK) or said_at,
        source=form_state.source or None,
        author=form_state.author or None,
    )


FORM = Form(
    action="note",
    load=about_incident(build),
    parse=parse,
    carry_out=lambda use_cases, request, _: use_cases.add_note(request),
    fields={NothingWritten: TEXT, TooLong: TEXT},
)
