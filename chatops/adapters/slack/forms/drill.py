"""The form in which a drill is started."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields
from chatops.adapters.slack.forms.fields import FieldOption
from chatops.adapters.slack.forms.form_layout import (
    TIME_LIMIT,
    Form,
    HandedIn,
    modal,
    moment_in,
    permission_of,
    small,
)
from chatops.adapters.slack.forms.meaning import in_short
from chatops.adapters.slack.rendering.blocks import sections
from chatops.application.ports.scenarios import DrillRequest
from chatops.application.use_cases import UseCases
from chatops.commands.context import Caller
from chatops.commands.form_state import FormState
from chatops.domain.drills.scenario import PACES, RealIncidentFirst, Scenario, UnknownScenario
from chatops.domain.errors import UnknownSeverity, UserError
from chatops.domain.playbook.policy import Playbook
from chatops.domain.time.parse import Direction, InvalidTime

SCENARIO, SEVERITY, COMMANDER, PACE, BEGINS = "scenario", "severity", "commander", "pace", "begins"
_AS_WRITTEN = "-"


def build(playbook: Playbook, scenarios: Sequence[Scenario], form_state: FormState) -> View:
    if not scenarios:
        words = "No scenario can be played. `chatops drill check` says what is wrong with yours."
        return modal(form_state, title="Play a drill", blocks=sections(words))
    known = {scenario.key for scenario in scenarios}
    blocks: list[Block] = [
        small("A drill has a room of its own. Nobody is paged, and nothing leaves it."),
        fields.choice_field(
            SCENARIO,
            "What happens?",
            [
                FieldOption(value=each.key, label=each.title, description=each.in_short)
                for each in scenarios
            ],
            initial=form_state.text if form_state.text in known else scenarios[0].key,
        ),
        fields.menu_field(
            SEVERITY,
            "How bad does it begin?",
            [
                FieldOption(value=_AS_WRITTEN, label="As the scenario has it"),
                *(
                    FieldOption(value=each.key, label=each.label, description=in_short(each))
                    for each in playbook.severities
                ),
            ],
            initial=_AS_WRITTEN,
        ),
        fields.person_field(
            COMMANDER, "Who leads?", hint="Nobody: whoever takes it up.", optional=True
        ),
        fields.menu_field(
            PACE,
            "How fast does news come?",
            [FieldOption(value=f"{pace}", label=spoken) for pace, spoken in PACES.items()],
            initial="1",
        ),
        fields.text_field(
            BEGINS,
            "When does it begin?",
            initial=form_state.time,
            example="15:30, 45 min or tomorrow 10:00 (empty: now)",
            limit=TIME_LIMIT,
            optional=True,
        ),
    ]
    return modal(form_state, title="Play a drill", submit="Start", blocks=blocks)


def parse(given: HandedIn) -> DrillRequest:
    entered, caller = given.entered, given.caller
    severity, pace = entered.choice(SEVERITY), entered.choice(PACE)
    return DrillRequest(
        team=caller.team,
        user=caller.user,
        now=caller.now,
        scenario=entered.choice(SCENARIO),
        severity="" if severity == _AS_WRITTEN else severity,
        commander=entered.person(COMMANDER),
        pace=int(pace) if pace.isdecimal() else 1,
        at=moment_in(given, BEGINS, Direction.AHEAD),
        answer_url=given.form_state.answer_url or None,
        once=caller.once,
    )


def _load(use_cases: UseCases, caller: Caller, form_state: FormState) -> View:
    use_cases.directory.authorization(caller.user, permission_of("drill")).require(None)
    return build(use_cases.look.policy(), use_cases.drill.look.scenarios(), form_state)


_FIELDS: dict[type[UserError], str] = {
    UnknownScenario: SCENARIO,
    UnknownSeverity: SEVERITY,
    RealIncidentFirst: BEGINS,
    InvalidTime: BEGINS,
}

FORM = Form(
    action="drill",
    load=_load,
    parse=parse,
    carry_out=lambda use_cases, request, _: use_cases.drill.start(request),
    fields=_FIELDS,
    needs_incident=False,
)
