"""The form in which word is given, and the next word promised."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields
from chatops.adapters.slack.forms.fields import FieldOption
from chatops.adapters.slack.forms.form_layout import (
    WHEN,
    Form,
    FormContext,
    HandedIn,
    headed,
    load_incident,
    modal,
    must_fit,
    permission_of,
    when,
    when_fields,
)
from chatops.application.incidents.update import PLAIN_LIMIT, TECHNICAL_LIMIT, UpdateRequest
from chatops.domain.errors import NothingWritten
from chatops.domain.incident.model import Status
from chatops.domain.time.durations import spoken
from chatops.domain.time.parse import InvalidTime

PLAIN, TECHNICAL, STATUS = "plain", "technical", "status"


def build(context: FormContext) -> View:
    incident = context.known.incident
    severity = context.known.playbook.severity(incident.severity)
    running = [status for status in Status if status.running]
    blocks: list[Block] = [
        *headed(context),
        fields.text_field(
            PLAIN,
            "For stakeholders, in plain words",
            initial=context.form_state.text,
            example="Some customers cannot pay. We know why and are testing a fix.",
            hint="What they notice, what is being done. No names of services or people.",
            limit=PLAIN_LIMIT,
            lines=True,
        ),
        fields.text_field(
            TECHNICAL,
            "For responders",
            initial=context.form_state.reason,
            example="Rolled back to v1.2.3 (4f2c9e1), error rate 0.3 % (was 38 %)",
            limit=TECHNICAL_LIMIT,
            lines=True,
            optional=True,
        ),
        fields.choice_field(
            STATUS,
            "Where does it stand?",
            [FieldOption(value=status.value, label=status.label) for status in running],
            initial=incident.status.value if incident.status.running else None,
        ),
        *when_fields(
            "Next update",
            usual=severity.update_every,
            why=f" ({severity.label} promises every {spoken(severity.update_every)})"
            if severity.update_every
            else "",
        ),
    ]
    return modal(context.form_state, title="Write update", submit="Post", blocks=blocks)


def parse(given: HandedIn) -> UpdateRequest:
    entered = given.entered
    must_fit(entered, {PLAIN: PLAIN_LIMIT, TECHNICAL: TECHNICAL_LIMIT})
    return UpdateRequest(
        **given.request,
        plain=entered.text(PLAIN),
        technical=entered.text(TECHNICAL),
        status=Status(entered.choice(STATUS)) if entered.choice(STATUS) else None,
        next_at=when(given),
    )


FORM = Form(
    action="update",
    load=load_incident(build, permission_of("update"), running=True),
    parse=parse,
    carry_out=lambda use_cases, request, _: use_cases.post_update(request),
    fields={NothingWritten: PLAIN, InvalidTime: WHEN},
)
