"""The form in which an incident is resolved."""

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
    permission_of,
    small,
)
from chatops.application.incidents.timeline_notes import NOTE_LIMIT
from chatops.application.incidents.update import PLAIN_LIMIT
from chatops.application.lifecycle.end import ResolveRequest
from chatops.domain.errors import NothingWritten, TooLong

FIX, CAUSE, PLAIN = "fix", "cause", "plain"


def build(scene: FormContext) -> View:
    incident = scene.known.incident
    blocks: list[Block] = [
        *headed(scene),
        fields.text_field(
            FIX,
            "What fixed it?",
            initial=scene.form_state.text or incident.fix,
            example="Rolled back to v1.2.3",
            limit=NOTE_LIMIT,
            lines=True,
        ),
        fields.text_field(
            CAUSE,
            "What was the cause, as far as you know?",
            initial=incident.root_cause,
            example="The 14:20 deploy dropped an index",
            limit=NOTE_LIMIT,
            lines=True,
            optional=True,
        ),
        *_last_word(scene),
        small(_told(scene)),
    ]
    return modal(scene.form_state, title="Resolve", submit="Resolve", blocks=blocks)


def parse(given: HandedIn) -> ResolveRequest:
    return ResolveRequest(
        **given.about,
        fix=given.entered.text(FIX),
        root_cause=given.entered.text(CAUSE),
        plain=given.entered.text(PLAIN),
    )


def _last_word(scene: FormContext) -> list[Block]:
    """What stakeholders read last; of a private incident they read nothing."""
    if scene.known.incident.private:
        return []
    field = fields.text_field(
        PLAIN,
        "Last word for stakeholders, in plain words",
        example="Everybody can pay again.",
        hint="Empty: “Everything works again.”",
        limit=PLAIN_LIMIT,
        lines=True,
        optional=True,
    )
    return [field]


def _told(scene: FormContext) -> str:
    if scene.known.incident.private:
        return "The channel is told. Stakeholders of a private incident are not."
    return "The channel and stakeholders are told that it is over, and no more updates are due."


FORM = Form(
    action="resolve",
    load=about_incident(build, permission_of("resolve"), running=True),
    parse=parse,
    carry_out=lambda use_cases, request, _: use_cases.resolve(request),
    fields={NothingWritten: FIX, TooLong: FIX},
)
