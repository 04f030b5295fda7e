"""The gate: the form in which a hotfix is asked for."""

from dataclasses import replace

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
    bullets,
    hotfix_request,
    must_stand,
    sized,
)
from chatops.adapters.slack.forms.ticks import tick_fields, ticked_in
from chatops.adapters.slack.rendering.blocks import sections
from chatops.adapters.slack.rendering.mrkdwn import escape, plain
from chatops.application.hotfix.session import HotfixRequest, StartRequest
from chatops.application.hotfix.start import REASON_LIMIT, TITLE_LIMIT
from chatops.application.hotfix.views import HotfixView
from chatops.application.use_cases import UseCases
from chatops.commands.context import Caller
from chatops.commands.form_state import FormState, Subject
from chatops.commands.hotfix import known_of_incident
from chatops.domain.drills.scenario import not_in_adrill
from chatops.domain.errors import NothingWritten, TooLong
from chatops.domain.hotfix.errors import (
    RedFlags,
    UnansweredGate,
    UnknownService,
    WrongTicket,
)
from chatops.domain.incident.model import TITLE_LIMIT as INCIDENT_TITLE
from chatops.domain.messages.posts import Post
from chatops.domain.playbook.hotfix import Gate, HotfixPolicy, Needs
from chatops.domain.playbook.pipeline import FixWay

SERVICE, TITLE, CRITERIA, READY = "service", "title", "criteria", "ready"
ANSWER, IMPACT, TICKET, PIPELINE, SCENARIO = "answer.", "impact", "ticket", "pipeline", "scenario"
ANYWAY = "anyway"
YES, NO = "yes", "no"

_IMPACT_LIMIT, _FEW, _MOST_QUESTIONS = 1000, 5, 20
_ANYWAY = FieldOption(value=YES, label="Go on anyway: production is broken right now")


def build(
    known: HotfixView, form_state: FormState, asked: StartRequest, flags: RedFlags | None = None
) -> View:
    """The form, filled in as far as it was before; with ``flags`` the reason was not believed."""
    policy = known.playbook.hotfix
    blocks: list[Block] = [
        *_headed(known, form_state),
        *_warned(flags, asked),
        *_service(known, asked),
        fields.text_field(
            TITLE,
            "What does the fix do?",
            initial=asked.title,
            example="Charge cards again when the currency is missing",
            limit=TITLE_LIMIT,
        ),
        *_gate(policy.gate, asked),
        fields.text_field(
            REASON,
            "Why can it not wait?",
            initial=asked.reason,
            example="Nobody can pay since 14:20",
            hint="It goes on record.",
            limit=REASON_LIMIT,
            lines=True,
        ),
        *tick_fields(
            READY, "Ready before the first step", policy.gate.prerequisites,
            ticked=asked.prerequisites,
        ),
        *_details(known, policy, asked),
        *_rules(policy.gate),
    ]  # fmt: skip
    return modal(form_state, title="Start a hotfix", submit="Start", blocks=blocks)


def parse(given: HandedIn) -> StartRequest:
    entered, form_state = given.entered, given.form_state
    must_fit(entered, {TITLE: TITLE_LIMIT, REASON: REASON_LIMIT, IMPACT: _IMPACT_LIMIT})
    asked = entered.named(ANSWER)
    missing = {name: "Answer yes or no." for name in asked if not entered.choice(name)}
    if missing:
        raise WrongFields(missing)
    return StartRequest(
        **given.request,
        service=entered.choice(SERVICE),
        title=entered.text(TITLE),
        reason=entered.text(REASON),
        criteria=ticked_in(entered, CRITERIA),
        prerequisites=ticked_in(entered, READY),
        answers={name.removeprefix(ANSWER): entered.choice(name) == YES for name in asked},
        anyway=entered.ticked(ANYWAY),
        pipeline=entered.choice(PIPELINE) or None,
        ticket=entered.text(TICKET),
        impact=entered.text(IMPACT),
        scenario=entered.choice(SCENARIO),
        way=FixWay(form_state.way) if form_state.way else None,
        source=Subject.of(form_state.about).detail if form_state.way else "",
    )


def load(use_cases: UseCases, caller: Caller, form_state: FormState) -> View:
    """The gate, unless it is known already that nothing gets through it.

    Raises:
        NoHotfixHere, UnknownService, NotAllowed, UserError
    """
    request = replace(hotfix_request(caller, form_state), number=None)
    known = known_of_incident(use_cases, request)
    known.incident.must_be_running()
    if known.incident.drill:
        raise not_in_adrill()
    must_stand(use_cases, caller, form_state, known, permission_of("hotfix_start"))
    if not known.services:
        raise UnknownService(known.incident.service or "", ())
    asked = StartRequest(
        incident=known.incident.id,
        user=caller.user,
        now=caller.now,
        channel=form_state.channel or None,
        service=known.incident.service or "",
        title=plain(form_state.text, TITLE_LIMIT),
        reason=form_state.reason,
        impact=known.incident.impact,
    )
    use_cases.hotfix.knock(asked)
    return build(known, form_state, asked)


def _carry_out(use_cases: UseCases, request: StartRequest, form_state: FormState) -> Post | View:
    try:
        return use_cases.hotfix.start(request)
    except RedFlags as flags:
        about = HotfixRequest(
            incident=request.incident,
            user=request.user,
            now=request.now,
            channel=request.channel,
        )
        return build(known_of_incident(use_cases, about), form_state, request, flags)


def _headed(known: HotfixView, form_state: FormState) -> list[Block]:
    incident = known.incident
    title = escape(plain(incident.title, INCIDENT_TITLE))
    head = [small(f"*{escape(incident.reference)}* · {title}")]
    running = [each for each in known.hotfixes if each.current is not None]
    if running:
        named = ", ".join(f"{each.number} ({each.service})" for each in running[:_FEW])
        head.append(small(f"Running already: {escape(named)}. This starts another one."))
    source = Subject.of(form_state.about).detail
    if form_state.way and source:
        head.append(small(f"To be fixed by *{escape(form_state.way)}* of {escape(source)}."))
    return head


def _warned(flags: RedFlags | None, asked: StartRequest) -> list[Block]:
    if flags is None:
        return []
    quoted = ", ".join(f"“{escape(plain(phrase, 100))}”" for phrase in flags.phrases[:_FEW])
    instead = f"\n{escape(flags.instead)}" if flags.instead else ""
    words = f":warning: *Is production broken right now?* The reason says {quoted}.{instead}"
    return [
        *sections(words),
        fields.tick_field(ANYWAY, "If it is", _ANYWAY, ticked=asked.anyway),
    ]


def _service(known: HotfixView, asked: StartRequest) -> list[Block]:
    services = sized([FieldOption(value=each.name, label=each.name) for each in known.services])
    if len(services) <= 1:
        return []
    return [
        fields.menu_field(SERVICE, "Which service is to be fixed?", services, initial=asked.service)
    ]


def _gate(gate: Gate, asked: StartRequest) -> list[Block]:
    hint = "Tick what holds; all of them must." if gate.needs is Needs.ALL else "One is enough."
    questions = [
        fields.choice_field(
            f"{ANSWER}{question.key}"[:255],
            question.ask,
            [FieldOption(value=YES, label="Yes"), FieldOption(value=NO, label="No")],
            initial=_answered(asked, question.key),
        )
        for question in gate.questions[:_MOST_QUESTIONS]
    ]
    criteria = tick_fields(
        CRITERIA, "What is so right now?", gate.criteria, ticked=asked.criteria, hint=hint
    )
    return [*criteria, *questions]


def _answered(asked: StartRequest, key: str) -> str | None:
    answer = asked.answers.get(key)
    return None if answer is None else YES if answer else NO


def _details(known: HotfixView, policy: HotfixPolicy, asked: StartRequest) -> list[Block]:
    pipelines = sized([FieldOption(value=each.key, label=each.title) for each in policy.pipelines])
    scenarios = sized([FieldOption(value=each.key, label=each.title) for each in policy.scenarios])
    ticket = policy.ticket
    blocks: list[Block] = []
    if ticket is not None:
        blocks.append(
            fields.text_field(
                TICKET, ticket.name, initial=asked.ticket, example=ticket.example, limit=100
            )
        )
    blocks.append(
        fields.text_field(
            IMPACT,
            "Who is affected, and what does it cost?",
            initial=asked.impact,
            limit=_IMPACT_LIMIT,
            lines=True,
            optional=True,
        )
    )
    if len(pipelines) > 1:
        only = known.services[0].pipeline if len(known.services) == 1 else None
        blocks.append(
            fields.menu_field(
                PIPELINE,
                "How does code get to production?",
                pipelines,
                initial=asked.pipeline or only,
                hint="Left empty: as the service always does.",
                optional=True,
            )
        )
    if scenarios:
        blocks.append(
            fields.menu_field(
                SCENARIO, "Is it a special case?", scenarios,
                initial=asked.scenario or None, optional=True,
            )
        )  # fmt: skip
    return blocks


def _rules(gate: Gate) -> list[Block]:
    """The playbook's own words, for whoever is not sure."""
    rule = sections(f"*{escape(gate.rule)}*") if gate.rule else []
    yes = bullets("A hotfix", gate.qualifies[:_FEW])
    no = bullets("Not a hotfix", gate.not_a_hotfix[:_FEW])
    return [*rule, *yes, *no]


FORM = Form(
    action="hotfix_start",
    form="form_hotfix_start",
    load=load,
    parse=parse,
    carry_out=_carry_out,
    fields={
        NothingWritten: TITLE,
        TooLong: TITLE,
        UnknownService: SERVICE,
        WrongTicket: TICKET,
        UnansweredGate: f"{READY}#0",
    },
)
