"""Runs a command to its end or its time-out, with everything that it starts."""

import os
import selectors
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from time import monotonic

from chatops.adapters.operations.output import Output
from chatops.application.ports.external import ExternalBusy, ExternalIndeterminate, ExternalRefused
from chatops.domain.services import Command, UnusableFact, fill

#: Where programs are looked for if the environment does not say.
USUAL_PATH = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """Everything that it takes to start a program."""

    arguments: Sequence[str]
    folder: Path
    environment: Mapping[str, str]


def filled(command: Command, values: Mapping[str, str]) -> tuple[str, ...]:
    """The program and its arguments.

    Raises:
        ExternalRefused: a value may not stand in an argument, or there is no program.
    """
    if not command.run or not command.run[0]:
        why = "the command names no program: correct `run` in chatops.yml"
        raise ExternalRefused(why)
    program, *arguments = command.run
    try:
        fixed = fill(program, {})
        return (fixed, *(fill(argument, values) for argument in arguments))
    except UnusableFact as error:
        why = f"the command was not started: {error}"
        raise ExternalRefused(why) from error


def shown(command: Command, values: Mapping[str, str]) -> str:
    """The command as a person would type it."""
    line = shlex.join(filled(command, values))
    return f"cd {shlex.quote(command.folder)} && {line}" if command.folder else line


@contextmanager
def prepared(
    command: Command, values: Mapping[str, str], environ: Mapping[str, str]
) -> Iterator[Invocation]:
    """A command that can be started; its own empty folders are gone afterwards.

    Raises:
        ExternalRefused: it cannot be started as it is.
    """
    arguments = filled(command, values)
    if fault := next(faults(command, environ), None):
        why = f"the command was not started: {fault}"
        raise ExternalRefused(why)
    secrets = {name: environ[name] for name in command.secrets}
    path = environ.get("PATH") or USUAL_PATH
    with TemporaryDirectory(prefix="chatops-command-", ignore_cleanup_errors=True) as aside:
        home, scratch = Path(aside, "home"), Path(aside, "work")
        home.mkdir()
        scratch.mkdir()
        folder = Path(command.folder) if command.folder else scratch
        clean = {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8"}
        yield Invocation(arguments=arguments, folder=folder, environment=secrets | clean)


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


_CHUNK = 65_536
#: Chunks that a pipe can still hold at most when its writers are gone.
_REST = 64
#: Seconds between two looks whether a silent command has ended.
_LOOK = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long commands are waited for before they and their children are killed.

    ``grace`` is for one that was told to stop because it ran too long, ``farewell`` for one whose
    bot stops, ``last_words`` for the children of one that ended.
    """

    grace: timedelta = timedelta(seconds=10)
    farewell: timedelta = timedelta(seconds=3)
    last_words: timedelta = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How it ended, and after how many seconds; ``code`` none: it had to be stopped."""

    code: int | None
    took: timedelta


def run_to_end(
    launch: Invocation, output: Output, *, timeout: timedelta, patience: Patience, stop: Event
) -> Ended:
    """Start it, feed ``output``, and leave nothing of it behind; ``stop`` ends it before its time.

    Raises:
        ExternalRefused: it cannot be started.
        ExternalBusy: it was not started, for the bot stops.
        ExternalIndeterminate: it was ended, for the bot stops.
    """
    if stop.is_set():
        why = "the bot is stopping"
        raise ExternalBusy(why)
    started = monotonic()
    running = _Running(_started(launch), output)
    try:
        in_time = running.follow(until=started + timeout.total_seconds(), stop=stop)
        stopped = not in_time and stop.is_set()
        if not in_time:
            running.send(signal.SIGTERM)
            grace = patience.farewell if stopped else patience.grace
            running.follow(until=monotonic() + grace.total_seconds())
    finally:
        running.close(patience.last_words.total_seconds())
    if stopped:
        why = "the bot was stopped while the command ran"
        raise ExternalIndeterminate(why)
    return Ended(
        code=running.code if in_time else None, took=timedelta(seconds=monotonic() - started)
    )


def _started(launch: Invocation) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(  # noqa: S603 - a list of arguments that the team wrote down
            launch.arguments,
            cwd=launch.folder,
            env=launch.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        why = f"{launch.arguments[0]} could not be started: {error}"
        raise ExternalRefused(why) from error


class _Running:
    """A started program and the process group that it leads."""

    def __init__(self, process: subprocess.Popen[bytes], output: Output) -> None:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        self._process = process
        self._pipe = process.stdout
        self._output = output
        os.set_blocking(self._pipe.fileno(), False)

    @property
    def code(self) -> int | None:
        return self._process.returncode

    def follow(self, *, until: float, stop: Event | None = None) -> bool:
        """Read what it writes until it has ended; says whether it has, in time."""
        is_open = True
        while self._process.poll() is None:
            left = until - monotonic()
            if left <= 0 or (stop is not None and stop.is_set()):
                return False
            if is_open:
                is_open = self._listen(min(_LOOK, left))
            else:
                self._wait(min(_LOOK, left))
        return True

    def send(self, number: signal.Signals) -> None:
        """Tell the whole group."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def close(self, last_words: float) -> None:
        """End what is left of the group, and read what it had still to say."""
        until = monotonic() + last_words
        is_over = self._process.poll() is not None
        while is_over and monotonic() < until and self._listen(until - monotonic()):
            pass
        self.send(signal.SIGKILL)
        self._process.wait()
        for _ in range(_REST):
            if not self._read():
                break
        self._pipe.close()

    def _listen(self, seconds: float) -> bool:
        """Wait for output and take it in; says whether more may follow."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._pipe, selectors.EVENT_READ)
            goes_on = self._read() != b"" if selector.select(max(0.0, seconds)) else True
        self._output.tick(monotonic())
        return goes_on

    def _read(self) -> bytes | None:
        """What can be read now: nothing at all is none, the end is empty."""
        try:
            data = os.read(self._pipe.fileno(), _CHUNK)
        except BlockingIOError:
            return None
        self._output.feed(data, monotonic())
        return data

    def _wait(self, seconds: float) -> None:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        self._output.tick(monotonic())
