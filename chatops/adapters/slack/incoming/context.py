"""What every listener works with: the use cases, and the ways to answer."""

from dataclasses import dataclass

from chatops.adapters.slack.api.link_previews import LinkPreviews
from chatops.adapters.slack.api.views import ViewsApi
from chatops.adapters.slack.error_boundary import ErrorBoundary
from chatops.adapters.slack.incoming.modals import OpenModals
from chatops.adapters.slack.replies import Replies
from chatops.application.ports.chat import ChatError, People
from chatops.application.services import UseCases
from chatops.clock import Clock


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

    def zone_of(self, user: str) -> str:
        """The time zone in which a person types times; the playbook's where theirs is not known."""
        try:
            profile = self.people.profile(user)
        except ChatError:
            profile = None
        return profile.zone if profile else self.use_cases.look.policy().zone
