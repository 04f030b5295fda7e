"""Prepares a command: its arguments filled in, its environment clean, its program found."""

import os
import shlex
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from chatops.domain.command_facts import UnusableFact, fill
from chatops.domain.services import Command
from chatops.usecases.hotfix.ports import WorkRefused

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
    secrets = _secrets(command, environ)
    path = environ.get("PATH") or USUAL_PATH
    with TemporaryDirectory(prefix="chatops-command-", ignore_cleanup_errors=True) as aside:
        home, scratch = Path(aside, "home"), Path(aside, "work")
        home.mkdir()
        scratch.mkdir()
        folder = Path(command.folder) if command.folder else scratch
        if fault := folder_fault(folder):
            raise WorkRefused(fault)
        if fault := program_fault(arguments[0], folder, path):
            raise WorkRefused(fault)
        clean = {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8"}
        yield Launch(arguments=arguments, folder=folder, environment=secrets | clean)


def folder_fault(folder: Path) -> str | None:
    """Why nothing can be started in a folder, or none."""
    if not folder.is_dir():
        return f"there is no folder {folder}: make it, or correct `folder` in chatops.yml"
    if not os.access(folder, os.X_OK):
        return f"the bot may not enter the folder {folder}: let its user in"
    return None


def program_fault(program: str, folder: Path, path: str) -> str | None:
    """Why a program cannot be started, or none."""
    if "/" not in program:
        if shutil.which(program, path=path):
            return None
        return f"there is no program “{program}” on the bot's machine: install it (PATH is {path})"
    place = folder / program
    if not place.is_file():
        return f"there is no program {place}: correct `run` in chatops.yml"
    if not os.access(place, os.X_OK):
        return f"{place} cannot be run: make it executable (chmod +x)"
    return None


def secret_values(command: Command, environ: Mapping[str, str]) -> tuple[str, ...]:
    """What the command knows and nobody may read."""
    return tuple(environ[name] for name in command.secrets if environ.get(name))


def _secrets(command: Command, environ: Mapping[str, str]) -> dict[str, str]:
    if missing := [name for name in command.secrets if not environ.get(name)]:
        why = f"the command was not started: set {' and '.join(missing)} where the bot runs"
        raise WorkRefused(why)
    return {name: environ[name] for name in command.secrets}
