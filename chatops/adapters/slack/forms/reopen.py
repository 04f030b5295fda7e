"""The form in which an incident is taken up again."""

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
    permission_of,
    small,
)
from chatops.application.lifecycle.end import ReasonRequest
from chatops.domain.errors import not_resolved

REASON = "reason"


def build(scene: FormContext) -> View:
    if scene.known.incident.status.running:
        raise not_resolved(scene.known.incident.reference)
    blocks: list[Block] = [
        *headed(scene),
        fields.text_field(
            REASON,
            "What is broken again?",
            initial=scene.form_state.reason,
            example="Payments fail again since 15:10",
            limit=REASON_LIMIT,
            lines=True,
            optional=True,
        ),
        small("All clocks start anew, and everybody who was told that it is over hears of it."),
    ]
    return modal(scene.form_state, title="Reopen", submit="Reopen", blocks=blocks)


def parse(given: HandedIn) -> ReasonRequest:
    return ReasonRequest(**given.about, reason=given.entered.text(REASON))


FORM = Form(
    action="reopen",
    load=about_incident(build, permission_of("reopen")),
    parse=parse,
    carry_out=lambda use_cases, request, _: use_cases.reopen(request),
)
