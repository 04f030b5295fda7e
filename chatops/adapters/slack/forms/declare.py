"""The form in which an incident is declared."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    DividerBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields
from chatops.adapters.slack.forms.fields import Entered, FieldOption
from chatops.adapters.slack.forms.form_layout import (
    TIME_LIMIT,
    Form,
    HandedIn,
    modal,
    moment_in,
    must_fit,
    permission_of,
    small,
)
from chatops.adapters.slack.forms.meaning import choices, meaning
from chatops.adapters.slack.rendering.mrkdwn import escape, plain
from chatops.application.lifecycle.declare import TEXT_LIMIT, DeclareRequest, similar_open
from chatops.application.use_cases import UseCases
from chatops.commands.context import Caller
from chatops.commands.form_state import FormState
from chatops.domain.errors import NoTitle, TooLong, UnknownSeverity
from chatops.domain.incident.model import TITLE_LIMIT, Incident, channel_name
from chatops.domain.messages.posts import ActionId, Post
from chatops.domain.playbook.policy import Playbook
from chatops.domain.time.durations import spoken
from chatops.domain.time.parse import Direction

TITLE, SEVERITY, IMPACT, SYMPTOMS, SERVICE = "title", "severity", "impact", "symptoms", "service"
COMMANDER, NOTICED, REPORTER, PRIVATE = "commander", "noticed", "reporter", "private"

#: Stands in for the number that is taken when the incident is declared.
_NUMBER = 987654321
_PRIVATE = FieldOption(
    value="yes",
    label="Keep private (security)",
    description="Only those invited see it; stakeholders read a neutral text",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareFormContext:
    """What the form is built from."""

    playbook: Playbook
    services: tuple[str, ...]
    form_state: FormState
    caller: Caller
    similar: tuple[Incident, ...]


def build(context: DeclareFormContext) -> View:
    form_state = replace(
        context.form_state, seen=context.form_state.text if context.similar else ""
    )
    title = plain(form_state.text, TITLE_LIMIT)
    longer = form_state.text.strip() if len(form_state.text.strip()) > len(title) else ""
    blocks: list[Block] = [
        *_similar(context.similar, context),
        fields.text_field(
            TITLE,
            "What is broken?",
            initial=title,
            example="Checkout is down",
            limit=TITLE_LIMIT,
            told=True,
        ),
        fields.choice_field(
            SEVERITY,
            "How bad is it?",
            choices(context.playbook),
            initial=form_state.severity or None,
            told=True,
        ),
        *meaning(context.playbook, form_state.severity),
        fields.text_field(
            IMPACT,
            "Who notices, and what? In plain words",
            example="Some customers cannot pay",
            hint="Stakeholders read this.",
            limit=TEXT_LIMIT,
            lines=True,
            optional=True,
        ),
        *_details(context, symptoms=form_state.reason or longer),
        _channel(context, title),
    ]
    submit = "Declare a new one" if context.similar else "Declare"
    return modal(form_state, title="Declare an incident", submit=submit, blocks=blocks)


def parse(given: HandedIn) -> DeclareRequest:
    entered, form_state, caller = given.entered, given.form_state, given.caller
    title = entered.text(TITLE)
    must_fit(entered, {IMPACT: TEXT_LIMIT, SYMPTOMS: TEXT_LIMIT})
    return DeclareRequest(
        team=caller.team,
        user=caller.user,
        now=given.now,
        title=title,
        severity=entered.choice(SEVERITY),
        impact=entered.text(IMPACT),
        symptoms=entered.text(SYMPTOMS),
        private=entered.ticked(PRIVATE),
        commander=entered.person(COMMANDER),
        reported_by=entered.person(REPORTER),
        detected_at=moment_in(given, NOTICED, Direction.BACK),
        service=entered.choice(SERVICE) or None,
        source=form_state.source or None,
        answer_url=form_state.answer_url or None,
        similar_seen=bool(form_state.seen) and form_state.seen == title,
        once=caller.once,
    )


def _load(use_cases: UseCases, caller: Caller, form_state: FormState) -> View:
    use_cases.directory.authorization(caller.user, permission_of("declare")).require(None)
    title = plain(form_state.text, TITLE_LIMIT)
    similar = (
        similar_open(use_cases.sessions, team=caller.team, user=caller.user, title=title)
        if title
        else ()
    )
    context = DeclareFormContext(
        playbook=use_cases.look.policy(),
        services=tuple(use_cases.team.services),
        form_state=form_state,
        caller=caller,
        similar=similar,
    )
    return build(context)


def _carry_out(
    use_cases: UseCases, request: DeclareRequest, form_state: FormState
) -> Post | FormState:
    declared = use_cases.declare(request)
    if declared.incident is None:
        return replace(form_state, text=request.title, severity=request.severity, reason="")
    return declared.answer


def _refresh(form_state: FormState, entered: Entered) -> FormState:
    return replace(form_state, text=entered.text(TITLE), severity=entered.choice(SEVERITY))


def _similar(similar: tuple[Incident, ...], context: DeclareFormContext) -> Sequence[Block]:
    if not similar:
        return ()
    rows = [
        SectionBlock(
            text=MarkdownTextObject(text=_row(incident, context)),
            accessory=ButtonElement(
                text=PlainTextObject(text="Join"),
                action_id=ActionId("join"),
                value=f"{incident.id}",
            ),
        )
        for incident in similar
    ]
    head = SectionBlock(text=MarkdownTextObject(text="*Is it one of these? Then join it.*"))
    return [head, *rows, DividerBlock()]


def _row(incident: Incident, context: DeclareFormContext) -> str:
    since = spoken(incident.lasted(context.caller.now))
    return (
        f"{escape(incident.reference)} · {escape(incident.severity)} · for {since}\n"
        f"{escape(plain(incident.title, TITLE_LIMIT))}"
    )


def _details(context: DeclareFormContext, *, symptoms: str) -> Sequence[Block]:
    services = [FieldOption(value=each[:150], label=each) for each in context.services]
    return [
        fields.text_field(
            SYMPTOMS,
            "What was seen? For those who fix it",
            initial=symptoms[:TEXT_LIMIT],
            example="500 errors from /pay since the 14:20 deploy",
            limit=TEXT_LIMIT,
            lines=True,
            optional=True,
        ),
        *([fields.menu_field(SERVICE, "Service", services, optional=True)] if services else []),
        fields.person_field(COMMANDER, "Who leads?", initial=context.caller.user),
        fields.tick_field(PRIVATE, "Who may see it?", _PRIVATE),
        fields.text_field(
            NOTICED,
            "When was it noticed?",
            example="14:20, 20 min ago or yesterday 13:50 (empty: now)",
            limit=TIME_LIMIT,
            optional=True,
        ),
        fields.person_field(
            REPORTER, "Who told us?", initial=context.form_state.author, optional=True
        ),
    ]


def _channel(context: DeclareFormContext, title: str) -> Block:
    name = channel_name(
        context.playbook.channel, year=context.caller.now.year, number=_NUMBER, title=title
    ).replace(f"{_NUMBER}", "NNN")
    return small(f"Opens the channel `#{escape(name)}`; NNN is the next free number.")


FORM = Form(
    action="declare",
    load=_load,
    parse=parse,
    carry_out=_carry_out,
    refresh=_refresh,
    fields={NoTitle: TITLE, TooLong: TITLE, UnknownSeverity: SEVERITY},
    needs_incident=False,
)
