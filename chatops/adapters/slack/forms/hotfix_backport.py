"""The forms about the way back: bring the fix, say whether it is there, or go without it."""

from collections.abc import Sequence

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
    bullets,
    code,
    headed_hotfix,
    hotfix_fields,
    look_at,
    sized,
)
from chatops.adapters.slack.rendering.mrkdwn import escape, plain
from chatops.application.hotfix.session import AlignedRequest, BackportRequest, WaiveBackportRequest
from chatops.commands.form_state import Subject
from chatops.domain.errors import NothingWritten, TooLong
from chatops.domain.hotfix.errors import NothingToBring, SkipReasonMissing, UnknownTarget
from chatops.domain.hotfix.model import Backport, BackportState

TARGET, OWNER, CONTAINED = "target", "owner", "contained"
EVERY, YES, NO = "*", "yes", "no"
_NAME = 200

_STATES = {
    BackportState.OWED: "owed",
    BackportState.CONFLICT: "in conflict",
    BackportState.OPENED: "a pull request is open",
    BackportState.BROUGHT: "brought, not proven yet",
    BackportState.UNSURE: "a person must say whether it is there",
    BackportState.PROVEN: "proven",
    BackportState.WAIVED: "waived",
}


def build(context: HotfixFormContext) -> View:
    owed = _unsettled(context)
    conflict = [each for each in owed if each.state is BackportState.CONFLICT]
    blocks: list[Block] = [
        *headed_hotfix(context),
        _targets(context, owed, "Where to?", "Everywhere it is missing"),
        fields.person_field(
            OWNER,
            "Who sees to it?",
            initial=next((each.owner for each in owed if each.owner), "")
            or context.form_state.person,
            optional=True,
        ),
        *(bullets("In conflict", conflict[0].paths) if conflict else []),
        *(code(conflict[0].commands) if conflict else []),
        *_story(context),
    ]
    return modal(context.state_for(), title="Bring it back", submit="Bring it back", blocks=blocks)


def parse(given: HandedIn) -> BackportRequest:
    return BackportRequest(
        **hotfix_fields(given),
        target=_target(given),
        owner=given.entered.person(OWNER),
    )


def build_waive(context: HotfixFormContext) -> View:
    owed = _unsettled(context)
    blocks: list[Block] = [
        *headed_hotfix(context),
        _targets(context, owed, "Which branch goes without the fix?", "Every one that lacks it"),
        fields.reason_field("Why is the fix not needed there?", initial=context.form_state.reason),
        *_story(context),
    ]
    return modal(context.state_for(), title="Waive", submit="Waive it", blocks=blocks)


def parse_waive(given: HandedIn) -> WaiveBackportRequest:
    must_fit(given.entered, {REASON: REASON_LIMIT})
    return WaiveBackportRequest(
        **hotfix_fields(given), reason=given.entered.text(REASON), target=_target(given)
    )


def build_aligned(context: HotfixFormContext) -> View:
    """Ask what the code leaves open, with all that it says."""
    target = context.subject.detail
    backport = context.hotfix.backport(target)
    if backport is None:
        raise UnknownTarget(target, [each.target for each in context.hotfix.backports])
    name = plain(backport.target, _NAME)
    choices = [
        FieldOption(value=YES, label="Yes, it is there", description="The backport is settled"),
        FieldOption(value=NO, label="No, it is missing", description="The backport stays owed"),
    ]
    tip = f"Looked at `{escape(backport.tip[:10])}`. " if backport.tip else ""
    blocks: list[Block] = [
        *headed_hotfix(context),
        small(f"{tip}{_STATES[backport.state].capitalize()}."),
        *bullets("What the code says", backport.evidence),
        fields.choice_field(CONTAINED, f"Does {name} contain the fix?", choices),
        fields.reason_field("What shows it?", initial=context.form_state.reason),
    ]
    return modal(context.state_for(target), title="Is it there?", submit="Settle it", blocks=blocks)


def parse_aligned(given: HandedIn) -> AlignedRequest:
    must_fit(given.entered, {REASON: REASON_LIMIT})
    said = given.entered.choice(CONTAINED)
    if said not in {YES, NO}:
        raise WrongFields({CONTAINED: "Say yes or no."})
    return AlignedRequest(
        **hotfix_fields(given),
        target=Subject.of(given.form_state.about).detail,
        contained=said == YES,
        reason=given.entered.text(REASON),
    )


def _unsettled(context: HotfixFormContext) -> list[Backport]:
    """The branches that still lack it.

    Raises:
        NothingToBring
    """
    owed = [each for each in context.hotfix.backports if not each.state.settled]
    if not owed:
        raise NothingToBring(context.hotfix.name)
    return owed


def _targets(context: HotfixFormContext, owed: Sequence[Backport], label: str, every: str) -> Block:
    choices = sized(
        [
            FieldOption(value=each.target, label=f"{each.target}: {_STATES[each.state]}")
            for each in owed
        ]
    )
    asked = context.subject.detail
    if len(choices) != 1:
        choices = [FieldOption(value=EVERY, label=every), *choices]
    known = {choice.value for choice in choices}
    initial = asked if asked in known else choices[0].value
    return fields.menu_field(TARGET, label, choices, initial=initial)


def _target(given: HandedIn) -> str | None:
    chosen = given.entered.choice(TARGET)
    return None if chosen in {EVERY, ""} else chosen


def _story(context: HotfixFormContext) -> list[Block]:
    """Why it matters, in the playbook's words."""
    pipeline = context.known.playbook.hotfix.pipeline(context.hotfix.pipeline)
    story = pipeline.backport.story if pipeline is not None and pipeline.backport else ""
    return [small(escape(story))] if story.strip() else []


BACKPORT = Form(
    action="hotfix_backport",
    load=look_at(build, permission_of("hotfix_backport")),
    parse=parse,
    carry_out=lambda use_cases, request, _: use_cases.hotfix.backport(request),
    fields={UnknownTarget: TARGET, NothingToBring: TARGET},
)
WAIVE = Form(
    action="hotfix_waive",
    load=look_at(build_waive, permission_of("hotfix_waive")),
    parse=parse_waive,
    carry_out=lambda use_cases, request, _: use_cases.hotfix.waive(request),
    fields={UnknownTarget: TARGET, SkipReasonMissing: REASON},
)
ALIGNED = Form(
    action="hotfix_aligned",
    load=look_at(build_aligned, permission_of("hotfix_aligned")),
    parse=parse_aligned,
    carry_out=lambda use_cases, request, _: use_cases.hotfix.aligned(request),
    fields={NothingWritten: REASON, TooLong: REASON},
)
