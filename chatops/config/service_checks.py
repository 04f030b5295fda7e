"""Checks what a service's settings mean: its repository, branches, files, commands and checks."""

import re
from collections.abc import Iterator
from datetime import timedelta

from chatops.adapters.playbooks.pipeline_checks import version_file_findings
from chatops.adapters.playbooks.policy_checks import Finding
from chatops.adapters.playbooks.reading import Place
from chatops.config.check_checks import check_findings, deployed_findings
from chatops.config.command_checks import command_findings, limit_findings, workflow_findings
from chatops.domain.git.names import BranchName, RefusedName
from chatops.domain.git.urls import RemoteUrl
from chatops.domain.services import (
    Check,
    Command,
    ForgeKind,
    Service,
    address_of,
    is_project,
    project_of,
)

_FLAG = re.compile(r"[\w.:/-]{1,80}", re.ASCII)
_LEAST_LOOK, _MOST_LOOK = timedelta(seconds=10), timedelta(hours=1)


def service_findings(service: Service) -> Iterator[Finding]:
    """Everything that is wrong with a service whose settings have the right shape."""
    yield from _repository(service)
    yield from _branches(service)
    for index, file in enumerate(service.version_files or ()):
        yield from version_file_findings(("version_files", index), file)
    yield from _runnables(service)
    yield from _checks(service)


def _repository(service: Service) -> Iterator[Finding]:
    if service.repository:
        try:
            RemoteUrl(service.repository)
        except RefusedName as error:
            yield ("repository",), str(error)
    if service.forge is ForgeKind.GIT:
        if service.project is not None:
            yield ("project",), "is for a forge: set forge: github, or leave it out"
    elif service.project is not None:
        if not is_project(service.project):
            yield ("project",), f"“{service.project[:80]}” is not a project, such as acme/shop"
    elif not (address_of(service.repository).host and project_of(service)):
        yield ("project",), "is missing: write owner/name, as the forge has it, such as acme/shop"


def _branches(service: Service) -> Iterator[Finding]:
    named: list[tuple[Place, str]] = [
        (("targets", index), name) for index, name in enumerate(service.targets or ())
    ]
    if service.production is not None:
        named.append((("production",), service.production))
    for place, name in named:
        try:
            BranchName(name)
        except RefusedName as error:
            yield place, str(error)
    if service.production in (service.targets or ()):
        yield ("targets",), f"{service.production} is production, which has the fix already"


def _runnables(service: Service) -> Iterator[Finding]:
    for field in ("deploy", "stage", "rollback"):
        what = getattr(service, field)
        if isinstance(what, Command):
            yield from command_findings((field,), what)
        elif what is not None:
            yield from workflow_findings((field,), what)
            if service.forge is ForgeKind.GIT:
                yield (field, "workflow"), "needs a forge that has workflows: set forge: github"
    for flag, command in service.flags.items():
        if not _FLAG.fullmatch(flag):
            yield ("flags", flag), f"“{flag[:80]}” must be one word, so that people can type it"
        yield from command_findings(("flags", flag), command)


def _checks(service: Service) -> Iterator[Finding]:
    if service.deployed is not None:
        yield from check_findings(("deployed",), service.deployed, internal=service.internal)
        yield from deployed_findings(("deployed",), service.deployed)
    for field in ("verify", "watch"):
        for index, check in enumerate(getattr(service, field)):
            yield from check_findings((field, index), check, internal=service.internal)
    yield from _titles(service)
    yield from limit_findings(("look_every",), service.look_every, _LEAST_LOOK, _MOST_LOOK)


def _titles(service: Service) -> Iterator[Finding]:
    """What was measured first is remembered by the title of its check."""
    known: dict[str, Check] = {}
    for field in ("verify", "watch"):
        for index, check in enumerate(getattr(service, field)):
            if known.setdefault(check.title, check) != check:
                yield (field, index, "title"), f"“{check.title}” is the title of another check"
