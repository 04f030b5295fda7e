"""The form in which something is put on the timeline."""

from datetime import datetime

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields
from chatops.adapters.slack.forms.form_layout import (
    Form,
    FormContext,
    HandedIn,
    WrongFields,
    about_incident,
    headed,
    modal,
    small,
)
from chatops.adapters.slack.forms.time_fields import NoTimeOfDay, earlier
from chatops.adapters.slack.rendering.mrkdwn import escape
from chatops.application.incidents.timeline_notes import NOTE_LIMIT, NoteRequest
from chatops.commands.form_state import FormName
from chatops.domain.errors import NothingWritten, TooLong
from chatops.domain.messages.posts import ActionId

TEXT, AT = "text", "at"


def build(scene: FormContext) -> View:
    slip = scene.slip
    said = f"Said by <@{slip.author}>." if slip.author else f"From {escape(slip.source)}."
    blocks: list[Block] = [
        *headed(scene),
        fields.text_field(
            TEXT,
            "What happened?",
            initial=slip.text[:NOTE_LIMIT],
            example="Payments work again in Europe",
            limit=NOTE_LIMIT,
            lines=True,
        ),
        *([small(f"{said} It is noted for when it was said.")] if slip.source else _when(scene)),
    ]
    return modal(slip, title="Add to timeline", submit="Add", blocks=blocks)


def _when(scene: FormContext) -> list[Block]:
    return [
        fields.text_field(
            AT,
            "When?",
            initial=scene.slip.time,
            example="14:20 (empty: now)",
            limit=20,
            optional=True,
        )
    ]


def parse(given: HandedIn) -> NoteRequest:
    slip, at = given.slip, given.entered.text(AT)
    said_at = datetime.fromisoformat(slip.said_at) if slip.said_at else None
    try:
        typed_at = earlier(at, now=given.now, zone=given.zone()) if at else None
    except NoTimeOfDay as error:
        raise WrongFields({AT: str(error)}) from error
    return NoteRequest(
        **given.about,
        text=given.entered.text(TEXT),
        at=typed_at or said_at,
        source=slip.source or None,
        author=slip.author or None,
    )


FORM = Form(
    name=FormName.NOTE,
    ask=ActionId.TIMELINE,
    load=about_incident(build),
    parse=parse,
    carry_out=lambda desk, request, _: desk.add_note(request),
    fields={NothingWritten: TEXT, TooLong: TEXT},
)
