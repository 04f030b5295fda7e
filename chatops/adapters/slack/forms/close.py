"""The form that shows what is still owed, and puts an incident on file."""

from collections.abc import Sequence

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
)
from chatops.adapters.slack.rendering.blocks import sections
from chatops.adapters.slack.rendering.mrkdwn import named
from chatops.application.lifecycle.end import ReasonRequest, owed
from chatops.domain.errors import StillOwed, incident_closed, not_resolved
from chatops.domain.hotfix.errors import BackportOwed
from chatops.domain.incident.model import Status

REASON = "reason"
_LISTED = 10


def build(scene: FormContext) -> View:
    incident = scene.known.incident
    if incident.status is Status.CLOSED:
        raise incident_closed(incident.reference)
    if incident.status.running:
        raise not_resolved(incident.reference)
    known = scene.known
    left = owed(known.promises, known.hotfixes, known.tasks)
    blocks: list[Block] = [
        *headed(scene),
        *sections(_told(left)),
        fields.text_field(
            REASON,
            "Close it all the same, because" if left else "Anything to say?",
            initial=scene.form_state.reason,
            hint="It goes on record." if left else "",
            limit=REASON_LIMIT,
            lines=True,
            optional=not left,
        ),
    ]
    return modal(scene.form_state, title="Close", submit="Close it", blocks=blocks)


def parse(given: HandedIn) -> ReasonRequest:
    return ReasonRequest(**given.about, reason=given.entered.text(REASON))


def _told(left: Sequence[str]) -> str:
    if not left:
        return "Nothing is owed any more."
    lines = "\n".join(f"• {named(each)}" for each in left[:_LISTED])
    more = f"\n… and {len(left) - _LISTED} more" if len(left) > _LISTED else ""
    return f"*Still owed*\n{lines}{more}"


FORM = Form(
    action="close",
    load=about_incident(build, permission_of("close")),
    parse=parse,
    carry_out=lambda use_cases, request, _: use_cases.close(request),
    fields={StillOwed: REASON, BackportOwed: REASON},
)
