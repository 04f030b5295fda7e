"""A program that performs jobs and is killed at one of its calls of git.

Run as ``python -m tests.git.struck``. It reads orders and answers each with what came of it, a
JSON line each. Everything is loaded once; each bot is a process of its own. It finds a ``git``
that counts its calls and, at the one that is ordered, kills the bot before the call, after it, or
during it: then git goes on alone.
"""

import json
import os
import shutil
import signal
import stat
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from chatops.application.ports.external import ExternalError
from chatops.application.ports.git import Job
from tests.git.jobs_at_hand import JOBS
from tests.git.yard import Yard, reopened

_GIT = """\
#!/bin/sh
here=${0%/*}
echo "$*" >> "$here/calls"
read -r calls < "$here/count"
calls=$((calls + 1))
echo "$calls" > "$here/count"
read -r strike moment < "$here/strike"
[ "$calls" = "$strike" ] || exec "$here/real" "$@"
[ "$moment" = after ] || kill -9 $PPID
[ "$moment" = before ] || "$here/real" "$@"
[ "$moment" != after ] || kill -9 $PPID
echo over > "$here/over"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Perform a job in a copy of ``template``, and be killed around the call number ``strike``."""

    job: str
    template: str
    folder: str
    strike: int = 0
    moment: str = "after"


def main() -> None:
    for line in sys.stdin:
        order = Order(**json.loads(line))
        sys.stdout.write(json.dumps(_carry_out(order)) + "\n")
        sys.stdout.flush()


def _carry_out(order: Order) -> Mapping[str, Any]:
    """Have a bot killed at its job, let another one do the same, and say how it ended."""
    place = Path(order.folder)
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(order.template, place / "yard", symlinks=True)
    yard = reopened(place / "yard")
    job = JOBS[order.job](yard)
    counting = _counting_git(place / "bin", f"{order.strike} {order.moment}")
    listener = _listen(counting / "over")
    victim = os.fork()
    if not victim:
        os.environ["PATH"] = f"{counting}:{os.defpath}"  # noqa: TID251 - where the bot finds git
        _work(yard, job, place / "first")
    _, status = os.waitpid(victim, 0)
    heir = os.fork()
    if not heir:
        _work(yard, job, place / "second")
    os.waitpid(heir, 0)
    if not os.WIFSIGNALED(status):
        os.kill(listener, signal.SIGKILL)
    os.waitpid(listener, 0)
    pushes = (yard.remote / "pushes").read_text() if (yard.remote / "pushes").exists() else ""
    return {
        "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
        "calls": (counting / "calls").read_text().splitlines(),
        "refs": yard.refs(),
        "pushes": pushes.splitlines(),
        "said": (place / "second").read_text(),
    }


def _listen(over: Path) -> int:
    """A child that ends when the call that was struck is over."""
    child = os.fork()
    if not child:
        over.read_text()
        os._exit(0)
    return child


def _counting_git(folder: Path, strike: str) -> Path:
    folder.mkdir()
    (folder / "real").symlink_to(shutil.which("git") or "git")
    os.mkfifo(folder / "over")
    (folder / "count").write_text("0\n")
    (folder / "strike").write_text(f"{strike}\n")
    (folder / "git").write_text(_GIT)
    (folder / "git").chmod(stat.S_IRWXU)
    return folder


def _work(yard: Yard, job: Job, said: Path) -> NoReturn:
    try:
        result = yard.perform(job)
        said.write_text(json.dumps([result.before, result.after, bool(result.conflicts)]))
    except ExternalError as trouble:
        said.write_text(f"{type(trouble).__name__}: {trouble}")
    except BaseException:  # noqa: BLE001 - a child must not go on as its parent
        said.write_text(traceback.format_exc())
    os._exit(0)


if __name__ == "__main__":
    main()
