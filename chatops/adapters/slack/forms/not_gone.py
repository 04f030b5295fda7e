"""The form in which somebody says that whoever reported the trouble still sees it."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields
from chatops.adapters.slack.forms.fields import REASON_LIMIT
from chatops.adapters.slack.forms.form_layout import (
    Form,
    FormContext,
    HandedIn,
    about_incident,
    headed,
    modal,
)
from chatops.application.promises.fulfil import DisputeRequest
from chatops.domain.promises.after_resolution import REPORTER_KEY
from chatops.domain.promises.resolve_name import meant

REASON = "reason"


def build(scene: FormContext) -> View:
    meant(scene.known.promises, REPORTER_KEY)
    blocks: list[Block] = [
        *headed(scene),
        fields.text_field(
            REASON,
            "What do they still see?",
            initial=scene.form_state.text,
            example="The payment page is white",
            hint="Whoever leads is told, and can reopen the incident.",
            limit=REASON_LIMIT,
            lines=True,
        ),
    ]
    return modal(scene.form_state, title="It is not gone", submit="Tell them", blocks=blocks)


def parse(given: HandedIn) -> DisputeRequest:
    reason = given.entered.text(REASON)
    return DisputeRequest(**given.about, promise=REPORTER_KEY, reason=reason)


FORM = Form(
    action="still_there",
    load=about_incident(build),
    parse=parse,
    carry_out=lambda use_cases, request, _: use_cases.dispute(request),
)
