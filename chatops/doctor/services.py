"""Looks at the services: can a hotfix of each be made, deployed and brought back."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from chatops.adapters.operations.run_command import faults
from chatops.adapters.playbooks.yaml_source import near
from chatops.application.ports.external import ExternalBusy, ExternalError
from chatops.application.ports.tracker import Trackers
from chatops.doctor.finding import Finding, fine, look, wrong
from chatops.domain.playbook.pipeline import Pipeline
from chatops.domain.playbook.policy import Playbook
from chatops.domain.services import Command, ForgeKind, Service, address_of, project_of
from chatops.domain.team import Team

_GITHUB = "github.com"
_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """What the bot can reach outside.

    ``branches`` asks a service's remote for its branches, ``knock`` its forge for the pull
    requests of a branch; both raise ExternalError. ``hears`` says whether the forge tells the bot
    what happens there.
    """

    branches: Callable[[Service], Collection[str]]
    knock: Callable[[Service, str], object]
    environ: Mapping[str, str]
    hears: bool


def service_findings(
    service: Service, plan: Playbook | None, reach: Reachable
) -> Iterator[Finding]:
    """Everything about one service; names alone need nothing."""
    name = f"service {service.name}"
    if not service.has_code:
        if service != Service(name=service.name):
            mend = f"Put repository: … under services, {service.name}."
            yield look(name, "has settings and no repository, so no hotfix of it can be made", mend)
        return
    pipeline = None
    if plan is not None:
        pipeline, found = _pipeline(name, service, plan)
        yield from found
    yield from _repository(name, service, pipeline, reach)
    yield from _commands(name, service, reach.environ)
    yield from _forge(name, service, reach)


def _pipeline(name: str, service: Service, plan: Playbook) -> tuple[Pipeline | None, list[Finding]]:
    known = [pipeline.key for pipeline in plan.hotfix.pipelines]
    found = plan.hotfix.pipeline(service.pipeline)
    if found is not None:
        return found, [fine(name, f"its hotfixes go by “{found.title}” ({found.key})")]
    if not known:
        mend = "Choose a playbook that has hotfixes, or take the repository out."
        return None, [look(name, f"the playbook {plan.name} has no hotfix", mend)]
    words = f"the playbook {plan.name} has no pipeline {service.pipeline}"
    mend = f"Name one of {', '.join(known)} as its pipeline."
    return None, [wrong(name, f"{words}{near(str(service.pipeline), known)}", mend)]


def _repository(
    name: str, service: Service, pipeline: Pipeline | None, reach: Reachable
) -> Iterator[Finding]:
    try:
        branches = reach.branches(service)
    except ExternalError as trouble:
        yield wrong(name, str(trouble), _way_in(service, trouble))
        return
    count = "1 branch" if len(branches) == 1 else f"{len(branches)} branches"
    yield fine(name, f"{service.repository} can be read: {count}")
    candidates = pipeline.production if pipeline else ()
    if service.production is not None:
        candidates = (service.production,)
    targets = service.targets
    if targets is None and pipeline is not None:
        targets = pipeline.backport.targets if pipeline.backport else ()
    yield from _branches(name, candidates, targets or (), branches)


def _branches(
    name: str, candidates: Collection[str], targets: Collection[str], branches: Collection[str]
) -> Iterator[Finding]:
    there = ", ".join(sorted(branches)[:_SHOWN]) or "none at all"
    production = next((each for each in candidates if each in branches), None)
    if production is not None:
        yield fine(name, f"production is built from {production}")
    elif candidates:
        words = f"it has no branch {' or '.join(candidates)} that production is built from"
        yield wrong(name, words, f"Name the right one as its production. There are: {there}.")
    lacking = [target for target in targets if target not in branches]
    for target in lacking:
        words = f"it has no branch {target} to bring a fix back to"
        mend = f"Correct its targets ([] for none). There are: {there}."
        yield wrong(name, words, mend)
    if targets and not lacking:
        yield fine(name, f"fixes are brought back to {', '.join(targets)}")


def _way_in(service: Service, trouble: ExternalError) -> str:
    if isinstance(trouble, ExternalBusy):
        return "Check its address and the way out to the network, then ask again."
    if not service.repository.startswith("https://"):
        return "Correct its repository, or let the bot's user in: its SSH key, the folder's rights."
    if service.forge is ForgeKind.GITHUB:
        return "Correct its repository, or set GITHUB_TOKEN (or a GitHub App) that may read it."
    return "Correct its repository, or set GIT_USERNAME and GIT_PASSWORD that may read it."


def _commands(name: str, service: Service, environ: Mapping[str, str]) -> Iterator[Finding]:
    runnable = {"deploy": service.deploy, "stage": service.stage, "rollback": service.rollback}
    commands = {field: what for field, what in runnable.items() if isinstance(what, Command)}
    commands |= {f"the flag {flag}": command for flag, command in service.flags.items()}
    found = [(field, fault) for field, what in commands.items() for fault in faults(what, environ)]
    for field, fault in found:
        words, _, mend = fault.partition(": ")
        yield wrong(name, f"{field}: {words}", f"{mend[:1].upper()}{mend[1:]}.")
    if commands and not found:
        yield fine(name, f"the programs of {', '.join(commands)} are there")


def _forge(name: str, service: Service, reach: Reachable) -> Iterator[Finding]:
    if service.forge is ForgeKind.GIT:
        if address_of(service.repository).host == _GITHUB:
            mend = "Set forge: github, or leave it and merge by push alone."
            yield look(name, "it is on GitHub, but no pull requests are opened there", mend)
        return
    try:
        reach.knock(service, service.production or "main")
    except ExternalError as trouble:
        mend = "Give the bot a token that may, correct its project, or ask again later."
        yield wrong(name, str(trouble), mend)
        return
    if reach.hears:
        yield fine(name, "GitHub lets the bot in, and its webhooks are heard")
    else:
        words = "GitHub lets the bot in, and is asked again and again: GITHUB_WEBHOOK_SECRET is"
        yield fine(name, f"{words} not set")


_DOCS = "docs"


def docs_findings(team: Team, branches: Callable[[Service], Collection[str]]) -> Iterator[Finding]:
    """Everything about the team's docs; none is nothing wrong."""
    if team.docs is None:
        return
    service = team.services.get(team.docs.service)
    if service is None or not service.has_code:
        mend = "Name a service that has a repository under docs in chatops.yml."
        yield wrong(_DOCS, f"there is no repository of {team.docs.service}", mend)
        return
    try:
        found = branches(service)
    except ExternalError as trouble:
        later = isinstance(trouble, ExternalBusy)
        mend = "Ask again later." if later else "Mend that on the server or in chatops.yml."
        yield wrong(_DOCS, str(trouble), mend)
        return
    branch = team.docs.branch
    if branch not in found:
        mend = f"Make the branch, or name another as branch under docs; {service.name} has "
        yield wrong(
            _DOCS,
            f"{service.name} has no branch {branch}",
            mend + (", ".join(sorted(found)[:8]) or "none yet") + ".",
        )
        return
    way = "by pull request" if service.forge is ForgeKind.GITHUB else "by a push"
    yield fine(_DOCS, f"post-mortems go into {service.name} on {branch}, {way}")


_TRACKER = "tracker"


def tracker_findings(team: Team, trackers: Trackers, *, hears: bool) -> Iterator[Finding]:
    """Everything about the team's tracker; none is nothing wrong."""
    if team.tracker is None:
        return
    service = team.services.get(team.tracker.service)
    if service is None:
        mend = f"Name one of {', '.join(team.services) or 'services'} under tracker."
        yield wrong(_TRACKER, f"there is no service {team.tracker.service}", mend)
        return
    try:
        tracker = trackers.of(service)
        if tracker is None:
            mend = "Set forge: github, or name a service that is on GitHub under tracker."
            yield wrong(_TRACKER, f"{service.name} has no issues that the bot can write", mend)
            return
        tracker.check(service)
    except ExternalError as trouble:
        later = isinstance(trouble, ExternalBusy)
        mend = "Ask again later." if later else "Mend that on GitHub or in chatops.yml."
        yield wrong(_TRACKER, str(trouble), mend)
        return
    where = f"action items become issues of {project_of(service)}"
    if hears:
        yield fine(_TRACKER, f"{where}, and what happens there is heard (webhook event: issues)")
    else:
        yield fine(
            _TRACKER, f"{where}, each looked at once an hour: GITHUB_WEBHOOK_SECRET is not set"
        )
