"""The form in which somebody outside any incident picks the one that they mean."""

from collections.abc import Sequence
from dataclasses import replace

from slack_sdk.models.views import View

from chatops.adapters.slack.forms.fields import FieldOption, menu_field
from chatops.adapters.slack.forms.form_layout import Form, HandedIn, WrongFields, modal
from chatops.application.ports.storage import Search
from chatops.application.use_cases import UseCases
from chatops.commands.context import Caller
from chatops.commands.form_state import FormState
from chatops.domain.incident.model import Incident

INCIDENT = "incident"
_MOST = 100


def build(incidents: Sequence[Incident], form_state: FormState) -> View:
    choices = [
        FieldOption(value=f"{each.id}", label=f"{each.reference} · {each.title}")
        for each in incidents
    ]
    view = modal(
        form_state,
        title="Which incident?",
        submit="Next",
        blocks=[
            menu_field(
                INCIDENT,
                "This channel belongs to none. Pick the one you mean",
                choices,
                initial=choices[0].value if len(choices) == 1 else None,
            )
        ],
    )
    view.callback_id = "form_choose"
    return view


def parse(given: HandedIn) -> FormState:
    """The state of the form that was wanted, with its incident."""
    chosen = given.entered.choice(INCIDENT)
    if not chosen.isdecimal():
        raise WrongFields({INCIDENT: "Pick an incident."})
    return replace(given.form_state, incident=int(chosen))


def open_incidents(use_cases: UseCases, caller: Caller) -> Sequence[Incident]:
    """Those that are not closed, as far as the person may see them."""
    with use_cases.sessions.storage.reading() as work:
        return work.incidents.find(
            Search(team=caller.team, viewer=caller.user, not_closed=True, limit=_MOST)
        )


def _load(use_cases: UseCases, caller: Caller, form_state: FormState) -> View:
    return build(open_incidents(use_cases, caller), form_state)


FORM = Form(
    action="list",
    form="form_choose",
    load=_load,
    parse=parse,
    carry_out=lambda _use_cases, chosen, _state: chosen,
    needs_incident=False,
)
