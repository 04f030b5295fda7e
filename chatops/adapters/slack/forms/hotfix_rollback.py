"""The form in which going back is weighed against going forward, and then begun."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields
from chatops.adapters.slack.forms.fields import REASON, FieldOption
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
    headed_hotfix,
    hotfix_fields,
    look_at,
)
from chatops.adapters.slack.rendering.blocks import sections
from chatops.adapters.slack.rendering.mrkdwn import escape, plain
from chatops.application.hotfix.session import RollbackRequest
from chatops.domain.errors import NothingWritten, TooLong
from chatops.domain.hotfix.errors import NoSuchWay, NothingToRollBack
from chatops.domain.playbook.hotfix import RollbackWay

WAY, VERSION, SURE = "way", "version", "sure"
_REASON_LIMIT, _LINE = 500, 100

WAYS = {
    RollbackWay.REDEPLOY: "Deploy the previous version again",
    RollbackWay.REVERT: "Revert it on the production branch",
    RollbackWay.UNDO_DEPLOYMENT: "Undo the deployment",
    RollbackWay.SWITCH_TRAFFIC: "Switch traffic back",
    RollbackWay.FLAG_OFF: "Turn the feature flag off",
}


def build(context: HotfixFormContext) -> View:
    """Raises NoSuchWay: nothing is set up to go back with."""
    hotfix, rule, ways = context.hotfix, context.known.playbook.hotfix.rollback, context.known.ways
    if not ways:
        what = (
            f"No way back is set up for {hotfix.service}. Give it a `rollback` command in"
            " chatops.yml, or go back by hand and say so: `/incident timeline add`."
        )
        raise NoSuchWay(what, [])
    back_to = f"v{hotfix.previous}" if hotfix.previous else "what ran before"
    blocks: list[Block] = [
        *headed_hotfix(context),
        *sections(f":rewind: *Production goes back to {escape(plain(back_to, _LINE))}.*"),
        *_no_way_back(context),
        *bullets("Reason enough", rule.triggers),
        *bullets("Speaks for going back", rule.back_when),
        *bullets("Speaks for a new fix instead", rule.forward_when),
        fields.menu_field(
            WAY,
            "How?",
            [FieldOption(value=way, label=WAYS[way]) for way in ways],
            initial=ways[0],
        ),
        fields.text_field(
            VERSION,
            "Last good version, if it is another one",
            example=back_to,
            limit=_LINE,
            optional=True,
        ),
        fields.text_field(
            REASON,
            "Why?",
            initial=context.form_state.reason,
            example="Error rate is 38 % since the deploy",
            hint="It goes on the timeline, and into the words that the channel reads.",
            limit=_REASON_LIMIT,
            lines=True,
        ),
        fields.ticks_field(
            SURE,
            "This changes production at once",
            [FieldOption(value="yes", label="Yes, roll production back now")],
            optional=False,
        ),
    ]
    return modal(context.state_for(), title="Roll back", submit="Roll back now", blocks=blocks)


def parse(given: HandedIn) -> RollbackRequest:
    entered = given.entered
    must_fit(entered, {REASON: _REASON_LIMIT})
    if not entered.ticked(SURE):
        raise WrongFields({SURE: "Tick this, or close the form: nothing was changed."})
    way = entered.choice(WAY)
    return RollbackRequest(
        **hotfix_fields(given),
        reason=entered.text(REASON),
        version=entered.text(VERSION),
        way=RollbackWay(way) if way else None,
    )


def _no_way_back(context: HotfixFormContext) -> list[Block]:
    """Some special cases cannot be taken back."""
    for each in context.known.playbook.hotfix.scenarios:
        if each.key == context.hotfix.scenario and each.no_way_back:
            title = escape(plain(each.title, _LINE))
            return [small(f":warning: {title}: going back may not be possible. Check first.")]
    return []


FORM = Form(
    action="hotfix_rollback",
    load=look_at(build, permission_of("hotfix_rollback")),
    parse=parse,
    carry_out=lambda use_cases, request, _: use_cases.hotfix.rollback(request),
    fields={
        NothingWritten: REASON,
        TooLong: REASON,
        NoSuchWay: WAY,
        NothingToRollBack: VERSION,
    },
)
