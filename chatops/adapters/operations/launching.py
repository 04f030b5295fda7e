"""Prepares a command: its arguments filled in, its environment clean, its program found."""

import os
import shlex
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from chatops.application.ports.external import WorkRefused
from chatops.domain.services import Command, UnusableFact, fill

#: Where programs are looked for if the environment does not say.
USUAL_PATH = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """Everything that it takes to start a program."""

    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str]


def filled(command: Command, values: Mapping[str, str]) -> tuple[str, ...]:
    """The program and its arguments.

    Raises:
        WorkRefused: a value may not stand in an argument, or there is no program.
    """
    if not command.run or not command.run[0]:
        why = "the command names no program: correct `run` in chatops.yml"
        raise WorkRefused(why)
    program, *arguments = command.run
    try:
        fixed = fill(program, {})
        return (fixed, *(fill(argument, values) for argument in arguments))
    except UnusableFact as error:
        why = f"the command was not started: {error}"
        raise WorkRefused(why) from error


def shown(command: Command, values: Mapping[str, str]) -> str:
    """The command as a person would type it."""
    line = shlex.join(filled(command, values))
    return f"cd {shlex.quote(command.folder)} && {line}" if command.folder else line


@contextmanager
def prepared(
    command: Command, values: Mapping[str, str], environ: Mapping[str, str]
) -> Iterator[Launch]:
    """A command that can be started; its own empty folders are gone afterwards.

    Raises:
        WorkRefused: it cannot be started as it is.
    """
    arguments = filled(command, values)
    if fault := next(faults(command, environ), None):
        why = f"the command was not started: {fault}"
        raise WorkRefused(why)
    secrets = {name: environ[name] for name in command.secrets}
    path = environ.get("PATH") or USUAL_PATH
    with TemporaryDirectory(prefix="chatops-command-", ignore_cleanup_errors=True) as aside:
        home, scratch = Path(aside, "home"), Path(aside, "work")
        home.mkdir()
        scratch.mkdir()
        folder = Path(command.folder) if command.folder else scratch
        clean = {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8"}
        yield Launch(arguments=arguments, folder=folder, environment=secrets | clean)


def faults(command: Command, environ: Mapping[str, str]) -> Iterator[str]:
    """What keeps a command from being started; behind a colon, what would mend it."""
    if fault := _folder_fault(command) or _program_fault(command, environ):
        yield fault
    for name in command.secrets:
        if not environ.get(name):
            yield f"{name} is not set: set it where the bot runs"


def needs_folder(program: str) -> bool:
    """Whether a program is looked for beside the command's folder, not on the PATH.

    >>> needs_folder("./deploy.sh"), needs_folder("deploy"), needs_folder("/srv/deploy.sh")
    (True, False, False)
    """
    return "/" in program and not program.startswith("/")


def _folder_fault(command: Command) -> str | None:
    if not command.folder:
        return None
    if not Path(command.folder).is_dir():
        return f"there is no folder {command.folder}: make it, or correct `folder` in chatops.yml"
    if not os.access(command.folder, os.X_OK):
        return f"the bot may not enter the folder {command.folder}: let its user in"
    return None


def _program_fault(command: Command, environ: Mapping[str, str]) -> str | None:
    program, path = command.run[0], environ.get("PATH") or USUAL_PATH
    if "/" not in program:
        if shutil.which(program, path=path):
            return None
        return f"there is no program {program} on the bot's PATH: install it, or write it in full"
    if needs_folder(program) and not command.folder:
        return f"{program} is looked for in an empty folder: name its `folder` in chatops.yml"
    place = Path(command.folder or "/", program)
    if not place.is_file():
        return f"there is no program {place}: correct `run` in chatops.yml"
    if not os.access(place, os.X_OK):
        return f"{place} cannot be run: make it executable (chmod +x)"
    return None


def secret_values(command: Command, environ: Mapping[str, str]) -> tuple[str, ...]:
    """What the command knows and nobody may read."""
    return tuple(environ[name] for name in command.secrets if environ.get(name))
