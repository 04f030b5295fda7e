"""A git directory, and the one place that starts git on it.

As argument lists, in a clean environment, with a time-out and with redacted words.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Timer
from types import MappingProxyType
from typing import Final

from git.cmd import Git

from chatops.adapters.git.errors import GitFailed, GitNotFound, GitTimedOut
from chatops.domain.git.names import RefusedName
from chatops.domain.git.redaction import Redactor
from chatops.domain.git.urls import RemoteUrl

ENV_PROGRAM: Final = "/usr/bin/env"
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
CLEAN_ENVIRONMENT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "LC_ALL": "C",
        "TZ": "UTC",
        "HOME": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "/bin/false",
        "GIT_SSH_COMMAND": "ssh -oBatchMode=yes",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_ADVICE": "0",
        "GIT_LITERAL_PATHSPECS": "1",
    }
)
SAFE_SETTINGS: Final = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "protocol.version=2",
    "gc.auto=0",
    "maintenance.auto=false",
    "submodule.recurse=false",
    "log.showSignature=false",
    "i18n.logOutputEncoding=UTF-8",
    "merge.renormalize=false",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GitAnswer:
    """What git wrote and how it ended; its complaints are redacted, its data is untouched."""

    code: int
    out: bytes
    words: str

    @property
    def text(self) -> str:
        return self.out.decode("utf-8", "surrogateescape").rstrip("\n")

    def fields(self) -> list[str]:
        """The parts of an answer in which each part ends in a NUL byte."""
        return self.out.decode("utf-8", "surrogateescape").split("\0")[:-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class GitRunner:
    """Starts git, in an environment in which nothing of the machine's own has a say.

    ``carry`` holds the few outside settings that transports need, such as proxies, certificates
    or an ssh agent. Git's child processes inherit neither our variables nor our secrets.
    """

    carry: Mapping[str, str] = field(default_factory=dict)
    redact: Redactor = field(default_factory=Redactor)
    timeout: float = 120.0

    def run(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str] = NOTHING,
        stdin: bytes | None = None,
        expect: Collection[int] = (0,),
        timeout: float | None = None,
        keep_open: Sequence[int] = (),
    ) -> GitAnswer:
        """Run one git command and wait for it; any end but the ``expect``-ed is a GitFailed."""
        limit = timeout or self.timeout
        late = Event()
        process = Git(cwd).execute(
            self._command(arguments, env),
            istream=None if stdin is None else subprocess.PIPE,
            as_process=True,
            process_group=0,
            pass_fds=tuple(keep_open),
        )
        watchdog = Timer(limit, _stop, (process.pid, late))
        watchdog.start()
        try:
            out, err = process.communicate(stdin)
        except BaseException:
            _stop(process.pid, late)
            process.wait()
            raise
        finally:
            watchdog.cancel()
        words = self.redact(err.decode("utf-8", "replace")).strip()
        code = process.returncode
        if late.is_set():
            raise GitTimedOut(arguments[0], limit)
        if code not in expect:
            raise GitFailed(arguments[0], code, words)
        return GitAnswer(code=code, out=out, words=words)

    def _command(self, arguments: Sequence[str], env: Mapping[str, str]) -> list[str]:
        program = shutil.which("git")
        if program is None:
            raise GitNotFound
        path = os.pathsep.join([str(Path(program).parent), "/usr/local/bin", "/usr/bin", "/bin"])
        clean = {**CLEAN_ENVIRONMENT, "PATH": path, **self.carry, **env}
        settings = [word for setting in SAFE_SETTINGS for word in ("-c", setting)]
        assignments = [f"{name}={value}" for name, value in clean.items()]
        return [ENV_PROGRAM, "-i", *assignments, program, *settings, *arguments]


def _stop(pid: int, late: Event) -> None:
    """End git and everything it has started."""
    late.set()
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """Where the objects are, and what each git command on them has to know."""

    path: Path
    runner: GitRunner
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None

    def run(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        env: Mapping[str, str] = NOTHING,
        expect: Collection[int] = (0,),
        timeout: float | None = None,
        keep_open: Sequence[int] = (),
    ) -> GitAnswer:
        return self.runner.run(
            arguments,
            cwd=self.cwd or self.path,
            env={"GIT_DIR": str(self.path), **self.env, **env},
            stdin=stdin,
            expect=expect,
            timeout=timeout,
            keep_open=keep_open,
        )

    def with_env(self, **more: str) -> "Repository":
        return replace(self, env={**self.env, **more})


@contextmanager
def scratch(repo: Repository) -> Iterator[Repository]:
    """A git directory of its own that writes its objects into ``repo``."""
    objects = repo.env.get("GIT_OBJECT_DIRECTORY", str(repo.path / "objects"))
    with _laid_out(repo) as aside:
        yield aside.with_env(GIT_OBJECT_DIRECTORY=objects)


@contextmanager
def isolated(repo: Repository) -> Iterator[Repository]:
    """A git directory that reads the objects of ``repo`` and leaves everything there as it is.

    Where ``repo`` is a partial clone, what it lacks is fetched from its remote into the
    throw-away directory.
    """
    with _laid_out(repo) as aside:
        (aside.path / "objects/info/alternates").write_text(f"{_git_path(repo, 'objects')}\n")
        shallow = _git_path(repo, "shallow")
        if shallow.exists():
            (aside.path / "shallow").write_bytes(shallow.read_bytes())
        yield _with_promisor(repo, aside)


@contextmanager
def _laid_out(repo: Repository) -> Iterator[Repository]:
    """The least that git takes for a repository, without starting git to make it."""
    digest = repo.run("rev-parse", "--show-object-format").text
    extension = "" if digest == "sha1" else f"[extensions]\n\tobjectFormat = {digest}\n"
    with TemporaryDirectory(prefix="chatops-git-") as folder:
        place = Path(folder)
        for inner in ("refs/heads", "refs/tags", "objects/info", "objects/pack"):
            (place / inner).mkdir(parents=True)
        (place / "HEAD").write_text("ref: refs/heads/none\n")
        (place / "config").write_text(
            f"[core]\n\trepositoryFormatVersion = 1\n\tbare = true\n{extension}"
        )
        yield replace(repo, path=place)


def _git_path(repo: Repository, name: str) -> Path:
    return Path(repo.run("rev-parse", "--path-format=absolute", "--git-path", name).text)


def _with_promisor(repo: Repository, aside: Repository) -> Repository:
    """Let a partial clone's remote fill the gaps, if its address is one that we would talk to."""
    found = repo.run(
        "config", "-z", "--get-regexp", r"^remote\..*\.promisor$", expect=(0, 1)
    ).fields()
    for entry in found:
        name = entry.partition("\n")[0].removeprefix("remote.").removesuffix(".promisor")
        address = repo.run("config", "--get", f"remote.{name}.url", expect=(0, 1)).text
        try:
            url = RemoteUrl(address)
        except RefusedName:
            continue
        for key, value in (
            ("extensions.partialClone", "origin"),
            ("remote.origin.url", str(url)),
            ("remote.origin.promisor", "true"),
            ("remote.origin.partialCloneFilter", "blob:none"),
        ):
            aside.run("config", key, value)
        return aside.with_env(GIT_ALLOW_PROTOCOL=url.protocol)
    return aside


def is_shallow(repo: Repository) -> bool:
    """`git rev-parse --is-shallow-repository`."""
    return repo.run("rev-parse", "--is-shallow-repository").text == "true"
