"""Looks at the docs repository: can post-mortems be brought there."""

from collections.abc import Callable, Collection, Iterator

from chatops.application.ports.external import ExternalBusy, ExternalError
from chatops.doctor.finding import Finding, fine, wrong
from chatops.domain.services import ForgeKind, Service
from chatops.domain.team import Team

_NAME = "docs"


def docs_findings(team: Team, branches: Callable[[Service], Collection[str]]) -> Iterator[Finding]:
    """Everything about the team's docs; none is nothing wrong."""
    if team.docs is None:
        return
    service = team.services.get(team.docs.service)
    if service is None or not service.has_code:
        mend = "Name a service that has a repository under docs in chatops.yml."
        yield wrong(_NAME, f"there is no repository of {team.docs.service}", mend)
        return
    try:
        found = branches(service)
    except ExternalError as trouble:
        later = isinstance(trouble, ExternalBusy)
        mend = "Ask again later." if later else "Mend that on the server or in chatops.yml."
        yield wrong(_NAME, str(trouble), mend)
        return
    branch = team.docs.branch
    if branch not in found:
        mend = f"Make the branch, or name another as branch under docs; {service.name} has "
        yield wrong(
            _NAME,
            f"{service.name} has no branch {branch}",
            mend + (", ".join(sorted(found)[:8]) or "none yet") + ".",
        )
        return
    way = "by pull request" if service.forge is ForgeKind.GITHUB else "by a push"
    yield fine(_NAME, f"post-mortems go into {service.name} on {branch}, {way}")
