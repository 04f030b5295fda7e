"""The forms that move an incident: its severity, resolved, still there, closed, reopened."""

from collections.abc import Sequence
from dataclasses import replace

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields
from chatops.adapters.slack.forms.fields import REASON, REASON_LIMIT, Entered
from chatops.adapters.slack.forms.form_layout import (
    Form,
    FormContext,
    HandedIn,
    headed,
    load_incident,
    modal,
    permission_of,
    small,
)
from chatops.adapters.slack.forms.meaning import choices, meaning
from chatops.adapters.slack.rendering.blocks import sections
from chatops.adapters.slack.rendering.mrkdwn import named
from chatops.application.incidents.severity import SeverityRequest
from chatops.application.incidents.timeline_notes import NOTE_LIMIT
from chatops.application.incidents.update import PLAIN_LIMIT
from chatops.application.lifecycle.end import ReasonRequest, ResolveRequest, owed
from chatops.application.promises.fulfil import DisputeRequest
from chatops.commands.form_state import FormState
from chatops.domain.errors import (
    NothingWritten,
    SameSeverity,
    StillOwed,
    TooLong,
    UnknownSeverity,
    incident_closed,
    not_resolved,
)
from chatops.domain.hotfix.errors import BackportOwed
from chatops.domain.incident.model import Status
from chatops.domain.promises.after_resolution import REPORTER_KEY
from chatops.domain.promises.resolve_name import meant

SEVERITY = "severity"


def build_severity(context: FormContext) -> View:
    playbook, incident = context.known.playbook, context.known.incident
    chosen = context.form_state.severity or incident.severity
    blocks: list[Block] = [
        *headed(context),
        fields.choice_field(
            SEVERITY, "How bad is it really?", choices(playbook), initial=chosen, told=True
        ),
        *meaning(playbook, chosen),
        fields.text_field(
            REASON,
            "What shows it?",
            initial=context.form_state.reason,
            example="Half of all payments fail, not a few",
            limit=REASON_LIMIT,
            lines=True,
            optional=True,
        ),
    ]
    return modal(context.form_state, title="Change severity", submit="Change", blocks=blocks)


def parse_severity(given: HandedIn) -> SeverityRequest:
    return SeverityRequest(
        **given.request,
        severity=given.entered.choice(SEVERITY),
        reason=given.entered.text(REASON),
    )


def _refresh(form_state: FormState, entered: Entered) -> FormState:
    return replace(form_state, severity=entered.choice(SEVERITY))


SEVERITY_FORM = Form(
    action="severity",
    load=load_incident(build_severity, permission_of("severity"), running=True),
    parse=parse_severity,
    carry_out=lambda use_cases, request, _: use_cases.change_severity(request),
    refresh=_refresh,
    fields={SameSeverity: SEVERITY, UnknownSeverity: SEVERITY, TooLong: REASON},
)


FIX, CAUSE, PLAIN = "fix", "cause", "plain"


def build_resolve(context: FormContext) -> View:
    incident = context.known.incident
    blocks: list[Block] = [
        *headed(context),
        fields.text_field(
            FIX,
            "What fixed it?",
            initial=context.form_state.text or incident.fix,
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
        *_last_word(context),
        small(_told_resolve(context)),
    ]
    return modal(context.form_state, title="Resolve", submit="Resolve", blocks=blocks)


def parse_resolve(given: HandedIn) -> ResolveRequest:
    return ResolveRequest(
        **given.request,
        fix=given.entered.text(FIX),
        root_cause=given.entered.text(CAUSE),
        plain=given.entered.text(PLAIN),
    )


def _last_word(context: FormContext) -> list[Block]:
    """What stakeholders read last; of a private incident they read nothing."""
    if context.known.incident.private:
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


def _told_resolve(context: FormContext) -> str:
    if context.known.incident.private:
        return "The channel is told. Stakeholders of a private incident are not."
    return "The channel and stakeholders are told that it is over, and no more updates are due."


RESOLVE = Form(
    action="resolve",
    load=load_incident(build_resolve, permission_of("resolve"), running=True),
    parse=parse_resolve,
    carry_out=lambda use_cases, request, _: use_cases.resolve(request),
    fields={NothingWritten: FIX, TooLong: FIX},
)


def build_dispute(context: FormContext) -> View:
    meant(context.known.promises, REPORTER_KEY)
    blocks: list[Block] = [
        *headed(context),
        fields.text_field(
            REASON,
            "What do they still see?",
            initial=context.form_state.text,
            example="The payment page is white",
            hint="Whoever leads is told, and can reopen the incident.",
            limit=REASON_LIMIT,
            lines=True,
        ),
    ]
    return modal(context.form_state, title="It is not gone", submit="Tell them", blocks=blocks)


def parse_dispute(given: HandedIn) -> DisputeRequest:
    reason = given.entered.text(REASON)
    return DisputeRequest(**given.request, promise=REPORTER_KEY, reason=reason)


DISPUTE = Form(
    action="still_there",
    load=load_incident(build_dispute),
    parse=parse_dispute,
    carry_out=lambda use_cases, request, _: use_cases.dispute(request),
)


_LISTED = 10


def build_close(context: FormContext) -> View:
    incident = context.known.incident
    if incident.status is Status.CLOSED:
        raise incident_closed(incident.reference)
    if incident.status.running:
        raise not_resolved(incident.reference)
    known = context.known
    left = owed(known.promises, known.hotfixes, known.tasks)
    blocks: list[Block] = [
        *headed(context),
        *sections(_told_close(left)),
        fields.text_field(
            REASON,
            "Close it all the same, because" if left else "Anything to say?",
            initial=context.form_state.reason,
            hint="It goes on record." if left else "",
            limit=REASON_LIMIT,
            lines=True,
            optional=not left,
        ),
    ]
    return modal(context.form_state, title="Close", submit="Close it", blocks=blocks)


def parse_close(given: HandedIn) -> ReasonRequest:
    return ReasonRequest(**given.request, reason=given.entered.text(REASON))


def _told_close(left: Sequence[str]) -> str:
    if not left:
        return "Nothing is owed any more."
    lines = "\n".join(f"• {named(each)}" for each in left[:_LISTED])
    more = f"\n… and {len(left) - _LISTED} more" if len(left) > _LISTED else ""
    return f"*Still owed*\n{lines}{more}"


CLOSE = Form(
    action="close",
    load=load_incident(build_close, permission_of("close")),
    parse=parse_close,
    carry_out=lambda use_cases, request, _: use_cases.close(request),
    fields={StillOwed: REASON, BackportOwed: REASON},
)


def build_reopen(context: FormContext) -> View:
    if context.known.incident.status.running:
        raise not_resolved(context.known.incident.reference)
    blocks: list[Block] = [
        *headed(context),
        fields.text_field(
            REASON,
            "What is broken again?",
            initial=context.form_state.reason,
            example="Payments fail again since 15:10",
            limit=REASON_LIMIT,
            lines=True,
            optional=True,
        ),
        small("All clocks start anew, and everybody who was told that it is over hears of it."),
    ]
    return modal(context.form_state, title="Reopen", submit="Reopen", blocks=blocks)


def parse_reopen(given: HandedIn) -> ReasonRequest:
    return ReasonRequest(**given.request, reason=given.entered.text(REASON))


REOPEN = Form(
    action="reopen",
    load=load_incident(build_reopen, permission_of("reopen")),
    parse=parse_reopen,
    carry_out=lambda use_cases, request, _: use_cases.reopen(request),
)
