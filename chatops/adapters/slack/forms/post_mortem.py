"""The forms of a post-mortem: what it asks, and the review in which it is talked over."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    PlainTextObject,
)
from slack_sdk.models.views import View

from chatops.adapters.slack.forms import fields
from chatops.adapters.slack.forms.fields import REASON, REASON_LIMIT, FieldOption
from chatops.adapters.slack.forms.form_layout import (
    Form,
    HandedIn,
    WrongFields,
    modal,
    must_fit,
    small,
)
from chatops.adapters.slack.rendering.blocks import sections
from chatops.adapters.slack.rendering.mrkdwn import clamp, escape, plain
from chatops.application.postmortem.draft import ANSWER_LIMIT
from chatops.application.postmortem.requests import AnswersRequest, FinishRequest, ReviewRequest
from chatops.application.postmortem.views import PostMortemView
from chatops.application.session import Request
from chatops.application.use_cases import UseCases
from chatops.commands.context import Caller
from chatops.commands.form_state import FormState
from chatops.domain.errors import TooLong
from chatops.domain.messages.posts import ActionId, Post
from chatops.domain.postmortem.facts import AnsweredQuestion
from chatops.domain.postmortem.model import (
    AnsweredMeanwhile,
    BadReviewTime,
    BeganLater,
    NoReason,
    PostMortemState,
    QuestionsOpen,
    still_fought,
)

#: The fields: one for each question, when it began, and whether to draw the text up anew.
ANSWER, BEGAN, ANEW = "answer", "began", "anew"
_FRAMES = (
    "Blameless: everybody did what seemed right with what they knew then. Say what let it happen,"
    " and what would have caught it."
)


def seen(use_cases: UseCases, caller: Caller, form_state: FormState) -> PostMortemView:
    """What the forms show. Raises UnknownIncident."""
    request = Request(
        incident=form_state.incident or 0,
        user=caller.user,
        now=caller.now,
        channel=form_state.channel or None,
    )
    return use_cases.post_mortem.look(request, whole=False)


def _over(
    build: Callable[[PostMortemView, FormState], View],
) -> Callable[[UseCases, Caller, FormState], View]:
    """Show a form about an incident that is over. Raises UserError."""

    def load(use_cases: UseCases, caller: Caller, form_state: FormState) -> View:
        view = seen(use_cases, caller, form_state)
        if view.incident.status.running:
            raise still_fought(view.incident.reference)
        return build(view, form_state)

    return load


def build(view: PostMortemView, form_state: FormState) -> View:
    blocks: list[Block] = [
        small(headline(view)),
        *sections(_state(view)),
        small(_FRAMES),
        fields.moment_field(
            BEGAN,
            "When did the trouble begin?",
            initial=view.incident.began_at,
            hint="The graphs often tell. The numbers use it: how long until it was noticed.",
            optional=True,
        ),
        *(_field(question) for question in view.questions),
        *_anew(view),
    ]
    seen_now = json.dumps({each.key: each.mark for each in view.questions})
    return modal(
        replace(form_state, seen=seen_now), title="Post-mortem", submit="Save", blocks=blocks
    )


def headline(view: PostMortemView) -> str:
    """Which incident a form is about."""
    return f"*{escape(view.incident.reference)}* · {escape(plain(view.incident.title, 150))}"


def _state(view: PostMortemView) -> str:
    wanted = "The playbook wants it." if view.owed else "The playbook leaves it to you."
    match view.post_mortem.state:
        case PostMortemState.DONE:
            first = "It is done. Saving makes it a draft again."
        case PostMortemState.SKIPPED:
            first = f"It was left out: {escape(clamp(view.post_mortem.reason, 300))}"
        case PostMortemState.DRAFT if view.left:
            asked = ", ".join(f"“{escape(each.ask)}”" for each in view.left[:4])
            first = f"*{len(view.left)} of {len(view.questions)} questions are open:* {asked}"
        case _:
            first = "Every question is answered. Read it once more, and mark it as done."
    return f"{first}\n{wanted} Timeline, fix, approvals and readings are in it already."


def _field(question: AnsweredQuestion) -> Block:
    return fields.text_field(
        f"{ANSWER}_{question.key}",
        question.ask,
        initial=question.answer,
        example=question.prompt,
        limit=ANSWER_LIMIT,
        lines=True,
        optional=True,
    )


def _anew(view: PostMortemView) -> list[Block]:
    """Only what was edited by hand can be drawn up anew."""
    if not view.post_mortem.body:
        return []
    choice = FieldOption(
        value="anew",
        label="Draw it up anew",
        description="From the incident and these answers; the edited text is given up",
    )
    field = fields.ticks_field(ANEW, "The text was edited as Markdown", [choice])
    return [DividerBlock(), field]


def parse(given: HandedIn) -> AnswersRequest:
    names = given.entered.named(f"{ANSWER}_")
    must_fit(given.entered, dict.fromkeys(names, ANSWER_LIMIT))
    began = given.entered.moment(BEGAN)
    if began is not None and began > given.now:
        raise WrongFields({BEGAN: "That is still to come. Say when it began."})
    return AnswersRequest(
        **given.request,
        answers={name.removeprefix(f"{ANSWER}_"): given.entered.text(name) for name in names},
        seen=json.loads(given.form_state.seen or "{}"),
        began_at=began,
        anew=given.entered.ticked(ANEW),
    )


def _answered(use_cases: UseCases, request: AnswersRequest, form_state: FormState) -> Post:
    """Save; what somebody else has answered meanwhile is told at its field."""
    del form_state
    try:
        return use_cases.post_mortem.answer(request)
    except AnsweredMeanwhile as error:
        raise WrongFields({f"{ANSWER}_{error.key}": str(error)}) from error


def build_done(view: PostMortemView, form_state: FormState) -> View:
    asked = "\n".join(f"• {escape(each.ask)}" for each in view.left)
    told = f"*Not answered yet*\n{asked}" if asked else "Every question is answered."
    return modal(
        form_state,
        title="Mark as done",
        submit="It is done",
        blocks=[
            small(headline(view)),
            *sections(told),
            fields.text_field(
                REASON,
                "They stay open, because" if view.left else "Anything to say?",
                initial=form_state.reason,
                limit=REASON_LIMIT,
                lines=True,
                optional=not view.left,
            ),
            small("The channel is told, and what was learned goes to where learnings are told."),
        ],
    )


def build_skip(view: PostMortemView, form_state: FormState) -> View:
    rule = (
        "The playbook wants a post-mortem of this; leaving it out needs leave, and a reason."
        if view.owed
        else "The playbook leaves it to you."
    )
    return modal(
        form_state,
        title="No post-mortem",
        submit="Leave it out",
        blocks=[
            small(headline(view)),
            *sections(rule),
            fields.text_field(
                REASON,
                "Why is there none?",
                initial=form_state.reason,
                example="The same as INC-2026-013, which has one",
                limit=REASON_LIMIT,
                lines=True,
            ),
        ],
    )


def parse_end(given: HandedIn) -> FinishRequest:
    return FinishRequest(**given.request, reason=given.entered.text(REASON))


FORM = Form(
    action="post_mortem",
    load=_over(build),
    parse=parse,
    carry_out=_answered,
    fields={BeganLater: BEGAN, TooLong: BEGAN},
)
DONE = Form(
    action="post_mortem_done",
    form="form_post_mortem_done",
    load=_over(build_done),
    parse=parse_end,
    carry_out=lambda use_cases, request, _: use_cases.post_mortem.finish(request),
    fields={QuestionsOpen: REASON},
)
SKIP = Form(
    action="post_mortem_skip",
    load=_over(build_skip),
    parse=parse_end,
    carry_out=lambda use_cases, request, _: use_cases.post_mortem.skip(request),
    fields={NoReason: REASON},
)


AT, MINUTES, PEOPLE = "at", "minutes", "people"
_LENGTHS = (30, 45, 60, 75, 90, 120)
_MOST_PEOPLE = 40


def load_review(use_cases: UseCases, caller: Caller, form_state: FormState) -> View:
    view = seen(use_cases, caller, form_state)
    if view.incident.status.running:
        raise still_fought(view.incident.reference)
    return build_review(view, form_state, now=caller.now)


def build_review(view: PostMortemView, form_state: FormState, *, now: datetime) -> View:
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


def parse_review(given: HandedIn) -> ReviewRequest:
    at = given.entered.moment(AT)
    if at is None:
        raise WrongFields({AT: "Say when: people keep the time free."})
    length = given.entered.choice(MINUTES)
    return ReviewRequest(
        **given.request,
        at=at,
        minutes=int(length) if length.isdecimal() else None,
        people=given.entered.people(PEOPLE)[:_MOST_PEOPLE],
    )


REVIEW = Form(
    action="review",
    load=load_review,
    parse=parse_review,
    carry_out=lambda use_cases, request, _: use_cases.post_mortem.plan_review(request),
    fields={BadReviewTime: AT},
)
