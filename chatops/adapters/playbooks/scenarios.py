"""Reads the scenarios of tabletop drills, the shipped ones and a team's own, and checks them."""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from enum import EnumMeta
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from chatops.adapters.playbooks.folders import find_templates
from chatops.adapters.playbooks.schema import kind_at, with_durations
from chatops.adapters.playbooks.yaml_source import (
    BrokenPlaybook,
    Data,
    Place,
    PlaybookProblem,
    YamlDocument,
    near,
    read,
)
from chatops.domain.drills.scenario import DrillEvent, Scenario, UnknownScenario
from chatops.domain.errors import UserError
from chatops.domain.incident.model import clean_title
from chatops.domain.time.durations import spoken

#: The folder of shipped scenarios.
DRILLS = "drills"
#: What the commands about drills are called: no scenario can be.
RESERVED = frozenset({"list", "stop", "pause", "continue", "debrief", "show"})

_log = logging.getLogger(__name__)
_KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
_MOST_EVENTS, _MOST_QUESTIONS = 40, 12
_LONGEST_DRILL = timedelta(hours=8)
#: The most characters of each text.
_LIMITS: Mapping[str, int] = {"story": 2000, "impact": 1000, "symptoms": 1000}
_SAY, _SENDER, _QUESTION = 1000, 60, 300
#: What is called otherwise in the file, where Python has the word for itself.
_IN_FILE: Mapping[str, str] = {"sender": "from"}
_HIDDEN = "key"
_WORDS: Mapping[str, str] = {
    "missing": "is missing",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list: each begins with a dash on a line of its own",
    "dataclass_type": "must be a list of fields, each on a line of its own: “name: value”",
}


class BrokenScenario(UserError):
    """A scenario cannot be played as it is; ``problems`` holds everything that is wrong."""

    def __init__(self, problems: Sequence[PlaybookProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda each: (str(each.file), each.line)))
        super().__init__("\n".join(map(str, self.problems)))


@cache
def _adapter() -> TypeAdapter[Scenario]:
    return TypeAdapter(Scenario)


def load_scenario(file: Path) -> Scenario:
    """Read a scenario, which is called what its file is called.

    Raises:
        BrokenScenario
    """
    if not file.is_file():
        raise BrokenScenario([_problem(file, "is not there; a scenario is one .yml file")])
    try:
        document = read(file)
    except BrokenPlaybook as error:
        raise BrokenScenario(error.problems) from error
    scenario, found = _shaped(document, file.stem)
    if scenario is not None and not found:
        found = [document.problem(place, message) for place, message in _findings(scenario)]
    if scenario is None or found:
        raise BrokenScenario(found)
    return scenario


def scenario_files(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted((*folder.glob("*.yml"), *folder.glob("*.yaml"))))


class ScenarioRepository:
    """Hands out scenarios; a team's own stand before the shipped ones of the same name.

    They are read when they are asked for, so that an edited one is played as it is now. One that
    is broken is left out and logged: `chatops drill check` says what is wrong with it.
    """

    def __init__(self, folder: str | None = None, *, templates: Path | None = None) -> None:
        shipped = (templates or find_templates()) / DRILLS
        self._folders = (shipped, *([Path(folder)] if folder else []))

    def all(self) -> tuple[Scenario, ...]:
        found = {
            file.stem: scenario
            for folder in self._folders
            for file in scenario_files(folder)
            if (scenario := _sound(file)) is not None
        }
        return tuple(found.values())

    def find(self, key: str) -> Scenario:
        """Raises UnknownScenario."""
        known = {scenario.key: scenario for scenario in self.all()}
        wanted = "-".join(key.casefold().replace("_", " ").replace("-", " ").split())
        if wanted not in known:
            raise UnknownScenario(key, tuple(known))
        return known[wanted]


def _sound(file: Path) -> Scenario | None:
    try:
        return load_scenario(file)
    except BrokenScenario as broken:
        extra = {"action": "scenario", "file": str(file), "why": str(broken)}
        _log.warning("A scenario cannot be played", extra=extra)
        return None


def _shaped(document: YamlDocument, key: str) -> tuple[Scenario | None, list[PlaybookProblem]]:
    found: list[PlaybookProblem] = []
    if _HIDDEN in document.data:
        found.append(document.problem((_HIDDEN,), "goes without saying: the file's name is it"))
    timed: list[PlaybookProblem] = []
    data = with_durations(document, _renamed(document, found), Scenario, (), timed)
    found += timed
    try:
        return _adapter().validate_python({**data, _HIDDEN: key}), found
    except ValidationError as error:
        found += [_told(document, each) for each in error.errors(include_url=False)]
        return None, found


def _renamed(document: YamlDocument, found: list[PlaybookProblem]) -> Mapping[str, Data]:
    """What the file says, with its events' fields called as ours are."""
    events = document.data.get("events")
    if not isinstance(events, tuple):
        return document.data
    shaped: list[Data] = []
    for index, event in enumerate(events):
        if not isinstance(event, Mapping):
            shaped.append(event)
            continue
        for ours, theirs in _IN_FILE.items():
            if ours in event:
                place: Place = ("events", index, ours)
                found.append(document.problem(place, f"is called “{theirs}” here"))
        back = {theirs: ours for ours, theirs in _IN_FILE.items()}
        shaped.append({back.get(name, name): value for name, value in event.items()})
    return {**document.data, "events": tuple(shaped)}


def _told(document: YamlDocument, error: ErrorDetails) -> PlaybookProblem:
    inside: Place = tuple(error["loc"])
    place: Place = tuple(_IN_FILE.get(str(step), step) for step in inside)
    return document.problem(place, _words(error, inside))


def _words(error: ErrorDetails, inside: Place) -> str:
    value = error["input"]
    match error["type"]:
        case "unexpected_keyword_argument":
            known = _fields(kind_at(Scenario, inside[:-1]))
            hint = near(str(inside[-1]), known) or f"; there are {', '.join(known)}"
            return f"is not a field here{hint}"
        case "enum":
            kind = kind_at(Scenario, inside)
            known = list(map(str, kind)) if isinstance(kind, EnumMeta) else []
            return f"“{value}” is none of {', '.join(known)}{near(str(value), known)}"
        case "string_type":
            return f"must be a text; write “{value}” in quotes if it is meant as one"
        case other:
            return _WORDS.get(other, error["msg"][:1].lower() + error["msg"][1:])


def _fields(kind: Any) -> list[str]:
    names = [each.name for each in fields(kind) if each.name != _HIDDEN]
    return [_IN_FILE.get(name, name) for name in names] if kind is DrillEvent else names


def _findings(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """What is wrong with a scenario as a whole."""
    if not _KEY.fullmatch(scenario.key) or scenario.key in RESERVED:
        rule = "people type the file's name: small letters and dashes, as full-disk.yml"
        taken = ", ".join(sorted(RESERVED))
        yield (), f"cannot be called “{scenario.key}”: {rule}; {taken} are taken"
    try:
        clean_title(scenario.title)
    except UserError as mistake:
        yield ("title",), str(mistake)
    for name, limit in _LIMITS.items():
        yield from _fits((name,), getattr(scenario, name), limit)
    if not scenario.severities:
        yield ("severities",), "must name at least one: worst, second, third or mildest"
    if len(scenario.questions) > _MOST_QUESTIONS:
        yield ("questions",), f"has {len(scenario.questions)}; {_MOST_QUESTIONS} is the most"
    for index, question in enumerate(scenario.questions):
        yield from _fits(("questions", index), question, _QUESTION)
    yield from _events(scenario)


def _events(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    count = len(scenario.events)
    if not 1 <= count <= _MOST_EVENTS:
        yield ("events",), f"has {count}; a drill has between 1 and {_MOST_EVENTS} events"
    before = timedelta()
    for index, event in enumerate(scenario.events):
        place: Place = ("events", index)
        if event.at < before:
            yield (*place, "at"), f"comes before the event above it, which is at {spoken(before)}"
        before = max(before, event.at)
        yield from _fits((*place, "say"), event.say, _SAY)
        yield from _fits((*place, "from"), event.sender, _SENDER)
    if not before < scenario.ends_after <= _LONGEST_DRILL:
        bounds = f"the last event ({spoken(before)}), and at most {spoken(_LONGEST_DRILL)}"
        yield ("ends_after",), f"must be later than {bounds}"


def _fits(place: Place, text: str, limit: int) -> Iterator[tuple[Place, str]]:
    if not text.strip():
        yield place, "is empty; say it in a few words"
    elif len(text) > limit:
        yield place, f"has {len(text)} characters; {limit} is the most"


def _problem(file: Path, message: str) -> PlaybookProblem:
    return PlaybookProblem(file=file, line=1, field="", message=message)
