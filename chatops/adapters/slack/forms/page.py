"""The form in which people are paged."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields
from chatops.adapters.slack.forms.fields import REASON_LIMIT, FieldOption
from chatops.adapters.slack.forms.form_layout import (
    Form,
    FormContext,
    HandedIn,
    WrongFields,
    headed,
    load_incident,
    modal,
    permission_of,
)
from chatops.adapters.slack.rendering.blocks import OPTION_VALUE
from chatops.application.incidents.paging import PageRequest
from chatops.application.use_cases import UseCases
from chatops.commands.context import Caller
from chatops.commands.form_state import FormState
from chatops.domain.errors import NobodyToPage

PEOPLE, AUDIENCES, WHY = "people", "audiences", "why"


def build(context: FormContext, audiences: tuple[str, ...] = ()) -> View:
    names = [name for name in audiences if len(name) <= OPTION_VALUE]
    choices = [FieldOption(value=name, label=name.replace("_", " ")) for name in names]
    person = [context.form_state.person] if context.form_state.person else []
    blocks: list[Block] = [
        *headed(context),
        fields.people_field(PEOPLE, "Whom?", initial=person, optional=True),
        *(
            [fields.menus_field(AUDIENCES, "And everybody of", choices, optional=True)]
            if choices
            else []
        ),
        fields.text_field(
            WHY,
            "What for?",
            initial=context.form_state.reason,
            example="We need somebody who knows the database",
            limit=REASON_LIMIT,
            optional=True,
        ),
    ]
    return modal(context.form_state, title="Page people", submit="Page now", blocks=blocks)


def parse(given: HandedIn) -> PageRequest:
    whom = (*given.entered.people(PEOPLE), *given.entered.choices(AUDIENCES))
    if not whom:
        raise WrongFields({PEOPLE: "Pick at least one person or group."})
    return PageRequest(**given.request, whom=whom, why=given.entered.text(WHY))


def _load(use_cases: UseCases, caller: Caller, form_state: FormState) -> View:
    named = tuple(name for name, ids in use_cases.team.audiences.items() if ids)
    load = load_incident(lambda context: build(context, named), permission_of("page"), running=True)
    return load(use_cases, caller, form_state)


FORM = Form(
    action="page",
    load=_load,
    parse=parse,
    carry_out=lambda use_cases, request, _: use_cases.page(request),
    fields={NobodyToPage: PEOPLE},
)
