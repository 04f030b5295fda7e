"""Reads `chatops.yml`, a team's own settings, and says what would be right where it is wrong."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from chatops.domain.errors import Mistake
from chatops.domain.team import AlertRules, Channels, Deed, Team
from chatops.playbooks.problems import BrokenPlaybook, PlaybookProblem, near
from chatops.playbooks.reading import Data, Document, Place, read

_CHANNEL = re.compile(r"[CG][A-Z0-9]+|[^\W_A-Z][\w-]{0,79}")
_PERSON = re.compile(r"[UWS][A-Z0-9]+")
_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
#: Settings that have fields of their own.
_PARTS: Mapping[int | str, type] = {"channels": Channels, "alerts": AlertRules}


class BrokenConfig(Mistake):
    """`chatops.yml` cannot be used as it is; ``problems`` holds everything that is wrong."""

    def __init__(self, problems: tuple[PlaybookProblem, ...]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(map(str, self.problems)))


class MissingConfig(Mistake):
    """The file that CHATOPS_CONFIG names is not there."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file} is not there. Start from templates/chatops.example.yml, or leave"
            " CHATOPS_CONFIG unset to run with the defaults."
        )


def read_team(file: Path, *, optional: bool = False) -> Team:
    """Read a team's settings; an ``optional`` file that is missing means the defaults.

    Raises:
        MissingConfig, BrokenConfig
    """
    if not file.exists():
        if optional:
            return Team()
        raise MissingConfig(file)
    if _says_nothing(file):
        return Team()
    try:
        document = read(file)
    except BrokenPlaybook as error:
        raise BrokenConfig(error.problems) from error
    return _team(document)


def _says_nothing(file: Path) -> bool:
    """Whether there are only comments, which YAML reads as no document at all."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return False
    return not any(line.strip() and not line.lstrip().startswith("#") for line in lines)


def _team(document: Document) -> Team:
    try:
        team = TypeAdapter(Team).validate_python(_without_hashes(document.data))
    except ValidationError as error:
        told = (_told(document, each) for each in error.errors(include_url=False))
        raise BrokenConfig(tuple(told)) from error
    problems = (
        *_comments_taken_for_values(document),
        *_wrong_channels(document, team),
        *_wrong_people(document, team),
        *_wrong_command(document, team),
    )
    if problems:
        raise BrokenConfig(problems)
    return team


def _without_hashes(data: Mapping[str, Data]) -> dict[str, Data]:
    """``data`` with channels as Slack's API calls them: people write #incidents."""
    channels = data.get("channels")
    if not isinstance(channels, Mapping):
        return dict(data)
    named = {
        key: value.removeprefix("#") if isinstance(value, str) else value
        for key, value in channels.items()
    }
    return {**data, "channels": named}


def _comments_taken_for_values(document: Document) -> Iterator[PlaybookProblem]:
    channels = document.data.get("channels")
    for key, value in channels.items() if isinstance(channels, Mapping) else ():
        if value is None:
            yield document.problem(
                ("channels", key),
                "is empty: what follows a # is a comment. Put quotes around it, as in"
                f' {key}: "#incidents", or leave the hash out',
            )


def _wrong_channels(document: Document, team: Team) -> Iterator[PlaybookProblem]:
    for field in fields(Channels):
        value = getattr(team.channels, field.name)
        if value is not None and not _CHANNEL.fullmatch(value):
            yield document.problem(
                ("channels", field.name),
                f"“{value}” is neither a channel's name, as incidents, nor its id, as C0123ABCD",
            )


def _wrong_people(document: Document, team: Team) -> Iterator[PlaybookProblem]:
    for audience, ids in team.audiences.items():
        for index, each in enumerate(ids):
            if not _PERSON.fullmatch(each):
                yield document.problem(
                    ("audiences", audience, index),
                    f"“{each}” is not an id. A person's starts with U (profile, ⋮, Copy member"
                    " ID), a user group's with S (People, User groups, ⋮, Copy group ID)",
                )


def _wrong_command(document: Document, team: Team) -> Iterator[PlaybookProblem]:
    if not _COMMAND.fullmatch(team.incident_command):
        yield document.problem(
            ("incident_command",),
            f"“{team.incident_command}” is not a slash command; write it as /incident",
        )


def _told(document: Document, error: ErrorDetails) -> PlaybookProblem:
    place: Place = tuple(step for step in error["loc"] if step != "[key]")
    value = error["input"]
    match error["type"]:
        case "unexpected_keyword_argument":
            kind = _PARTS.get(place[0], Team)
            known = [field.name for field in fields(kind)]
            message = f"is not a setting{near(str(place[-1]), known)}"
        case "enum":
            message = f"is none of {', '.join(Deed)}{near(str(value), tuple(Deed))}"
        case "string_type":
            message = f"must be a text; write “{value}” in quotes if it is meant as one"
        case "tuple_type":
            message = f"must be a list, also for one: [{value}]"
        case "mapping_type" | "dataclass_type" | "dict_type":
            message = "must be a list of fields, each on a line of its own: “name: value”"
        case _:
            message = error["msg"]
    return document.problem(place, message)
