"""The form in which the severity is raised or lowered."""

from dataclasses import replace

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields
from chatops.adapters.slack.forms.fields import REASON_LIMIT, Entered
from chatops.adapters.slack.forms.form_layout import (
    Form,
    FormContext,
    HandedIn,
    about_incident,
    headed,
    modal,
    permission_of,
)
from chatops.adapters.slack.forms.meaning import choices, meaning
from chatops.application.incidents.severity import SeverityRequest
from chatops.commands.form_state import FormState
from chatops.domain.errors import SameSeverity, TooLong, UnknownSeverity

SEVERITY, REASON = "severity", "reason"


def build(scene: FormContext) -> View:
    playbook, incident = scene.known.playbook, scene.known.incident
    chosen = scene.form_state.severity or incident.severity
    blocks: list[Block] = [
        *headed(scene),
        fields.choice_field(
            SEVERITY, "How bad is it really?", choices(playbook), initial=chosen, told=True
        ),
        *meaning(playbook, chosen),
        fields.text_field(
            REASON,
            "What shows it?",
            initial=scene.form_state.reason,
            example="Half of all payments fail, not a few",
            limit=REASON_LIMIT,
            lines=True,
            optional=True,
        ),
    ]
    return modal(scene.form_state, title="Change severity", submit="Change", blocks=blocks)


def parse(given: HandedIn) -> SeverityRequest:
    return SeverityRequest(
        **given.about,
        severity=given.entered.choice(SEVERITY),
        reason=given.entered.text(REASON),
    )


def _refresh(form_state: FormState, entered: Entered) -> FormState:
    return replace(form_state, severity=entered.choice(SEVERITY))


FORM = Form(
    action="severity",
    load=about_incident(build, permission_of("severity"), running=True),
    parse=parse,
    carry_out=lambda use_cases, request, _: use_cases.change_severity(request),
    refresh=_refresh,
    fields={SameSeverity: SEVERITY, UnknownSeverity: SEVERITY, TooLong: REASON},
)
