"""Opens forms: something to look at first, then the real one once everything is looked up."""

from collections.abc import Callable
from dataclasses import replace

from slack_sdk.models.views import View

from chatops.adapters.slack.api.views import ViewsApi
from chatops.adapters.slack.error_boundary import ErrorBoundary
from chatops.adapters.slack.forms import choose
from chatops.adapters.slack.forms.fields import Entered
from chatops.adapters.slack.forms.notice import loading, notice
from chatops.adapters.slack.forms.registry import FORMS
from chatops.adapters.slack.replies import Replies
from chatops.application.ports.chat import ChatError
from chatops.application.services import UseCases
from chatops.commands.caller import Caller
from chatops.commands.form_state import IN_A_BUTTON, FormState
from chatops.commands.resolve_incident import meant_by
from chatops.domain.errors import NoIncidentHere
from chatops.domain.messages.posts import Button, ButtonStyle, Post

_TOO_LATE = (
    "Slack waits three seconds for a form, and that was not enough this time. "
    "Nothing is lost: open it again."
)


class OpenModals:
    """Opens forms for people."""

    def __init__(
        self, *, desk: UseCases, screens: ViewsApi, answers: Replies, boundary: ErrorBoundary
    ) -> None:
        self._desk = desk
        self._screens = screens
        self._answers = answers
        self._boundary = boundary

    def open(
        self,
        caller: Caller,
        slip: FormState,
        *,
        complete: Callable[[FormState], FormState] = lambda slip: slip,
    ) -> None:
        """Open a form; ``complete`` looks up what the slip lacks, when there is time for it."""
        placed = replace(
            slip,
            channel=slip.channel or caller.channel or "",
            answer_url=slip.answer_url or caller.answer_url or "",
        )
        view = self._show_loading(caller, placed)
        if view is not None:
            self._boundary.guarded(
                f"open {slip.form}",
                lambda: self._screens.redraw(view, self.form(caller, complete(placed))),
                lambda post: self._screens.redraw(
                    view, notice(post, subject=FORMS[slip.form].subject)
                ),
            )

    def form(self, caller: Caller, slip: FormState) -> View:
        """The form as it is filled in, or the question which incident is meant.

        Raises:
            NoIncidentHere: there is none to choose from.
        """
        form = FORMS[slip.form]
        if not form.needs_incident or slip.incident is not None:
            return form.load(self._desk, caller, slip)
        incident = meant_by(self._desk, replace(caller, channel=slip.channel), slip.reference)
        if incident is not None:
            return form.load(self._desk, caller, replace(slip, incident=incident))
        incidents = choose.open_incidents(self._desk, caller)
        if not incidents:
            raise NoIncidentHere(form.typed_in(self._desk.team))
        return choose.build(incidents, slip)

    def refreshed(self, caller: Caller) -> bool:
        """Draw the form anew that the person looks at; false if they look at none."""
        if caller.view is None or caller.slip is None:
            return False
        self._screens.redraw(caller.view, self.form(caller, caller.slip))
        return True

    def choose(self, caller: Caller, entered: Entered, hash_: str | None) -> None:
        """Show what a choice in a form means; whoever is too late changes nothing."""
        form = FORMS[caller.slip.form] if caller.slip else None
        if caller.view is None or caller.slip is None or form is None or form.refresh is None:
            return
        view = self.form(caller, form.refresh(caller.slip, entered))
        self._screens.redraw(caller.view, view, hash_=hash_)

    def _show_loading(self, caller: Caller, slip: FormState) -> str | None:
        try:
            return self._screens.open(caller.trigger, loading())
        except ChatError:
            self._answers.tell(caller, _open_again(slip))
            return None


def _open_again(slip: FormState) -> Post:
    button = Button(
        ask=FORMS[slip.form].ask,
        label="Open again",
        about=slip.packed(IN_A_BUTTON),
        tone=ButtonStyle.WANTED,
    )
    return Post(headline=_TOO_LATE, text=_TOO_LATE, buttons=(button,))
