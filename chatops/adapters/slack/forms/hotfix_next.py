"""The form that shows exactly what the next step does, before it is done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import hotfix_approve, hotfix_fix
from chatops.adapters.slack.forms.fields import FieldOption, tick_field
from chatops.adapters.slack.forms.form_layout import (
    Form,
    HandedIn,
    modal,
    permission_of,
    small,
)
from chatops.adapters.slack.forms.hotfix import (
    HotfixFormContext,
    bullets,
    code,
    headed_hotfix,
    hotfix_fields,
    hotfix_request,
    must_stand,
)
from chatops.adapters.slack.forms.ticks import tick_fields, ticked_in
from chatops.adapters.slack.rendering.blocks import sections
from chatops.adapters.slack.rendering.mrkdwn import escape, plain
from chatops.application.hotfix.advance import StepPlan
from chatops.application.hotfix.session import NextRequest, TickRequest
from chatops.application.use_cases import UseCases
from chatops.commands.context import Caller
from chatops.commands.form_state import FormState, Subject
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.hotfix import Checklist
from chatops.domain.playbook.pipeline import StepForm

#: A checklist's fields are called after it: ``check.testing#0``.
CHECK = "check."
BY_HAND = "by_hand"
_SUBMIT, _TITLE = 24, 200
_BY_HAND = FieldOption(
    value="yes", label="It is done already, by hand", description="Nothing will be pushed"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TickedStep:
    """What is ticked off, and the step that is to be done then."""

    ticks: tuple[TickRequest, ...]
    next: NextRequest


def build(context: HotfixFormContext, plan: StepPlan) -> View:
    blocks: list[Block] = [
        *headed_hotfix(context),
        *sections(f"*{escape(plain(plan.title, _TITLE))}*"),
        *_warned(plan.step.trouble),
        *code(plan.lines),
        *bullets("Good to know", plan.notes),
        *bullets("In conflict", plan.conflicts),
        *([small("To finish it by hand:")] if plan.commands else []),
        *code(plan.commands),
        *bullets("Mind", plan.mind),
        *(checklist_fields(plan.checklist, plan.ticked) if plan.checklist else []),
        *([tick_field(BY_HAND, "Or", _BY_HAND)] if plan.lines or plan.conflicts else []),
    ]
    form_state = context.state_for(plan.step.kind)
    submit = plain(plan.confirm, _SUBMIT) or "Do it"
    return modal(form_state, title="Next step", submit=submit, blocks=blocks)


def _warned(trouble: str) -> list[Block]:
    """Why the step is not over: a clause of ours, as a sentence of its own."""
    return [small(f":warning: {escape(trouble[:1].upper() + trouble[1:])}.")] if trouble else []


def checklist_fields(checklist: Checklist, ticked: frozenset[int]) -> list[Block]:
    """Every item of a checklist, section by section."""
    blocks: list[Block] = []
    first = 0
    for section in checklist.sections:
        name = f"{CHECK}{checklist.key}"[:200]
        blocks += tick_fields(name, section.title, section.items, ticked=ticked, first=first)
        first += len(section.items)
    return blocks


def ticks_of(given: HandedIn) -> tuple[TickRequest, ...]:
    """What is ticked in each checklist; the same ticks twice change nothing."""
    keys = dict.fromkeys(
        name.rpartition("#")[0].removeprefix(CHECK) for name in given.entered.named(CHECK)
    )
    about = hotfix_fields(given)
    about["once"] = None
    return tuple(
        TickRequest(**about, checklist=key, items=ticked_in(given.entered, f"{CHECK}{key}"))
        for key in keys
    )


def parse(given: HandedIn) -> TickedStep:
    request = NextRequest(
        **hotfix_fields(given),
        step=Subject.of(given.form_state.about).step,
        by_hand=given.entered.ticked(BY_HAND),
    )
    return TickedStep(ticks=ticks_of(given), next=request)


def tick_all(use_cases: UseCases, ticks: Sequence[TickRequest]) -> Post | None:
    """Take the ticks; gives the last answer."""
    answer = None
    for each in ticks:
        answer = use_cases.hotfix.tick(each)
    return answer


def _carry_out(use_cases: UseCases, step: TickedStep, form_state: FormState) -> Post:
    del form_state
    tick_all(use_cases, step.ticks)
    return use_cases.hotfix.next(step.next)


def load(use_cases: UseCases, caller: Caller, form_state: FormState) -> View:
    """The plan of the next step; where it is people's turn, the form that asks them for it."""
    request = hotfix_request(caller, form_state)
    known = use_cases.hotfix.known(request)
    context = HotfixFormContext(known=known, form_state=form_state, user=caller.user)
    hotfix, asked = context.hotfix, context.subject.step
    hotfix.must_run()
    must_stand(use_cases, caller, form_state, known, permission_of("hotfix_next"))
    current = hotfix.current
    if current is not None and asked in {None, current.kind}:
        form = hotfix.form_of(current.kind)
        if form is StepForm.APPROVAL and known.needed:
            return hotfix_approve.load(
                use_cases, caller, replace(form_state, form="form_hotfix_approve")
            )
        if form is StepForm.FIX:
            return hotfix_fix.load(use_cases, caller, replace(form_state, form="form_hotfix_fix"))
    plan = use_cases.hotfix.plan(
        NextRequest(
            incident=request.incident,
            user=request.user,
            now=request.now,
            channel=request.channel,
            number=hotfix.number,
            step=asked,
        )
    )
    return build(context, plan)


FORM = Form(
    action="hotfix_next",
    load=load,
    parse=parse,
    carry_out=_carry_out,
)
