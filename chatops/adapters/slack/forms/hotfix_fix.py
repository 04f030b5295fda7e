"""The form in which somebody says how the fix is made."""

from dataclasses import replace

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields, hotfix_start
from chatops.adapters.slack.forms.fields import FieldOption
from chatops.adapters.slack.forms.form_layout import (
    Form,
    HandedIn,
    WrongFields,
    modal,
    permission_of,
)
from chatops.adapters.slack.forms.hotfix import (
    HotfixFormContext,
    bullets,
    headed_hotfix,
    hotfix_fields,
    hotfix_request,
    look_at,
    size_of,
)
from chatops.adapters.slack.rendering.blocks import sections
from chatops.adapters.slack.rendering.mrkdwn import escape, plain
from chatops.application.hotfix.session import FixRequest
from chatops.application.use_cases import UseCases
from chatops.commands.arguments import as_commit
from chatops.commands.context import Caller
from chatops.commands.form_state import FormState
from chatops.domain.hotfix.errors import NoFixYet, NoSuchWay
from chatops.domain.hotfix.model import StepState
from chatops.domain.playbook.pipeline import FixWay, StepKind

WAY, SOURCE = "way", "source"

_LABELS = {
    FixWay.PUSH: FieldOption(
        value=FixWay.PUSH,
        label="The pushed commits are the fix",
        description="All of them are there",
    ),
    FixWay.REVERT: FieldOption(
        value=FixWay.REVERT,
        label="Take a commit or a pull request back",
        description="The bot makes the commit on the hotfix branch",
    ),
    FixWay.PICK: FieldOption(
        value=FixWay.PICK,
        label="Bring a commit that exists",
        description="The bot picks it onto the hotfix branch",
    ),
    FixWay.FLAG: FieldOption(
        value=FixWay.FLAG,
        label="Turn a feature flag off",
        description="By the service's own command",
    ),
}


def build(context: HotfixFormContext) -> View:
    hotfix, policy = context.hotfix, context.known.playbook.hotfix
    pipeline = policy.pipeline(hotfix.pipeline)
    step = pipeline.step(StepKind.FIX) if pipeline is not None else None
    run = hotfix.step(StepKind.FIX)
    if step is None or run is None or run.state is StepState.SKIPPED or not step.ways:
        what = "This hotfix has no step in which a fix is made."
        raise NoSuchWay(what, [])
    ways = [_LABELS[way] for way in step.ways]
    typed = (
        context.form_state.way or hotfix.way or (FixWay.PUSH if FixWay.PUSH in step.ways else "")
    )
    source = fields.text_field(
        SOURCE,
        "Which commit, pull request or flag?",
        initial=context.subject.detail or hotfix.source,
        example="4f2c9e1 or #12",
        hint="Not needed where commits were pushed.",
        limit=200,
        optional=True,
    )
    blocks: list[Block] = [
        *headed_hotfix(context),
        *_pushed(context),
        fields.choice_field(WAY, "How is it fixed?", ways, initial=f"{typed}" or None),
        *([source] if set(step.ways) - {FixWay.PUSH} else []),
        *bullets("Mind", (*step.mind, *policy.scope.principles)),
    ]
    return modal(context.state_for(), title="The fix", submit="This is the fix", blocks=blocks)


def parse(given: HandedIn) -> FixRequest:
    chosen, source = given.entered.choice(WAY), given.entered.text(SOURCE)
    if not chosen:
        raise WrongFields({WAY: "Say how it is fixed."})
    way = FixWay(chosen)
    if way in {FixWay.REVERT, FixWay.PICK}:
        commit = as_commit(source)
        if not commit:
            raise WrongFields({SOURCE: "Name a commit by its id, or a pull request as #12."})
        source = commit
    if way is FixWay.FLAG and not source:
        raise WrongFields({SOURCE: "Say which flag."})
    return FixRequest(**hotfix_fields(given), way=way, source=source)


def _pushed(context: HotfixFormContext) -> list[Block]:
    """What was pushed so far."""
    hotfix = context.hotfix
    work = hotfix.work
    if not work.commits:
        branch = escape(plain(hotfix.branch or hotfix.production, 200))
        return sections(f"Nothing is pushed yet to `{branch}`.") if branch else []
    named = [f"{each.sha[:10]} {each.subject}" for each in work.commits]
    return bullets(f"Pushed: {size_of(work)}", named)


_load = look_at(build, permission_of("hotfix_ready"), running=True)


def load(use_cases: UseCases, caller: Caller, form_state: FormState) -> View:
    """The form; or the gate, where no hotfix has begun yet."""
    if form_state.way and use_cases.hotfix.known(hotfix_request(caller, form_state)).hotfix is None:
        return hotfix_start.load(use_cases, caller, replace(form_state, form="form_hotfix_start"))
    return _load(use_cases, caller, form_state)


FORM = Form(
    action="hotfix_ready",
    form="form_hotfix_fix",
    load=load,
    parse=parse,
    carry_out=lambda use_cases, request, _: use_cases.hotfix.fix(request),
    fields={NoSuchWay: WAY, NoFixYet: WAY},
)
