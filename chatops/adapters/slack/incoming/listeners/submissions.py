"""Listens to forms that are handed in; what was typed stays in the form until all is well."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from typing import Any

from slack_bolt import Ack
from slack_sdk.models.views import View

from chatops.adapters.slack.forms.fields import Entered
from chatops.adapters.slack.forms.form_layout import AnyForm, HandedIn, notice, outdated, working
from chatops.adapters.slack.forms.registry import FORMS
from chatops.adapters.slack.incoming.context import SlackContext
from chatops.adapters.slack.payloads import Json, who_handed_in
from chatops.commands.context import Caller
from chatops.commands.form_state import FormState
from chatops.domain.errors import Repeated, UserError
from chatops.domain.messages.posts import Post

#: A word under a field.
_LONGEST_ERROR = 300


class SubmissionReply:
    """The one answer that Slack takes to a form: the outcome, or word that it takes longer."""

    def __init__(self, ack: Ack) -> None:
        self._ack = ack
        self._lock = Lock()
        self._given = False

    def give(self, **answer: Any) -> bool:
        """Answer; false if an answer was given before."""
        with self._lock:
            if self._given:
                return False
            self._given = True
        self._ack(**answer)
        return True


def on_submission(context: SlackContext, ack: Ack, body: Json) -> None:
    caller = who_handed_in(body, context.clock.now())
    form = FORMS.get(body["view"]["callback_id"])
    if form is None or caller.form_state is None:
        _close_outdated(context, ack)
        return
    given = HandedIn(
        caller=caller,
        form_state=caller.form_state,
        entered=Entered(body["view"]["state"]["values"]),
        zone=lambda: context.zone_of(caller.user),
    )
    with _in_time(context, ack, caller) as reply:
        outcome = context.boundary.capture(lambda: _carried_out(context, form, given))
    _answer(context, reply, form, given, outcome)


def _close_outdated(context: SlackContext, ack: Ack) -> None:
    """A form of an older release; it is closed by the one who looks at it."""
    words = outdated(context.use_cases.team.incident_command)
    ack(response_action="update", view=notice(words).to_dict())


@contextmanager
def _in_time(context: SlackContext, ack: Ack, caller: Caller) -> Iterator[SubmissionReply]:
    """Say before Slack gives up that it takes longer; the form stays below, as it was filled in."""
    reply = SubmissionReply(ack)
    view = working(caller.once).to_dict()
    timer = Timer(context.patience, lambda: reply.give(response_action="push", view=view))
    timer.daemon = True
    timer.start()
    try:
        yield reply
    finally:
        timer.cancel()


def _carried_out(context: SlackContext, form: AnyForm, given: HandedIn) -> Post | View:
    """The answer, or the form that comes next."""
    outcome = form.carry_out(context.use_cases, form.parse(given), given.form_state)
    if isinstance(outcome, FormState):
        return context.modals.form(given.caller, outcome)
    return outcome


def _answer(
    context: SlackContext,
    reply: SubmissionReply,
    form: AnyForm,
    given: HandedIn,
    outcome: Post | View | Exception,
) -> None:
    caller = given.caller
    match outcome:
        case View():
            answer: dict[str, Any] = {"response_action": "update", "view": outcome.to_dict()}
            late = outcome
        case Post():
            answer, late = {}, notice(outcome, is_last=True, subject=form.subject)
        case Repeated():
            answer, late = {}, notice(context.boundary.render(form.name, outcome), is_last=True)
        case UserError() if errors := _at_fields(context, form, given, outcome):
            answer = {"response_action": "errors", "errors": errors}
            late = notice(context.boundary.render(form.name, outcome), subject=form.subject)
        case _:
            late = notice(context.boundary.render(form.name, outcome), subject=form.subject)
            answer = {"response_action": "push", "view": late.to_dict()}
    if not reply.give(**answer):
        context.screens.redraw_waiting(caller.once, late)
    elif isinstance(outcome, Post):
        context.answers.tell(caller, outcome)


def _at_fields(
    context: SlackContext, form: AnyForm, given: HandedIn, mistake: UserError
) -> dict[str, str]:
    """What to say at which field; Slack takes none for a field that the form does not show."""
    shown = given.entered.named("")
    errors = form.errors(mistake)
    renamed = context.boundary.renamed
    return {name: renamed(text)[:_LONGEST_ERROR] for name, text in errors.items() if name in shown}
