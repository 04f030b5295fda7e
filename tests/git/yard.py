"""A service whose repository stands on disk, the bot's way to it, and the same done by hand."""

import os
import shutil
import stat
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from chatops.adapters.git.jobs.service import GitRepositories
from chatops.application.ports.git import STEP, Job, Result, Signed
from chatops.domain.git.names import CommitId
from chatops.domain.services import Service
from chatops.domain.team import GitRules
from tests.git.git_workshop import EARLY, LATER, Workshop, bare_remote

AT = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LINES = "".join(f"line {number}\n" for number in range(1, 21))


def with_line(number: int, words: str, text: str = LINES) -> str:
    return text.replace(f"line {number}\n", f"{words}\n")


def signed(step: str, *, name: str = "Eve Engineer", email: str = "eve@example.com") -> Signed:
    trailers = (("Incident", "INC-2026-014"), (STEP, f"INC-2026-014/1 {step}"))
    return Signed(name=name, email=email, at=AT, trailers=trailers)


@dataclass
class Yard:
    """A bare remote, an engineer's clone of it, and the bot's repositories."""

    place: Path
    engineer: Workshop
    remote: Path
    bot: GitRepositories
    service: Service = field(init=False)

    def __post_init__(self) -> None:
        self.service = Service(name="shop", repository=str(self.remote), targets=("develop",))

    def push(self, *refs: str) -> None:
        self.engineer.git("push", "-q", "origin", *(refs or ("--all",)))

    def refs(self, remote: Path | None = None) -> dict[str, str]:
        """Everything that the remote holds, by full ref name."""
        listed = self.engineer.git("ls-remote", str(remote or self.remote)).splitlines()
        pairs = (line.split("\t") for line in listed)
        return {ref: oid for oid, ref in pairs if ref != "HEAD"}

    def head(self, branch: str) -> CommitId:
        return CommitId(self.refs()[f"refs/heads/{branch}"])

    def inside(self, *arguments: str, remote: Path | None = None) -> str:
        """What git says in the remote itself."""
        return self.engineer.git("--git-dir", str(remote or self.remote), *arguments)

    def show(self, name: str, path: str) -> str:
        return self.inside("show", f"{name}:{path}")

    def message(self, name: str) -> str:
        return self.inside("log", "-1", "--format=%B", name)

    def fetch(self) -> None:
        self.engineer.git("fetch", "-q", "origin")

    def perform(self, job: Job) -> Result:
        return self.bot.perform(self.service, job)

    def prepare(self, job: Job) -> Result:
        return self.bot.prepare(self.service, job)

    def install_hook(self, name: str, script: str) -> None:
        hook = self.remote / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\n{script}\n")
        hook.chmod(stat.S_IRWXU)

    def by_hand(self, result: Result, edits: Mapping[str, str] | None = None) -> Path:
        """A copy of the remote to which somebody has done what the plan says."""
        copy = self.place / "copy.git"
        shutil.copytree(self.remote, copy)
        person = Workshop(self.place / "person")
        person.git("remote", "add", "origin", str(copy))
        for line in result.plan:
            if line.startswith("#"):
                person.write(edits or {})
                continue
            type_in(person, line)
        return copy

    def types(self, line: str) -> None:
        """The engineer types a line into a shell."""
        type_in(self.engineer, line)


def type_in(person: Workshop, line: str) -> None:
    done = subprocess.run(
        ["/bin/sh", "-ec", line],
        cwd=person.place,
        env={**person.environment(), "GIT_EDITOR": "true", "HOME": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )
    # A merge or pick that the next command settles may end with 1.
    assert done.returncode in {0, 1}, (line, done.stdout, done.stderr)


def make_yard(place: Path) -> Yard:
    engineer = Workshop(place / "engineer")
    bare_remote(place / "shop.git")
    engineer.git("remote", "add", "origin", "../shop.git")
    return reopened(place)


def stocked_yard(place: Path) -> Yard:
    """A yard with its stock; git makes it once, and every other one is a copy."""
    with tarfile.open(fileobj=BytesIO(_stocked())) as packed:
        packed.extractall(place, filter="data")
    return reopened(place, second=LATER)


@cache
def _stocked() -> bytes:
    with TemporaryDirectory() as folder, BytesIO() as file:
        stock(make_yard(Path(folder)))
        with tarfile.open(fileobj=file, mode="w") as packed:
            packed.add(folder, ".")
        return file.getvalue()


def reopened(place: Path, *, second: int = EARLY) -> Yard:
    """The yard that was made there, as another process sees it."""
    bot = GitRepositories(
        data=place / "data", hands=GitRules(name="Incident bot", email="bot@example.com")
    )
    engineer = Workshop(place / "engineer", init=False, second=second)
    return Yard(place=place, engineer=engineer, remote=place / "shop.git", bot=bot)


def stock(yard: Yard) -> None:
    """Main with version 1.2.3, and develop, which has gone on to 1.3.0-dev."""
    shop = yard.engineer
    shop.commit({"app.txt": LINES, "other.txt": LINES, "VERSION": "1.2.3\n"}, "Start")
    shop.git("tag", "-a", "v1.2.3", "-m", "v1.2.3")
    shop.branch("develop")
    shop.commit({"app.txt": with_line(18, "developed"), "VERSION": "1.3.0-dev\n"}, "Develop on")
    shop.switch("main")
    yard.push("--all")
    yard.push("v1.2.3")


def hotfix(yard: Yard, *, fix: str = "fixed", bump: str = "1.2.4\n") -> tuple[str, str, str]:
    """A pushed hotfix of a fix and a bump: the commit it starts from, the fix, and the bump."""
    shop = yard.engineer
    base = shop.head("main")
    shop.branch("hotfix/x", "main")
    change = shop.commit({"app.txt": with_line(3, fix)}, "Fix the app")
    raised = shop.commit({"VERSION": bump}, "Bump the version")
    yard.push("hotfix/x")
    return str(base), str(change), str(raised)
