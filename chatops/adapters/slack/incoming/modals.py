"""Opens forms: something to look at first, then the real one once everything is looked up."""

from collections.abc import Callable
from dataclasses import replace

from slack_sdk.models.views import View

from chatops.adapters.slack.api.views import ViewsApi
from chatops.adapters.slack.error_boundary import ErrorBoundary, Replies
from chatops.adapters.slack.forms import choose
from chatops.adapters.slack.forms.fields import Entered
from chatops.adapters.slack.forms.form_layout import loading, notice
from chatops.adapters.slack.forms.registry import FORMS
from chatops.application.ports.chat import ChatError
from chatops.application.use_cases import UseCases
from chatops.commands.context import Caller, Outdated, meant_by
from chatops.commands.form_state import IN_A_BUTTON, FormState
from chatops.domain.errors import NoIncidentHere
from chatops.domain.messages.posts import Button, ButtonStyle, Post

_TOO_LATE = (
    "Slack waits three seconds for a form, and that was not enough this time. "
    "Nothing is lost: open it again."
)


class OpenModals:
    """Opens forms for people."""

    def __init__(
        self, *, use_cases: UseCases, screens: ViewsApi, answers: Replies, boundary: ErrorBoundary
    ) -> None:
        self._use_cases = use_cases
        self._screens = screens
        self._answers = answers
        self._boundary = boundary

    def open(
        self,
        caller: Caller,
        form_state: FormState,
        *,
        complete: Callable[[FormState], FormState] = lambda form_state: form_state,
    ) -> None:
        """Open a form; ``complete`` looks up what its state lacks, when there is time for it.

        Raises:
            Outdated: there is no such form any more.
        """
        self._must_exist(form_state)
        placed = replace(
            form_state,
            channel=form_state.channel or caller.channel or "",
            answer_url=form_state.answer_url or caller.answer_url or "",
        )
        view = self._show_loading(caller, placed)
        if view is not None:
            self._boundary.run(
                f"open {form_state.form}",
                lambda: self._screens.redraw(view, self.form(caller, complete(placed))),
                lambda post: self._screens.redraw(
                    view, notice(post, subject=FORMS[form_state.form].subject)
                ),
            )

    def form(self, caller: Caller, form_state: FormState) -> View:
        """The form as it is filled in, or the question which incident is meant.

        Raises:
            NoIncidentHere: there is none to choose from.
        """
        form = FORMS[form_state.form]
        if not form.needs_incident or form_state.incident is not None:
            return form.load(self._use_cases, caller, form_state)
        incident = meant_by(
            self._use_cases, replace(caller, channel=form_state.channel), form_state.reference
        )
        if incident is not None:
            return form.load(self._use_cases, caller, replace(form_state, incident=incident))
        incidents = choose.open_incidents(self._use_cases, caller)
        if not incidents:
            raise NoIncidentHere(form.typed_in(self._use_cases.team))
        return choose.build(incidents, form_state)

    def _must_exist(self, form_state: FormState) -> None:
        if form_state.form not in FORMS:
            raise Outdated(self._use_cases.team.incident_command)

    def refreshed(self, caller: Caller) -> bool:
        """Draw the form anew that the person looks at; false if they look at none."""
        if caller.view is None or caller.form_state is None:
            return False
        self._screens.redraw(caller.view, self.form(caller, caller.form_state))
        return True

    def choose(self, caller: Caller, entered: Entered, hash_: str | None) -> None:
        """Show what a choice in a form means; whoever is too late changes nothing."""
        form = FORMS.get(caller.form_state.form) if caller.form_state else None
        if caller.view is None or caller.form_state is None or form is None or form.refresh is None:
            return
        view = self.form(caller, form.refresh(caller.form_state, entered))
        self._screens.redraw(caller.view, view, hash_=hash_)

    def _show_loading(self, caller: Caller, form_state: FormState) -> str | None:
        try:
            return self._screens.open(caller.trigger, loading())
        except ChatError:
            self._answers.tell(caller, _open_again(form_state))
            return None


def _open_again(form_state: FormState) -> Post:
    button = Button(
        ask=FORMS[form_state.form].button,
        label="Open again",
        about=form_state.packed(IN_A_BUTTON),
        tone=ButtonStyle.WANTED,
    )
    return Post(headline=_TOO_LATE, text=_TOO_LATE, buttons=(button,))
