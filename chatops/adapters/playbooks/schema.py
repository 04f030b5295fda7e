"""Turns what a playbook file says into the domain's own Playbook, or says what is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from enum import EnumMeta
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from chatops.adapters.playbooks.yaml_source import (
    BrokenPlaybook,
    Data,
    Place,
    PlaybookProblem,
    YamlDocument,
    near,
)
from chatops.domain.playbook.policy import Playbook
from chatops.domain.time import durations
from chatops.domain.time.durations import UnknownDuration

_HIDDEN = "name"  # a playbook is called what its folder is called


@cache
def adapter() -> TypeAdapter[Playbook]:
    return TypeAdapter(Playbook)


def shape(document: YamlDocument, *, name: str) -> Playbook:
    """Make a playbook called ``name`` of what stands in its file.

    Raises:
        BrokenPlaybook: with every misspelt field, missing value and wrong kind of value.
    """
    found: list[PlaybookProblem] = []
    if _HIDDEN in document.data:
        found.append(document.problem((_HIDDEN,), "goes without saying: the folder's name is it"))
    data = with_durations(document, document.data, Playbook, (), found)
    try:
        playbook = adapter().validate_python({**data, _HIDDEN: name})
    except ValidationError as error:
        found.extend(_told(document, each) for each in error.errors(include_url=False))
        raise BrokenPlaybook(sorted(found, key=_line)) from error
    if found:
        raise BrokenPlaybook(sorted(found, key=_line))
    return playbook


def _line(problem: PlaybookProblem) -> int:
    return problem.line


def with_durations(
    document: YamlDocument, data: Data, hint: Any, place: Place, found: list[PlaybookProblem]
) -> Any:
    """``data`` with every duration read, wherever the type ``hint`` asks for one."""
    hint = _without_none(hint)
    if hint is timedelta and data is not None:
        return _duration(document, data, place, found)
    if isinstance(data, Mapping):
        return {
            key: with_durations(document, value, _inside(hint, key), (*place, key), found)
            for key, value in data.items()
        }
    if isinstance(data, tuple):
        return tuple(
            with_durations(document, value, _inside(hint, index), (*place, index), found)
            for index, value in enumerate(data)
        )
    return data


def _duration(
    document: YamlDocument, data: Data, place: Place, found: list[PlaybookProblem]
) -> timedelta:
    try:
        return durations.parse(str(data))
    except UnknownDuration as error:
        found.append(document.problem(place, str(error)))
        return timedelta()


def _without_none(hint: Any) -> Any:
    kinds = [kind for kind in get_args(hint) if kind is not NoneType]
    is_optional = NoneType in get_args(hint) and len(kinds) == 1
    return kinds[0] if is_optional else hint


@cache
def _fields_of(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _inside(hint: Any, step: str | int) -> Any:
    """The type that stands at ``step`` inside ``hint``, or none."""
    if isinstance(hint, type) and is_dataclass(hint):
        return _fields_of(hint).get(str(step))
    args = get_args(hint)
    if get_origin(hint) is tuple and isinstance(step, int):
        return args[0] if args[1:] == (Ellipsis,) else dict(enumerate(args)).get(step)
    if isinstance(get_origin(hint), type) and issubclass(get_origin(hint), Mapping):
        return args[1]
    return None


def kind_at(root: Any, place: Place) -> Any:
    """The type of what stands at a place inside something of the type ``root``."""
    hint = root
    for step in place:
        hint = _without_none(_inside(hint, step))
    return hint


def _told(document: YamlDocument, error: ErrorDetails) -> PlaybookProblem:
    place: Place = tuple(error["loc"])
    match error["type"]:
        case "unexpected_keyword_argument":
            known = [
                field.name
                for field in fields(kind_at(Playbook, place[:-1]))
                if field.name != _HIDDEN
            ]
            message = f"is not a field here{near(str(place[-1]), known)}"
        case "missing":
            message = "is missing"
        case "string_type":
            message = f"must be a text; write “{error['input']}” in quotes if it is meant as one"
        case "enum":
            message = "; ".join(_choices(place, error["input"]))
        case _:
            message = error["msg"][:1].lower() + error["msg"][1:]
    return document.problem(place, message)


def _choices(place: Place, value: object) -> Iterator[str]:
    kind = kind_at(Playbook, place)
    known = list(map(str, kind)) if isinstance(kind, EnumMeta) else []
    yield f"“{value}” is none of {', '.join(known)}{near(str(value), known)}"
