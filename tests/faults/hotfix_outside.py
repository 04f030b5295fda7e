"""The outside of a hotfix in which every push and every command can be struck, and is counted."""

import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatops.adapters.git.jobs.service import GitRepositories
from chatops.adapters.git.objects.repository import NOTHING, GitAnswer, GitRunner
from chatops.adapters.operations.adapter import ServiceOperations
from chatops.application.ports.external import ExternalSystems, Ran, Reading
from chatops.domain.services import Command, Service
from chatops.domain.team import Team
from tests.faults.crew import ignore
from tests.faults.crossings import Cross, Point

#: A program that ships: it says where, and what.
_SHIP = """\
#!/bin/sh
echo "$2" >> "{folder}/$1"
echo "$1 runs $2"
"""

#: Strikes the bot down while its push is under way, once, as the file says: ``MOMENT PID``.
_BEFORE = """\
#!/bin/sh
[ -f ../strike ] || exit 0
read -r moment bot < ../strike
[ "$moment" != taken ] || exit 0
rm ../strike
kill -9 "$bot"
[ "$moment" != late ] || read -r _ < ../release
[ "$moment" != refused ]
"""
_AFTERWARDS = """\
#!/bin/sh
cat >> ../pushes
[ -f ../strike ] || exit 0
read -r moment bot < ../strike
rm ../strike
kill -9 "$bot"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossingRunner(GitRunner):
    """Crosses a point before and after each call of git."""

    cross: Cross = ignore

    def run(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str] = NOTHING,
        **named: Any,
    ) -> GitAnswer:
        verb = next(word for word in arguments if not word.startswith("-") and "=" not in word)
        self.cross(Point.LEAVES, f"git {verb}")
        answer = GitRunner.run(self, arguments, cwd=cwd, env=env, **named)
        self.cross(Point.ACCEPTED, f"git {verb}")
        return answer


class CrossingOperations:
    """Crosses a point before and after each command of the team's."""

    def __init__(self, cross: Cross) -> None:
        self._cross = cross
        self._operations = ServiceOperations({"PATH": "/usr/bin:/bin"})

    def show(self, command: Command, values: Mapping[str, str]) -> str:
        return self._operations.show(command, values)

    def run(
        self, command: Command, values: Mapping[str, str], *, tell: Callable[[str], None]
    ) -> Ran:
        self._cross(Point.LEAVES, "command")
        ran = self._operations.run(command, values, tell=tell)
        self._cross(Point.ACCEPTED, "command")
        return ran

    def stop(self) -> None:
        self._operations.stop()

    def look(self, *_arguments: Any, **_named: Any) -> Reading:
        raise NotImplementedError


class PlainForges:
    """Every repository is on a plain git server."""

    def of(self, service: Service) -> None:
        del service


def outside_in(folder: Path, *, mirrors: str, cross: Cross) -> ExternalSystems:
    """Repositories with their mirrors in ``folder``, and commands, that cross points."""
    return ExternalSystems(
        repositories=GitRepositories(
            data=folder / mirrors, hands=Team().git, runner=CrossingRunner(cross=cross)
        ),
        forges=PlainForges(),
        operations=CrossingOperations(cross),
    )


def furnish(folder: Path, remote: Path) -> None:
    """Put a program that ships into the folder, and hooks that count into the remote."""
    _program(folder / "ship", _SHIP.format(folder=folder))
    _program(remote / "hooks" / "pre-receive", _BEFORE)
    _program(remote / "hooks" / "post-receive", _AFTERWARDS)


def _program(file: Path, text: str) -> None:
    file.write_text(text)
    file.chmod(stat.S_IRWXU)
