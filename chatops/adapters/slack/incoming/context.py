"""What every listener works with: the use cases, and the ways to answer."""

from dataclasses import dataclass

from chatops.adapters.slack.api.link_previews import LinkPreviews
from chatops.adapters.slack.api.views import ViewsApi
from chatops.adapters.slack.error_boundary import ErrorBoundary, Replies
from chatops.adapters.slack.incoming.modals import OpenModals
from chatops.application.ports.chat import ChatError, People
from chatops.application.use_cases import UseCases
from chatops.clock import Clock
from chatops.commands.action import Answer
from chatops.commands.context import Caller
from chatops.commands.form_state import FormState


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackContext:
    """The counter between Slack and the use cases.

    ``patience`` is how many seconds carrying out a form may take before the person is told that
    it takes longer; Slack gives up after three.
    """

    use_cases: UseCases
    clock: Clock
    people: People
    answers: Replies
    screens: ViewsApi
    links: LinkPreviews
    modals: OpenModals
    boundary: ErrorBoundary
    patience: float

    def answer(self, caller: Caller, answer: Answer) -> None:
        """Show a message where the person is looking, or the form that they are to fill in."""
        if isinstance(answer, FormState):
            self.modals.open(caller, answer)
        else:
            self.answers.tell(caller, answer)

    def zone_of(self, user: str) -> str:
        """The time zone in which a person types times; the playbook's where theirs is not known."""
        try:
            profile = self.people.profile(user)
        except ChatError:
            profile = None
        return profile.zone if profile else self.use_cases.look.policy().zone
