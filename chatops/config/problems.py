"""What can be wrong with `chatops.yml`, in words for whoever wrote it."""

import json
from collections.abc import Mapping
from dataclasses import fields
from enum import EnumMeta
from pathlib import Path
from typing import Any, get_args

from pydantic_core import ErrorDetails

from chatops.adapters.playbooks.schema import kind_at
from chatops.adapters.playbooks.yaml_source import Place, PlaybookProblem, YamlDocument, near
from chatops.domain.errors import UserError
from chatops.domain.services import Service
from chatops.domain.team import Team

#: A service is called what it is listed as.
HIDDEN = "name"
_PLAIN: Mapping[str, str] = {
    "missing": "is missing",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "mapping_type": "must be a list of fields, each on a line of its own: “name: value”",
    "dict_type": "must be a list of fields, each on a line of its own: “name: value”",
    "dataclass_type": "must be a list of fields, each on a line of its own: “name: value”",
}


class BrokenConfig(UserError):
    """`chatops.yml` cannot be used as it is; ``problems`` holds everything that is wrong."""

    def __init__(self, problems: tuple[PlaybookProblem, ...]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(map(str, self.problems)))


class MissingConfig(UserError):
    """The file that CHATOPS_CONFIG names is not there."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file} is not there. Start from templates/chatops.example.yml, or leave"
            " CHATOPS_CONFIG unset to run with the defaults."
        )


def told(
    document: YamlDocument, error: ErrorDetails, *, root: Any = Team, below: Place = ()
) -> PlaybookProblem:
    """Say what is wrong with a value of something of the type ``root`` that stands at ``below``."""
    inside: Place = tuple(step for step in error["loc"] if step != "[key]")
    return document.problem((*below, *inside), _words(error, root, inside))


def _words(error: ErrorDetails, root: Any, inside: Place) -> str:
    value = error["input"]
    match error["type"]:
        case "unexpected_keyword_argument":
            return f"is not a setting{near(str(inside[-1]), _known(root, inside[:-1]))}"
        case "enum":
            known = _choices(error, root, inside)
            return f"is none of {', '.join(known)}{near(str(value), known)}"
        case "string_type":
            return _not_a_text(value)
        case "tuple_type":
            return _not_a_list(value)
        case other:
            return _PLAIN.get(other, error["msg"][:1].lower() + error["msg"][1:])


def _not_a_text(value: object) -> str:
    if isinstance(value, bool):
        value = json.dumps(value)
    if not isinstance(value, str | int | float):
        return "must be a text"
    return f"must be a text; write “{value}” in quotes if it is meant as one"


def _not_a_list(value: object) -> str:
    if isinstance(value, str | int | float):
        return f"must be a list, also for one: [{value}]"
    return "must be a list, also for one: each begins with a dash on a line of its own"


def _known(root: Any, place: Place) -> list[str]:
    kind = kind_at(root, place)
    hidden = {HIDDEN} if kind is Service else set()
    return [each.name for each in fields(kind) if each.name not in hidden]


def _choices(error: ErrorDetails, root: Any, place: Place) -> list[str]:
    kind = kind_at(root, place)
    if error["loc"][-1] == "[key]":
        kind = get_args(kind_at(root, place[:-1]))[0]
    return list(map(str, kind)) if isinstance(kind, EnumMeta) else []
