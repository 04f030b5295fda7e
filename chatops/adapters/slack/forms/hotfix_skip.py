"""The forms for what is not done: a step that is skipped, and a hotfix that is given up."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields
from chatops.adapters.slack.forms.fields import REASON, REASON_LIMIT, FieldOption
from chatops.adapters.slack.forms.form_layout import (
    Form,
    HandedIn,
    WrongFields,
    modal,
    must_fit,
    permission_of,
    small,
)
from chatops.adapters.slack.forms.hotfix import (
    HotfixFormContext,
    headed_hotfix,
    hotfix_fields,
    look_at,
)
from chatops.adapters.slack.rendering.mrkdwn import plain
from chatops.application.hotfix.session import AbortRequest, SkipRequest
from chatops.domain.errors import NothingWritten, TooLong
from chatops.domain.hotfix.errors import (
    HotfixOver,
    LeaveMissing,
    NeverSkipped,
    NotTheTurn,
    OwnLeave,
    SkipReasonMissing,
)
from chatops.domain.playbook.pipeline import AnyStepKind, Skip, StepKind
from chatops.domain.team import Permission

STEP, LEAVE = "step", "leave"
_LINE = 150


def build(context: HotfixFormContext) -> View:
    """Offer what may be skipped now.

    Raises:
        HotfixOver: no step is left.
    """
    hotfix = context.hotfix
    steps = [
        step
        for step in hotfix.steps
        if step is hotfix.current or (step.kind is StepKind.WATCH and step.state.value == "failed")
    ]
    if not steps:
        raise HotfixOver(hotfix.name, hotfix.state)
    choices = [
        FieldOption(
            value=step.kind, label=plain(step.title, _LINE), description=_rule(context, step.kind)
        )
        for step in steps
    ]
    asked = context.subject.step or (hotfix.current.kind if hotfix.current else steps[0].kind)
    blocks: list[Block] = [
        *headed_hotfix(context),
        fields.choice_field(STEP, "Which step is left out?", choices, initial=asked),
        fields.person_field(
            LEAVE,
            "Who allowed it?",
            initial=context.form_state.person,
            hint="Empty: you did. They are told, and it goes on record.",
            optional=True,
        ),
        fields.reason_field(initial=context.form_state.reason),
    ]
    return modal(context.state_for(asked), title="Skip a step", submit="Skip it", blocks=blocks)


def parse(given: HandedIn) -> SkipRequest:
    must_fit(given.entered, {REASON: REASON_LIMIT})
    step = given.entered.choice(STEP)
    if step not in set(StepKind):
        raise WrongFields({STEP: "Pick the step."})
    return SkipRequest(
        **hotfix_fields(given),
        step=StepKind(step),
        reason=given.entered.text(REASON),
        leave=given.entered.person(LEAVE),
    )


def build_abort(context: HotfixFormContext) -> View:
    hotfix = context.hotfix
    stays = (
        "What is in production stays there, and its backports stay owed. To take it out of"
        " production, roll back instead."
        if hotfix.shipped
        else "Nothing of it is in production. Its branch stays, in case somebody needs it."
    )
    blocks: list[Block] = [
        *headed_hotfix(context),
        small(stays),
        fields.reason_field(initial=context.form_state.reason),
    ]
    return modal(context.state_for(), title="Give it up", submit="Give it up", blocks=blocks)


def parse_abort(given: HandedIn) -> AbortRequest:
    must_fit(given.entered, {REASON: REASON_LIMIT})
    return AbortRequest(**hotfix_fields(given), reason=given.entered.text(REASON))


def _rule(context: HotfixFormContext, kind: AnyStepKind) -> str:
    """What the playbook says about leaving the step out."""
    pipeline = context.known.playbook.hotfix.pipeline(context.hotfix.pipeline)
    step = pipeline.step(kind) if pipeline is not None else None
    match step.skip_rule if step is not None else Skip.FREELY:
        case Skip.NEVER:
            return "The playbook never allows it by itself"
        case Skip.WITH_LEAVE:
            return "Needs leave"
        case Skip.FREELY:
            return "Anybody may"


SKIP = Form(
    action="hotfix_skip",
    # What is asked of who skips; whoever gives leave needs the permission of the action.
    load=look_at(build, Permission.HOTFIX, running=True),
    parse=parse,
    carry_out=lambda use_cases, request, _: use_cases.hotfix.skip(request),
    fields={
        NeverSkipped: STEP,
        NotTheTurn: STEP,
        LeaveMissing: LEAVE,
        OwnLeave: LEAVE,
        SkipReasonMissing: REASON,
    },
)
ABORT = Form(
    action="hotfix_abort",
    load=look_at(build_abort, permission_of("hotfix_abort"), running=True),
    parse=parse_abort,
    carry_out=lambda use_cases, request, _: use_cases.hotfix.abort(request),
    fields={NothingWritten: REASON, TooLong: REASON},
)
