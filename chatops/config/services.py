"""Reads the services of a team: names alone, or each with its settings."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from ipaddress import ip_address
from typing import Any, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from chatops.adapters.operations.http_checks import is_public, parse_url
from chatops.adapters.operations.run_command import needs_folder
from chatops.adapters.playbooks.pipeline_checks import version_file_findings
from chatops.adapters.playbooks.policy_checks import Finding
from chatops.adapters.playbooks.schema import with_durations
from chatops.adapters.playbooks.yaml_source import Data, Place, PlaybookProblem, YamlDocument, near
from chatops.config.problems import HIDDEN, told
from chatops.domain.git.names import BranchName, RefusedName, slug
from chatops.domain.git.urls import RemoteUrl
from chatops.domain.services import (
    COMMAND_FACTS,
    Check,
    Command,
    ForgeKind,
    Service,
    UnknownFact,
    UnusableFact,
    Workflow,
    address_of,
    facts_in,
    fill,
    is_project,
    project_of,
)
from chatops.domain.time.durations import spoken

_LEAST, _MOST = timedelta(seconds=1), timedelta(hours=6)
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
#: What every command gets, and what would make a program into another one.
_TAKEN = re.compile(r"PATH|HOME|LANG|LD_.*|DYLD_.*|BASH_ENV|ENV|IFS")
_WORKFLOW = re.compile(r"[\w.-]+\.ya?ml|[0-9]+", re.ASCII)


def command_findings(place: Place, command: Command) -> Iterator[Finding]:
    """What is wrong with a command."""
    if not command.run or not command.run[0].strip():
        yield (*place, "run"), "is empty: write the program and its arguments, [deploy, now]"
    for index, argument in enumerate(command.run):
        yield from fact_findings((*place, "run", index), argument)
        if "\0" in argument:
            yield (*place, "run", index), "holds a sign that no argument can hold (NUL)"
    yield from _program(place, command)
    yield from limit_findings((*place, "timeout"), command.timeout, _LEAST, _MOST)
    if command.folder is None:
        if command.run and needs_folder(command.run[0]):
            yield (*place, "folder"), f"is missing: {command.run[0]} is looked for in it"
    elif not command.folder.startswith("/"):
        yield (*place, "folder"), "must be written in full, from / on"
    for index, name in enumerate(command.secrets):
        yield from _secret((*place, "secrets", index), name)


def workflow_findings(place: Place, workflow: Workflow) -> Iterator[Finding]:
    """What is wrong with a workflow."""
    if not _WORKFLOW.fullmatch(workflow.workflow):
        yield (*place, "workflow"), "must be the name of the workflow's file, such as deploy.yml"
    yield from fact_findings((*place, "ref"), workflow.ref)
    for name, text in workflow.inputs.items():
        yield from fact_findings((*place, "inputs", name), text)
    yield from limit_findings((*place, "timeout"), workflow.timeout, _LEAST, _MOST)


def fact_findings(place: Place, text: str) -> Iterator[Finding]:
    """What cannot be filled in."""
    try:
        facts_in(text)
    except UnknownFact as error:
        yield place, f"{str(error).rstrip('.')}{near(error.name, COMMAND_FACTS)}"
    except UnusableFact as error:
        yield place, str(error).rstrip(".")


def limit_findings(
    place: Place, given: timedelta, least: timedelta, most: timedelta
) -> Iterator[Finding]:
    """A duration that nobody can mean."""
    if not least <= given <= most:
        yield place, f"must be from {spoken(least)} to {spoken(most)}"


def _program(place: Place, command: Command) -> Iterator[Finding]:
    program = next(iter(command.run), "")
    if program.startswith("-"):
        yield (*place, "run", 0), "must be a program: an option comes after it"
    elif " " in program and "/" not in program:
        yield (*place, "run", 0), f"is several words: write each as an item, {program.split()}"
    try:
        has_facts = bool(facts_in(program))
    except UnusableFact:
        return
    if has_facts:
        yield (*place, "run", 0), "the program itself is always the same one: no braces here"


def _secret(place: Place, name: str) -> Iterator[Finding]:
    """A name that is no variable's may be the secret itself, so it is not repeated."""
    if not _VARIABLE.fullmatch(name):
        yield place, "must be the name of a variable, such as DEPLOY_TOKEN, never the secret itself"
    elif _TAKEN.fullmatch(name):
        yield place, f"{name} is not a secret, and commands get their own"


_LEAST_CHECK, _MOST_CHECK = timedelta(milliseconds=100), timedelta(minutes=1)
#: Facts as they might be, to see what an address comes to.
_SAMPLE: Mapping[str, str] = {
    "version": "1.2.4",
    "previous": "1.2.3",
    "branch": "main",
    "sha": "4f2c9e1b7d3a5c8e9f0a1b2c3d4e5f6a7b8c9d0e",
    "service": "shop",
    "reference": "INC-2026-001",
}
_INSIDE = ("localhost", ".localhost", ".local", ".internal")


def check_findings(place: Place, check: Check, *, internal: bool) -> Iterator[Finding]:
    """What is wrong with a check."""
    if not check.title.strip():
        yield (*place, "title"), "must say in a few words what is looked at"
    yield from _address((*place, "url"), check.url, internal=internal)
    if not 100 <= check.status <= 599:  # noqa: PLR2004 - as HTTP counts
        yield (*place, "status"), "must be a status of HTTP, such as 200"
    if check.json is not None and not check.json.strip(". "):
        yield (*place, "json"), "must be a path into the answer, such as build.version"
    yield from _answer(place, check)
    yield from limit_findings((*place, "timeout"), check.timeout, _LEAST_CHECK, _MOST_CHECK)


def deployed_findings(place: Place, check: Check) -> Iterator[Finding]:
    """What keeps a check from telling which version runs."""
    asked = check.url + (check.equals or "")
    if not any(f"{{{fact}}}" in asked for fact in ("version", "sha", "branch")):
        yield (*place, "equals"), 'must say what is to run, as in equals: "{version}"'


def _answer(place: Place, check: Check) -> Iterator[Finding]:
    has_number = check.below is not None or check.falls
    if check.equals is not None:
        yield from fact_findings((*place, "equals"), check.equals)
        if has_number:
            yield (*place, "equals"), "cannot stand beside below or falls: make two checks of it"


def _address(place: Place, url: str, *, internal: bool) -> Iterator[Finding]:
    unknown = tuple(fact_findings(place, url))
    yield from unknown
    if unknown:
        return
    try:
        host = parse_url(fill(url, _SAMPLE)).host.lower()
    except (httpx.InvalidURL, UnusableFact) as error:
        yield place, str(error)
        return
    if not internal and _is_inside(host):
        yield place, f"{host} is an address inside: if that is meant, set internal: true beside it"


def _is_inside(host: str) -> bool:
    try:
        return not is_public(str(ip_address(host)))
    except ValueError:
        return host.endswith(_INSIDE)


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
    for name in ("deploy", "stage", "rollback"):
        what = getattr(service, name)
        if isinstance(what, Command):
            yield from command_findings((name,), what)
        elif what is not None:
            yield from workflow_findings((name,), what)
            if service.forge is ForgeKind.GIT:
                yield (name, "workflow"), "needs a forge that has workflows: set forge: github"
    for flag, command in service.flags.items():
        if not _FLAG.fullmatch(flag):
            yield ("flags", flag), f"“{flag[:80]}” must be one word, so that people can type it"
        yield from command_findings(("flags", flag), command)


def _checks(service: Service) -> Iterator[Finding]:
    if service.deployed is not None:
        yield from check_findings(("deployed",), service.deployed, internal=service.internal)
        yield from deployed_findings(("deployed",), service.deployed)
    for name in ("verify", "watch"):
        for index, check in enumerate(getattr(service, name)):
            yield from check_findings((name, index), check, internal=service.internal)
    yield from _titles(service)
    yield from limit_findings(("look_every",), service.look_every, _LEAST_LOOK, _MOST_LOOK)


def _titles(service: Service) -> Iterator[Finding]:
    """What was measured first is remembered by the title of its check."""
    known: dict[str, Check] = {}
    for name in ("verify", "watch"):
        for index, check in enumerate(getattr(service, name)):
            if known.setdefault(check.title, check) != check:
                yield (name, index, "title"), f"“{check.title}” is the title of another check"


_SERVICES = "services"
_RUNNABLE = ("deploy", "stage", "rollback")
_FLAGS = "flags"
_LINE = "is one line, and no shell reads it: write its words as a list"
_RUN = '{run: [deploy, "{version}"]}'
_NEEDS_NO_QUOTES = re.compile(r"[\w./][\w./=-]*[A-Za-z/][\w./=-]*|[A-Za-z]")
_Kind = TypeVar("_Kind", Service, Command, Workflow)
#: It stands in branches, lanes and texts, and people type it.
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,58}[A-Za-z0-9])?")
_NAME_WORDS = (
    "is not a service's name: letters, digits, dash, dot and underscore, at most 60, a letter or"
    " digit at both ends"
)


def read_services(document: YamlDocument) -> tuple[Mapping[str, Service], list[PlaybookProblem]]:
    """The services that can be used, and what is wrong with the others."""
    reader = _Reader(document)
    services = {name: service for name, service in reader.services() if service is not None}
    return services, reader.problems


@dataclass(slots=True)
class _Reader:
    document: YamlDocument
    problems: list[PlaybookProblem] = field(default_factory=list)

    def services(self) -> Iterator[tuple[str, Service | None]]:
        listed = self.document.data.get(_SERVICES)
        if isinstance(listed, tuple):
            yield from self._names(listed)
        elif isinstance(listed, Mapping):
            yield from self._described(listed)
        elif listed is not None:
            self._wrong((_SERVICES,), f"must be a list of names, also for one: [{listed}]")

    def _names(self, listed: tuple[Data, ...]) -> Iterator[tuple[str, Service]]:
        for index, name in enumerate(listed):
            place: Place = (_SERVICES, index)
            if isinstance(name, str):
                if self._is_name(place, name):
                    yield name, Service(name=name)
            elif isinstance(name, Mapping):
                self._wrong(place, "has settings: leave the dash out, as in “checkout:”")
            else:
                self._wrong(place, f"must be a name; write “{name}” in quotes if it is one")

    def _described(self, listed: Mapping[str, Data]) -> Iterator[tuple[str, Service | None]]:
        for name, settings in listed.items():
            place: Place = (_SERVICES, name)
            is_name = self._is_name(place, name)
            if settings is None or isinstance(settings, Mapping):
                service = self._service(place, name, settings or {})
                yield name, service if is_name else None
            else:
                self._wrong(place, "must be a list of settings, such as “repository: …”")

    def _is_name(self, place: Place, name: str) -> bool:
        if _NAME.fullmatch(name) and ".." not in name:
            return True
        better = slug(name)
        advice = f"; write it as {better}" if better else ""
        self._wrong(place, f"“{name[:80]}” {_NAME_WORDS}{advice}")
        return False

    def _service(self, place: Place, name: str, settings: Mapping[str, Data]) -> Service | None:
        before = len(self.problems)
        if HIDDEN in settings:
            self._wrong((*place, HIDDEN), "goes without saying: it is what stands before the colon")
        data: dict[str, Any] = {**settings, HIDDEN: name}
        for key in _RUNNABLE:
            data[key] = self._runnable((*place, key), settings.get(key))
        flags = settings.get(_FLAGS)
        if isinstance(flags, Mapping):
            data[_FLAGS] = self._flags((*place, _FLAGS), flags)
        service = self._shaped(Service, data, place)
        if service is not None and len(self.problems) == before:
            for inside, message in service_findings(service):
                self._wrong((*place, *inside), message)
        return service if len(self.problems) == before else None

    def _flags(self, place: Place, flags: Mapping[str, Data]) -> dict[str, Command]:
        found = {}
        for flag, data in flags.items():
            if isinstance(data, Mapping) and "workflow" in data:
                self._wrong((*place, flag), "turns a flag off with a command: write run in place")
                continue
            command = self._runnable((*place, flag), data)
            if isinstance(command, Command):
                found[flag] = command
            elif data is None:
                self._wrong((*place, flag), f"is empty: write {_RUN}")
        return found

    def _runnable(self, place: Place, data: Data) -> Command | Workflow | None:
        if data is None:
            return None
        if not isinstance(data, Mapping):
            self._wrong(place, f"must say what is run: {_run(data)}")
        elif "workflow" in data and "run" in data:
            self._wrong(place, "is either a command (run) or a workflow of the forge, not both")
        elif "workflow" in data:
            return self._shaped(Workflow, data, place)
        elif "run" not in data:
            self._wrong(place, f"needs run, as in {_RUN}, or workflow, as in {{workflow: x.yml}}")
        elif isinstance(data["run"], str):
            self._wrong((*place, "run"), f"{_LINE}, {_listed(data['run'])}")
        else:
            return self._shaped(Command, data, place)
        return None

    def _shaped(self, kind: type[_Kind], data: Mapping[str, Any], place: Place) -> _Kind | None:
        """Data as what it stands for, or none where something about it is wrong."""
        before = len(self.problems)
        timed = with_durations(self.document, data, kind, place, self.problems)
        try:
            adapter = _adapter(kind)  # type: ignore[arg-type]  # a class is hashable
            shaped = adapter.validate_python(timed)
        except ValidationError as error:
            self.problems.extend(
                told(self.document, each, root=kind, below=place)
                for each in error.errors(include_url=False)
            )
            return None
        return shaped if len(self.problems) == before else None

    def _wrong(self, place: Place, message: str) -> None:
        self.problems.append(self.document.problem(place, message))


@cache
def _adapter(kind: type[_Kind]) -> TypeAdapter[_Kind]:
    return TypeAdapter(kind)


def _run(data: Data) -> str:
    """How a command would be written."""
    return f"{{run: {_listed(data)}}}"


def _listed(data: Data) -> str:
    """How the words of a command would be written.

    >>> _listed("./deploy.sh {version} 'right now' 5")
    '[./deploy.sh, "{version}", "right now", "5"]'
    """
    words = list(map(str, data)) if isinstance(data, tuple) else _words(str(data))
    quoted = (
        word if _NEEDS_NO_QUOTES.fullmatch(word) else json.dumps(word, ensure_ascii=False)
        for word in words
    )
    return f"[{', '.join(quoted)}]"


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()
