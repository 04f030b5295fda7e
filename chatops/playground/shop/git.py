"""Runs git for the shop, with nothing of the machine's own having a say in it."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from chatops.domain.errors import UserError

_TIMEOUT: Final = 30.0
_CLEAN: Final = MappingProxyType(
    {
        "LC_ALL": "C",
        "TZ": "UTC",
        "HOME": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ADVICE": "0",
        "GIT_ALLOW_PROTOCOL": "file",
        "GIT_EDITOR": "true",
    }
)


def git_missing() -> UserError:
    """There is no git program."""
    return UserError("There is no git on this machine: the shop has no repository.")


class GitSaidNo(UserError):
    """Git ended with an error; its own words are kept."""

    def __init__(self, verb: str, words: str) -> None:
        self.words = words
        super().__init__(f"`git {verb}` was refused. Git says: {words}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Somebody who commits."""

    name: str
    email: str

    @property
    def text(self) -> str:
        return f"{self.name} <{self.email}>"


def has_git() -> bool:
    return shutil.which("git") is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopGit:
    """Git in one folder: a bare repository, or a clone with a work tree."""

    place: Path
    #: Further variables of its environment.
    more: Mapping[str, str] = field(default_factory=dict)

    def run(
        self,
        *arguments: str,
        stdin: str = "",
        author: Author | None = None,
        at: datetime | None = None,
    ) -> str:
        """What one command of git prints.

        Raises:
            UserError, GitSaidNo
        """
        answer = self._answer(arguments, stdin, _signed(author, at))
        if answer.returncode:
            raise GitSaidNo(arguments[0], answer.stderr.strip() or answer.stdout.strip())
        return answer.stdout.removesuffix("\n")

    def ask(self, *arguments: str) -> str | None:
        """What it prints, or none where it ends with an error. Raises UserError."""
        answer = self._answer(arguments, "", {})
        return None if answer.returncode else answer.stdout.removesuffix("\n")

    def file(self, name: str) -> str | None:
        """What a file holds, by ``COMMIT:PATH`` or its own id; none if there is none."""
        answer = self._answer(("cat-file", "blob", name), "", {})
        return None if answer.returncode else answer.stdout

    def _answer(
        self, arguments: tuple[str, ...], stdin: str, signed: Mapping[str, str]
    ) -> "subprocess.CompletedProcess[str]":
        program = shutil.which("git")
        if program is None:
            raise git_missing()
        path = os.pathsep.join([str(Path(program).parent), os.defpath])
        return subprocess.run(  # noqa: S603 - our own arguments, and no shell
            [program, "-c", "core.quotePath=false", *arguments],
            cwd=self.place,
            env={**_CLEAN, "PATH": path, **self.more, **signed},
            input=stdin,
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            timeout=_TIMEOUT,
        )


def _signed(author: Author | None, at: datetime | None) -> dict[str, str]:
    if author is None or at is None:
        return {}
    date = f"{int(at.timestamp())} +0000"
    return {
        f"GIT_{role}_{fact}": value
        for role in ("AUTHOR", "COMMITTER")
        for fact, value in (("NAME", author.name), ("EMAIL", author.email), ("DATE", date))
    }
