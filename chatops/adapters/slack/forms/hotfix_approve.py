"""The form in which somebody looks at a fix and approves exactly that."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields
from chatops.adapters.slack.forms.form_layout import Form, HandedIn, modal, small
from chatops.adapters.slack.forms.hotfix import (
    HotfixFormContext,
    bullets,
    headed_hotfix,
    hotfix_fields,
    look_at,
    size_of,
)
from chatops.adapters.slack.rendering.blocks import sections
from chatops.adapters.slack.rendering.mrkdwn import escape, plain
from chatops.application.hotfix.approval_requests import must_be_approvable
from chatops.application.hotfix.session import ApproveRequest
from chatops.commands.form_state import Subject
from chatops.domain.hotfix.errors import NotSpoken, StaleApproval
from chatops.domain.hotfix.model import Hotfix
from chatops.domain.playbook.pipeline import StepKind

SPOKEN = "spoken"
_SHORT, _LINE = 10, 200


def build(context: HotfixFormContext) -> View:
    """Show what is approved.

    Raises:
        UserError, NotTheTurn: something else comes first.
        StaleApproval: the button was shown for another commit.
        NotSpoken: somebody's spoken approval was to be put down where only a click counts.
    """
    hotfix = context.hotfix
    must_be_approvable(hotfix)
    if context.form_state.person and not _may_be_spoken(context):
        severity = context.known.severity.label
        who = context.form_state.person
        why = f"the playbook wants a click for {severity}. Ask <@{who}> for theirs."
        raise NotSpoken(why)
    head = hotfix.head if hotfix.comes_after_fix(StepKind.APPROVE) else ""
    seen = context.subject.detail
    if seen and head and seen != head:
        raise StaleApproval(seen, head)
    questions = context.known.playbook.hotfix.review_questions
    blocks: list[Block] = [
        *headed_hotfix(context),
        *sections(_what(context, hotfix, head)),
        *(bullets("Files", hotfix.work.files) if head else []),
        *bullets("Before you agree", questions),
        *_spoken(context),
        small(_bound(head)),
    ]
    return modal(context.state_for(head), title="Approve", submit="Approve", blocks=blocks)


def parse(given: HandedIn) -> ApproveRequest:
    return ApproveRequest(
        **hotfix_fields(given),
        sha=Subject.of(given.form_state.about).detail or None,
        spoken_by=given.entered.person(SPOKEN),
    )


def _what(context: HotfixFormContext, hotfix: Hotfix, head: str) -> str:
    """The facts that somebody decides by."""
    work = hotfix.work
    author = f"<@{context.known.engineer}>" if context.known.engineer else "nobody yet"
    lines = [f"*{escape(plain(hotfix.title, _LINE))}*"]
    if head:
        lines.append(f"`{escape(head[:_SHORT])}` · {size_of(work)} · by {author}")
        last = work.commits[-1].subject if work.commits else ""
        lines += [f"“{escape(plain(last, _LINE))}”"] if last else []
    else:
        lines.append(f"The plan, before the fix is made · by {author}")
    if hotfix.pull_request is not None:
        number, url = hotfix.pull_request.number, escape(hotfix.pull_request.url)
        lines.append(f"<{url}|Pull request #{number}>")
    given = ", ".join(f"<@{each.by}>" for each in hotfix.standing)
    lines += [f"Approved by {given}."] if given else []
    named = [_role(role) for role in context.known.needed]
    lines += [f"Still needed: {escape(', '.join(named))}."] if named else []
    return "\n".join(lines)


def _role(name: str) -> str:
    return "one more person" if name == "any" else name.replace("_", " ")


def _spoken(context: HotfixFormContext) -> list[Block]:
    if not _may_be_spoken(context):
        return []
    return [
        fields.person_field(
            SPOKEN,
            "Spoken by",
            initial=context.form_state.person,
            hint="If you heard somebody approve it; you are the witness. Else leave it empty.",
            optional=True,
        )
    ]


def _may_be_spoken(context: HotfixFormContext) -> bool:
    rules = context.known.rules
    return rules is not None and rules.approval.verbal


def _bound(head: str) -> str:
    if not head:
        return "The author cannot approve."
    return "It holds for exactly this commit: a new push asks again. The author cannot approve."


load = look_at(build, running=True)
FORM = Form(
    action="hotfix_approve",
    load=load,
    parse=parse,
    carry_out=lambda use_cases, request, _: use_cases.hotfix.approve(request),
    fields={NotSpoken: SPOKEN},
)
