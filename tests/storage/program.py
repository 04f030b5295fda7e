"""A process of its own on the same database, for tests that need a second one or kill it.

Run as ``python -m tests.storage.program DEED URL FOLDER``: it says that it is ready, waits for a
line, and then says a line for each thing it has done.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from chatops.adapters.storage.engines import open_engine
from chatops.adapters.storage.migrate import upgrade
from chatops.adapters.storage.store import SqlStorage
from chatops.application.ports.storage import UnitOfWork
from tests.storage.samples import MINUTE, NOW, declared, effect, entry, promise

_ROOT = Path(__file__).parents[2]
_READY = "ready"


class Program:
    """The running process, seen from the test."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def hears(self) -> str:
        """The next line that it says."""
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def goes(self) -> None:
        """Let it begin."""
        assert self._process.stdin
        assert self.hears() == _READY
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def dies(self) -> list[str]:
        """Kill it at once; what it had said until then."""
        self._process.kill()
        return self._rest()

    def ends(self) -> tuple[int, list[str]]:
        """Its exit code and what it has said since."""
        said = self._rest()
        return self._process.wait(timeout=60), said

    def _rest(self) -> list[str]:
        """What it has said that nobody heard yet; read ahead with the line before, it may be."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        return self._process.stdout.read().splitlines()


@contextmanager
def program(deed: Callable[[Engine, Path], None], url: str, folder: Path) -> Iterator[Program]:
    """Start a process that will do ``deed`` when told to."""
    with subprocess.Popen(
        [sys.executable, "-m", __name__, deed.__name__, url, str(folder)],
        cwd=_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Program(process)
        process.kill()


def migrate(engine: Engine, _folder: Path) -> None:
    upgrade(engine)


def do_all(engine: Engine, folder: Path) -> None:
    """Do all effects, two at a time, until none is left; fails if a lane is done twice at once."""
    store = SqlStorage(engine)
    while True:
        with store.writing() as work:
            claimed = work.outbox.claim(NOW, lease=MINUTE, limit=2)
            waiting = work.outbox.next_due()
        for each in claimed:
            (folder / each.lane).mkdir()
            with (folder / f"{each.lane}.txt").open("a") as done:
                done.write(f"{each.key}\n")
            (folder / each.lane).rmdir()
            with store.writing() as work:
                assert work.outbox.complete(each.done({}))
        if not claimed and waiting is None:
            return


def declare_for_ever(engine: Engine, _folder: Path) -> None:
    store = SqlStorage(engine)
    while True:
        with store.writing() as work:
            number = declare(work)
        _say(str(number))


def die_half_way(engine: Engine, _folder: Path) -> None:
    with SqlStorage(engine).writing() as work:
        declare(work)
        os.kill(os.getpid(), signal.SIGKILL)


def declare(work: UnitOfWork) -> int:
    """A declaration with all that belongs to it."""
    incident = declared(work)
    work.timeline.add(entry(incident.id))
    work.promises.put(promise(incident.id))
    work.outbox.add(effect(incident.reference, incident=incident.id))
    return incident.number


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


_DEEDS: Mapping[str, Callable[[Engine, Path], None]] = {
    deed.__name__: deed for deed in (migrate, do_all, declare_for_ever, die_half_way)
}

if __name__ == "__main__":
    _say(_READY)
    sys.stdin.readline()
    _DEEDS[sys.argv[1]](open_engine(sys.argv[2]), Path(sys.argv[3]))
