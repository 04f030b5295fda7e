"""Real repositories for tests: a work tree driven by plain `git`, as a person would."""

import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from chatops.adapters.git.objects.commits import Committer
from chatops.adapters.git.objects.repository import GitRunner, Repository
from chatops.domain.git.names import CommitId

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
BOT = Committer(name="Incident bot", email="bot@example.com", at=NOON)
#: When an engineer's work begins, and when it goes on in a repository that was copied.
EARLY, LATER = 1_700_000_000, 1_700_100_000
ENGINEER = {"NAME": "Eve Engineer", "EMAIL": "eve@example.com"}


class Workshop:
    """A repository with a work tree in which tests do things the ordinary way."""

    def __init__(self, place: Path, *, init: bool = True, second: int = EARLY) -> None:
        self.place = place
        self._second = second
        if init:
            place.mkdir(parents=True, exist_ok=True)
            self.git("init", "-q", "-b", "main", "--template=")

    @property
    def repo(self) -> Repository:
        return Repository(path=self.place / ".git", runner=GitRunner())

    def git(self, *arguments: str, check: bool = True, stdin: str | None = None) -> str:
        return self.try_git(*arguments, check=check, stdin=stdin).stdout.strip()

    def try_git(
        self, *arguments: str, check: bool = False, stdin: str | None = None
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["git", *arguments],
            cwd=self.place,
            env=self.environment(),
            input=stdin,
            check=check,
            capture_output=True,
            text=True,
            errors="surrogateescape",
        )

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        for name, content in files.items():
            path = self.place / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(
        self, files: Mapping[str, str | bytes | None] | None = None, message: str = "change"
    ) -> CommitId:
        self.write(files or {})
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.head()

    def head(self, name: str = "HEAD") -> CommitId:
        return CommitId(self.git("rev-parse", f"{name}^{{commit}}"))

    def tree(self, name: str = "HEAD") -> str:
        return self.git("rev-parse", f"{name}^{{tree}}")

    def branch(self, name: str, start: str = "HEAD") -> None:
        self.git("switch", "-q", "-c", name, start)

    def switch(self, name: str) -> None:
        self.git("switch", "-q", name)

    def detach(self, name: str) -> None:
        self.git("checkout", "-q", "-f", "--detach", name)

    def show(self, name: str, path: str) -> str:
        return self.git("show", f"{name}:{path}")

    def environment(self) -> dict[str, str]:
        self._second += 60
        when = f"{self._second} +0100"
        people = {
            f"GIT_{role}_{fact}": value
            for role in ("AUTHOR", "COMMITTER")
            for fact, value in {**ENGINEER, "DATE": when}.items()
        }
        return {
            "PATH": os.defpath,
            "LC_ALL": "C",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_CONFIG_COUNT": "2",
            "GIT_CONFIG_KEY_0": "protocol.file.allow",
            "GIT_CONFIG_VALUE_0": "always",
            "GIT_CONFIG_KEY_1": "commit.gpgSign",
            "GIT_CONFIG_VALUE_1": "false",
            **people,
        }


def bare_remote(place: Path) -> Path:
    """An empty bare repository to push to."""
    subprocess.run(
        ["git", "init", "-q", "--bare", "-b", "main", "--template=", str(place)],
        check=True,
        env={"PATH": os.defpath, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
    )
    return place
