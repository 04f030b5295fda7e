"""The form in which somebody corrects an entry of theirs on the timeline."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields
from chatops.adapters.slack.forms.form_layout import (
    Form,
    FormContext,
    HandedIn,
    about_incident,
    headed,
    modal,
    small,
)
from chatops.application.incidents.timeline_notes import (
    NOTE_LIMIT,
    CorrectionRequest,
    is_correctable,
)
from chatops.application.session import Request
from chatops.application.use_cases import UseCases
from chatops.commands.context import Caller
from chatops.commands.form_state import FormState
from chatops.domain.errors import NothingWritten, TooLong, not_your_entry, unknown_entry
from chatops.domain.incident.timeline import Entry

TEXT = "text"


def build(scene: FormContext, entry: Entry) -> View:
    blocks: list[Block] = [
        *headed(scene),
        fields.text_field(
            TEXT,
            "What should it say?",
            initial=scene.form_state.text or entry.text[:NOTE_LIMIT],
            limit=NOTE_LIMIT,
            lines=True,
        ),
        small("The first wording stays on record."),
    ]
    return modal(scene.form_state, title="Correct an entry", submit="Correct", blocks=blocks)


def parse(given: HandedIn) -> CorrectionRequest:
    entry = int(given.form_state.about) if given.form_state.about.isdecimal() else 0
    return CorrectionRequest(**given.about, entry=entry, text=given.entered.text(TEXT))


def _load(use_cases: UseCases, caller: Caller, form_state: FormState) -> View:
    def found(scene: FormContext) -> View:
        request = Request(**caller.about(scene.known.incident.id))
        number = int(form_state.about) if form_state.about.isdecimal() else 0
        entry = use_cases.look.entry(request, number)
        if entry is None:
            raise unknown_entry(form_state.about)
        if not is_correctable(entry, caller.user):
            raise not_your_entry()
        return build(scene, entry)

    return about_incident(found)(use_cases, caller, form_state)


FORM = Form(
    action="correct",
    load=_load,
    parse=parse,
    carry_out=lambda use_cases, request, _: use_cases.correct_note(request),
    fields={NothingWritten: TEXT, TooLong: TEXT},
)
