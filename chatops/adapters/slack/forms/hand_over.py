"""The form in which somebody gives what they owe to somebody else."""

from dataclasses import replace

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
from chatops.adapters.slack.forms.put_off import due
from chatops.application.promises.reassign import ReassignRequest
from chatops.domain.errors import UnknownPerson
from chatops.domain.promises.resolve_name import meant

OWNER, REASON = "owner", "reason"


def build(scene: FormContext) -> View:
    promise = meant(scene.known.promises, scene.form_state.about)
    blocks: list[Block] = [
        *headed(scene),
        *due(promise),
        fields.person_field(OWNER, "Who takes it over?", initial=scene.form_state.person),
        fields.text_field(
            REASON,
            "Why?",
            initial=scene.form_state.reason,
            hint="They read it, and it goes on the timeline.",
            limit=REASON_LIMIT,
            lines=True,
            optional=True,
        ),
    ]
    form_state = replace(scene.form_state, about=promise.key)
    return modal(form_state, title="Hand over", submit="Hand over", blocks=blocks)


def parse(given: HandedIn) -> ReassignRequest:
    return ReassignRequest(
        **given.about,
        promise=given.form_state.about,
        owner=given.entered.person(OWNER) or "",
        reason=given.entered.text(REASON),
    )


FORM = Form(
    action="hand_over",
    load=about_incident(build),
    parse=parse,
    carry_out=lambda use_cases, request, _: use_cases.reassign(request),
    fields={UnknownPerson: OWNER},
)
