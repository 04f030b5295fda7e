"""Reads the services of a team: names alone, or each with its settings."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from chatops.adapters.playbooks.problems import PlaybookProblem
from chatops.adapters.playbooks.reading import Data, Document, Place
from chatops.adapters.playbooks.shaping import with_durations
from chatops.config.problems import HIDDEN, told
from chatops.config.service_checks import service_findings
from chatops.domain.git.names import slug
from chatops.domain.services import Command, Service, Workflow

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


def read_services(document: Document) -> tuple[Mapping[str, Service], list[PlaybookProblem]]:
    """The services that can be used, and what is wrong with the others."""
    reader = _Reader(document)
    services = {name: service for name, service in reader.services() if service is not None}
    return services, reader.problems


@dataclass(slots=True)
class _Reader:
    document: Document
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
