"""Reads the file as a whole: channels, audiences, permissions and names of commands."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from string import Formatter

from pydantic import TypeAdapter, ValidationError

from chatops.adapters.playbooks.yaml_source import (
    BrokenPlaybook,
    Data,
    PlaybookProblem,
    YamlDocument,
    near,
    read,
)
from chatops.config.problems import BrokenConfig, MissingConfig, told
from chatops.config.services import read_services
from chatops.domain.git.names import BranchName, RefusedName
from chatops.domain.services import ForgeKind
from chatops.domain.team import DrillSettings, Team, TeamChannels

_KNOWN = ("year", "reference", "slug")


def wrong_docs(document: YamlDocument, team: Team) -> Iterator[PlaybookProblem]:
    """Find what does not fit in the team's ``docs``."""
    docs = team.docs
    if docs is None:
        return
    service = team.services.get(docs.service)
    if service is None:
        hint = near(docs.service, list(team.services)) or "; name one of services"
        yield document.problem(("docs", "service"), f"there is no service “{docs.service}”{hint}")
    elif not service.has_code:
        yield document.problem(
            ("docs", "service"), f"{docs.service} has no repository to keep them in"
        )
    try:
        BranchName(docs.branch)
    except RefusedName as error:
        yield document.problem(("docs", "branch"), str(error).replace("`", ""))
    yield from _wrong_path(document, docs.path)


def _wrong_path(document: YamlDocument, path: str) -> Iterator[PlaybookProblem]:
    place = ("docs", "path")
    try:
        names = {name for _, name, _, _ in Formatter().parse(path) if name is not None}
        filled = path.format(**dict.fromkeys(_KNOWN, "x")) if names <= set(_KNOWN) else "x"
    except (ValueError, LookupError, AttributeError) as error:
        yield document.problem(place, f"is not a pattern: {error}")
        return
    if unknown := sorted(names - set(_KNOWN)):
        known = ", ".join(f"{{{name}}}" for name in _KNOWN)
        hint = near(unknown[0], list(_KNOWN)) or f"; known are {known}"
        yield document.problem(place, f"{{{unknown[0]}}} is not known here{hint}")
    elif "reference" not in names:
        yield document.problem(place, "needs {reference}, so that each has a file of its own")
    if path.startswith("/") or {"", ".", "..", ".git"} & set(filled.split("/")):
        told = "must be a file inside the repository: postmortems/{year}/{reference}.md"
        yield document.problem(place, told)


_CHANNEL = re.compile(r"[CG][A-Z0-9]+|[^\W_A-Z][\w-]{0,79}")
_PERSON = re.compile(r"[UWS][A-Z0-9]+")
#: What GitHub takes for a label.
_LONGEST_LABEL = 50
_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
#: A name and an address, as git writes them.
_AUTHOR = re.compile(r"[^<>\n]*[^<>\s][^<>\n]* <[^<>@\s]+@[^<>@\s]+>")
#: A name on the forge.
_ACCOUNT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")
_EMAIL = re.compile(r"[^<>@\s]+@[^<>@\s]+")


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


def _team(document: YamlDocument) -> Team:
    services, found = read_services(document)
    data = {**_without_hashes(document.data), "services": services}
    try:
        team = _adapter().validate_python(data)
    except ValidationError as error:
        wrong = (told(document, each) for each in error.errors(include_url=False))
        raise BrokenConfig((*found, *wrong)) from error
    problems = (
        *found,
        *_comments_taken_for_values(document),
        *_wrong_channels(document, team),
        *_wrong_people(document, team),
        *_wrong_commands(document, team),
        *_wrong_authors(document, team),
        *_wrong_accounts(document, team),
        *_wrong_tracker(document, team),
        *wrong_docs(document, team),
        *_wrong_drills(document, team),
    )
    if problems:
        raise BrokenConfig(problems)
    return replace(team, drills=_beside(document, team.drills))


@cache
def _adapter() -> TypeAdapter[Team]:
    return TypeAdapter(Team)


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


def _comments_taken_for_values(document: YamlDocument) -> Iterator[PlaybookProblem]:
    channels = document.data.get("channels")
    for key, value in channels.items() if isinstance(channels, Mapping) else ():
        if value is None:
            yield document.problem(
                ("channels", key),
                "is empty: what follows a # is a comment. Put quotes around it, as in"
                f' {key}: "#incidents", or leave the hash out',
            )


def _wrong_channels(document: YamlDocument, team: Team) -> Iterator[PlaybookProblem]:
    for field in fields(TeamChannels):
        value = getattr(team.channels, field.name)
        if value is not None and not _CHANNEL.fullmatch(value):
            yield document.problem(
                ("channels", field.name),
                f"“{value}” is neither a channel's name, as incidents, nor its id, as C0123ABCD",
            )


def _wrong_people(document: YamlDocument, team: Team) -> Iterator[PlaybookProblem]:
    for audience, ids in team.audiences.items():
        for index, each in enumerate(ids):
            if not _PERSON.fullmatch(each):
                yield document.problem(
                    ("audiences", audience, index),
                    f"“{each}” is not an id. A person's starts with U (profile, ⋮, Copy member"
                    " ID), a user group's with S (People, User groups, ⋮, Copy group ID)",
                )


def _wrong_commands(document: YamlDocument, team: Team) -> Iterator[PlaybookProblem]:
    for field, example in (("incident_command", "/incident"), ("hotfix_command", "/hotfix")):
        word = getattr(team, field)
        if not _COMMAND.fullmatch(word):
            yield document.problem(
                (field,), f"“{word}” is not a slash command; write it as {example}"
            )
    if team.incident_command == team.hotfix_command:
        yield document.problem(
            ("hotfix_command",), f"{team.hotfix_command} is the command for incidents already"
        )


def _wrong_drills(document: YamlDocument, team: Team) -> Iterator[PlaybookProblem]:
    folder = _beside(document, team.drills).folder
    if folder is not None and not Path(folder).is_dir():
        yield document.problem(
            ("drills", "folder"), f"“{team.drills.folder}” is no folder with scenarios (.yml)"
        )


def _beside(document: YamlDocument, drills: DrillSettings) -> DrillSettings:
    """The same with a folder that is seen from the file which names it."""
    if drills.folder is None:
        return drills
    return DrillSettings(folder=str(document.file.parent / Path(drills.folder).expanduser()))


def _wrong_authors(document: YamlDocument, team: Team) -> Iterator[PlaybookProblem]:
    name, email = team.git.name, team.git.email
    if not name.strip() or re.search(r"[<>\n]", name):
        yield document.problem(("git", "name"), "must be a name without < and >: Incident bot")
    if not _EMAIL.fullmatch(email):
        yield document.problem(
            ("git", "email"), f"“{email}” is not an address, such as incident-bot@example.com"
        )
    for person, author in team.git.people.items():
        if not re.fullmatch(r"[UW][A-Z0-9]+", person):
            yield document.problem(
                ("git", "people", person),
                f"“{person}” is not a person's id: it starts with U (profile, ⋮, Copy member ID)",
            )
        if not _AUTHOR.fullmatch(author):
            yield document.problem(
                ("git", "people", person),
                f"“{author}” is not an author, such as Anna Berg <anna@example.com>",
            )


def _wrong_accounts(document: YamlDocument, team: Team) -> Iterator[PlaybookProblem]:
    for person, account in team.git.accounts.items():
        place = ("git", "accounts", person)
        if not re.fullmatch(r"[UW][A-Z0-9]+", person):
            yield document.problem(
                place,
                f"“{person}” is not a person's id: it starts with U (profile, ⋮, Copy member ID)",
            )
        if not _ACCOUNT.fullmatch(account):
            yield document.problem(place, f"“{account}” is no name on the forge, such as octocat")


def _wrong_tracker(document: YamlDocument, team: Team) -> Iterator[PlaybookProblem]:
    tracker = team.tracker
    if tracker is None:
        return
    service = team.services.get(tracker.service)
    if service is None:
        known = list(team.services)
        hint = near(tracker.service, known) or "; name one of services"
        yield document.problem(
            ("tracker", "service"), f"there is no service “{tracker.service}”{hint}"
        )
    elif service.forge is not ForgeKind.GITHUB:
        yield document.problem(
            ("tracker", "service"),
            f"{service.name} is not on GitHub, where the issues are: set its forge: github",
        )
    for index, label in enumerate(tracker.labels):
        if not label.strip() or len(label) > _LONGEST_LABEL:
            yield document.problem(
                ("tracker", "labels", index), f"a label has 1 to {_LONGEST_LABEL} characters"
            )
