"""The form in which the checklists of the current step are ticked off."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms.form_layout import (
    Form,
    HandedIn,
    modal,
    permission_of,
    small,
)
from chatops.adapters.slack.forms.hotfix import (
    HotfixFormContext,
    headed_hotfix,
    look_at,
)
from chatops.adapters.slack.forms.hotfix_next import checklist_fields, tick_all, ticks_of
from chatops.adapters.slack.rendering.mrkdwn import escape, plain
from chatops.application.hotfix.session import TickRequest
from chatops.application.use_cases import UseCases
from chatops.commands.form_state import FormState
from chatops.domain.errors import UserError
from chatops.domain.messages.posts import Post

_LINE = 150


def no_checklist(title: str) -> UserError:
    """There is nothing to tick off now."""
    return UserError(f"“{title}” has no checklist. See the steps: `/hotfix status`.")


def build(context: HotfixFormContext) -> View:
    """Raises UserError: the step has none."""
    hotfix, current = context.hotfix, context.hotfix.current
    kind = current.kind if current is not None else None
    lists = [each for each in context.known.playbook.hotfix.checklists if each.at is kind]
    if not lists or current is None:
        raise no_checklist(current.title if current is not None else "What is left")
    blocks: list[Block] = headed_hotfix(context)
    for checklist in lists:
        must = "" if checklist.required else " · not all of it must be done"
        blocks.append(small(f"*{escape(plain(checklist.title, _LINE))}*{must}"))
        ticked = (tick.item for tick in hotfix.ticks if tick.checklist == checklist.key)
        blocks += checklist_fields(checklist, frozenset(ticked))
    return modal(context.state_for(current.kind), title="Checklist", submit="Save", blocks=blocks)


def parse(given: HandedIn) -> tuple[TickRequest, ...]:
    return ticks_of(given)


def _carry_out(
    use_cases: UseCases, ticks: tuple[TickRequest, ...], form_state: FormState
) -> Post | FormState:
    return tick_all(use_cases, ticks) or form_state


FORM = Form(
    action="hotfix_check",
    load=look_at(build, permission_of("hotfix_check"), running=True),
    parse=parse,
    carry_out=_carry_out,
)
