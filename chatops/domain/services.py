"""The services of a team: where their code is, how they are deployed, how they are looked at."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from chatops.domain.errors import UserError
from chatops.domain.git.names import BranchName, CommitId, RefusedName
from chatops.domain.git.versions import UnreadableVersion, Version
from chatops.domain.playbook.pipeline import VersionFile
from chatops.domain.strict import STRICT


class ForgeKind(StrEnum):
    """Where a repository lives: on a plain git server, or on one that has pull requests."""

    GIT = "git"
    GITHUB = "github"


#: What an argument of a command, an input of a workflow or a check may speak of, in braces.
COMMAND_FACTS = ("version", "previous", "branch", "sha", "service", "reference")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A program of the team's own: a list of arguments, never a shell's line.

    Each argument may hold ``COMMAND_FACTS`` in braces. ``secrets`` names the variables of the
    environment that it gets besides ``PATH``, ``HOME`` and ``LANG``.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    run: tuple[str, ...]
    timeout: timedelta = timedelta(minutes=15)
    #: Where it runs; an empty folder of its own by default.
    folder: str | None = None
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """A workflow of the forge, started by hand (``workflow_dispatch``) and followed to its end."""

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    workflow: str
    #: The branch or tag that it runs on.
    ref: str = "{branch}"
    inputs: Mapping[str, str] = field(default_factory=dict)
    timeout: timedelta = timedelta(minutes=30)


Runnable = Command | Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A question to a running service over HTTP, and the answer that is right.

    ``json`` is a dotted path into a JSON answer (``build.version``). With ``below`` its number
    must be lower than that, with ``falls`` lower than at the first reading; else it must equal
    ``equals``, which may hold ``COMMAND_FACTS``.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    title: str
    url: str
    status: int = 200
    contains: str | None = None
    json: str | None = None
    equals: str | None = None
    below: float | None = None
    falls: bool = False
    timeout: timedelta = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One service. What is left out is the playbook's.

    ``repository`` is an address that git understands, without a password. ``targets`` are the
    branches that the next releases come from. ``deployed`` says what runs in production:
    "deployed" is only said once it holds.
    """

    __pydantic_config__: ClassVar[Mapping[str, str]] = STRICT
    name: str = ""
    repository: str = ""
    forge: ForgeKind = ForgeKind.GIT
    #: ``owner/name`` on the forge; read from the address of the repository by default.
    project: str | None = None
    pipeline: str | None = None
    production: str | None = None
    targets: tuple[str, ...] | None = None
    version_files: tuple[VersionFile, ...] | None = None
    deploy: Runnable | None = None
    stage: Runnable | None = None
    rollback: Runnable | None = None
    #: Commands by the name of the feature flag that each turns off.
    flags: Mapping[str, Command] = field(default_factory=dict)
    #: What production runs now.
    deployed: Check | None = None
    #: Whether it works; asked after a deploy.
    verify: tuple[Check, ...] = ()
    #: Whether it goes on working; asked every ``look_every`` while it is watched.
    watch: tuple[Check, ...] = ()
    look_every: timedelta = timedelta(minutes=1)
    #: Checks may be aimed at private and link-local addresses.
    internal: bool = False

    @property
    def has_code(self) -> bool:
        """Whether a hotfix of it can be walked through by the bot."""
        return bool(self.repository)


_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://(?:[^/@]*@)?(?P<host>[^/]*)/|(?:[^/@]*@)?(?P<scp>[^/:]+):)?(?P<path>.*)"
)
_PROJECT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*/(?!\.{1,2}$)[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Address:
    """A host (with its port, if the address has one), and the path of a repository on it."""

    host: str
    path: str

    @property
    def project(self) -> str:
        """Its last two parts, ``owner/name``; empty where there are none."""
        found = "/".join(self.path.split("/")[-2:])
        return found if is_project(found) else ""


def address_of(repository: str) -> Address:
    """Take an address apart, in each of the spellings that git knows.

    >>> address_of("https://github.com/acme/shop.git")
    Address(host='github.com', path='acme/shop')
    >>> address_of("git@GitHub.com:acme/shop.git").project
    'acme/shop'
    >>> address_of("/srv/git/shop.git")
    Address(host='', path='srv/git/shop')
    """
    found = _ADDRESS.fullmatch(repository)
    if found is None:
        return Address("", "")
    host = found["host"] or found["scp"] or ""
    return Address(host.lower(), found["path"].strip("/").removesuffix(".git").strip("/"))


def is_project(text: str) -> bool:
    """Whether it can be the ``owner/name`` of a repository, and nothing else.

    >>> is_project("acme/shop"), is_project("acme/.."), is_project("acme/shop?x=1")
    (True, False, False)
    """
    return bool(_PROJECT.fullmatch(text))


def project_of(service: Service) -> str:
    """The project that a service names, or else its repository's; empty where there is none."""
    if service.project is not None:
        return service.project if is_project(service.project) else ""
    return address_of(service.repository).project


_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")
_WORDS = {
    "version": "the version",
    "previous": "the version before it",
    "branch": "the branch",
    "sha": "the commit",
    "service": "the service",
    "reference": "the incident",
}
_LONGEST = 200
_PLAIN = re.compile(r"\w[\w.+-]*", re.ASCII)
_PLAIN_BRANCH = re.compile(r"\w[\w./+@=,%-]*")
_PLAIN_NAME = re.compile(r"\w[\w./-]*", re.ASCII)
_KNOWN = ", ".join(f"{{{fact}}}" for fact in COMMAND_FACTS)


class UnusableFact(UserError):
    """Something cannot be filled in."""


class UnknownFact(UnusableFact):
    """Nobody ever says what stands in the braces."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{{{name:.40}}} is not known. Known are {_KNOWN}.")


class LonelyBrace(UnusableFact):
    """A brace has no partner."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text:.80}” has a brace left open. Write {{{{ and }}}} for braces.")


class MissingFact(UnusableFact):
    """It is known by name, and not known yet."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{{{name}}} cannot be filled in: {_WORDS[name]} is not known yet.")


class RefusedFact(UnusableFact):
    """The value could be taken for something else."""

    def __init__(self, name: str, value: str) -> None:
        shown = "".join(sign if sign.isprintable() else "�" for sign in value[:60])
        super().__init__(
            f"“{shown}” cannot stand for {{{name}}}: it is not plain enough for {_WORDS[name]}."
        )


def facts_in(text: str) -> frozenset[str]:
    """What a text wants to have filled in.

    Raises:
        UnknownFact, LonelyBrace
    """
    return frozenset(name for _, name in _parts(text) if name is not None)


def fill(text: str, values: Mapping[str, str], *, spell: Callable[[str], str] = str) -> str:
    """The text with its facts; ``spell`` says how each is written in it.

    >>> fill("--tag=v{version}", {"version": "1.2.4"})
    '--tag=v1.2.4'

    Raises:
        UnusableFact: a fact is unknown, missing, or not what its name says.
    """
    return "".join(
        literal if name is None else spell(_checked(name, values)) for literal, name in _parts(text)
    )


def _parts(text: str) -> Iterator[tuple[str, str | None]]:
    """What stands in the text as it is, and what is to be filled in, in turn."""
    for found in _PART.finditer(text):
        part, name = found[0], found[1]
        if name is not None:
            if name not in COMMAND_FACTS:
                raise UnknownFact(name)
            yield "", name
        elif part in {"{", "}"}:
            raise LonelyBrace(text)
        else:
            yield {"{{": "{", "}}": "}"}.get(part, part), None


def _checked(name: str, values: Mapping[str, str]) -> str:
    value = values.get(name, "")
    if not value:
        raise MissingFact(name)
    if len(value) > _LONGEST or not _IS[name](value):
        raise RefusedFact(name, value)
    return value


def _is_version(value: str) -> bool:
    try:
        Version.parse(value)
    except UnreadableVersion:
        return False
    return bool(_PLAIN.fullmatch(value))


def _is_branch(value: str) -> bool:
    try:
        BranchName(value)
    except RefusedName:
        return False
    return bool(_PLAIN_BRANCH.fullmatch(value))


def _is_commit(value: str) -> bool:
    try:
        CommitId(value)
    except RefusedName:
        return False
    return True


def _is_name(value: str) -> bool:
    return bool(_PLAIN_NAME.fullmatch(value)) and ".." not in value


_IS: Mapping[str, Callable[[str], bool]] = {
    "version": _is_version,
    "previous": _is_version,
    "branch": _is_branch,
    "sha": _is_commit,
    "service": _is_name,
    "reference": _is_name,
}
