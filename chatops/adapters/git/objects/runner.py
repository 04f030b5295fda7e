"""The one place that starts git: argument lists, clean environment, time-out, redacted words."""

import os
import shutil
import signal
import subprocess
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Timer
from types import MappingProxyType
from typing import Final

from git.cmd import Git

from chatops.adapters.git.errors import GitFailed, GitNotFound, GitTimedOut
from chatops.domain.git.redaction import Redactor

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
