"""Looks at the tracker: can action items be kept there as issues, and are its webhooks heard."""

from collections.abc import Iterator

from chatops.application.ports.external import ExternalBusy, ExternalError
from chatops.application.ports.tracker import Trackers
from chatops.doctor.finding import Finding, fine, wrong
from chatops.domain.services import project_of
from chatops.domain.team import Team

_NAME = "tracker"


def tracker_findings(team: Team, trackers: Trackers, *, hears: bool) -> Iterator[Finding]:
    """Everything about the team's tracker; none is nothing wrong."""
    if team.tracker is None:
        return
    service = team.services.get(team.tracker.service)
    if service is None:
        mend = f"Name one of {', '.join(team.services) or 'services'} under tracker."
        yield wrong(_NAME, f"there is no service {team.tracker.service}", mend)
        return
    try:
        tracker = trackers.of(service)
        if tracker is None:
            mend = "Set forge: github, or name a service that is on GitHub under tracker."
            yield wrong(_NAME, f"{service.name} has no issues that the bot can write", mend)
            return
        tracker.check(service)
    except ExternalError as trouble:
        later = isinstance(trouble, ExternalBusy)
        mend = "Ask again later." if later else "Mend that on GitHub or in chatops.yml."
        yield wrong(_NAME, str(trouble), mend)
        return
    where = f"action items become issues of {project_of(service)}"
    if hears:
        yield fine(_NAME, f"{where}, and what happens there is heard (webhook event: issues)")
    else:
        yield fine(_NAME, f"{where}, each looked at once an hour: GITHUB_WEBHOOK_SECRET is not set")
