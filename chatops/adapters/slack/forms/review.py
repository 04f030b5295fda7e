"""The form in which the review of an incident is planned, or moved."""

from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, PlainTextObject
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields
from chatops.adapters.slack.forms.fields import FieldOption
from chatops.adapters.slack.forms.form_layout import Form, HandedIn, WrongFields, modal, small
from chatops.adapters.slack.forms.post_mortem import headline, seen
from chatops.application.postmortem.requests import ReviewRequest
from chatops.application.postmortem.views import PostMortemView
from chatops.application.use_cases import UseCases
from chatops.commands.context import Caller
from chatops.commands.form_state import FormState
from chatops.domain.messages.posts import ActionId
from chatops.domain.postmortem.model import BadReviewTime, still_fought

AT, MINUTES, PEOPLE = "at", "minutes", "people"
_LENGTHS = (30, 45, 60, 75, 90, 120)
_MOST_PEOPLE = 40


def load(use_cases: UseCases, caller: Caller, form_state: FormState) -> View:
    view = seen(use_cases, caller, form_state)
    if view.incident.status.running:
        raise still_fought(view.incident.reference)
    return build(view, form_state, now=caller.now)


def build(view: PostMortemView, form_state: FormState, *, now: datetime) -> View:
    planned, review = view.post_mortem.review is not None, view.review
    lengths = sorted({*_LENGTHS, review.minutes})
    blocks: list[Block] = [
        small(headline(view)),
        *_held(view, now),
        fields.moment_field(
            AT,
            "When is the review?",
            initial=review.at,
            hint="" if planned else "Proposed by the playbook; move it as it suits you.",
        ),
        fields.menu_field(
            MINUTES,
            "How long?",
            [FieldOption(value=f"{each}", label=f"{each} minutes") for each in lengths],
            initial=f"{review.minutes}",
        ),
        fields.people_field(
            PEOPLE,
            "Who comes?",
            initial=review.people[:_MOST_PEOPLE],
            hint="Proposed: who held a role, and who acted.",
        ),
        small("The calendar file comes in the channel; a newer one replaces the one before."),
    ]
    return modal(
        form_state, title="Review", submit="Move it" if planned else "Plan it", blocks=blocks
    )


def _held(view: PostMortemView, now: datetime) -> list[Block]:
    """Once its time has come, it may be over."""
    review = view.post_mortem.review
    if review is None or now < review.at:
        return []
    if review.held:
        return [small("It was held. Planning it again is for another one.")]
    held = ButtonElement(
        action_id=ActionId("review_held"),
        text=PlainTextObject(text="It was held"),
        value=f"{view.incident.id}",
        style="primary",
    )
    return [ActionsBlock(elements=[held])]


def parse(given: HandedIn) -> ReviewRequest:
    at = given.entered.moment(AT)
    if at is None:
        raise WrongFields({AT: "Say when: people keep the time free."})
    length = given.entered.choice(MINUTES)
    return ReviewRequest(
        **given.about,
        at=at,
        minutes=int(length) if length.isdecimal() else None,
        people=given.entered.people(PEOPLE)[:_MOST_PEOPLE],
    )


FORM = Form(
    action="review",
    load=load,
    parse=parse,
    carry_out=lambda use_cases, request, _: use_cases.post_mortem.plan_review(request),
    fields={BadReviewTime: AT},
)
