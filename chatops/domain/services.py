"""The services of a team: where their code is, how they are deployed, how they are looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from chatops.domain.hotfix_steps import VersionFile
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
