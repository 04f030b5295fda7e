"""Goes through all checks in order and shows what they found."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chatops.adapters.git.jobs.service import GitRepositories
from chatops.application.ports.external import Forges
from chatops.clock import Clock
from chatops.doctor.files import (
    configuration,
    data_folder,
    database,
    environment,
    people_named,
    permissions,
    playbook,
)
from chatops.doctor.finding import Finding, FindingLevel, wrong
from chatops.doctor.incidents import incidents
from chatops.doctor.services import Reachable, docs_findings, service_findings, tracker_findings
from chatops.doctor.workspace import workspace
from chatops.domain.playbook.policy import Playbook
from chatops.domain.services import Service
from chatops.domain.team import Team
from chatops.logs import cleaner, on_one_line
from chatops.outside import open_outside
from chatops.settings import BrokenSettings, Settings
from chatops.settings import environment as own_environment

_log = logging.getLogger(__name__)
_STYLES = {FindingLevel.FINE: "green", FindingLevel.LOOK: "yellow", FindingLevel.WRONG: "bold red"}


def examine(environ: Mapping[str, str] | None, *, clock: Clock, console: Console) -> int:
    """Print a table of what was found; returns the exit code: 1 if something is wrong."""
    findings = list(findings_in(environ, clock=clock))
    console.print(_table(findings, _secrets(environ)))
    wrongs = sum(finding.state is FindingLevel.WRONG for finding in findings)
    looks = sum(finding.state is FindingLevel.LOOK for finding in findings)
    console.print(f"{wrongs} wrong, {looks} to look at, {len(findings) - wrongs - looks} fine.")
    return 1 if wrongs else 0


def findings_in(environ: Mapping[str, str] | None, *, clock: Clock) -> Iterator[Finding]:
    """Check one thing after the other, as far as what was found so far allows."""
    settings, found = environment(environ)
    yield from found
    if settings is None:
        return
    yield from _safely("data folder", lambda: data_folder(settings))
    yield from _safely("database", lambda: database(settings))
    yield from _safely("incidents on record", lambda: incidents(settings))
    team, found = configuration(settings)
    yield from found
    if team is not None:
        yield from _safely("playbook", lambda: _policy(team, settings, environ, clock))
    yield from _safely("Slack", lambda: _slack(team or Team(), settings, clock))


def _policy(
    team: Team, settings: Settings, environ: Mapping[str, str] | None, clock: Clock
) -> Iterator[Finding]:
    plan, found = playbook(team, settings.config)
    yield from found
    if plan is not None:
        yield from people_named(team, plan)
        yield from permissions(team, plan)
    yield from _safely("services", lambda: _services(team, settings, plan, environ, clock))


def _services(
    team: Team,
    settings: Settings,
    plan: Playbook | None,
    environ: Mapping[str, str] | None,
    clock: Clock,
) -> Iterator[Finding]:
    try:
        outside = open_outside(settings, team, clock)
    except BrokenSettings as error:
        yield from _broken("access", error)
        return
    assert isinstance(outside.repositories, GitRepositories)  # noqa: S101 - the port's one adapter
    reach = Reachable(
        branches=outside.repositories.branches,
        knock=partial(_knock, outside.forges),
        environ=own_environment() if environ is None else environ,
        hears=settings.github_webhook_secret is not None,
    )
    for service in team.services.values():
        check = partial(service_findings, service, plan, reach)
        yield from _safely(f"service {service.name}", check)
    hears = settings.github_webhook_secret is not None
    track = partial(tracker_findings, team, outside.trackers, hears=hears)
    yield from _safely("tracker", track)
    yield from _safely("docs", lambda: docs_findings(team, reach.branches))


def _knock(forges: Forges, service: Service, branch: str) -> None:
    forge = forges.of(service)
    if forge is not None:
        forge.find(service, head=branch, base=branch)


def _slack(team: Team, settings: Settings, clock: Clock) -> Iterator[Finding]:
    try:
        access = settings.slack()
    except BrokenSettings as error:
        yield from _broken("token", error)
        return
    plan, _ = playbook(team, settings.config)
    yield from workspace(access, team, clock, digests=plan.digests if plan is not None else ())


def _broken(name: str, error: BrokenSettings) -> Iterator[Finding]:
    for problem in error.problems:
        yield wrong(name, str(problem), f"Set {problem.variable}.")


def _safely(name: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """Whatever a check meets is a finding; the others are made nevertheless."""
    try:
        yield from check()
    except Exception as error:  # noqa: BLE001 - this is the boundary
        _log.debug(
            "A check broke off", exc_info=True, extra={"action": "check_broke", "check": name}
        )
        words = f"could not be looked at ({type(error).__name__}: {error})"
        yield wrong(name, words, "Mend what is named above it, and ask again.")


def _secrets(environ: Mapping[str, str] | None) -> tuple[str, ...]:
    settings, _ = environment(environ)
    return settings.secrets if settings else ()


def _table(findings: Iterable[Finding], secrets: Iterable[str]) -> Table:
    clean = cleaner(secrets)
    table = Table("", "what", "how it is", "how to mend it", box=None, pad_edge=False)
    for finding in findings:
        words, mend = (Text(on_one_line(clean(text))) for text in (finding.words, finding.mend))
        state = Text(finding.state, style=_STYLES[finding.state])
        table.add_row(state, finding.name, words, mend)
    return table
