"""What the program costs before it does anything: at a terminal, and as a server that idles.

Run as ``python -m tests.bench.bench_startup [--full] [--repeats N] [--idle S]``. Each command runs
from start to end several times, in turn with an interpreter that imports Typer and Rich alone; CPU
and wall are medians, memory is the peak of the largest process. Its files were read and compiled
before. The server runs on SQLite beside a double of Slack, and is ready when it says so.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import perf_counter

from rich.table import Table

from tests.acceptance.served import Program, open_machine
from tests.bench.generated_repository import Large, generate
from tests.bench.options import Options
from tests.bench.tables import print_table

ROOT = Path(__file__).parents[2]
USAGE = Path(__file__).with_name("child_usage.py")
PROC = Path("/proc")
BARE = "import typer, rich.console"
MEGABYTE = 1_000_000
MOST, MOST_MEMORY = 4, 60
MOST_IDLE, MOST_IDLE_MEMORY = 1, 120


@dataclass(frozen=True)
class Used:
    """What a program used: seconds and bytes."""

    code: int
    cpu: float
    wall: float
    memory: float


@dataclass(frozen=True)
class Served:
    """What ``chatops serve`` used until it was ready, and then while nothing happened."""

    ready: Used
    idle: Used


def main() -> None:
    options = Options(__doc__)
    options.size("repeats", 3, full=31)
    options.size("idle", 20.0, full=300.0)
    asked = options.read()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        used = _run_in_turn(_commands(_small_repository(place)), asked.repeats, place)
    table = Table("", "CPU", "ratio", "wall", "ratio", "memory")
    for name, each in used.items():
        _add(table, name, each, used[BARE])
    if PROC.exists():
        served = _serve(asked.idle)
        _add(table, "serve, until ready", served.ready, used[BARE])
    table.add_row("goal", "", f"at most {MOST}", "", "", f"at most {MOST_MEMORY} MB")
    print_table(f"Ratios to `python -c '{BARE}'` (median of {asked.repeats} runs)", table)
    if PROC.exists():
        _print_idle(served.idle)
    else:
        print("The server was left out: this machine has no /proc to ask what a process uses.")


def _commands(shop: Large) -> Mapping[str, tuple[tuple[str, ...], int]]:
    """What Python is told to run, and the exit code that is expected of it."""
    aligned = ("git", "aligned", str(shop.remote), shop.fixes[0], "develop")
    ours = {
        "version": (("version",), 0),
        "--help": (("--help",), 0),
        "git aligned": (aligned, 1),
        "playbook check": (("playbook", "check", "priority"), 0),
    }
    return {BARE: (("-c", BARE), 0)} | {
        name: (("-m", "chatops", *words), code) for name, (words, code) in ours.items()
    }


def _small_repository(place: Path) -> Large:
    return generate(place, files=20, commits=10, fixes=1)


def _run_in_turn(
    commands: Mapping[str, tuple[tuple[str, ...], int]], repeats: int, place: Path
) -> dict[str, Used]:
    """The medians of each command; the first run of each is not counted."""
    runs: dict[str, list[Used]] = {name: [] for name in commands}
    for _ in range(repeats + 1):
        for name, (words, code) in commands.items():
            used = _use(words, place)
            assert used.code == code, name
            runs[name].append(used)
    return {name: _median(used[1:]) for name, used in runs.items()}


def _use(words: tuple[str, ...], place: Path) -> Used:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(USAGE), sys.executable, *words],
        cwd=place,
        env={
            "PATH": os.environ.get("PATH", os.defpath),  # noqa: TID251 - git must be found
            "HOME": str(place),
            "PYTHONPATH": str(ROOT),
        },
        stdout=subprocess.PIPE,
        check=True,
    )
    return Used(**json.loads(done.stdout))


def _median(used: list[Used]) -> Used:
    return Used(
        code=used[0].code,
        cpu=statistics.median(each.cpu for each in used),
        wall=statistics.median(each.wall for each in used),
        memory=statistics.median(each.memory for each in used),
    )


def _serve(idle: float) -> Served:
    with tempfile.TemporaryDirectory() as folder, open_machine(Path(folder)) as machine:
        began = perf_counter()
        with machine.serves() as program:
            program.wait_until_it_is_ready()
            ready = _uses(program, since=began)
            began = perf_counter()
            Event().wait(idle)
            now = _uses(program, since=began)
            program.stop()
    return Served(
        ready=ready, idle=Used(code=0, cpu=now.cpu - ready.cpu, wall=now.wall, memory=now.memory)
    )


def _uses(program: Program, since: float) -> Used:
    """The CPU of a running process up to now, and the memory that it has now."""
    place = PROC / str(program.process.pid)
    wall = perf_counter() - since
    # The name of the program, in brackets, may hold spaces; utime and stime are fields 14 and 15.
    fields = (place / "stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    pages = int((place / "statm").read_text().split()[1])
    return Used(
        code=0,
        cpu=ticks / os.sysconf("SC_CLK_TCK"),
        wall=wall,
        memory=pages * os.sysconf("SC_PAGE_SIZE"),
    )


def _add(table: Table, name: str, used: Used, bare: Used) -> None:
    table.add_row(
        name,
        f"{used.cpu:.2f} s",
        f"{used.cpu / bare.cpu:.1f}",
        f"{used.wall:.2f} s",
        f"{used.wall / bare.wall:.1f}",
        f"{used.memory / MEGABYTE:.0f} MB",
    )


def _print_idle(idle: Used) -> None:
    table = Table("", "measured", "goal")
    table.add_row("share of a core", f"{idle.cpu / idle.wall:.2%}", f"under {MOST_IDLE} %")
    table.add_row("memory", f"{idle.memory / MEGABYTE:.0f} MB", f"at most {MOST_IDLE_MEMORY} MB")
    print_table(f"chatops serve, idle for {idle.wall:.0f} s", table)


if __name__ == "__main__":
    main()
