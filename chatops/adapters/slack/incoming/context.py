"""What every listener works with: the use cases, and the ways to answer."""

from dataclasses import dataclass

from chatops.adapters.slack.api.link_previews import Links
from chatops.adapters.slack.api.views import Screens
from chatops.adapters.slack.error_boundary import Boundary
from chatops.adapters.slack.incoming.modals import Modals
from chatops.adapters.slack.replies import Answers
from chatops.application.ports.chat import ChatTrouble, People
from chatops.application.services import Desk
from chatops.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The counter between Slack and the use cases.

    ``patience`` is how many seconds carrying out a form may take before the person is told that
    it takes longer; Slack gives up after three.
    """

    desk: Desk
    clock: Clock
    people: People
    answers: Answers
    screens: Screens
    links: Links
    modals: Modals
    boundary: Boundary
    patience: float

    def zone_of(self, user: str) -> str:
        """The time zone in which a person types times; the playbook's where theirs is not known."""
        try:
            profile = self.people.profile(user)
        except ChatTrouble:
            profile = None
        return profile.zone if profile else self.desk.look.policy().zone
