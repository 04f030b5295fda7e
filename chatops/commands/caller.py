"""Who asks for something, and where they look for an answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from chatops.commands.form_state import FormState


class About(TypedDict):
    """The facts that every request about an incident begins with."""

    incident: int
    user: str
    now: datetime
    channel: str | None
    once: str | None


class AboutHotfix(TypedDict):
    """The facts that every request about a hotfix begins with."""

    incident: int
    user: str
    now: datetime
    channel: str | None
    once: str | None
    about: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A person who did something in Slack.

    ``channel`` is where, ``answer_url`` where only they read the answer, ``trigger`` the right to
    show them a form. ``view`` is the modal that they look at, ``form_state`` what came back with
    it; ``at_home`` says that they look at their App Home. ``place`` names the message or view
    that they pressed something in, ``once`` this very doing.
    """

    team: str
    user: str
    now: datetime
    once: str
    channel: str | None = None
    answer_url: str | None = None
    trigger: str = ""
    view: str | None = None
    form_state: FormState | None = None
    at_home: bool = False
    place: str = ""

    def about(self, incident: int) -> About:
        """Begin a request about an incident."""
        return {
            "incident": incident,
            "user": self.user,
            "now": self.now,
            "channel": self.channel,
            "once": self.once,
        }
